"""The analysis page as an engineer uses it; see `color_shop` for what is in the shop."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Locator, Page, expect

from mmdemo.errors import IndexMismatchError
from mmdemo.labels import JudgmentStore, NoteStore
from mmdemo.records import Judgment, Query
from mmdemo.search import SearchEngine
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(
    colors: EngineHandle, store: JudgmentStore, settings: Settings, serve: Callable[[FastAPI], Any]
) -> str:
    """The analysis of the color shop."""
    from mmdemo.web.app import create_app

    return f"{serve(create_app(colors, store, settings)).url}/analysis"


def analyzed(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#an-verdict-title")).to_be_visible(timeout=60_000)
    expect(page.locator(".mm-an-wait")).to_be_empty()


def row(page: Page, query_id: str) -> Locator:
    return page.locator(f'tr[data-case="{query_id}"]')


def violations(page: Page) -> list[str]:
    """All but those of Gradio's own frame: it puts every page into a `main` of its own."""
    found = Axe().run(page).response["violations"]
    own = [v for v in found if not v["id"].startswith(("landmark-", "region"))]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in own]


def test_from_verdict_to_report(page: Page, address: str, settings: Settings) -> None:
    analyzed(page, address)
    expect(page).to_have_title("Analysis · mmdemo")
    expect(page.locator("#an-verdict-title")).to_have_text("Ship it")
    expect(page.locator(".mm-verdict-question")).to_have_text("Should Fused replace Text only?")
    expect(page.locator(".mm-figure")).to_have_text("+0.362")
    expect(page.locator(".mm-figures .mm-outcomes")).to_contain_text("16 won · 4 tied · 1 lost")

    # to the one query that photos hurt, and to its lists
    page.get_by_role("button", name="Photo hurt 1").click()
    expect(page.locator("tr[data-case]")).to_have_count(1)
    row(page, "q20").get_by_role("button", name="green book").click()
    dialog = page.locator("dialog.mm-case")
    expect(dialog.get_by_role("heading", level=2)).to_have_text("green book")
    fused = dialog.locator('.mm-case-list[data-ranker="fused"] .mm-mini')
    expect(fused).to_have_count(10)
    shown = fused.evaluate_all("cards => cards.slice(0, 5).map((card) => card.dataset.product)")
    assert shown == ["p01", "p06", "p11", "p16", "p20"]
    expect(fused.nth(4).locator(".mm-mark")).to_have_text("grade 3")
    expect(fused.nth(4).locator("img")).to_be_visible()
    moved = dialog.get_by_role("region", name="Products that moved").locator("tbody tr").first
    expect(moved).to_contain_text("1 → 5")
    expect(moved).to_contain_text("−0.613")

    # tag it; the note is safe before the page says so
    dialog.get_by_role("button", name="photo misleads").click()
    expect(dialog.locator(".mm-note-saving")).to_have_text("Saved")
    dialog.get_by_label("Comment").fill("The book's photo is red.")
    dialog.get_by_label("Comment").blur()
    expect(dialog.locator(".mm-note-saving")).to_have_text("Saved")
    with NoteStore(settings.labels) as notes:
        (stored,) = notes.current(query_id="q20")
    assert (stored.note.tags, stored.note.author) == (("photo misleads",), "anna")
    assert stored.note.comment == "The book's photo is red."
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row(page, "q20")).to_contain_text("photo misleads")

    # replay the weight
    slider = page.get_by_label("Weight of text to replay")
    slider.fill("0.6")
    expect(page.locator(".mm-tile-here")).to_contain_text("1.000")
    changed = page.locator(".mm-replay-changed")
    expect(changed).to_contain_text("1 of 21 queries get better, 0 worse", timeout=20_000)
    expect(changed.get_by_role("button", name="green book")).to_be_visible()
    assert "at=0.6" in page.url
    assert "kind=photo+hurt" in page.url

    # text is at the left, as on the search page: the arrow to the left gives it more weight
    slider.press("ArrowLeft")
    expect(slider).to_have_value("0.61")
    expect(slider).to_have_attribute("aria-valuetext", "61% text, 39% image: 1.000")
    left, right = (
        page.locator("#an-weights .mm-label", has_text=f"{half} alone")
        for half in ("text", "photo")
    )
    left_box, right_box = left.bounding_box(), right.bounding_box()
    assert left_box is not None
    assert right_box is not None
    assert left_box["x"] < right_box["x"]

    # and send what was found
    page.get_by_role("button", name="Report").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="HTML").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename.endswith(".html")
    assert "ship it" in text
    assert "green book" in text
    assert "data:image" in text


