"""Examples as stories in a real browser: the way in, the line above the lists, the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from mmdemo.catalog import Catalog
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser

STORIES = (
    "query,photo,story\n"
    'red shirt,,"Text alone fails: no seller, anywhere, wrote it."\n'
    ",ask.webp,A photo is enough.\n"
    "like this but blue,ask.webp,<b>Both</b> <img src=x onerror=hacked=1>\n"
    "no story,,\n"
    ",,nothing to ask\n"
)


@pytest.fixture
def stories(catalog: Catalog) -> Iterator[Catalog]:
    """The catalog with four examples, three of them with a story, and one row that is none."""
    file, photo = catalog.directory / "examples.csv", catalog.directory / "ask.webp"
    file.write_text(STORIES)
    photo.write_bytes(catalog.image_path(catalog.get("p03").images[0]).read_bytes())
    yield catalog
    file.unlink()
    photo.unlink()


class Stories:
    """The start page's cards and the line above the lists."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cards = page.locator(".mm-story")
        self.bar = page.locator(".mm-story-bar")
        self.told = page.locator(".mm-story-told")
        self.place = page.locator(".mm-story-place")
        self.chips = page.locator(".mm-chips")

    def button(self, name: str) -> Locator:
        """Of the line or of the row of chips."""
        return self.page.locator(".mm-main").get_by_role("button", name=name)

    def answered(self, text: str) -> None:
        """Wait for the lists of a query."""
        expect(self.page.locator(".mm-asked")).to_have_text(text)
        expect(self.page.locator(".mm-card").first).to_be_visible()
        expect(self.page.locator(".mm-busy")).to_have_count(0)


@pytest.fixture
def told(page: Page, url: str, stories: Catalog) -> Stories:
    """The start page with its stories."""
    page.goto(url)
    told = Stories(page)
    expect(told.cards).to_have_count(4)
    return told


def test_a_story_is_a_search_and_stays_in_sight(told: Stories) -> None:
    expect(told.cards.first).to_have_text(
        "red shirtText alone fails: no seller, anywhere, wrote it."
    )
    expect(told.cards.first.locator("b")).to_have_text("Text alone fails:")
    expect(told.cards.nth(2).locator(".mm-story-line")).to_have_text(
        "<b>Both</b> <img src=x onerror=hacked=1>"
    )
    expect(told.page.locator(".mm-story-notes")).to_have_text(
        "examples.csv, row 6 is left out: it has neither words nor a photo"
    )
    expect(told.chips).to_be_hidden()  # the cards are in their place
    told.cards.first.click()
    told.answered("red shirt")
    expect(told.place).to_have_text("Story 1 of 3")
    expect(told.told).to_have_text("Text alone fails: no seller, anywhere, wrote it.")
    expect(told.told).to_be_focused()
    told.button("Next story").click()
    told.answered("Photo")
    expect(told.place).to_have_text("Story 2 of 3")
    told.button("Next story").click()
    told.answered("like this but blue")
    told.button("Next story").click()  # the first comes after the last
    expect(told.place).to_have_text("Story 1 of 3")
    told.button("Previous story").click()
    expect(told.place).to_have_text("Story 3 of 3")
    assert told.page.evaluate("window.hacked") is None
    told.page.go_back()
    told.page.go_back()
    told.page.go_back()
    expect(told.place).to_have_text("Story 2 of 3")


def test_the_way_back_to_all_stories(told: Stories) -> None:
    told.cards.nth(1).click()
    told.answered("Photo")
    told.button("All stories").click()
    expect(told.cards.nth(1)).to_be_focused()
    expect(told.bar).to_be_hidden()
    told.page.fill("#mm-query", "something else")
    told.page.press("#mm-query", "Enter")
    told.answered("something else")
    expect(told.bar).to_be_hidden()
    told.button("All stories").click()  # from a query that is none
    expect(told.cards.first).to_be_focused()
    told.cards.nth(3).click()
    told.answered("no story")
    expect(told.bar).to_be_hidden()


def test_a_hidden_story_stays_hidden_and_the_next_one_does_not(told: Stories) -> None:
    told.cards.first.click()
    told.answered("red shirt")
    told.button("Hide this story").click()
    expect(told.bar).to_be_hidden()
    expect(told.page.locator("#mm-query")).to_be_focused()
    told.page.locator(".mm-weight input").fill("0.3")
    told.page.wait_for_url("**weight=0.3**")
    expect(told.bar).to_be_hidden()
    told.chips.get_by_role("button", name="like this but blue").click()
    expect(told.bar).to_be_visible()
    expect(told.page).not_to_have_url("weight")
    told.chips.get_by_role("button", name="red shirt").click()
    expect(told.bar).to_be_visible()


