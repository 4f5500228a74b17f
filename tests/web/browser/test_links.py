"""Links, Back and reload in a real browser: the address holds the whole view."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_reload_shows_the_same_lists(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    shop.set_weight(0)
    expect(shop.cards("fused").first.locator(".mm-title")).to_have_text("Product 39")
    shop.page.reload()
    shop.answered("red shirt")
    assert shop.ids("fused")[0] == "p39"
    expect(shop.box).to_have_value("red shirt")
    expect(shop.weight).to_have_value("0")


def test_back_and_forward_go_through_the_views(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    shop.search("blue shirt")
    shop.page.get_by_role("button", name="10 results per list").click()
    expect(shop.cards("text")).to_have_count(10)
    shop.set_weight(0)
    shop.set_weight(0.5)  # no steps of their own
    shop.page.go_back()
    expect(shop.cards("text")).to_have_count(20)
    shop.answered("blue shirt")
    shop.page.go_back()
    shop.answered("red shirt")
    expect(shop.box).to_have_value("red shirt")
    shop.page.go_back()
    expect(shop.page.locator(".mm-start")).to_be_visible()
    expect(shop.page.locator(".mm-card")).to_have_count(0)
    shop.page.go_forward()
    shop.answered("red shirt")
    expect(shop.cards("text")).to_have_count(20)


def test_a_link_shows_a_colleague_the_same(shop: Any, browser: Any) -> None:
    shop.open()
    shop.search("red & blue + 50% <shirt> #1")
    shop.set_weight(0.25)
    shop.column("text").get_by_role("button", name="Remove this list").click()
    expect(shop.page.locator(".mm-column")).to_have_count(2)
    shop.answered()
    before = {ranker: shop.ids(ranker) for ranker in shop.rankers()}
    context = browser.new_context()
    colleague = type(shop)(context.new_page(), shop.url)
    colleague.page.goto(shop.page.url)
    colleague.answered("red & blue + 50% <shirt> #1")
    assert {ranker: colleague.ids(ranker) for ranker in colleague.rankers()} == before
    expect(colleague.weight).to_have_value("0.25")
    context.close()


def test_a_mangled_link_opens_the_page(shop: Any) -> None:
    shop.open("?q=red+shirt&weight=lots&top=-3&price=x..y&lists=,,&product=&f.=a")
    shop.answered("red shirt")
    assert shop.rankers() == ["text", "image", "fused"]
    expect(shop.cards("text")).to_have_count(20)
    shop.open("?q=red+shirt&lists=text,text&f.__proto__=a&f.constructor=b")
    shop.answered("red shirt")
    assert shop.rankers() == ["text"]
    expect(shop.page.locator(".mm-chip")).to_have_text(["a", "b"])
    shop.page.locator(".mm-chip").first.press("Enter")
    expect(shop.page.locator(".mm-chip")).to_have_text(["b"])
    expect(shop.page.locator(".mm-chip")).to_be_focused()


def test_copying_the_link(shop: Any) -> None:
    shop.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shop.open("?q=red+shirt")
    shop.answered()
    shop.tool("Share").click()
    shop.page.get_by_role("menuitem", name="Copy link").click()
    expect(shop.toast).to_contain_text("Link copied")
    assert shop.page.evaluate("navigator.clipboard.readText()") == f"{shop.url}/?q=red+shirt"
