"""Every grade is saved, waiting in sight, or shown as refused, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from mmdemo.labels import JudgmentStore

pytestmark = pytest.mark.browser

Stored = Callable[[], dict[str, int | None]]

OUTBOX = "Object.entries(localStorage).filter(([key]) => key.startsWith('mmdemo:outbox:'))"


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


def test_offline_grades_wait_and_are_saved_when_the_network_is_back(
    grading: Any, store: JudgmentStore, stored: Stored
) -> None:
    grading.page.context.set_offline(True)
    grading.card("p00").press("i")
    grading.card("p00").press("e")
    grading.card("p01").press("c")
    expect(grading.card("p00", "fused")).to_have_attribute("data-state", "pending")
    expect(grading.pill).to_have_text("3 waiting…")
    assert not list(store.events())
    grading.page.context.set_offline(False)
    expect(grading.pill).to_have_text("All saved")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    assert stored() == {"p00": 3, "p01": 1}  # the last one counts
    assert [event.judgment.grade for event in store.events()] == [0, 3, 1]  # oldest first
    assert grading.page.evaluate(OUTBOX) == []


def test_only_unjudged_after_a_time_offline_keeps_the_card_and_its_photo_in_sight(
    grading: Any,
) -> None:
    grading.page.set_viewport_size({"width": 1280, "height": 600})
    grading.page.get_by_label("Only unjudged").check()
    grading.page.context.set_offline(True)
    grading.cards("image").first.focus()
    for _ in range(14):  # they stay while they wait, and the page moves down
        grading.page.keyboard.press("i")
    expect(grading.pill).to_have_text("14 waiting…")
    expect(grading.page.get_by_label("Photo not found").first).to_be_attached()
    grading.page.context.set_offline(False)
    expect(grading.pill).to_have_text("All saved")
    card = grading.cards("image").nth(14)
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    expect(grading.page.get_by_label("Photo not found")).to_have_count(0)


def test_pending_grades_survive_a_reload(grading: Any, stored: Stored) -> None:
    grading.page.route("**/api/labels", lambda route: route.abort())
    grading.card("p00").press("c")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    grading.page.reload()
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    assert grading.pressed("p00") == "C"
    grading.page.unroute("**/api/labels")
    expect(grading.pill).to_have_text("All saved")
    assert stored() == {"p00": 1}


def test_grades_are_there_after_a_reload(grading: Any) -> None:
    grading.card("p02").press("s")
    expect(grading.card("p02")).to_have_attribute("data-state", "saved")
    grading.page.reload()
    expect(grading.card("p02", "fused")).to_have_attribute("data-state", "saved")
    assert grading.pressed("p02", "fused") == "S"


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_server_in_trouble_is_asked_again(grading: Any, stored: Stored, status: int) -> None:
    grading.page.route("**/api/labels", answer(status, "not now"))
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    expect(grading.pill).to_have_text("1 waiting…")
    grading.page.unroute("**/api/labels")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    assert stored() == {"p00": 3}


def test_an_answer_that_is_not_ours_is_no_acknowledgement(grading: Any, stored: Stored) -> None:
    grading.page.route(
        "**/api/labels", lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>")
    )
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    grading.page.unroute("**/api/labels")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    assert stored() == {"p00": 3}


def test_a_refused_grade_stays_in_sight(grading: Any, stored: Stored) -> None:
    grading.page.route("**/api/labels", answer(400, "the stars are <wrong>"))
    grading.card("p00").press("e")
    failure = grading.card("p00", "fused").locator(".mm-failure")
    expect(failure).to_contain_text("Not saved: the stars are <wrong>")
    expect(grading.pill).to_have_text("1 not saved")
    grading.page.reload()
    expect(failure).to_contain_text("Not saved: the stars are <wrong>")
    grading.page.unroute("**/api/labels")
    failure.get_by_role("button", name="Try again").click()
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    expect(grading.pill).to_have_text("All saved")
    assert stored() == {"p00": 3}


def test_a_refused_grade_does_not_hide(grading: Any) -> None:
    grading.page.get_by_label("Only unjudged").check()
    grading.page.route("**/api/labels", answer(422, "no"))
    grading.card("p00").press("e")
    expect(grading.card("p00").locator(".mm-failure")).to_contain_text("Not saved: no")


def test_a_refused_grade_can_be_discarded(grading: Any, stored: Stored) -> None:
    grading.card("p00").press("s")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    grading.page.route("**/api/labels", answer(422, "no"))
    grading.card("p00").press("e")
    expect(grading.pill).to_have_text("1 not saved")
    grading.pill.click()
    grading.page.locator(".mm-panel").get_by_role("button", name="Discard").click()
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    assert grading.pressed("p00") == "S"  # what the server still has
    assert stored() == {"p00": 2}


def test_a_new_grade_replaces_a_refused_one(grading: Any, store: JudgmentStore) -> None:
    grading.page.route("**/api/labels", answer(422, "no"))
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "failed")
    grading.page.unroute("**/api/labels")
    grading.card("p00").press("c")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    (event,) = store.events()
    assert (event.judgment.grade, event.judgment.supersedes) == (1, None)
    expect(grading.pill).to_have_text("All saved")


def test_one_judges_outbox_is_never_sent_under_another_name(
    grading: Any, store: JudgmentStore
) -> None:
    grading.page.route("**/api/labels", lambda route: route.abort())
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    grading.page.evaluate(  # as if bert had graded here before anna signed in
        """() => {
            const [[key, text]] = OUTBOX;
            const entry = JSON.parse(text);
            entry.event.judge = "bert";
            localStorage.removeItem(key);
            localStorage.setItem(key.replace("anna", "bert"), JSON.stringify(entry));
        }""".replace("OUTBOX", OUTBOX)
    )
    grading.page.reload()  # first: the page that was there still has anna's event in hand
    grading.page.unroute("**/api/labels")
    expect(grading.pill).to_have_text("All saved")
    grading.card("p01").press("e")
    expect(grading.card("p01")).to_have_attribute("data-state", "saved")
    assert grading.pressed("p00") is None
    assert [event.judgment.product_id for event in store.events()] == ["p01"]
    assert len(grading.page.evaluate(OUTBOX)) == 1
    grading.pill.click()
    expect(grading.page.locator(".mm-panel")).to_contain_text("1 grade of other judges")


def test_a_second_tab_sends_what_the_first_could_not(grading: Any, store: JudgmentStore) -> None:
    grading.page.route("**/api/labels", lambda route: route.abort())
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    grading.page.unroute("**/api/labels")
    grading.page.route("**/api/labels", answer(503, "not this tab"))
    second = type(grading)(grading.page.context.new_page(), grading.url)
    second.open("?q=red+shirt")
    expect(second.card("p00")).to_have_attribute("data-state", "saved")
    grading.page.unroute("**/api/labels")
    expect(grading.card("p00")).to_have_attribute(
        "data-state", "saved"
    )  # the first one heard of it
    assert len(list(store.events())) == 1


def test_leaving_warns_only_if_a_grade_is_nowhere_else(shop: Any) -> None:
    shop.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    shop.open("?q=red+shirt")
    shop.tool("Grade").click()
    shop.page.route("**/api/labels", lambda route: route.abort())
    asked = dialogs(shop.page)
    shop.card("p00").press("e")
    expect(shop.card("p00")).to_have_attribute("data-state", "pending")
    shop.page.reload()
    assert asked == ["beforeunload"]


def test_leaving_does_not_warn_while_the_outbox_keeps_the_grade(grading: Any) -> None:
    grading.page.route("**/api/labels", lambda route: route.abort())
    asked = dialogs(grading.page)
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    grading.page.reload()
    expect(grading.card("p00")).to_have_attribute("data-state", "pending")
    assert asked == []


def test_event_ids_are_made_without_a_secure_context_too(grading: Any) -> None:
    ids = grading.page.evaluate(
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
        assert grading.page.evaluate("([id, form]) => new RegExp(form).test(id)", [event_id, form])