def test_a_story_begins_from_the_lists_it_is_told_of(told: Stories, url: str) -> None:
    told.page.goto(f"{url}/?q=shirt&lists=image&weight=0.9&top=10&f.half=first&price=650..660")
    told.answered("shirt")
    told.chips.get_by_role("button", name="red shirt").click()
    told.answered("red shirt")
    expect(told.page).to_have_url(f"{url}/?q=red+shirt&top=10")
    expect(told.page.locator(".mm-column")).to_have_count(3)


def test_a_link_to_its_query_tells_the_story(told: Stories, url: str) -> None:
    told.page.goto(f"{url}/?q=red+shirt&weight=0.5")
    expect(told.told).to_contain_text("Text alone fails")
    expect(told.page.locator("#mm-query")).to_be_focused()  # nobody clicked it


def test_other_lists_than_it_is_told_of_are_named(told: Stories, url: str) -> None:
    changed = told.page.locator(".mm-story-changed")
    told.cards.first.click()
    told.answered("red shirt")
    expect(changed).to_be_hidden()
    for other in ("weight=0.5", "lists=image,text,fused", "f.half=first", "price=650..660"):
        told.page.goto(f"{url}/?q=red+shirt&top=10&{other}")
        expect(changed).to_have_text("Told of the lists as they came. Bring them back")
        told.button("Bring them back").click()
        expect(told.page).to_have_url(f"{url}/?q=red+shirt&top=10")
        expect(changed).to_be_hidden()
        expect(told.told).to_be_focused()
    told.page.goto(f"{url}/?q=red+shirt&weight=0.75")  # the catalog's own
    expect(told.told).to_be_visible()
    expect(changed).to_be_hidden()


def test_suggestions_are_words_to_type(told: Stories) -> None:
    told.page.locator("#mm-query").click()
    expect(told.page.get_by_role("option")).to_have_text(["red shirt", "no story"])


def test_by_keyboard_alone(told: Stories) -> None:
    keys = told.page.keyboard
    told.cards.first.focus()
    keys.press("Enter")
    expect(told.told).to_be_focused()
    keys.press("Tab")
    expect(told.button("Previous story")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(told.place).to_have_text("Story 2 of 3")
    expect(told.button("Next story")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(told.bar).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_to_axe(page: Page, url: str, stories: Catalog, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for address in ("", "?q=red+shirt"):
        page.goto(f"{url}/{address}")
        shown = ".mm-story-bar" if address else ".mm-story"
        expect(page.locator(shown).first).to_be_visible()
        if address:
            Stories(page).answered("red shirt")
            expect(page.locator(".mm-tools").get_by_role("button", name="Add list")).to_be_enabled()
        found = Axe().run(page).response["violations"]
        serious = [v for v in found if v["impact"] in {"serious", "critical"}]
        assert [(v["id"], v["nodes"][0]["html"][:300]) for v in serious] == []


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone(browser: Browser, url: str, stories: Catalog, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, has_touch=True, reduced_motion="reduce"
    )
    phone = Stories(context.new_page())
    phone.page.goto(url)
    wide = "document.documentElement.scrollWidth"
    phone.cards.nth(2).tap()
    phone.answered("like this but blue")
    assert phone.page.evaluate(wide) == width
    for name in ("Previous story", "Next story", "Hide this story"):
        box = phone.button(name).bounding_box()
        assert box is not None
        assert box["height"] >= 40
        assert 0 <= box["x"] <= width - box["width"]
    phone.button("All stories").tap()
    expect(phone.cards.first).to_be_visible()
    assert phone.page.evaluate(wide) == width
    context.close()


def test_without_stories_examples_are_chips(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".mm-chips button").first).to_have_text("shirts")
    expect(page.locator(".mm-begin")).to_be_hidden()
    page.goto(f"{url}/?q=red+shirt&lists=image")
    page.locator(".mm-chips button").first.click()
    expect(page.locator(".mm-asked")).to_have_text("shirts")
    expect(page.locator(".mm-column")).to_have_count(1)  # its settings stay
    expect(page.locator(".mm-story-bar")).to_be_hidden()


def test_stories_wait_for_the_engine(
    page: Page,
    engine: Any,
    stories: Catalog,
    store: JudgmentStore,
    settings: Settings,
    serve: Callable[[FastAPI], Any],
) -> None:
    from mmdemo.web.app import create_app

    handle = EngineHandle(lambda: engine)
    page.goto(serve(create_app(handle, store, settings)).url + "/?q=red+shirt")
    expect(page.locator(".mm-story-told")).to_contain_text("Text alone fails")
    expect(page.locator(".mm-card").first).to_be_visible()
