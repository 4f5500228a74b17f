"""The tour in a real browser: offered, taken, declined, and what it points at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

TITLES = [
    "Ask as a shopper would",
    "One query, three lists",
    "What each half gave",
    "Rescued and buried",
    "Weigh words against photos",
    "Say what is right",
    "Where the grades go",
]
RESCUING = "?q=red+shirt&weight=0.2"  # photos weigh enough to lift products over text's first 20
# What each step points at; the ring stays 8 pixels inside the window.
TARGETS = [
    ".mm-ask-row",
    ".mm-column-head",
    '.mm-column[data-ranker="fused"] .mm-card:has([data-moved=up] > .mm-from)',
    ".mm-card:has(.mm-badge-rescued)",
    ".mm-weight",
    ".mm-tool.mm-toggle",
    '.mm-nav a[href$="/analysis"]',
]
_AROUND = """(selector) => {
    const ring = document.querySelector(".mm-tour-ring").getBoundingClientRect();
    const target = document.querySelector(selector).getBoundingClientRect();
    return ring.width > 0 && ring.left <= Math.max(8, target.left) + 1
        && ring.top <= Math.max(8, target.top) + 1
        && ring.right >= Math.min(innerWidth - 8, target.right) - 1
        && ring.bottom >= Math.min(innerHeight - 8, target.bottom) - 1;
}"""
_INSIDE = """() => {
    const panel = document.querySelector(".mm-tour-panel").getBoundingClientRect();
    return panel.left >= 0 && panel.top >= 0
        && panel.right <= innerWidth && panel.bottom <= innerHeight;
}"""


class Tour:
    """The tour and its offer."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.offer = page.get_by_role("complementary", name="Tour")
        self.panel = page.locator(".mm-tour-panel")
        self.title = self.panel.get_by_role("heading")
        self.next = self.panel.locator(".mm-tour-next")

    def open(self, address: str = "") -> Tour:
        """Go to the search page."""
        self.page.goto(f"{self.url}/{address}")
        expect(self.page.locator(".mm-chips button").first).to_be_visible()
        return self

    def take(self) -> None:
        """Accept the offer."""
        self.offer.get_by_role("button", name="Take the tour").click()
        expect(self.title).to_have_text(TITLES[0])

    def from_menu(self) -> None:
        """Ask for it again."""
        self.page.get_by_role("button", name="Help").click()
        self.page.get_by_role("menuitem", name="Take the tour").click()


@pytest.fixture
def tour(page: Page, url: str) -> Tour:
    return Tour(page, url)


def test_it_is_offered_and_takes_nothing(tour: Tour) -> None:
    tour.open()
    expect(tour.offer).to_be_visible()
    expect(tour.panel).to_be_hidden()
    expect(tour.page.locator("#mm-query")).to_be_focused()
    tour.page.keyboard.type("red shirt")  # whoever knows the page just goes on
    tour.page.keyboard.press("Enter")
    expect(tour.page.locator(".mm-card").first).to_be_visible()
    tour.page.reload()
    expect(tour.offer).to_be_visible()  # not answered
    tour.offer.get_by_role("button", name="No, thanks").click()
    expect(tour.offer).to_be_hidden()
    expect(tour.page.locator("#mm-query")).to_be_focused()
    tour.page.reload()
    expect(tour.page.locator(".mm-card").first).to_be_visible()
    expect(tour.offer).to_be_hidden()


def test_each_step_points_at_what_it_tells_of(tour: Tour) -> None:
    tour.open(RESCUING)
    expect(tour.page.locator(".mm-badge-rescued").first).to_be_visible()
    tour.take()
    for title, target in zip(TITLES, TARGETS, strict=True):
        expect(tour.title).to_have_text(title)
        tour.page.wait_for_function(_AROUND, arg=target)
        tour.page.wait_for_function(_INSIDE)
        assert tour.page.locator(target).first.is_visible()
        tour.next.click()
    expect(tour.panel).to_be_hidden()
    expect(tour.offer).to_be_hidden()
    expect(tour.page.get_by_role("button", name="Help")).to_be_focused()
    tour.page.reload()
    expect(tour.page.locator(".mm-card").first).to_be_visible()
    expect(tour.offer).to_be_hidden()
    tour.from_menu()
    expect(tour.title).to_have_text(TITLES[0])


def test_it_asks_an_example_to_show_lists(tour: Tour) -> None:
    tour.open()
    tour.take()
    expect(tour.page.locator(".mm-start")).to_be_visible()
    tour.next.click()
    expect(tour.page.locator(".mm-asked")).to_have_text("shirts")
    expect(tour.next).to_be_focused()
    tour.page.wait_for_function(_AROUND, arg=TARGETS[1])
    tour.next.click()  # nothing moved here: the first
    tour.page.wait_for_function(_AROUND, arg='.mm-column[data-ranker="fused"] .mm-card')
    tour.next.click()  # nothing is rescued here: it points at the line that counts
    tour.page.wait_for_function(_AROUND, arg='[data-ranker="fused"] .mm-column-told')


def test_the_third_step_shows_a_product_that_moved(tour: Tour) -> None:
    tour.open("?q=red+shirt&weight=0.5")  # text and photos cancel out: the order of text
    fused = tour.page.locator('.mm-column[data-ranker="fused"] .mm-card')
    expect(fused.first).to_be_visible()
    tour.take()
    tour.next.click()
    tour.page.locator(".mm-weight input").fill("0.45")
    tour.page.wait_for_url("**weight=0.45**")
    tour.next.click()
    expect(tour.title).to_have_text(TITLES[2])
    moved = '.mm-column[data-ranker="fused"] .mm-card:has(.mm-moved:not([data-moved=same]))'
    tour.page.wait_for_function(_AROUND, arg=moved)


