"""The search page in a real browser: what a person does, and what they see."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from mmdemo.errors import CatalogError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser

Serve = Callable[[FastAPI], Any]
BOX = "#mm-query input"


def search(page: Page, text: str) -> None:
    """Type a query and press Enter; return when it is answered."""
    page.fill(BOX, text)
    page.press(BOX, "Enter")
    expect(page.locator(".mm-asked")).to_have_text(text)
    expect(page.locator("#mm-list-fused .mm-busy")).to_have_count(0)


def products(page: Page, ranker: str) -> list[str]:
    """Product ids of a list, from top to bottom."""
    ids: list[str] = page.locator(f"#mm-list-{ranker} .mm-card").evaluate_all(
        "cards => cards.map((card) => card.dataset.product)"
    )
    return ids


def set_weight(page: Page, weight: float) -> None:
    """Move the slider as a person does: the page hears of every step."""
    page.locator("#mm-weight input[type=range]").fill(str(weight))


def numbers(*values: int) -> list[str]:
    return [f"p{n:02}" for n in values]


def test_three_lists_answer_a_query(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    assert products(page, "text") == numbers(*range(20))
    assert products(page, "image") == numbers(*range(39, 19, -1))
    assert products(page, "fused") == numbers(*range(20))  # the catalog's weight of text: 0.75
    first = page.locator("#mm-list-fused .mm-card").first
    expect(first.locator(".mm-rank")).to_have_text("1")
    expect(first.locator(".mm-title")).to_have_text("Product 0")
    expect(first.locator(".mm-price")).to_have_text("₹649")
    expect(first.locator(".mm-brand")).to_have_text("A & <B>")
    # product 0: 0.75 * (1 - 0/40) from text, 0.25 * 0/40 from its photo
    expect(first.locator(".mm-score")).to_have_attribute(
        "aria-label", "Score 0.750 = text 0.750 + image 0.000"
    )
    expect(first.locator(".mm-elsewhere")).to_have_text("text 1image –")


def test_the_weight_moves_the_fused_list_only(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    text, image = products(page, "text"), products(page, "image")
    set_weight(page, 0)
    expect(page.locator("#mm-list-fused .mm-title").first).to_have_text("Product 39")
    assert products(page, "fused") == image
    assert (products(page, "text"), products(page, "image")) == (text, image)
    set_weight(page, 1)
    expect(page.locator("#mm-list-fused .mm-title").first).to_have_text("Product 0")
    assert products(page, "fused") == text
    expect(page.locator("#mm-list-fused .mm-list-told")).to_have_text("100% text + 0% image")


def test_the_weight_applies_to_what_was_asked_not_to_what_is_being_typed(
    page: Page, url: str, engine: Any
) -> None:
    page.goto(url)
    search(page, "red shirt")
    page.fill(BOX, "something else")
    set_weight(page, 0)
    expect(page.locator("#mm-list-fused .mm-title").first).to_have_text("Product 39")
    assert {query.text for query in engine.queries} == {"red shirt"}


def test_results_per_list(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    page.locator("#mm-top-k label", has_text="10").click()
    expect(page.locator("#mm-list-text .mm-card")).to_have_count(10)
    expect(page.locator(".mm-card")).to_have_count(30)


def test_results_per_list_before_the_first_search(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".mm-chips button").first).to_be_visible()
    page.locator("#mm-top-k label", has_text="10").click()
    expect(page.locator("#mm-top-k label.selected")).to_have_text("10")
    expect(page.locator(".mm-busy")).to_have_count(0)
    expect(page.locator(".mm-hint")).to_be_visible()
    search(page, "red shirt")
    expect(page.locator(".mm-card")).to_have_count(30)


def test_an_example_is_searched_with_one_click(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".mm-chips button").first.click()
    expect(page.locator(".mm-asked")).to_have_text("shirts")  # the catalog's only category
    expect(page.locator(BOX)).to_have_value("shirts")


def test_a_reload_shows_the_same_lists(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    set_weight(page, 0)
    expect(page.locator("#mm-list-fused .mm-title").first).to_have_text("Product 39")
    page.reload()
    expect(page.locator(".mm-asked")).to_have_text("red shirt")
    assert products(page, "fused")[0] == "p39"
    expect(page.locator(BOX)).to_have_value("red shirt")


def test_hostile_titles_are_text(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    titles = page.locator("#mm-list-text .mm-title")
    expect(titles.nth(1)).to_have_text("<script>window.hacked = 1</script>")
    expect(titles.nth(2)).to_have_text('"><img src=x onerror="window.hacked = 2">')
    expect(titles.nth(3)).to_have_text("${window.hacked = 3}")
    expect(titles.nth(4)).to_have_text("`;window.hacked = 4;`")
    expect(titles.nth(5)).to_have_text("{{constructor.constructor('window.hacked = 5')()}}")
    expect(titles.nth(7)).to_have_text("&lt;b&gt; & ' \\u003cscript\\u003e")
    assert titles.nth(6).evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.evaluate("window.hacked") is None
    search(page, "${window.hacked = 6}<img src=x onerror='window.hacked = 7'>")
    assert page.evaluate("window.hacked") is None


def test_a_product_without_photo_has_a_placeholder(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    card = page.locator('#mm-list-text [data-product="p08"]')
    expect(card.locator(".mm-no-photo")).to_have_text("No photo")
    with_photo = page.locator('#mm-list-text [data-product="p00"] img')
    expect(with_photo).to_have_attribute("alt", "Product 0")
    assert with_photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60


def test_nothing_found_and_nothing_asked(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "nothing")
    expect(page.locator(".mm-list-note")).to_have_text(["No product found."] * 3)
    page.fill(BOX, "  ")
    page.press(BOX, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("nothing to search for")


def test_a_query_that_is_too_long_is_refused_clearly(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "x" * 512)
    page.fill(BOX, "x" * 513)
    page.press(BOX, "Enter")
    expect(page.get_by_role("alert")).to_have_text(
        "the query is too long: got 513 characters, expected at most 512"
    )


def test_a_photo_alone_is_a_query_and_its_bytes_are_kept(
    page: Page, url: str, engine: Any, settings: Settings, tmp_path: Path, catalog: Any
) -> None:
    photo = catalog.image_path(catalog.products[0].images[0]).read_bytes()
    page.goto(url)
    expect(page.locator(".mm-chips button").first).to_be_visible()
    page.set_input_files(
        ".mm-file", {"name": "shirt.png", "mimeType": "image/png", "buffer": photo}
    )
    page.click("#mm-search")
    expect(page.locator("#mm-list-image .mm-card")).to_have_count(20)
    expect(page.locator("#mm-list-text .mm-list-note")).to_have_text("The query has no words.")
    assert engine.queries[-1].image == photo
    key = hashlib.sha256(photo).hexdigest()
    assert (tmp_path / "labels" / "query-images" / f"{key}.png").read_bytes() == photo
    page.reload()
    expect(page.locator("#mm-list-image .mm-card")).to_have_count(20)
    assert engine.queries[-1].image == photo
    page.get_by_role("button", name="Remove the photo").click()
    search(page, "red shirt")
    assert engine.queries[-1].image is None


def test_a_file_that_is_no_photo_is_refused_clearly(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".mm-chips button").first).to_be_visible()
    page.set_input_files(
        ".mm-file", {"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(page.get_by_role("alert")).to_contain_text("this photo cannot be used: not a photo")


def test_the_browser_asks_nobody_else(page: Page, url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    search(page, "red shirt")
    page.locator("#mm-list-text .mm-card").first.press("e")
    expect(page.locator("#mm-list-text .mm-card").first).to_have_attribute("data-state", "saved")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 10
    home = urlsplit(url).netloc
    assert not [
        address
        for address in asked
        if urlsplit(address).scheme not in {"data", "blob"} and urlsplit(address).netloc != home
    ]


def test_the_page_is_there_before_the_engine(
    page: Page, serve: Serve, engine: Any, store: JudgmentStore, settings: Settings
) -> None:
    from mmdemo.web.app import create_app

    gate = threading.Event()

    def open_engine() -> Any:
        gate.wait(20)
        return engine

    page.goto(serve(create_app(EngineHandle(open_engine), store, settings)).url)
    expect(page.locator(".mm-status")).to_have_text("Loading the model…")
    page.fill(BOX, "red shirt")
    page.press(BOX, "Enter")
    expect(page.locator(".mm-summary")).to_contain_text("Loading the model…")
    gate.set()
    expect(page.locator(".mm-status")).to_contain_text("40 products")
    expect(page.locator(".mm-status")).to_contain_text("photo-model")
    expect(page.locator("#mm-list-text .mm-card")).to_have_count(20)


def test_an_engine_that_cannot_be_opened_says_why(
    page: Page, serve: Serve, store: JudgmentStore, settings: Settings
) -> None:
    from mmdemo.web.app import create_app

    def open_engine() -> Any:
        raise CatalogError("the shelf is empty", remedy="run `mmdemo import` first")

    page.goto(serve(create_app(EngineHandle(open_engine), store, settings)).url)
    expect(page.locator(".mm-status")).to_have_text("the shelf is empty; run `mmdemo import` first")


def test_a_bug_in_the_search_is_told_without_its_details(
    page: Page,
    url: str,
    engine: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    page.goto(url)
    search(page, "red shirt")

    def search_with_bug(*args: Any, **options: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(engine, "search", search_with_bug)
    page.fill(BOX, "blue shirt")
    page.press(BOX, "Enter")
    expect(page.locator(".mm-warning")).to_contain_text("the search could not be made")
    expect(page.locator(".mm-busy")).to_have_count(0)
    assert "secret detail" not in page.content()
    assert "secret detail" in caplog.text


def test_a_search_without_network_is_made_when_it_is_back(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    page.context.set_offline(True)
    page.fill(BOX, "blue shirt")
    page.press(BOX, "Enter")
    expect(page.locator(".mm-busy")).to_have_count(3)
    expect(page.locator(".mm-warning")).to_contain_text("No answer yet", timeout=10_000)
    expect(page.locator(".mm-busy")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.locator(".mm-asked")).to_have_text("blue shirt", timeout=10_000)
    expect(page.locator("#mm-list-text .mm-card")).to_have_count(20)


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_never_scrolls_sideways(browser: Browser, url: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(url)
    search(page, "red shirt")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="Fused").click()
    fused = page.locator("#mm-list-fused")
    page.wait_for_function(
        """() => {
            const list = document.querySelector("#mm-list-fused").getBoundingClientRect();
            return list.left >= 0 && list.right <= innerWidth;
        }"""
    )
    box = fused.locator('.mm-card button[data-grade="0"]').first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    context.close()


def test_arrow_keys_walk_through_the_cards(page: Page, url: str) -> None:
    page.goto(url)
    search(page, "red shirt")
    page.locator("#mm-list-text .mm-card").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("data-product", "p38")  # second of the image list
    expect(page.locator('#mm-list-image .mm-card[tabindex="0"]')).to_have_count(1)


def test_a_score_tells_that_a_missing_photo_was_estimated(page: Page, url: str) -> None:
    page.goto(f"{url}/?q=red+shirt&top=50")
    expect(page.locator("#mm-list-fused .mm-card")).to_have_count(40)
    told = page.locator('#mm-list-fused [data-product="p08"] .mm-score')
    expect(told).to_have_attribute("aria-label", re.compile(r"image .* \(estimated, no photo\)"))
    seen = page.locator('#mm-list-fused [data-product="p09"] .mm-score')
    expect(seen).to_have_attribute("aria-label", re.compile(r"image [\d.]+$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, url: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{url}/?q=red+shirt")
    expect(page.locator("#mm-list-fused .mm-card")).to_have_count(20)
    found = Axe().run(page).response["violations"]
    context.close()
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
