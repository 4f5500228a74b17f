"""What a phone shows, and rows that are longer than their place, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mmdemo.catalog import Catalog

pytestmark = pytest.mark.browser

PAGES = ["Search", "Analysis", "Campaigns", "Judge", "Catalog", "About"]
MANY = "query,story\n" + "".join(f"a long query number {n},Story {n}.\n" for n in range(1, 9))
_INSIDE = """(part) => {
    const row = part.parentElement.getBoundingClientRect();
    const { left, right } = part.getBoundingClientRect();
    return left >= row.left - 1 && right <= row.right + 1;
}"""


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the server on a phone."""
    contexts = []

    def open_page(address: str = "", width: int = 390) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, has_touch=True, reduced_motion="reduce"
        )
        context.add_init_script("localStorage.setItem('mmdemo:tour', 'done')")  # is not offered
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{url}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def many(catalog: Catalog) -> Iterator[None]:
    """More stories than fit in a line."""
    file = catalog.directory / "examples.csv"
    file.write_text(MANY)
    yield
    file.unlink()


def test_all_pages_are_in_sight_or_the_row_shows_that_it_has_more(
    phone: Callable[..., Page],
) -> None:
    page = phone("catalog")
    links = page.locator(".mm-nav a")
    expect(links).to_have_text(PAGES)
    assert links.evaluate_all(f"(links) => links.every({_INSIDE})")
    expect(page.locator(".mm-nav")).not_to_have_attribute("data-more", "right")
    small = phone("about", width=260)
    nav = small.locator(".mm-nav")
    assert nav.locator("[aria-current]").evaluate(_INSIDE)
    expect(nav).to_have_attribute("data-more", "left")
    nav.evaluate("(nav) => nav.scrollTo(20, 0)")
    expect(nav).to_have_attribute("data-more", "both")
    nav.evaluate("(nav) => nav.scrollTo(0, 0)")
    expect(nav).to_have_attribute("data-more", "right")


def test_products_begin_in_the_upper_half(phone: Callable[..., Page], many: None) -> None:
    page = phone("?q=a+long+query+number+1")
    first = page.locator(".mm-card").first
    expect(first).to_be_visible()
    expect(page.locator(".mm-story-told")).to_be_visible()
    assert top_of(first) < 540
    expect(page.locator(".mm-ranker span").first).to_be_hidden()  # its tab has the name
    page.get_by_role("button", name="Text: change the ranker").tap()
    expect(page.get_by_role("menuitemradio", name="Image")).to_be_visible()


def test_on_paper_lists_have_their_names(phone: Callable[..., Page]) -> None:
    page = phone("?q=red+shirt", width=720)  # as wide as a sheet
    names = page.locator(".mm-ranker span")
    expect(names.first).to_be_hidden()
    page.emulate_media(media="print")
    expect(names.first).to_be_visible()
    expect(names).to_have_text(["Text", "Image", "Fused"])


def top_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def test_the_tab_of_the_list_in_sight_is_in_sight(phone: Callable[..., Page], engine: Any) -> None:
    engine.learn()
    page = phone("?q=red+shirt&lists=text,image,fused-moe,fused", width=320)
    tabs = page.locator(".mm-tabs-row")
    expect(tabs).to_have_attribute("data-more", "right")
    page.locator(".mm-columns").evaluate("(row) => row.scrollTo(row.scrollWidth, 0)")
    last = page.locator(".mm-tab").last
    expect(last).to_have_attribute("aria-current", "true")
    expect(tabs).to_have_attribute("data-more", "left")
    assert last.evaluate(_INSIDE)


def test_no_sign_stands_alone(phone: Callable[..., Page]) -> None:
    page = phone("?q=red+shirt&lists=fused")  # the order of text: nothing moved
    same = page.locator(".mm-moved").first
    expect(same).to_be_visible()
    expect(same.locator(".mm-from")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 844})
    expect(same).to_be_hidden()


def test_words_for_fingers(phone: Callable[..., Page]) -> None:
    page = phone()
    expect(page.locator("#mm-query")).to_have_attribute("placeholder", "Ask as a shopper")


def test_the_asked_story_stands_in_its_row(page: Page, url: str, many: None) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(f"{url}/?q=a+long+query+number+8")
    row = page.locator(".mm-chips")
    pressed = row.locator("[aria-pressed=true]")
    expect(pressed).to_have_text("a long query number 8")
    assert pressed.evaluate(_INSIDE)
    expect(row).to_have_attribute("data-more", "left")
    all_stories = page.get_by_role("button", name="All stories")
    assert all_stories.bounding_box() is not None
    all_stories.focus()
    for _ in range(8):  # no chip takes the focus out of sight, and none is cut above or below
        page.keyboard.press("Tab")
        page.wait_for_function(f"() => ({_INSIDE})(document.activeElement)")
        chip = row.locator(":focus")
        assert (
            chip.evaluate(
                """(chip) => chip.getBoundingClientRect().top
                - chip.parentElement.getBoundingClientRect().top"""
            )
            >= 4
        )  # its ring
    expect(all_stories).to_be_in_viewport()
    page.locator(".mm-story-next").click()  # after the last comes the first
    expect(row.locator("[aria-pressed=true]")).to_have_text("a long query number 1")
    expect(row).to_have_attribute("data-more", "right")


def test_where_a_product_stands_takes_no_room_from_the_names(shop: Any, engine: Any) -> None:
    engine.learn()
    shop.page.set_viewport_size({"width": 1440, "height": 900})
    shop.open("?q=red+shirt&lists=text,image,fused,fused-moe")
    shop.answered()
    shop.tool("Filters").click()
    shop.card("p03", "text").hover()
    told = shop.column("fused").locator(".mm-where")
    expect(told).to_have_text("#4 in this list")
    names = shop.page.locator(".mm-ranker span")
    expect(names).to_have_text(["Text", "Image", "Fused", "Learned: experts"])
    assert names.evaluate_all("(all) => all.every((n) => n.scrollWidth <= n.clientWidth)")
    assert top_of(told) >= top_of(shop.column("fused").locator(".mm-column-told"))
