"""Accessibility of every state of the page: axe-core finds nothing serious or critical."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


def first_visit(shop: Any) -> None:
    shop.open()


def searched(shop: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    expect(shop.tool("Add list")).to_be_enabled()  # pale until it is known what there is to add


def four_lists_as_tiles(shop: Any) -> None:
    searched(shop)
    shop.page.get_by_role("button", name="Tiles").click()


def grading(shop: Any) -> None:
    searched(shop)
    shop.tool("Grade").click()
    shop.card("p00").press("e")
    shop.card("p01").press("i")
    expect(shop.card("p01")).to_have_attribute("data-state", "saved")
    shop.page.keyboard.press("u")
    expect(shop.toast).to_be_visible()


def filtering(shop: Any) -> None:
    shop.open("?q=red+shirt&price=650..660")
    shop.answered()
    shop.page.locator(".mm-filters").wait_for()


def menu(shop: Any) -> None:
    searched(shop)
    shop.column("text").locator(".mm-ranker").click()


def suggestions(shop: Any) -> None:
    searched(shop)
    shop.box.fill("re")
    shop.box.press("ArrowDown")


def keys(shop: Any) -> None:
    searched(shop)
    shop.page.get_by_role("button", name="Help").click()
    shop.page.get_by_role("menuitem", name="Keys").click()
    expect(shop.page.get_by_role("dialog", name="Keys of the search page")).to_be_visible()


def detail(shop: Any) -> None:
    searched(shop)
    shop.card("p09").click()
    expect(shop.detail.locator(".mm-like-list a").first).to_be_visible()


def nothing_found(shop: Any) -> None:
    shop.open("?q=nothing")
    expect(shop.page.locator(".mm-note").first).to_be_visible()


def no_answer(shop: Any) -> None:
    shop.open(f"?photo={'0' * 64}")
    expect(shop.page.locator(".mm-trouble")).not_to_be_empty()


def offline(shop: Any) -> None:
    searched(shop)
    shop.page.context.set_offline(True)
    shop.tool("Grade").click()
    shop.card("p00").press("e")
    shop.box.fill("blue shirt")
    shop.box.press("Enter")
    expect(shop.page.locator(".mm-trouble")).not_to_be_empty()


STATES: list[Callable[[Any], None]] = [
    first_visit, searched, four_lists_as_tiles, grading, filtering, menu, suggestions, keys,
    detail, nothing_found, no_answer, offline,
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_serious(
    browser: Browser, shop: Any, url: str, scheme: Any, state: Callable[[Any], None]
) -> None:
    context = browser.new_context(
        color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1400, "height": 900}
    )
    state(visited := type(shop)(context.new_page(), url))
    found = Axe().run(visited.page).response["violations"]
    context.close()
    serious = [v for v in found if v["impact"] in {"serious", "critical"}]
    assert [(v["id"], v["nodes"][0]["html"][:300]) for v in serious] == []
