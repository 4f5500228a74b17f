"""Grading in a real browser, by keys and by clicks, back and forth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from mmdemo.labels import JudgmentStore
from mmdemo.records import Query

pytestmark = pytest.mark.browser

Stored = Callable[[], dict[str, int | None]]

QUERY_ID = Query(text="red shirt").query_id


def test_a_key_grades_the_product_in_every_list(
    grading: Any, store: JudgmentStore, campaign: str
) -> None:
    grading.card("p00").press("s")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    expect(grading.card("p00", "fused")).to_have_attribute("data-state", "saved")
    assert grading.pressed("p00", "text") == grading.pressed("p00", "fused") == "S"
    (event,) = store.events()
    judgment = event.judgment
    assert (judgment.campaign, judgment.judge, judgment.query_text) == (
        campaign,
        "anna",
        "red shirt",
    )
    assert (judgment.query_id, judgment.product_id, judgment.grade) == (QUERY_ID, "p00", 2)
    assert (judgment.blind, judgment.supersedes, judgment.question) == (False, None, "relevance")
    assert judgment.context == {
        "rankers": ["text", "image", "fused"],
        "text_weight": 0.75,
        "ranks": {"text": 1, "image": 40, "fused": 1},
    }


@pytest.mark.parametrize(("key", "grade"), [("e", 3), ("c", 1), ("i", 0), ("3", 3), ("0", 0)])
def test_every_key(grading: Any, stored: Stored, key: str, grade: int) -> None:
    grading.card("p03").press(key)
    expect(grading.card("p03")).to_have_attribute("data-state", "saved")
    assert stored() == {"p03": grade}


def test_a_click_grades_and_a_second_one_takes_back(
    grading: Any, store: JudgmentStore, stored: Stored
) -> None:
    exact = grading.card("p00").get_by_role("button", name="Exact")
    exact.click()
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    exact.click()
    expect(exact).to_have_attribute("aria-pressed", "false")
    expect(grading.pill).to_have_text("All saved")
    first, second = store.events()
    assert (first.judgment.grade, second.judgment.grade) == (3, None)
    assert second.judgment.supersedes == first.judgment.client_event_id
    assert stored() == {"p00": None}


def test_undo_and_redo_are_new_events_and_say_what_they_did(
    grading: Any, store: JudgmentStore, stored: Stored
) -> None:
    card = grading.card("p00")
    card.press("e")
    card.press("i")
    grading.page.keyboard.press("u")
    expect(card.locator('[data-grade="3"]')).to_have_attribute("aria-pressed", "true")
    expect(grading.toast).to_contain_text("Undone: “Product 0” is Exact again")
    grading.page.get_by_role("button", name="Undo").click()
    expect(card.locator('[aria-pressed="true"]')).to_have_count(0)
    expect(grading.toast).to_contain_text("Undone: “Product 0” is without a grade again")
    expect(grading.page.get_by_role("button", name="Undo")).to_be_disabled()
    grading.page.get_by_role("button", name="Redo").click()
    expect(grading.toast).to_contain_text("Redone: “Product 0” is Exact again")
    card.press("Control+Shift+Z")
    expect(card.locator('[data-grade="0"]')).to_have_attribute("aria-pressed", "true")
    expect(grading.pill).to_have_text("All saved")
    assert [event.judgment.grade for event in store.events()] == [3, 0, 3, None, 3, 0]
    assert stored() == {"p00": 0}


def test_measures_are_those_of_the_query(grading: Any) -> None:
    told = grading.column("text").locator(".mm-column-told")
    grading.card("p00").press("e")
    expect(told).to_contain_text("nDCG@10 1.00")
    expect(told).to_contain_text("judged 10%")
    grading.search("blue shirt")
    assert "nDCG" not in told.inner_text()


def test_undo_goes_on_after_a_reload_and_names_the_query(grading: Any, stored: Stored) -> None:
    grading.card("p00").press("e")
    expect(grading.pill).to_have_text("All saved")
    grading.search("blue shirt")
    grading.page.reload()
    grading.answered("blue shirt")
    grading.page.get_by_role("button", name="Undo").click()
    expect(grading.toast).to_contain_text("“Product 0” for “red shirt” is without a grade again")
    grading.toast.get_by_role("button", name="Show").click()
    grading.answered("red shirt")
    expect(grading.pill).to_have_text("All saved")
    assert stored() == {"p00": None}


def test_grading_is_off_until_it_is_wanted(shop: Any, stored: Stored) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    expect(shop.page.locator(".mm-grades")).to_have_count(0)
    shop.card("p00").press("e")
    shop.tool("Grade").click()
    expect(shop.page.locator(".mm-scale dt")).to_have_text(
        ["EExact", "SSubstitute", "CComplement", "IIrrelevant"]
    )
    shop.card("p01").press("s")
    expect(shop.card("p01")).to_have_attribute("data-state", "saved")
    shop.tool("Grade").click()
    expect(shop.page.locator(".mm-grades")).to_have_count(0)
    expect(shop.card("p01", "fused").locator(".mm-mark")).to_have_text("Substitute")
    assert stored() == {"p01": 2}


def test_only_unjudged_leaves_what_is_to_be_done(grading: Any, stored: Stored) -> None:
    grading.page.get_by_label("Only unjudged").check()
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_be_hidden()
    expect(grading.card("p00", "fused")).to_be_hidden()
    expect(grading.card("p01")).to_be_focused()
    grading.page.keyboard.press("s")
    expect(grading.card("p02")).to_be_focused()
    expect(grading.card("p01")).to_be_hidden()
    expect(grading.page.locator(".mm-grading")).to_contain_text("2 of 40 judged")
    grading.page.reload()
    expect(grading.page.get_by_label("Only unjudged")).to_be_checked()
    expect(grading.card("p02")).to_be_visible()
    expect(grading.card("p01")).to_be_hidden()
    grading.card("p02").focus()
    grading.page.keyboard.press("u")
    expect(grading.card("p01")).to_be_visible()
    grading.page.get_by_label("Only unjudged").uncheck()
    expect(grading.card("p00")).to_be_visible()
    assert stored() == {"p00": 3, "p01": None}


def test_keys_in_the_search_box_do_not_grade(grading: Any, stored: Stored) -> None:
    grading.card("p00").focus()
    grading.box.focus()
    grading.page.keyboard.type("escis 3210 u")
    grading.weight.press("3")
    grading.card("p01").press("e")  # when this one is saved, the others would be too
    expect(grading.card("p01")).to_have_attribute("data-state", "saved")
    assert stored() == {"p01": 3}
    assert "escis 3210 u" in grading.box.input_value()