def test_photos_of_queries_are_seen_and_searched_with(
    page: Page,
    photo_shop: SearchEngine,
    store: JudgmentStore,
    settings: Settings,
    serve: Callable[[FastAPI], Any],
) -> None:
    from mmdemo.web.app import create_app

    handle = EngineHandle(lambda: photo_shop)
    handle.wait(10)
    analyzed(page, f"{serve(create_app(handle, store, settings)).url}/analysis")
    expect(row(page, "q00").locator("img")).to_have_count(0)
    expect(row(page, "q20").locator(".mm-query-photo")).to_be_visible()
    alone = row(page, "q21").get_by_role("button", name="a photo")
    alone.click()
    dialog = page.locator("dialog.mm-case")
    photo = dialog.get_by_role("img", name="The photo that was searched with")
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.complete && image.naturalWidth") == 40
    key = (photo.get_attribute("src") or "").rpartition("/")[2]
    assert len(key) == 64
    first = dialog.locator('.mm-case-list[data-ranker="fused"] .mm-mini').first
    assert (first.get_attribute("href") or "").endswith(f"/?photo={key}&product=p01")
    dialog.get_by_role("link", name="Search it").click()
    expect(page).to_have_url(re.compile(rf"/\?photo={key}$"))
    expect(page.get_by_role("img", name="Query photo")).to_be_visible()
    expect(page.locator(".mm-card").first).to_be_visible()
    page.go_back()
    expect(dialog.get_by_role("link", name="Search it")).to_be_visible()
    page.keyboard.press("Escape")

    # what is served has two weights, and the replay says against which
    expect(page.locator(".mm-tile-served")).to_contain_text("In use: 0.4, with a photo 0.6")
    expect(page.locator(".mm-tile-served dd").first).to_have_text("1.000")
    worse = page.locator(".mm-replay-changed")
    expect(worse).to_contain_text("0 of 21 queries get better, 1 worse", timeout=20_000)
    expect(worse.locator(".mm-query-photo")).to_be_visible()


def test_rankers_are_chosen_by_a_button_or_a_click_elsewhere(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    analyzed(page, address)
    opener = page.locator(".mm-pick-tool", has_text="Rankers")
    menu = page.get_by_role("group", name="Rankers to compare")
    rows = page.locator("#an-rankers tbody tr")
    expect(rows).to_have_count(4)

    def untick(name: str) -> None:
        opener.click()
        expect(menu.get_by_role("button", name="Compare these")).to_be_in_viewport(ratio=1)
        menu.get_by_role("checkbox", name=name).uncheck()

    untick("Words (BM25)")
    page.keyboard.press("Escape")  # as if nothing had been touched
    expect(menu).to_be_hidden()
    expect(rows).to_have_count(4)
    untick("Words (BM25)")
    page.locator(".mm-figure").click()
    expect(menu).to_be_hidden()
    expect(rows).to_have_count(3, timeout=30_000)
    assert "rankers=text%2Cimage%2Cfused" in page.url
    untick("Image only")
    menu.get_by_role("button", name="Compare these").click()
    expect(rows).to_have_count(2, timeout=30_000)
    opener.click()
    page.locator(".mm-figure").click()  # nothing was changed, and nothing is
    expect(menu).to_be_hidden()
    expect(rows).to_have_count(2)


def test_the_address_holds_the_view(page: Page, address: str) -> None:
    analyzed(page, f"{address}?kind=photo+rescued&case=q01&baseline=image&candidate=fused")
    dialog = page.locator("dialog.mm-case")
    expect(dialog.get_by_role("heading", level=2)).to_have_text("green mug")
    expect(page.locator(".mm-verdict-question")).to_have_text("Should Fused replace Image only?")
    page.get_by_role("button", name="Next query").click()
    expect(dialog.locator(".mm-case-steps")).to_contain_text("of 4")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("tr[data-case]")).to_have_count(4)
    page.get_by_role("button", name="All 21").click()
    expect(page.locator("tr[data-case]")).to_have_count(21)
    page.go_back()
    expect(page.locator("tr[data-case]")).to_have_count(4)


