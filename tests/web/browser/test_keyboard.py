"""A whole session with the keyboard alone, and on a phone with a finger, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from mmdemo.labels import JudgmentStore

pytestmark = pytest.mark.browser


def tab_to(page: Any, selector: str, limit: int = 60) -> None:
    """Press Tab until an element has the focus; fails if it never gets it."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def test_search_weigh_filter_open_grade_undo(shop: Any, store: JudgmentStore) -> None:
    page, keys = shop.page, shop.page.keyboard
    shop.open()
    page.locator("body").click(position={"x": 2, "y": 2})
    keys.press("/")
    expect(shop.box).to_be_focused()
    keys.type("red shirt")
    keys.press("Enter")
    shop.answered("red shirt")
    tab_to(page, ".mm-weight input")
    for _ in range(5):
        keys.press("ArrowLeft")  # the range runs from right to left: towards text
    expect(shop.weight).to_have_value("1")
    tab_to(page, ".mm-toggle")
    keys.press("Enter")
    expect(page.locator(".mm-grades").first).to_be_visible()
    tab_to(page, ".mm-card")
    expect(shop.cards("text").first).to_be_focused()
    keys.press("ArrowDown")
    keys.press("e")
    expect(shop.card("p01")).to_have_attribute("data-state", "saved")
    keys.press("ArrowRight")
    expect(shop.cards("image").nth(1)).to_be_focused()
    keys.press("End")
    expect(shop.cards("image").last).to_be_focused()
    keys.press("Home")
    expect(shop.cards("image").first).to_be_focused()
    keys.press("Enter")
    expect(shop.detail).to_be_visible()
    expect(shop.detail.get_by_role("heading", level=2)).to_have_text("Product 39")
    keys.press("i")
    keys.press("Escape")
    expect(shop.detail).to_be_hidden()
    expect(shop.cards("image").first).to_be_focused()
    keys.press("u")
    expect(shop.pill).to_have_text("All saved")
    assert [(event.judgment.product_id, event.judgment.grade) for event in store.events()] == [
        ("p01", 3),
        ("p39", 0),
        ("p39", None),
    ]


def test_one_card_of_a_list_is_in_the_tab_order(shop: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    shop.box.press("Escape")
    expect(shop.cards("text").first).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"):
        shop.page.keyboard.press(key)
    expect(shop.page.locator(":focus")).to_have_attribute("data-product", "p38")
    expect(shop.column("image").locator('.mm-card[tabindex="0"]')).to_have_count(1)


def test_the_keys_are_told_and_true(shop: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    shop.tool("Grade").click()
    shop.page.get_by_role("button", name="Help").click()
    shop.page.get_by_role("menuitem", name="Keys").click()
    sheet = shop.page.get_by_role("dialog", name="Keys of the search page")
    expect(sheet.get_by_role("heading", level=3)).to_have_text(
        ["Search", "Lists", "While Grade is on"]
    )
    told = sheet.locator("dt").all_inner_texts()
    assert told[0] == "/"
    assert "".join(told[-3].split()) == "ESCIor3210"
    shop.page.keyboard.press("u")  # nothing is graded yet: no key does anything behind the sheet
    shop.page.keyboard.press("/")
    expect(shop.box).not_to_be_focused()
    shop.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(shop.page.get_by_role("button", name="Help")).to_be_focused()
    # what it says
    shop.page.keyboard.press("/")
    expect(shop.box).to_be_focused()
    shop.page.keyboard.press("Escape")
    shop.page.keyboard.press("Home")
    expect(shop.cards("text").first).to_be_focused()
    shop.page.keyboard.press("ArrowRight")
    expect(shop.cards("image").first).to_be_focused()
    shop.page.keyboard.press("End")
    expect(shop.cards("image").last).to_be_focused()
    shop.page.keyboard.press("3")
    expect(shop.cards("image").last).to_have_attribute("data-graded", "3")
    shop.page.keyboard.press("Control+z")
    expect(shop.cards("image").last).to_have_attribute("data-graded", "null")
    shop.page.keyboard.press("Control+y")
    expect(shop.cards("image").last).to_have_attribute("data-graded", "3")


def test_the_card_in_focus_is_not_under_the_head_of_its_list(shop: Any) -> None:
    shop.page.set_viewport_size({"width": 1280, "height": 560})
    shop.open("?q=red+shirt")
    shop.answered()
    shop.cards("text").first.focus()
    for key in ("ArrowDown",) * 10 + ("ArrowUp",) * 6:
        shop.page.keyboard.press(key)
    expect(shop.cards("text").nth(4)).to_be_focused()
    hidden = shop.page.evaluate(
        """() => document.querySelector(".mm-column-head").getBoundingClientRect().bottom
            - document.activeElement.getBoundingClientRect().top"""
    )
    assert hidden <= 0


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone(browser: Browser, shop: Any, url: str, width: int, store: JudgmentStore) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    phone = type(shop)(context.new_page(), url)
    phone.open()
    phone.search("red shirt")
    wide = "document.documentElement.scrollWidth"
    assert phone.page.evaluate(wide) == width
    phone.tool("Share").tap()
    menu = phone.page.get_by_role("menu", name="Share").bounding_box()
    assert menu is not None
    assert 0 <= menu["x"] <= width - menu["width"]
    phone.page.keyboard.press("Escape")
    phone.tool("Grade").tap()
    expect(phone.page.locator(".mm-scale")).to_be_hidden()
    phone.page.get_by_role("button", name="How well does the product").tap()
    expect(phone.page.locator(".mm-scale")).to_be_visible()
    assert phone.page.evaluate(wide) == width
    phone.page.locator(".mm-tabs").get_by_role("button", name="Fused").tap()
    phone.page.wait_for_function(
        """() => {
            const list = document.querySelector('[data-ranker="fused"]').getBoundingClientRect();
            return list.left >= 0 && list.right <= innerWidth;
        }"""
    )
    first = phone.cards("fused").first
    for grade in range(4):
        box = first.locator(f'button[data-grade="{grade}"]').bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    first.locator('button[data-grade="2"]').tap()
    expect(first).to_have_attribute("data-state", "saved")
    assert [event.judgment.grade for event in store.events()] == [2]
    first.locator(".mm-photo").tap()
    expect(phone.detail).to_be_visible()
    assert phone.page.evaluate(wide) == width
    phone.detail.get_by_role("button", name="Close").tap()
    phone.tool("Filters").tap()
    expect(phone.page.locator("#mm-filters")).to_be_visible()
    assert phone.page.evaluate(wide) == width
    context.close()
