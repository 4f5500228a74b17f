"""Columns in a real browser: which rankers stand side by side."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_one_to_four_columns(shop: Any, engine: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    shop.column("image").get_by_role("button", name="Remove this list").click()
    expect(shop.page.locator(".mm-column")).to_have_count(2)
    shop.answered()
    assert shop.rankers() == ["text", "fused"]
    shop.column("text").get_by_role("button", name="Remove this list").click()
    expect(shop.page.locator(".mm-column")).to_have_count(1)
    expect(shop.page.get_by_role("button", name="Remove this list")).to_be_hidden()
    shop.tool("Add list").click()
    shop.page.get_by_role("menuitem", name="Image").click()
    expect(shop.page.locator(".mm-column")).to_have_count(2)
    shop.answered()
    assert shop.rankers() == ["fused", "image"]
    assert shop.ids("image")[0] == "p39"


def test_another_ranker_for_a_column(shop: Any) -> None:
    shop.open("?q=red+shirt&lists=text,image")
    shop.answered()
    shop.column("text").locator(".mm-ranker").press("ArrowDown")
    expect(shop.page.get_by_role("menuitemradio", name="Text")).to_be_focused()
    shop.page.keyboard.press("End")
    expect(shop.page.get_by_role("menuitemradio", name="Fused")).to_be_focused()
    shop.page.keyboard.press("Enter")
    expect(shop.column("fused")).to_have_count(1)
    shop.answered()
    assert shop.rankers() == ["fused", "image"]
    assert shop.ids("fused")[0] == "p00"
    # one that stands elsewhere changes places
    shop.column("fused").locator(".mm-ranker").click()
    shop.page.get_by_role("menuitemradio", name="Image").click()
    shop.answered()
    assert shop.rankers() == ["image", "fused"]
    assert shop.ids("image")[0] == "p39"


def test_a_menu_closes_with_escape_and_gives_the_focus_back(shop: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    shop.tool("Share").click()
    expect(shop.page.get_by_role("menu", name="Share")).to_be_visible()
    shop.page.keyboard.press("Escape")
    expect(shop.page.get_by_role("menu", name="Share")).to_be_hidden()
    expect(shop.tool("Share")).to_be_focused()


def test_the_slider_is_there_for_weighted_rankers_only(shop: Any) -> None:
    shop.open("?q=red+shirt&lists=text,image")
    shop.answered()
    expect(shop.page.locator(".mm-weight")).to_be_hidden()
    shop.tool("Add list").click()
    shop.page.get_by_role("menuitem", name="Fused").click()
    expect(shop.page.locator(".mm-weight")).to_be_visible()


def test_a_learned_fusion_has_no_weight(shop: Any, engine: Any) -> None:
    engine.learn()
    shop.open("?q=red+shirt&lists=fused,fused-moe")
    shop.answered()
    fused, learned = shop.column("fused"), shop.column("fused-moe")
    expect(learned.locator(".mm-ranker")).to_contain_text("Learned: experts")
    expect(learned.locator(".mm-column-told")).to_contain_text("sets its own weights")
    expect(fused.locator(".mm-column-told")).not_to_contain_text("sets its own weights")
    assert (shop.ids("fused")[0], shop.ids("fused-moe")[0]) == ("p00", "p39")
    shop.set_weight(0.25)
    expect(shop.cards("fused").first).to_have_attribute("data-product", "p39")
    assert shop.ids("fused-moe")[0] == "p39"
    bar = learned.locator(".mm-card .mm-bar").first
    expect(bar).to_have_attribute("aria-label", "Score 0.785")  # 0.2 · 1/40 + 0.8 · 39/40
    expect(bar.locator("i")).to_have_css("background-color", "rgb(124, 58, 237)")  # fused


def test_a_ranker_that_is_not_there_is_told(shop: Any) -> None:
    shop.open("?q=red+shirt&lists=text,nonsense")
    shop.answered()
    expect(shop.cards("text")).to_have_count(20)
    expect(shop.column("nonsense").locator(".mm-note")).to_contain_text("nonsense")
    expect(shop.page.locator(".mm-badge")).to_have_count(0)  # exclusive: among what lists?
