"""Text that would be markup or code stays text, wherever the page shows it, in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Dialog, Page, expect

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.index import LexicalIndex, ProductVectors
from mmdemo.records import Price, Product
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers, unit_rows

pytestmark = pytest.mark.browser


class NumberTower:
    """Text and photos alike have a direction made of their length."""

    spec = fingerprint = "numbers"
    dimension = 4

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        return unit_rows(np.array([[1, len(t) % 7, len(t) % 3, 1] for t in texts], np.float32))

    def preprocess(self, image: Image.Image) -> FloatArray:
        return np.asarray(image.resize((1, 1)), np.float32).reshape(3, 1, 1)

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        return unit_rows(np.ones((len(pixels), 4), np.float32))


@pytest.fixture(scope="session")
def storable(hostile_strings: list[str]) -> list[str]:
    """Those that a catalog can hold."""
    fit = [s for s in hostile_strings if len(s) < 5000 and s.isprintable() and s.strip()]
    return fit[:100]  # a list shows no more


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory, storable: list[str]) -> Catalog:
    """A product for each string, which is in every field of it."""
    products = [
        Product(
            product_id=f"{n:03} {text}",
            title=text,
            description=f"{text} and {text}",
            brand=text,
            category=text,
            price=Price(n, "EUR"),
            attributes={"note": text, **({text: "1"} if n < 30 else {})},
        )
        for n, text in enumerate(storable)
    ]
    return write_catalog(tmp_path_factory.mktemp("catalogs") / "a<b>&'${x}", products)


@pytest.fixture
def engine(catalog: Catalog) -> SearchEngine:
    tower = NumberTower()
    texts = [product.title for product in catalog]
    rows = tower.encode_texts(texts)
    mean = np.zeros(4, np.float32)
    vectors = ProductVectors(rows, np.zeros_like(rows), mean, mean)
    towers = Towers(tower, tower, tower)
    return SearchEngine(catalog, towers, vectors, LexicalIndex.build(texts))


def unharmed(page: Page) -> bool:
    """No script of theirs ran and none of their elements is there."""
    return bool(
        page.evaluate(
            """() => window.hacked === undefined
                && !document.querySelector(".mm-app :is(script, iframe, object, embed, marquee)")
                && ![...document.querySelectorAll(".mm-app img")].some((i) => !i.src.includes("/"))
            """
        )
    )


def test_there_are_enough(storable: list[str], hostile_strings: list[str]) -> None:
    assert len(hostile_strings) >= 80
    assert len(storable) >= 60


def test_every_field_on_cards_in_filters_and_in_the_detail(shop: Any, catalog: Catalog) -> None:
    asked: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    shop.page.on("dialog", dismiss)
    shop.open("?q=shirt&lists=text&top=100")
    shop.answered()
    cards = shop.cards("text")
    expect(cards).to_have_count(len(catalog))
    shown = dict(zip(shop.ids("text"), cards.locator(".mm-title").all_text_contents(), strict=True))
    assert shown == {product.product_id: product.title for product in catalog}
    shop.tool("Filters").click()
    shop.page.locator(".mm-facet .mm-link").first.click()
    expect(shop.page.locator(".mm-facet").first.locator("li")).not_to_have_count(6)
    assert unharmed(shop.page)
    for product in catalog:
        shop.page.evaluate(
            """async (id) => {
                const link = document.querySelector('link[href*="page.css"]').href;
                const { session } = await import(link.replace("page.css", "session.js"));
                session.go({ product: id }, { quiet: true });
            }""",
            product.product_id,
        )
        expect(shop.detail.locator(".mm-attributes dd").first).to_have_text(product.product_id)
        assert shop.detail.locator(".mm-description p").text_content() == product.description
    assert unharmed(shop.page)
    assert asked == []


def test_every_string_as_a_query_a_link_and_a_title(shop: Any, storable: list[str]) -> None:
    shop.open("?q=shirt&lists=text&top=10")
    for text in storable:
        shop.page.evaluate(
            """async (text) => {
                const link = document.querySelector('link[href*="page.css"]').href;
                const { session } = await import(link.replace("page.css", "session.js"));
                session.go({ text });
            }""",
            text[:500],
        )
        expect(shop.page.locator(".mm-asked")).to_have_text(" ".join(text[:500].split()))
    assert unharmed(shop.page)
    for text in storable[::6]:
        shop.page.evaluate(
            """async (text) => {
                const url = new URL(location.href);
                url.search = new URLSearchParams({ q: text, lists: "text", "f.brand": text });
                location.href = url.href;
            }""",
            text[:300],
        )
        expect(shop.page.locator(".mm-asked")).to_have_text(" ".join(text[:300].split()))
        expect(shop.page.locator(".mm-chip span")).to_have_text([" ".join(text[:300].split())])
        assert unharmed(shop.page)


def test_the_saved_page_is_inert(shop: Any, tmp_path: Path, storable: list[str]) -> None:
    shop.open("?q=%3Cscript%3Ewindow.hacked=9%3C/script%3E&lists=text&top=100")
    shop.answered()
    shop.tool("Share").click()
    with shop.page.expect_download() as saved:
        shop.page.get_by_role("menuitem", name="Save as HTML").click()
    path = tmp_path / "saved.html"
    saved.value.save_as(path)
    shop.page.goto(path.as_uri())
    assert shop.page.evaluate("window.hacked") is None
    assert shop.page.locator("script").count() == 0
    text = shop.page.locator("body").inner_text()
    missing = [s for s in storable if " ".join(s.split()) not in " ".join(text.split())]
    assert len(missing) <= len(storable) // 10  # CSS may hide or fold a few
    assert "<script>window.hacked=9</script>" in text
