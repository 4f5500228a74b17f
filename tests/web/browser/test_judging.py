"""A judge at work in a real browser, on the real server: what is clicked and typed is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Route, expect

from mmdemo.labels import JudgmentStore
from mmdemo.labels.campaigns import Gold, Question, Step
from mmdemo.labels.campaigns.presets import DESIRABILITY, relevance
from mmdemo.records import Judgment

pytestmark = pytest.mark.browser

Make = Callable[..., str]


def current(store: JudgmentStore, **wanted: Any) -> dict[str, Judgment]:
    """What counts now, by product."""
    found = store.current(campaign="spring", withdrawn=True, **wanted)
    return {event.judgment.product_id: event.judgment for event in found}


def graded(store: JudgmentStore) -> dict[str, int | None]:
    return {product: judgment.grade for product, judgment in current(store).items()}


def product_id(title: str) -> str:
    """The id of "Product 12"."""
    return f"p{title.removeprefix('Product ')}"


def test_keys_grade_and_the_next_product_is_there(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    expect(judging.query).to_have_text("red shirt")
    first = judging.shown()
    judging.keys.press("l")
    expect(judging.page.get_by_role("button", name="Color")).to_have_attribute(
        "aria-pressed", "true"
    )
    judging.press("s")
    second = judging.press("0")
    third = judging.press("x")
    expect(judging.pill).to_have_text("All saved")
    expect(judging.place).to_contain_text("4 of 4 for this query")
    found = current(store)
    judgment = found[product_id(first)]
    assert (judgment.grade, judgment.judge, judgment.campaign) == (2, "anna", "spring")
    assert (judgment.query_text, judgment.blind) == ("red shirt", True)
    assert judgment.context["reasons"] == ["color"]
    assert judgment.context["guidelines"] == 1
    assert 0 <= float(str(judgment.context["seconds"])) < 60
    assert found[product_id(second)].grade == 0
    assert found[product_id(third)].context["answer"] == "cant_tell"


def test_a_comment_goes_with_the_answer_also_later(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    judging.keys.press("m")
    judging.keys.type("es sieht")  # no grades while it is typed
    judging.keys.press("Control+Enter")
    first = judging.press("e")
    judging.keys.press("ArrowLeft")
    expect(judging.title).to_have_text(first)
    judging.keys.press("d")
    expect(judging.pill).to_have_text("All saved")
    judgment = current(store)[product_id(first)]
    assert (judgment.grade, judgment.context["comment"]) == (3, "es sieht")
    assert judgment.context["reasons"] == ["photo_and_text"]


def test_a_comment_is_not_lost_by_a_click_on_a_grade_or_a_reload(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    first = judging.shown()
    judging.keys.press("m")
    judging.keys.type("half a ")
    judging.page.reload()
    expect(judging.title).to_have_text(first)
    judging.keys.press("m")
    judging.keys.press("End")
    judging.keys.type("comment")
    judging.grade("Substitute").click()
    expect(judging.title).not_to_have_text(first)
    expect(judging.pill).to_have_text("All saved")
    judgment = current(store)[product_id(first)]
    assert (judgment.grade, judgment.context["comment"]) == (2, "half a comment")


def test_undo_and_redo_over_the_whole_history(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    titles = [judging.press(key) for key in "esc"]
    expect(judging.pill).to_have_text("All saved")
    judging.page.evaluate("sessionStorage.clear()")  # as on another day
    judging.page.reload()
    expect(judging.title).to_be_visible()
    for title in reversed(titles):
        judging.keys.press("u")
        expect(judging.title).to_have_text(title)
        expect(judging.toast).to_contain_text(f"Undone: “{title}” is without an answer again")
    expect(judging.pill).to_have_text("All saved")
    assert set(graded(store).values()) == {None}
    judging.keys.press("u")
    expect(judging.toast).to_contain_text("Nothing to undo")
    judging.keys.press("Shift+U")
    expect(judging.toast).to_contain_text(f"Redone: “{titles[0]}” is Exact again")
    expect(judging.pill).to_have_text("All saved")
    assert graded(store)[product_id(titles[0])] == 3


def test_what_was_undone_comes_next_whatever_the_server_said_meanwhile(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    titles = [judging.press(key) for key in "es"]
    expect(judging.pill).to_have_text("All saved")
    held: list[tuple[Route, APIResponse]] = []

    def hold_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    judging.page.route("**/next", hold_first)
    titles.append(judging.press("c"))  # five are left, so more are asked for
    for title in reversed(titles):
        judging.keys.press("u")
        expect(judging.title).to_have_text(title)
    expect(judging.pill).to_have_text("All saved")
    route, before_most = held[0]
    with judging.page.expect_response("**/next"):
        route.fulfill(response=before_most)
    judging.page.wait_for_load_state("networkidle")
    assert [judging.press(key) for key in "isc"] == titles
    expect(judging.pill).to_have_text("All saved")
    assert graded(store) == {
        product_id(title): grade for title, grade in zip(titles, (0, 2, 1), strict=True)
    }


def test_what_is_told_of_an_undo_leaves_the_next_one_within_reach(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    titles = [judging.press(key) for key in "es"]
    undo = judging.page.get_by_role("button", name="Undo")
    for title in reversed(titles):
        undo.click(timeout=3_000)  # ms: less than the message before it stays
        expect(judging.title).to_have_text(title)
        expect(judging.toast).to_contain_text(f"Undone: “{title}”")
    expect(judging.pill).to_have_text("All saved")
    assert set(graded(store).values()) == {None}


def test_an_older_answer_is_changed_from_the_list(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    first = judging.press("e")
    judging.press("s")
    judging.keys.press("h")
    dialog = judging.page.get_by_role("dialog", name="Your answers")
    expect(dialog.locator("li")).to_have_count(2)
    dialog.get_by_role("button").filter(has_text=first).click()
    expect(judging.title).to_have_text(first)
    expect(judging.grade("Exact")).to_have_attribute("aria-pressed", "true")
    judging.keys.press("i")
    expect(judging.title).not_to_have_text(first)
    expect(judging.pill).to_have_text("All saved")
    assert graded(store)[product_id(first)] == 0
    judging.keys.press("u")
    expect(judging.toast).to_contain_text(f"Undone: “{first}” is Exact again")


def test_from_an_older_answer_one_goes_on_without_changing_it(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make(pairs=1)
    judging.open()
    first = judging.press("e")
    second = judging.shown()
    judging.keys.press("h")
    judging.page.locator(".mm-judge-history button").click()
    expect(judging.title).to_have_text(first)
    judging.page.get_by_role("button", name="Go on").click()
    expect(judging.title).to_have_text(second)
    expect(judging.page.get_by_role("button", name="Go on")).to_be_hidden()
    judging.keys.press("i")
    expect(judging.center).to_have_text("All done")
    judging.page.get_by_role("button", name="Look through your answers").click()
    judging.page.locator(".mm-judge-history button").filter(has_text=first).click()
    expect(judging.title).to_have_text(first)
    judging.page.locator(".mm-judge-words").press("Enter")
    expect(judging.center).to_have_text("All done")
    assert graded(store) == {product_id(first): 3, product_id(second): 0}


def test_skip_leaves_it_to_others_and_the_query_can_be_hopeless(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    skipped = judging.press("k")
    hopeless = judging.page.get_by_role("button", name="No good result possible")
    judging.keys.press("n")
    expect(hopeless).to_have_attribute("aria-pressed", "true")
    expect(judging.pill).to_have_text("All saved")
    judging.page.reload()
    expect(hopeless).to_have_attribute("aria-pressed", "true")
    judging.keys.press("n")
    expect(hopeless).to_have_attribute("aria-pressed", "false")
    expect(judging.pill).to_have_text("All saved")
    judging.page.reload()
    expect(hopeless).to_have_attribute("aria-pressed", "false")
    assert current(store)[product_id(skipped)].context["answer"] == "skipped"


def test_the_training_round_tells_what_was_expected(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    gold = [
        Gold("q1", "p30", 3, "It is red and a shirt.", training=True),
        Gold("q1", "p31", 0, "It is no shirt.", training=True),
    ]
    make(gold=gold)
    judging.open()
    expect(judging.place).to_contain_text("Training")
    for _ in range(2):
        title = judging.shown()
        judging.keys.press("e")
        right = title == "Product 30"
        expect(judging.feedback).to_contain_text(
            "Exact, as expected" if right else "Expected: Irrelevant"
        )
        expect(judging.feedback).to_contain_text("red" if right else "It is no shirt.")
        judging.keys.press("Enter")
        expect(judging.title).not_to_have_text(title)
    expect(judging.place).to_contain_text("1 of 4 for this query · 0 of 8 in all")
    kinds = {judgment.context["kind"] for judgment in current(store).values()}
    assert kinds == {"training"}


def test_a_second_question_is_asked_after_the_first(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make(questions=(relevance(), DESIRABILITY))
    judging.open()
    first = judging.shown()
    judging.keys.press("e")
    ask = judging.page.locator(".mm-judge-ask")
    expect(ask).to_have_text(DESIRABILITY.ask)
    judging.keys.press("Backspace")
    expect(ask).to_have_text("How well does it answer the query?")
    judging.keys.press("s")
    judging.press("1")
    expect(judging.pill).to_have_text("All saved")
    grades = {
        question: current(store, question=question)[product_id(first)].grade
        for question in ("relevance", "desirability")
    }
    assert grades == {"relevance": 2, "desirability": 1}


def test_all_products_of_a_query_at_once(judging: Any, make: Make, store: JudgmentStore) -> None:
    make()
    judging.open()
    judging.keys.press("v")
    expect(judging.cards).to_have_count(4)
    titles = judging.cards.locator("h3").all_inner_texts()
    expect(judging.cards.nth(0)).to_be_focused()
    judging.keys.press("ArrowRight")
    judging.keys.press("s")
    expect(judging.cards.nth(2)).to_be_focused()
    judging.cards.nth(0).get_by_role("button", name="Exact").click()
    expect(judging.cards.nth(2)).to_have_class("mm-judge-card mm-here")
    expect(judging.pill).to_have_text("All saved")
    assert graded(store) == {product_id(titles[1]): 2, product_id(titles[0]): 3}
    judging.page.reload()  # the switch is kept
    expect(judging.cards.first).to_be_visible()


def test_custom_scales_have_their_own_keys(judging: Any, make: Make, store: JudgmentStore) -> None:
    steps = tuple(Step(grade=g, name=f"Grade {g}", key=k) for g, k in ((10, "b"), (5, ""), (0, "")))
    make(questions=(Question(name="relevance", ask="How good?", scale=steps),))
    judging.open()
    best, middle = judging.press("b"), judging.press("5")
    expect(judging.pill).to_have_text("All saved")
    assert graded(store) == {product_id(best): 10, product_id(middle): 5}


def test_paused_and_done(judging: Any, make: Make, store: JudgmentStore) -> None:
    make(pairs=1)
    judging.open()
    first = judging.shown()
    judging.keys.press("p")
    expect(judging.center).to_have_text("Paused")
    judging.keys.press("e")  # grades nothing
    judging.page.get_by_role("button", name="Go on").click()
    expect(judging.title).to_have_text(first)
    judging.press("e")
    judging.keys.press("e")
    expect(judging.center).to_have_text("All done")
    expect(judging.center).to_be_focused()
    judging.keys.press("u")
    expect(judging.title).to_be_visible()
    judging.keys.press("i")
    expect(judging.center).to_have_text("All done")
    assert sorted(graded(store).values(), key=str) == [0, 3]


def test_answers_given_without_a_network_are_sent_later(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make(pairs=3)
    judging.open()
    judging.press("e")
    expect(judging.pill).to_have_text("All saved")
    expect(judging.page.locator(".mm-judge-status")).to_be_hidden()
    judging.page.wait_for_load_state("networkidle")  # the next query's products, too
    judging.page.context.set_offline(True)
    for key in "scisc"[:4]:
        judging.press(key)
    judging.keys.press("0")
    expect(judging.center).to_have_text("No connection")
    expect(judging.pill).to_have_text("5 waiting…")
    assert len(graded(store)) == 1
    judging.page.context.set_offline(False)
    expect(judging.pill).to_have_text("All saved", timeout=30_000)
    expect(judging.center).to_have_text("All done", timeout=30_000)
    assert len(graded(store)) == 6


def test_a_reload_without_a_network_loses_no_answer(
    judging: Any, make: Make, store: JudgmentStore
) -> None:
    make()
    judging.open()
    judging.page.route("**/answer", lambda route: route.abort())
    first = judging.press("e")
    expect(judging.pill).to_have_text("1 waiting…")
    judging.page.reload()
    expect(judging.title).to_be_visible()
    expect(judging.title).not_to_have_text(first)  # it is known to be answered
    expect(judging.pill).to_have_text("1 waiting…")
    judging.page.unroute("**/answer")
    judging.page.evaluate("dispatchEvent(new Event('online'))")
    expect(judging.pill).to_have_text("All saved")
    assert graded(store) == {product_id(first): 3}


def test_a_tablet(browser: Browser, judging: Any, make: Make, url: str, store: Any) -> None:
    make()
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, reduced_motion="reduce"
    )
    tablet = type(judging)(context.new_page(), url)
    tablet.open()
    for button in tablet.page.locator(".mm-judge-bar button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert box["width"] >= 40
    first = tablet.shown()
    tablet.page.get_by_role("button", name="Color").tap()
    tablet.grade("Substitute").tap()
    expect(tablet.title).not_to_have_text(first)
    tablet.page.get_by_role("button", name="Look closer").tap()
    zoom = tablet.page.get_by_role("dialog", name="Photo")
    zoom.get_by_role("button", name="Closer").tap()
    zoom.get_by_role("button", name="Close", exact=True).tap()
    expect(tablet.pill).to_have_text("All saved")
    assert graded(store) == {product_id(first): 2}
    tablet.page.set_viewport_size({"width": 390, "height": 844})
    tablet.page.wait_for_function("document.documentElement.scrollWidth === 390")
    context.close()
