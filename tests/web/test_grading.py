"""Grading in a real browser: every grade is saved, waiting in sight, or shown as refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from mmdemo.labels import JudgmentStore
from mmdemo.records import Query

pytestmark = pytest.mark.browser

BOX = "#mm-query input"
QUERY_ID = Query(text="red shirt").query_id
CAMPAIGN = "open/shop"
OUTBOX = "Object.entries(localStorage).filter(([key]) => key.startsWith('mmdemo:outbox:'))"


@pytest.fixture
def graded(page: Page, url: str) -> Page:
    """The page after a search."""
    page.goto(f"{url}/?q=red+shirt")
    expect(page.locator("#mm-list-fused .mm-card")).to_have_count(20)
    expect(page.locator(".mm-pill")).to_have_text("All saved")
    return page


def card(page: Page, product_id: str, ranker: str = "text") -> Locator:
    return page.locator(f'#mm-list-{ranker} [data-product="{product_id}"]')


def pressed(page: Page, product_id: str, ranker: str = "text") -> str | None:
    """The letter of the pressed grade."""
    buttons = card(page, product_id, ranker).locator('button[aria-pressed="true"] b')
    return buttons.text_content() if buttons.count() else None


def stored(store: JudgmentStore) -> dict[str, int | None]:
    """Current grades on the server, by product."""
    current = store.current(campaign=CAMPAIGN, judge="anna", query_id=QUERY_ID, withdrawn=True)
    return {event.judgment.product_id: event.judgment.grade for event in current}


def dialogs(page: Page) -> list[str]:
    """Accept every dialog from now on; returns the growing list of their types."""
    seen: list[str] = []

    def accept(dialog: Dialog) -> None:
        seen.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return seen


def answer(status: int, message: str) -> Any:
    """A handler that answers judgments with an error and lets reads pass."""

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        body = json.dumps({"error": {"code": "test", "message": message}})
        route.fulfill(status=status, content_type="application/json", body=body)

    return handle


def test_a_key_grades_the_product_in_every_list(graded: Page, store: JudgmentStore) -> None:
    card(graded, "p00").press("s")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    expect(card(graded, "p00", "fused")).to_have_attribute("data-state", "saved")
    assert pressed(graded, "p00", "text") == pressed(graded, "p00", "fused") == "S"
    (event,) = store.events()
    judgment = event.judgment
    assert (judgment.campaign, judgment.judge, judgment.query_text) == (
        CAMPAIGN,
        "anna",
        "red shirt",
    )
    assert (judgment.query_id, judgment.product_id, judgment.grade) == (QUERY_ID, "p00", 2)
    assert (judgment.blind, judgment.supersedes, judgment.question) == (False, None, "relevance")
    assert judgment.context == {
        "rankers": ["text", "image", "fused"],
        "text_weight": 0.75,
        "ranks": {"text": 1, "fused": 1},
    }


@pytest.mark.parametrize(("key", "grade"), [("e", 3), ("c", 1), ("i", 0), ("3", 3), ("0", 0)])
def test_every_key(graded: Page, store: JudgmentStore, key: str, grade: int) -> None:
    card(graded, "p03").press(key)
    expect(card(graded, "p03")).to_have_attribute("data-state", "saved")
    assert stored(store) == {"p03": grade}


def test_a_click_grades_and_a_second_one_takes_back(graded: Page, store: JudgmentStore) -> None:
    exact = card(graded, "p00").get_by_role("button", name="Exact")
    exact.click()
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    exact.click()
    expect(exact).to_have_attribute("aria-pressed", "false")
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    first, second = store.events()
    assert (first.judgment.grade, second.judgment.grade) == (3, None)
    assert second.judgment.supersedes == first.judgment.client_event_id
    assert stored(store) == {"p00": None}


def test_undo_is_a_new_event(graded: Page, store: JudgmentStore) -> None:
    card(graded, "p00").press("e")
    card(graded, "p00").press("i")
    graded.keyboard.press("u")
    expect(card(graded, "p00").locator('[data-grade="3"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    graded.get_by_role("button", name="Undo").click()
    expect(card(graded, "p00").locator('[aria-pressed="true"]')).to_have_count(0)
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    assert [event.judgment.grade for event in store.events()] == [3, 0, 3, None]
    assert stored(store) == {"p00": None}


def test_keys_in_the_search_box_do_not_grade(graded: Page, store: JudgmentStore) -> None:
    card(graded, "p00").focus()
    graded.locator(BOX).focus()
    graded.keyboard.type("escis 3210 u")
    graded.locator("#mm-weight input[type=range]").press("3")
    card(graded, "p01").press("e")  # when this one is saved, the others would be too
    expect(card(graded, "p01")).to_have_attribute("data-state", "saved")
    assert stored(store) == {"p01": 3}
    assert "escis 3210 u" in graded.input_value(BOX)


def test_offline_grades_wait_and_are_saved_when_the_network_is_back(
    graded: Page, store: JudgmentStore
) -> None:
    graded.context.set_offline(True)
    card(graded, "p00").press("i")
    card(graded, "p00").press("e")
    card(graded, "p01").press("c")
    expect(card(graded, "p00", "fused")).to_have_attribute("data-state", "pending")
    expect(graded.locator(".mm-pill")).to_have_text("3 waiting…")
    assert not list(store.events())
    graded.context.set_offline(False)
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    assert stored(store) == {"p00": 3, "p01": 1}  # the last one counts
    assert [event.judgment.grade for event in store.events()] == [0, 3, 1]  # oldest first
    assert graded.evaluate(OUTBOX) == []


def test_pending_grades_survive_a_reload(graded: Page, store: JudgmentStore) -> None:
    graded.route("**/api/labels", lambda route: route.abort())
    card(graded, "p00").press("c")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    graded.reload()
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    assert pressed(graded, "p00") == "C"
    graded.unroute("**/api/labels")
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    assert stored(store) == {"p00": 1}


def test_grades_are_there_after_a_reload(graded: Page) -> None:
    card(graded, "p02").press("s")
    expect(card(graded, "p02")).to_have_attribute("data-state", "saved")
    graded.reload()
    expect(card(graded, "p02", "fused")).to_have_attribute("data-state", "saved")
    assert pressed(graded, "p02", "fused") == "S"


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_server_in_trouble_is_asked_again(
    graded: Page, store: JudgmentStore, status: int
) -> None:
    graded.route("**/api/labels", answer(status, "not now"))
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    expect(graded.locator(".mm-pill")).to_have_text("1 waiting…")
    graded.unroute("**/api/labels")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    assert stored(store) == {"p00": 3}


def test_an_answer_that_is_not_ours_is_no_acknowledgement(
    graded: Page, store: JudgmentStore
) -> None:
    graded.route("**/api/labels", lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>"))
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    graded.unroute("**/api/labels")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    assert stored(store) == {"p00": 3}


def test_a_refused_grade_stays_in_sight(graded: Page, store: JudgmentStore) -> None:
    graded.route("**/api/labels", answer(400, "the stars are <wrong>"))
    card(graded, "p00").press("e")
    failure = card(graded, "p00", "fused").locator(".mm-failure")
    expect(failure).to_contain_text("Not saved: the stars are <wrong>")
    expect(graded.locator(".mm-pill")).to_have_text("1 not saved")
    graded.reload()
    expect(failure).to_contain_text("Not saved: the stars are <wrong>")
    graded.unroute("**/api/labels")
    failure.get_by_role("button", name="Try again").click()
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    assert stored(store) == {"p00": 3}


def test_a_refused_grade_can_be_discarded(graded: Page, store: JudgmentStore) -> None:
    card(graded, "p00").press("s")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    graded.route("**/api/labels", answer(422, "no"))
    card(graded, "p00").press("e")
    expect(graded.locator(".mm-pill")).to_have_text("1 not saved")
    graded.locator(".mm-pill").click()
    graded.locator(".mm-panel").get_by_role("button", name="Discard").click()
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    assert pressed(graded, "p00") == "S"  # what the server still has
    assert stored(store) == {"p00": 2}


def test_a_new_grade_replaces_a_refused_one(graded: Page, store: JudgmentStore) -> None:
    graded.route("**/api/labels", answer(422, "no"))
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "failed")
    graded.unroute("**/api/labels")
    card(graded, "p00").press("c")
    expect(card(graded, "p00")).to_have_attribute("data-state", "saved")
    (event,) = store.events()
    assert (event.judgment.grade, event.judgment.supersedes) == (1, None)
    expect(graded.locator(".mm-pill")).to_have_text("All saved")


def test_one_judges_outbox_is_never_sent_under_another_name(
    graded: Page, store: JudgmentStore
) -> None:
    graded.route("**/api/labels", lambda route: route.abort())
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    graded.evaluate(  # as if bert had graded here before anna signed in
        """() => {
            const [[key, text]] = OUTBOX;
            const entry = JSON.parse(text);
            entry.event.judge = "bert";
            localStorage.removeItem(key);
            localStorage.setItem(key.replace("anna", "bert"), JSON.stringify(entry));
        }""".replace("OUTBOX", OUTBOX)
    )
    graded.reload()  # first: the page that was there still has anna's event in hand
    graded.unroute("**/api/labels")
    expect(graded.locator(".mm-pill")).to_have_text("All saved")
    card(graded, "p01").press("e")
    expect(card(graded, "p01")).to_have_attribute("data-state", "saved")
    assert pressed(graded, "p00") is None
    assert [event.judgment.product_id for event in store.events()] == ["p01"]
    assert len(graded.evaluate(OUTBOX)) == 1
    graded.locator(".mm-pill").click()
    expect(graded.locator(".mm-panel")).to_contain_text("1 grade of other judges")


def test_a_second_tab_sends_what_the_first_could_not(graded: Page, store: JudgmentStore) -> None:
    graded.route("**/api/labels", lambda route: route.abort())
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    graded.unroute("**/api/labels")
    graded.route("**/api/labels", answer(503, "not this tab"))
    second = graded.context.new_page()
    second.goto(graded.url)
    expect(card(second, "p00")).to_have_attribute("data-state", "saved")
    graded.unroute("**/api/labels")
    expect(card(graded, "p00")).to_have_attribute(
        "data-state", "saved"
    )  # the first one heard of it
    assert len(list(store.events())) == 1


def test_leaving_warns_only_if_a_grade_is_nowhere_else(page: Page, url: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    page.goto(f"{url}/?q=red+shirt")
    page.route("**/api/labels", lambda route: route.abort())
    asked = dialogs(page)
    card(page, "p00").press("e")
    expect(card(page, "p00")).to_have_attribute("data-state", "pending")
    page.reload()
    assert asked == ["beforeunload"]


def test_leaving_does_not_warn_while_the_outbox_keeps_the_grade(graded: Page) -> None:
    graded.route("**/api/labels", lambda route: route.abort())
    asked = dialogs(graded)
    card(graded, "p00").press("e")
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    graded.reload()
    expect(card(graded, "p00")).to_have_attribute("data-state", "pending")
    assert asked == []


def test_event_ids_are_made_without_a_secure_context_too(graded: Page) -> None:
    ids = graded.evaluate(
        """async () => {
            const link = document.querySelector('link[href*="page.css"]').href;
            const { newEventId } = await import(link.replace("page.css", "outbox.js"));
            Object.defineProperty(crypto, "randomUUID", { value: undefined });
            return [newEventId(), newEventId()];
        }"""
    )
    form = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
    assert ids[0] != ids[1]
    for event_id in ids:
        assert graded.evaluate("([id, form]) => new RegExp(form).test(id)", [event_id, form])