def test_by_keyboard_alone(tour: Tour) -> None:
    keys = tour.page.keyboard
    tour.open("?q=red+shirt")
    tour.take()
    expect(tour.next).to_be_focused()
    expect(tour.panel).to_have_attribute("role", "dialog")
    expect(tour.panel).to_have_accessible_name(TITLES[0])
    for key, title in (
        ("ArrowRight", TITLES[1]),
        ("Enter", TITLES[2]),
        ("ArrowLeft", TITLES[1]),
        ("ArrowLeft", TITLES[0]),
        ("ArrowLeft", TITLES[0]),
        ("ArrowRight", TITLES[1]),
    ):
        keys.press(key)
        expect(tour.title).to_have_text(title)
        expect(tour.next).to_be_focused()
    keys.press("Shift+Tab")
    expect(tour.panel.get_by_role("button", name="Back")).to_be_focused()
    keys.press("Enter")
    expect(tour.title).to_have_text(TITLES[0])
    keys.press("Escape")
    expect(tour.panel).to_be_hidden()
    expect(tour.page.get_by_role("button", name="Help")).to_be_focused()
    keys.press("Enter")
    keys.press("Enter")
    expect(tour.title).to_have_text(TITLES[0])


def test_the_page_can_be_used_meanwhile(tour: Tour) -> None:
    tour.open("?q=red+shirt")
    expect(tour.page.locator(".mm-card").first).to_be_visible()
    tour.take()
    for _ in range(4):
        tour.next.click()
    expect(tour.title).to_have_text(TITLES[4])
    tour.page.locator(".mm-weight input").fill("0.2")
    tour.page.wait_for_url("**weight=0.2**")
    tour.page.locator(".mm-weight input").press("ArrowLeft")  # moves the weight, not the tour
    tour.page.wait_for_url("**weight=0.25**")
    expect(tour.title).to_have_text(TITLES[4])
    tour.page.keyboard.press("Escape")
    expect(tour.panel).to_be_hidden()


def test_what_is_not_there_is_only_told_of(tour: Tour) -> None:
    tour.open("?q=nothing&lists=text")  # no card, no badge, no weight
    expect(tour.page.locator(".mm-note").first).to_be_visible()
    tour.take()
    for title in TITLES:
        expect(tour.title).to_have_text(title)
        tour.page.wait_for_function(_INSIDE)
        if title in (TITLES[2], TITLES[3], TITLES[4]):
            expect(tour.page.locator(".mm-tour-ring")).to_be_hidden()
        tour.next.click()
    expect(tour.panel).to_be_hidden()


def test_it_begins_from_any_page(tour: Tour) -> None:
    tour.page.goto(f"{tour.url}/catalog")
    tour.from_menu()
    expect(tour.title).to_have_text(TITLES[0])
    expect(tour.page).to_have_url(f"{tour.url}/")
    tour.page.keyboard.press("Escape")
    tour.page.reload()
    expect(tour.page.locator(".mm-chips button").first).to_be_visible()
    expect(tour.panel).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone(browser: Browser, url: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 700}, has_touch=True, reduced_motion="reduce"
    )
    tour = Tour(context.new_page(), url).open(RESCUING)
    expect(tour.page.locator(".mm-badge-rescued").first).to_be_attached()
    tour.offer.get_by_role("button", name="Take the tour").tap()
    targets = [TARGETS[0], ".mm-tabs", *TARGETS[2:]]
    for title, target in zip(TITLES, targets, strict=True):
        expect(tour.title).to_have_text(title)
        expect(tour.panel).not_to_contain_text(re.compile("press|mouse|click", re.IGNORECASE))
        tour.page.wait_for_function(_INSIDE)
        if target != TARGETS[-1]:  # the row of pages is longer than a phone is wide
            tour.page.wait_for_function(_AROUND, arg=target)
            apart = tour.page.evaluate(
                """() => {
                    const [ring, panel] = [".mm-tour-ring", ".mm-tour-panel"].map(
                        (one) => document.querySelector(one).getBoundingClientRect());
                    return ring.bottom <= panel.top || panel.bottom <= ring.top;
                }"""
            )
            assert apart, title
        assert tour.page.evaluate("document.documentElement.scrollWidth") == width
        tour.next.tap()
    expect(tour.panel).to_be_hidden()
    context.close()


def test_forced_colors(browser: Browser, url: str) -> None:
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    tour = Tour(context.new_page(), url).open("?q=red+shirt")
    tour.take()
    ring = tour.page.locator(".mm-tour-ring")
    assert ring.evaluate("(ring) => getComputedStyle(ring).outlineStyle") == "solid"
    assert ring.evaluate("(ring) => parseFloat(getComputedStyle(ring).outlineWidth)") >= 3
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_to_axe(tour: Tour, scheme: Any) -> None:
    tour.page.emulate_media(color_scheme=scheme)
    tour.open("?q=red+shirt")
    expect(tour.page.locator(".mm-card").first).to_be_visible()
    expect(tour.page.locator(".mm-tools").get_by_role("button", name="Add list")).to_be_enabled()
    assert serious(tour.page) == []  # with the offer
    tour.page.get_by_role("button", name="Help").click()
    assert serious(tour.page) == []
    tour.page.get_by_role("menuitem", name="Take the tour").click()
    assert serious(tour.page) == []
    tour.next.click()
    assert serious(tour.page) == []


def serious(page: Page) -> list[tuple[str, str]]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        (v["id"], v["nodes"][0]["html"][:300])
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
