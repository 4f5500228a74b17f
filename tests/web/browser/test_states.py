"""What a person sees when something is not there: loading, failure, no network, nothing found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, Route, expect

from mmdemo.errors import CatalogError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser

Serve = Callable[[FastAPI], Any]


@pytest.fixture
def serve_engine(
    serve: Serve, store: JudgmentStore, settings: Settings
) -> Callable[[Callable[[], Any]], str]:
    """Start a server that opens its engine by a function; returns its address."""

    def start(open_engine: Callable[[], Any]) -> str:
        from mmdemo.web.app import create_app

        return str(serve(create_app(EngineHandle(open_engine), store, settings)).url)

    return start


def test_nothing_found_and_nothing_asked(shop: Any) -> None:
    shop.open()
    shop.search("nothing")
    expect(shop.page.locator(".mm-note")).to_have_text(["This ranker found no product."] * 3)
    shop.box.fill("  ")
    shop.box.press("Enter")
    expect(shop.page.get_by_role("alert")).to_contain_text("Nothing to search for")


def test_a_query_that_is_too_long_is_refused_clearly(shop: Any) -> None:
    shop.open()
    shop.search("x" * 512)
    shop.box.fill("x" * 513)
    shop.box.press("Enter")
    expect(shop.page.get_by_role("alert")).to_contain_text(
        "This query is too long: 513 characters, at most 512 can be searched."
    )
    assert shop.ids("text")  # what was there stays
    shop.page.goto(f"{shop.url}/?q={'x' * 600}")  # nor does a link get it past
    expect(shop.page.locator(".mm-trouble")).to_contain_text("The query is too long")


def test_a_file_that_is_no_photo_is_refused_clearly(shop: Any) -> None:
    shop.open()
    upload = {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}
    shop.page.set_input_files(".mm-file", upload)
    expect(shop.page.get_by_role("alert")).to_contain_text(
        "Not a photo; choose a JPEG, PNG or WebP file."
    )


def test_a_link_to_a_photo_that_is_gone(shop: Any) -> None:
    shop.open(f"?photo={'0' * 64}")
    expect(shop.page.locator(".mm-trouble")).to_contain_text("No answer to this search")
    expect(shop.page.locator(".mm-picker .mm-icon-warning")).to_be_visible()


def test_the_page_is_there_before_the_engine(page: Page, engine: Any, serve_engine: Any) -> None:
    gate = threading.Event()

    def open_engine() -> Any:
        gate.wait(20)
        return engine

    page.goto(serve_engine(open_engine))
    expect(page.locator(".mm-status")).to_have_text("Loading the model…")
    page.fill("#mm-query", "red shirt")
    page.press("#mm-query", "Enter")
    expect(page.locator(".mm-facts")).to_have_text("Loading the model…")
    expect(page.locator(".mm-ghost").first).to_be_visible()
    gate.set()
    expect(page.locator(".mm-status")).to_contain_text("40 products")
    expect(page.locator(".mm-status")).to_contain_text("photo-model")
    expect(page.locator('[data-ranker="text"] .mm-card')).to_have_count(20)


def test_an_engine_that_cannot_be_opened_says_why_and_is_tried_again(
    page: Page, engine: Any, serve_engine: Any
) -> None:
    tries: list[int] = []

    def open_engine() -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise CatalogError("the shelf is empty", remedy="run `mmdemo import` first")
        return engine

    page.goto(serve_engine(open_engine) + "?q=shirt")
    trouble = page.locator(".mm-trouble")
    expect(trouble).to_contain_text("The shelf is empty.")
    expect(trouble.locator("code")).to_have_text("mmdemo import")
    page.fill("#mm-query", "blue shirt")
    page.press("#mm-query", "Enter")
    expect(page.locator(".mm-tools")).to_be_hidden()
    expect(page.locator(".mm-ghost").first).to_be_hidden()  # nothing is under way
    trouble.get_by_role("button", name="Try again").click()
    expect(page.locator('[data-ranker="text"] .mm-card')).to_have_count(20)
    expect(trouble).to_be_empty()


def test_a_bug_in_the_search_is_told_without_its_details(
    shop: Any, engine: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop.open()
    shop.search("red shirt")

    def search_with_bug(*args: Any, **options: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(engine, "search", search_with_bug)
    shop.box.fill("blue shirt")
    shop.box.press("Enter")
    expect(shop.page.locator(".mm-trouble")).to_contain_text("The server failed; its log says why")
    expect(shop.page.locator(".mm-busy")).to_have_count(0)
    assert "secret detail" not in shop.page.content()
    assert "secret detail" in caplog.text


def test_a_search_without_network_is_made_when_it_is_back(
    grading: Any, store: JudgmentStore
) -> None:
    grading.page.context.set_offline(True)
    grading.card("p00").press("e")
    grading.box.fill("blue shirt")
    grading.box.press("Enter")
    trouble = grading.page.locator(".mm-trouble")
    expect(trouble).to_contain_text("The server does not answer")
    expect(trouble).to_contain_text("The lists are still those of “red shirt”")
    expect(grading.page.locator(".mm-busy")).to_have_count(0)
    expect(grading.page.locator(".mm-facts")).to_have_text("")
    grading.card("p01").press("e")  # for which query?
    expect(grading.toast).to_contain_text("Not graded")
    grading.page.context.set_offline(False)
    expect(trouble).to_be_empty()
    grading.answered("blue shirt")
    expect(grading.cards("text")).to_have_count(20)
    expect(grading.pill).to_have_text("All saved")
    (event,) = store.events()
    assert (event.judgment.product_id, event.judgment.query_text) == ("p00", "red shirt")


def test_a_search_that_the_server_cannot_make_is_not_made_again(shop: Any) -> None:
    shop.open()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, json={"error": {"code": "model", "message": "no such model"}})

    shop.page.route("**/api/search", refuse)
    shop.box.fill("red shirt")
    shop.box.press("Enter")
    expect(shop.page.locator(".mm-trouble")).to_contain_text("No such model.")
    shop.page.wait_for_timeout(500)
    assert len(asked) == 1


def test_a_search_under_way_gives_way_to_the_next(shop: Any, engine: Any) -> None:
    shop.open()
    slow = threading.Event()
    search = engine.search

    def search_slowly(query: Any, **options: Any) -> Any:
        if query.text == "slow":
            slow.wait(5)
        return search(query, **options)

    engine.search = search_slowly
    shop.box.fill("slow")
    shop.box.press("Enter")
    expect(shop.page.locator(".mm-facts")).to_have_text("Searching…")
    shop.search("nothing")
    expect(shop.page.locator(".mm-note").first).to_have_text("This ranker found no product.")
    slow.set()
    shop.page.wait_for_timeout(300)
    expect(shop.page.locator(".mm-asked")).to_have_text("nothing")
    expect(shop.page.locator(".mm-card")).to_have_count(0)
