"""A product opened, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from mmdemo.labels import JudgmentStore

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(shop: Any) -> Any:
    """Product 9, opened from the text list."""
    shop.open("?q=product+shirt")
    shop.answered()
    shop.card("p09").click()
    expect(shop.detail.get_by_role("heading", level=2)).to_have_text("Product 9")
    return shop


def test_all_of_a_product(opened: Any) -> None:
    row = opened.detail.locator(".mm-places tbody tr")
    expect(row.nth(0)).to_have_text("Text#100.775")  # 1 - 9/40
    expect(row.nth(1)).to_have_text("Image#310.225")
    expect(row.nth(2)).to_have_text("Fused#100.638")  # 0.75 * 0.775 + 0.25 * 0.225
    expect(opened.detail.locator("mark")).to_have_text(["Product", "shirt"])
    words = opened.detail.locator(".mm-words li")
    expect(words.nth(0)).to_have_text("productin title")
    expect(words.nth(1)).to_have_text("shirtin description")
    expect(opened.detail.locator(".mm-price")).to_have_text("₹658")
    photo = opened.detail.locator(".mm-stage img")
    assert photo.evaluate("image => image.decode().then(() => image.naturalHeight)") == 80
    assert (
        photo.bounding_box()["height"]
        <= opened.detail.locator(".mm-stage").bounding_box()["height"]
    )


def test_escape_closes_and_back_opens_again(opened: Any) -> None:
    assert opened.page.url.endswith("product=p09")
    opened.page.keyboard.press("Escape")
    expect(opened.detail).to_be_hidden()
    expect(opened.card("p09")).to_be_focused()
    assert "product=" not in opened.page.url
    opened.card("p02").press("Enter")
    expect(opened.detail.get_by_role("heading", level=2)).to_be_visible()
    opened.page.go_back()
    expect(opened.detail).to_be_hidden()
    opened.page.go_forward()
    expect(opened.detail).to_be_visible()
    opened.page.reload()
    expect(opened.detail).to_be_visible()


def test_closing_leaves_no_step_behind(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    shop.card("p02").click()
    expect(shop.detail.locator(".mm-like-list a").first).to_be_visible()
    shop.detail.locator(".mm-like-list a").first.click()
    expect(shop.detail.locator("h2")).not_to_contain_text("Product 2")
    shop.detail.get_by_role("button", name="Close").click()
    expect(shop.detail).to_be_hidden()
    shop.page.go_back()
    expect(shop.page.locator(".mm-start")).to_be_visible()  # not the product again


def test_more_like_this_leads_on_and_back_leads_home(opened: Any) -> None:
    like = opened.detail.locator(".mm-like-list a")
    expect(like.first).to_be_visible()
    first = like.first.inner_text()
    opened.detail.get_by_role("button", name="Image", exact=True).click()
    expect(opened.detail.get_by_role("button", name="Image", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    opened.detail.get_by_role("button", name="Text and image").click()
    expect(like.first).to_have_text(first)
    like.first.click()
    expect(opened.detail.get_by_role("heading", level=2)).to_have_text(first)
    opened.page.go_back()
    expect(opened.detail.get_by_role("heading", level=2)).to_have_text("Product 9")
    opened.page.go_back()
    expect(opened.detail).to_be_hidden()


def test_grading_while_looking(opened: Any, store: JudgmentStore) -> None:
    opened.page.keyboard.press("Escape")
    opened.tool("Grade").click()
    opened.card("p09").press("Enter")
    expect(opened.detail.locator(".mm-grades")).to_be_visible()
    opened.page.keyboard.press("s")
    expect(opened.detail.locator('button[data-grade="2"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    opened.page.keyboard.press("u")
    opened.page.keyboard.press("Shift+u")
    expect(opened.toast).to_contain_text("is Substitute again")
    opened.toast.get_by_role("button", name="Dismiss").click()  # over the dialog, and in reach
    expect(opened.toast).to_have_count(0)
    expect(opened.detail).to_be_visible()
    opened.page.keyboard.press("Escape")
    expect(opened.card("p09")).to_have_attribute("data-state", "saved")
    *_, event = store.events()
    assert (event.judgment.product_id, event.judgment.grade) == ("p09", 2)


def test_a_product_that_is_there_before_the_lists_can_be_graded(grading: Any) -> None:
    grading.page.add_init_script(
        """const go = fetch;
        window.fetch = async (...asked) => {
            const slow = String(asked[0]).endsWith("api/search") ? 1500 : 0;
            await new Promise((done) => setTimeout(done, slow));
            return go(...asked);
        };"""
    )
    grading.page.goto(f"{grading.url}/?q=red+shirt&product=p09")
    expect(grading.detail.get_by_role("heading", level=2)).to_have_text("Product 9")
    expect(grading.detail.locator(".mm-grades")).to_be_visible()


def test_a_product_that_is_gone(shop: Any) -> None:
    shop.open("?q=shirt&product=nothing")
    expect(shop.detail).to_contain_text("has no product")
    shop.page.keyboard.press("Escape")
    expect(shop.detail).to_be_hidden()
