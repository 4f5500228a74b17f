"""The judging page itself: what it shows, tells and hides, in whatever state, and in trouble."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mmdemo.labels.campaigns import Gold
from mmdemo.labels.campaigns.presets import DESIRABILITY, relevance

pytestmark = pytest.mark.browser

Make = Callable[..., str]
Serious = Callable[[Page], list[tuple[str, str]]]


def test_guidelines_come_first_and_are_a_key_away(judging: Any, make: Make) -> None:
    make()
    judging.open(start=False)
    page = judging.page
    expect(page.locator(".mm-rich strong")).to_have_text("all")
    expect(page.locator(".mm-rich li")).to_have_text("<b>photo</b> and text")
    expect(page.locator(".mm-judge-examples li")).to_contain_text("Substitute: The color differs.")
    page.get_by_role("button", name="Start judging").click()
    expect(judging.title).to_be_visible()
    judging.keys.press("?")
    dialog = page.get_by_role("dialog", name="Guidelines")
    expect(dialog).to_be_visible()
    expect(dialog.locator("dt").first).to_have_text("EExact")  # the key and the grade
    expect(dialog).not_to_contain_text("[object")
    judging.keys.press("e")  # grades nothing while the guidelines are read
    judging.keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(judging.place).to_contain_text("0 of 8 in all")
    page.reload()  # they were read
    expect(judging.title).to_be_visible()


def test_nothing_tells_where_a_product_was_found(judging: Any, make: Make) -> None:
    make()
    seen: list[str] = []

    def note(response: Any) -> None:
        if "/api/" in response.url:
            seen.append(response.text())

    judging.page.on("response", note)
    judging.open()
    judging.press("e")
    expect(judging.pill).to_have_text("All saved")
    everything = " ".join(seen) + judging.page.locator(".mm-app").inner_text()
    assert "Spring range" in everything
    for word in ("found_by", "rank", "score", "strategy", "words-model", "photo-model"):
        assert word not in everything, word


def test_a_screen_reader_hears_of_the_next_product(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.grade("Exact").focus()
    judging.press("Enter")
    expect(judging.told).to_contain_text(f"Product 2 of 4: {judging.shown()}")
    expect(judging.grade("Exact")).to_be_focused()  # the focus stays where the judge is


def test_the_next_photos_are_there_before_they_are_looked_at(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.page.wait_for_load_state("networkidle")
    asked: list[str] = []
    judging.page.on("request", lambda request: asked.append(request.url))
    judging.press("e")
    image = judging.page.locator(".mm-judge-stage img")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    assert not [url for url in asked if image.get_attribute("src") == url]


def test_choose_a_campaign_or_hear_that_there_is_none(judging: Any, make: Make) -> None:
    judging.open(start=False)
    expect(judging.center).to_have_text("Nothing to judge yet")
    make("spring")
    make("autumn")
    judging.page.get_by_role("button", name="Look again").click()
    choices = judging.page.locator(".mm-judge-choose button")
    expect(choices).to_have_count(2)
    choices.first.click()
    judging.page.get_by_role("button", name="Start judging").click()
    expect(judging.title).to_be_visible()
    judging.page.go_back()
    expect(choices).to_have_count(2)
    judging.open("winter", start=False)
    expect(judging.page.locator(".mm-panel-trouble")).to_contain_text("There is no such campaign")


def test_a_refused_answer_is_shown_with_its_reason(judging: Any, make: Make) -> None:
    make()
    judging.open()
    body = '{"error": {"code": "invalid", "message": "the reason is not known"}}'
    judging.page.route(
        "**/answer",
        lambda route: route.fulfill(status=422, content_type="application/json", body=body),
    )
    title = judging.press("e")
    expect(judging.pill).to_have_text("1 not saved")
    judging.pill.click()
    panel = judging.page.locator(".mm-panel")
    expect(panel).to_contain_text(f"Exact for {title}: the reason is not known")
    judging.page.unroute("**/answer")
    panel.get_by_role("button", name="Try again").click()
    expect(judging.pill).to_have_text("All saved")


def test_a_page_that_fails_shows_no_empty_screen(judging: Any, page: Page) -> None:
    page.route("**/api/judging", lambda route: route.abort())
    judging.open(start=False)
    expect(page.locator(".mm-panel-trouble")).to_contain_text("The server does not answer")
    page.unroute("**/api/judging")
    page.get_by_role("button", name="Try again").click()
    expect(judging.center).to_have_text("Nothing to judge yet")


def chosen_from(judging: Any, make: Make) -> None:
    make("spring")
    make("autumn")
    judging.open(start=False)
    expect(judging.page.locator(".mm-judge-choose li")).to_have_count(2)


def guided(judging: Any, make: Make) -> None:
    make()
    judging.open(start=False)
    expect(judging.page.locator(".mm-judge-examples li")).to_have_count(1)


def trained(judging: Any, make: Make) -> None:
    make(gold=[Gold("q1", "p30", 3, "It is red.", training=True)])
    judging.open()
    judging.keys.press("i")
    expect(judging.feedback).to_contain_text("Expected: Exact")


def graded_with_a_reason(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.press("e")
    judging.keys.press("ArrowLeft")
    judging.keys.press("l")
    judging.keys.press("m")
    expect(judging.pill).to_have_text("All saved")


def all_at_once(judging: Any, make: Make) -> None:
    make(questions=(relevance(), DESIRABILITY))
    judging.open()
    judging.keys.press("v")
    expect(judging.cards).to_have_count(4)


def looked_back(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.press("e")
    expect(judging.pill).to_have_text("All saved")
    judging.keys.press("h")
    expect(judging.page.locator(".mm-judge-history li")).to_have_count(1)


def paused(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.keys.press("p")
    expect(judging.center).to_have_text("Paused")


def zoomed(judging: Any, make: Make) -> None:
    make()
    judging.open()
    judging.keys.press("z")
    expect(judging.page.get_by_role("dialog", name="Photo")).to_be_visible()


STATES: list[Callable[[Any, Make], None]] = [
    chosen_from, guided, trained, graded_with_a_reason, all_at_once, looked_back, paused, zoomed,
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_serious(
    judging: Any, make: Make, serious: Serious, state: Callable[[Any, Make], None]
) -> None:
    state(judging, make)
    assert serious(judging.page) == []