def test_sorting_and_segments(page: Page, address: str) -> None:
    analyzed(page, address)
    rows = page.locator("tr[data-case]")
    assert rows.first.get_attribute("data-case") == "q20"  # the largest regret first
    page.get_by_role("button", name="Gain", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Gain ↓")
    # black is the last of the colors: text has it at place 5 of its kind
    assert {rows.nth(n).get_attribute("data-case") for n in range(4)} == {
        "q04", "q09", "q14", "q19"
    }  # fmt: skip
    page.get_by_role("button", name="in the answers' titles").click()
    expect(rows).to_have_count(1)
    expect(page.locator(".mm-replay-tools .mm-pick-tool b")).to_have_text(
        "Query words: in the answers' titles"
    )
    page.locator(".mm-chip").click()
    expect(rows).to_have_count(21)


def test_another_measure_and_unknown_grades(page: Page, address: str) -> None:
    analyzed(page, address)
    page.get_by_role("button", name="Measure").click()
    page.get_by_role("menuitemradio", name="share of relevant products among").click()
    expect(page.locator(".mm-figures dt").first).to_have_text("Difference, P@10", timeout=30_000)
    expect(page.locator("#an-weights")).to_have_count(0)
    page.go_back()
    expect(page.locator("#an-weights")).to_be_visible(timeout=30_000)
    page.get_by_label("ungraded is irrelevant").uncheck()
    expect(page.locator("#an-rankers thead")).to_contain_text("Worst … best case", timeout=30_000)
    page.get_by_label("Weight of text to replay").fill("1")
    warning = page.locator(".mm-hole-warning")
    expect(warning).to_contain_text("without a grade", timeout=20_000)
    with page.expect_download() as download:
        warning.get_by_role("button", name="Judge these").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("query_id,query,product_id")
    assert any(line.startswith("q00,red mug,p06") for line in lines)


def test_a_few_grades_are_too_few(
    page: Page, address: str, store: JudgmentStore, color_shop: SearchEngine
) -> None:
    query = Query("red mug")
    campaign = f"open/{color_shop.catalog.catalog_id}"
    for n in range(3):
        store.add(
            Judgment(
                f"e{n}",
                campaign,
                "anna",
                query.query_id,
                query.text,
                f"p{n:02}",
                3 if n == 0 else 0,
                datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    page.goto(f"{address}?source=campaign:{campaign}")
    title = page.locator("#an-verdict-title")
    expect(title).to_have_text("Not enough grades to say", timeout=60_000)
    expect(page.locator(".mm-pick-tool b").first).to_have_text("grades of the search page")


def test_nothing_was_judged_yet(page: Page, url: str) -> None:
    page.goto(url)
    page.locator(".mm-nav").get_by_role("link", name="Analysis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No judgments to analyze yet")
    expect(page.locator(".mm-ways li")).to_have_count(3)
    assert violations(page) == []
    page.get_by_role("link", name="To the search page").click()
    expect(page.locator("#mm-query")).to_be_visible()


def test_a_catalog_without_an_index(
    page: Page, store: JudgmentStore, settings: Settings, serve: Callable[[FastAPI], Any]
) -> None:
    from mmdemo.web.app import create_app

    def open_engine() -> Any:
        raise IndexMismatchError("there is no index", remedy="run `mmdemo index`")

    app = create_app(EngineHandle(open_engine), store, settings)
    page.goto(f"{serve(app).url}/analysis")
    expect(page.locator(".mm-trouble code")).to_have_text("mmdemo index")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    analyzed(page, address)
    expect(page.locator(".mm-replay-changed p").first).to_be_visible()
    assert violations(page) == []
    row(page, "q20").get_by_role("button", name="green book").click()
    expect(page.locator("dialog.mm-case .mm-mini").first).to_be_visible()
    assert violations(page) == []


def test_a_phone_has_no_sideways_scroll(page: Page, address: str) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    analyzed(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    row(page, "q20").get_by_role("button", name="green book").click()
    expect(page.locator("dialog.mm-case .mm-mini").first).to_be_visible()
    dialog = "document.querySelector('dialog.mm-case')"
    assert page.evaluate(f"{dialog}.scrollWidth <= {dialog}.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
