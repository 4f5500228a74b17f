"""Searching in a real browser: by words, by photo, by both; weighing; what is told on the cards."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from mmdemo.settings import Settings

pytestmark = pytest.mark.browser


def numbers(*values: int) -> list[str]:
    return [f"p{n:02}" for n in values]


def test_three_lists_answer_a_query(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    assert shop.rankers() == ["text", "image", "fused"]
    assert shop.ids("text") == numbers(*range(20))
    assert shop.ids("image") == numbers(*range(39, 19, -1))
    assert shop.ids("fused") == numbers(*range(20))  # the catalog's weight of text: 0.75
    first = shop.cards("fused").first
    expect(first.locator(".mm-rank")).to_have_text("1")
    expect(first.locator(".mm-title")).to_have_text("Product 0")
    expect(first.locator(".mm-price")).to_have_text("₹649")
    expect(first.locator(".mm-brand")).to_have_text("A & <B>")
    # product 0: 0.75 * (1 - 0/40) from text, 0.25 * 0/40 from its photo
    expect(first.locator(".mm-bar")).to_have_attribute(
        "aria-label", "Score 0.750 = text 0.750 + image 0.000"
    )
    expect(shop.page).to_have_title("red shirt · mmdemo")


def test_what_fusion_moved_is_on_the_cards(shop: Any) -> None:
    shop.open("?q=red+shirt&weight=0")
    shop.answered()
    last = shop.card("p39", "fused")  # first by photo, last by words
    expect(last.locator(".mm-moved")).to_contain_text("39 up against text only")
    expect(last.locator(".mm-from")).to_have_text("by text #40")
    expect(last.locator(".mm-badge")).to_have_text(["rescued"])
    expect(shop.card("p00", "text").locator(".mm-badge")).to_have_text(["exclusive", "buried"])
    expect(shop.column("fused").locator(".mm-column-told")).to_have_text(
        "0 of 20 also in Text0 only here"
    )
    expect(shop.column("text").locator(".mm-column-told")).to_have_text("20 only here")


def test_pointing_marks_the_product_everywhere(shop: Any) -> None:
    shop.open("?q=red+shirt&weight=1")
    shop.answered()
    shop.card("p03", "text").hover()
    expect(shop.card("p03", "fused")).to_have_class(re.compile("mm-twin"))
    expect(shop.column("fused").locator(".mm-where")).to_have_text("#4 in this list")
    expect(shop.column("image").locator(".mm-where")).to_have_text("#37, not shown")
    expect(shop.column("text").locator(".mm-where")).to_be_hidden()
    shop.card("p05", "text").focus()
    expect(shop.card("p05", "fused")).to_have_class(re.compile("mm-twin"))


def test_the_weight_moves_the_fused_list_only(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    text, image = shop.ids("text"), shop.ids("image")
    shop.set_weight(0)
    expect(shop.cards("fused").first.locator(".mm-title")).to_have_text("Product 39")
    assert shop.ids("fused") == image
    assert (shop.ids("text"), shop.ids("image")) == (text, image)
    shop.set_weight(1)
    expect(shop.cards("fused").first.locator(".mm-title")).to_have_text("Product 0")
    assert shop.ids("fused") == text
    expect(shop.page.locator(".mm-weight-told")).to_have_text("100% / 0%")
    shop.page.get_by_role("button", name="reset to 75%").click()
    expect(shop.weight).to_have_value("0.75")


def test_the_weight_applies_to_what_was_asked_not_to_what_is_being_typed(
    shop: Any, engine: Any
) -> None:
    shop.open()
    shop.search("red shirt")
    shop.box.fill("something else")
    shop.set_weight(0)
    expect(shop.cards("fused").first.locator(".mm-title")).to_have_text("Product 39")
    assert {query.text for query in engine.queries} == {"red shirt"}


def test_results_per_list(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    shop.page.get_by_role("button", name="10 results per list").click()
    expect(shop.page.locator(".mm-card")).to_have_count(30)
    expect(shop.page.locator("[data-top='10']")).to_be_focused()


def test_an_example_is_searched_with_one_click(shop: Any) -> None:
    shop.open()
    shop.page.locator(".mm-chips button").first.press("Enter")
    shop.answered("shirts")  # the catalog's only category
    expect(shop.page.locator(".mm-chips button").first).to_be_focused()
    expect(shop.box).to_have_value("shirts")


def test_recent_searches_come_back_with_the_keyboard(shop: Any) -> None:
    shop.open()
    shop.search("red shirt")
    shop.search("blue shirt")
    shop.box.fill("re")
    options = shop.page.get_by_role("option")
    expect(options.first).to_have_text("red shirt")
    shop.box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    shop.box.press("Enter")
    shop.answered("red shirt")
    expect(shop.page.get_by_role("listbox")).to_be_hidden()
    shop.page.reload()
    shop.answered("red shirt")
    shop.box.fill("")
    expect(options.nth(0)).to_have_text("red shirt")
    expect(options.nth(1)).to_have_text("blue shirt")
    shop.box.press("Escape")
    expect(shop.page.get_by_role("listbox")).to_be_hidden()


def test_a_product_without_photo_has_a_placeholder_and_an_estimate(shop: Any) -> None:
    shop.open("?q=red+shirt&top=50")
    expect(shop.cards("fused")).to_have_count(40)
    expect(shop.card("p08").locator(".mm-no-photo")).to_have_text("No photo")
    seen = shop.card("p00").locator("img")
    assert seen.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    bar = shop.card("p08", "fused").locator(".mm-bar")
    expect(bar).to_have_attribute("aria-label", re.compile(r"image .* \(estimated, no photo\)"))
    bar = shop.card("p09", "fused").locator(".mm-bar")
    expect(bar).to_have_attribute("aria-label", re.compile(r"image [\d.]+$"))


def test_a_photo_alone_is_a_query_and_its_bytes_are_kept(
    shop: Any, engine: Any, settings: Settings, tmp_path: Path, catalog: Any
) -> None:
    photo = catalog.image_path(catalog.products[0].images[0]).read_bytes()
    shop.open()
    upload = {"name": "shirt.png", "mimeType": "image/png", "buffer": photo}
    shop.page.set_input_files(".mm-file", upload)
    expect(shop.cards("image")).to_have_count(20)
    expect(shop.column("text").locator(".mm-note")).to_have_text("The query has no words.")
    assert engine.queries[-1].image == photo
    key = hashlib.sha256(photo).hexdigest()
    assert (tmp_path / "labels" / "query-images" / f"{key}.png").read_bytes() == photo
    shop.page.reload()
    expect(shop.cards("image")).to_have_count(20)
    assert engine.queries[-1].image == photo
    shop.search("red shirt")  # words beside the photo
    assert (engine.queries[-1].text, engine.queries[-1].image) == ("red shirt", photo)
    expect(shop.page.locator(".mm-summary")).to_contain_text("with a photo")
    shop.page.get_by_role("button", name="Remove the photo").click()
    expect(shop.page.locator(".mm-summary")).not_to_contain_text("with a photo")
    shop.answered("red shirt")
    assert engine.queries[-1].image is None


def test_words_being_typed_go_with_the_photo(shop: Any, engine: Any, catalog: Any) -> None:
    shop.open()
    shop.box.fill("but green")
    photo = catalog.image_path(catalog.products[0].images[0]).read_bytes()
    upload = {"name": "shirt.png", "mimeType": "image/png", "buffer": photo}
    shop.page.set_input_files(".mm-file", upload)
    shop.answered("but green")
    assert (engine.queries[-1].text, engine.queries[-1].image) == ("but green", photo)


def test_a_photo_is_dropped_or_pasted(shop: Any, engine: Any, catalog: Any) -> None:
    photo = catalog.image_path(catalog.products[1].images[0]).read_bytes()
    give = """([kind, place, bytes]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], "a.png", { type: "image/png" }));
        const event = kind === "drop"
            ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true });
        document.querySelector(place).dispatchEvent(event);
        return event.defaultPrevented;  // or the browser goes to the photo
    }"""
    for kind, place in (("drop", "#mm-query"), ("drop", ".mm-header"), ("paste", "#mm-query")):
        shop.open()
        taken = shop.page.evaluate(give, [kind, place, list(photo)])
        assert taken == (kind == "drop")
        expect(shop.cards("image")).to_have_count(20)
        assert engine.queries[-1].image == photo


def test_a_first_visit_offers_photos_of_the_catalog(shop: Any, engine: Any, catalog: Any) -> None:
    shop.open()
    expect(shop.page.get_by_role("heading", level=1)).to_have_text("What do photos add to search?")
    shop.page.locator(".mm-samples button").first.click()
    expect(shop.cards("image")).to_have_count(20)
    photos = {catalog.image_path(p.images[0]).read_bytes() for p in catalog if p.images}
    assert engine.queries[-1].image in photos
    expect(shop.page.locator(".mm-start")).to_be_hidden()


def test_layout_and_darkness_are_remembered(shop: Any) -> None:
    shop.open("?q=red+shirt")
    shop.answered()
    beside = "([a, b]) => a.getBoundingClientRect().top === b.getBoundingClientRect().top"
    two = shop.cards("text").element_handles()[:2]
    assert not shop.page.evaluate(beside, two)
    shop.page.get_by_role("button", name="Tiles").click()
    assert shop.page.evaluate(beside, two)
    shop.page.get_by_role("button", name="Light or dark").click()
    shop.page.reload()
    shop.answered()
    assert shop.page.evaluate(beside, shop.cards("text").element_handles()[:2])
    expect(shop.page.locator("body")).to_have_class(re.compile("dark"))


def test_the_browser_asks_nobody_else(grading: Any) -> None:
    asked: list[str] = []
    grading.page.on("request", lambda request: asked.append(request.url))
    grading.page.reload()
    grading.answered()
    grading.card("p00").press("e")
    expect(grading.card("p00")).to_have_attribute("data-state", "saved")
    grading.page.wait_for_load_state("networkidle")
    assert len(asked) > 10
    home = urlsplit(grading.url).netloc
    assert not [
        address
        for address in asked
        if urlsplit(address).scheme not in {"data", "blob"} and urlsplit(address).netloc != home
    ]
