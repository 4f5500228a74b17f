"""Filters in a real browser. The catalog's prices are 649 to 688, one for each product."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.records import Price, Product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Brands Ash (even) and Birch (odd); the first ten have a color; no photos."""
    products = [
        Product(
            product_id=f"p{n:02}",
            title=f"Product {n}",
            brand="Ash" if n % 2 == 0 else "Birch & <b>",
            category=("Cups", "Bowls", "Jugs")[n % 3],
            price=Price(649 + n, "INR"),
            attributes={"color_family": "red" if n < 4 else "blue"} if n < 10 else {},
        )
        for n in range(40)
    ]
    return write_catalog(tmp_path_factory.mktemp("catalogs") / "filtered", products)


@pytest.fixture
def filtered(shop: Any) -> Any:
    shop.open("?q=red+shirt")
    shop.answered()
    shop.tool("Filters").click()
    return shop


def facet(shop: Any, name: str) -> Any:
    return shop.page.locator(".mm-facet").filter(has=shop.page.get_by_text(name, exact=True))


def test_values_with_counts_narrow_every_list(filtered: Any) -> None:
    brands = facet(filtered, "Brand").locator("label")
    expect(brands).to_have_text(["Ash20", "Birch & <b>20"])
    width = "elements => Math.max(...elements.map((element) => element.offsetWidth))"
    column = filtered.column("text").evaluate_all(width)
    assert filtered.cards("text").evaluate_all(width) <= column  # the panel takes room from lists
    filtered.page.get_by_label("Ash").check()
    expect(filtered.page.locator(".mm-facts")).to_contain_text("among 20 of 40 products")
    assert filtered.ids("text") == [f"p{n:02}" for n in range(0, 40, 2)]
    assert filtered.ids("image")[0] == "p38"
    expect(brands).to_have_text(["Ash20", "Birch & <b>20"])  # its own counts stay
    # the colors of even products only
    expect(facet(filtered, "Color family").locator("label")).to_have_text(["blue3", "red2"])
    filtered.page.get_by_label("red").check()
    expect(filtered.cards("text")).to_have_count(2)
    expect(filtered.page.locator(".mm-chip")).to_have_text(["Ash", "red"])
    expect(filtered.tool("Filters")).to_have_text("Filters · 2")


def test_prices(filtered: Any) -> None:
    filtered.page.get_by_label("Lowest price").fill("660")
    filtered.page.get_by_label("Highest price").fill("662")
    filtered.page.keyboard.press("Tab")
    expect(filtered.cards("text")).to_have_count(3)
    assert filtered.ids("text") == ["p11", "p12", "p13"]
    expect(filtered.page.locator(".mm-chip")).to_have_text(["660 – 662"])
    filtered.page.locator(".mm-chip").click()
    expect(filtered.cards("text")).to_have_count(20)
    expect(filtered.page.get_by_label("Lowest price")).to_have_value("")


def test_back_takes_the_last_filter_off(filtered: Any) -> None:
    filtered.page.get_by_label("Ash").check()
    filtered.page.get_by_label("Bowls").check()
    expect(filtered.page.locator(".mm-chip")).to_have_count(2)
    filtered.page.go_back()
    expect(filtered.page.locator(".mm-chip")).to_have_text(["Ash"])
    expect(filtered.page.get_by_label("Bowls")).not_to_be_checked()
    expect(filtered.page.get_by_label("Ash")).to_be_checked()


def test_a_link_with_filters_and_one_that_is_gone(shop: Any) -> None:
    shop.open("?q=red+shirt&f.brand=Ash&f.brand=Elm&f.shape=round&price=650..")
    shop.answered()
    expect(shop.page.locator(".mm-chip")).to_have_text(["Ash", "Elm", "round", "from 650"])
    expect(shop.page.locator(".mm-chosen")).to_contain_text("No product has brand 'Elm' any more.")
    expect(shop.page.locator(".mm-chosen")).to_contain_text("cannot be filtered by 'shape'")
    assert shop.ids("text")[0] == "p02"
    shop.page.locator(".mm-chosen").get_by_role("button", name="Clear all").click()
    expect(shop.page.locator(".mm-chosen")).to_be_hidden()
    shop.answered()
    assert shop.ids("text")[0] == "p00"


def test_nothing_passes(filtered: Any) -> None:
    filtered.page.get_by_label("Lowest price").fill("99999")
    filtered.page.keyboard.press("Enter")
    notes = filtered.page.locator(".mm-note")
    expect(notes).to_have_text(["No product passes the filters."] * 3)


def test_escape_closes_the_panel_and_gives_the_focus_back(filtered: Any) -> None:
    expect(filtered.page.get_by_role("button", name="Close filters")).to_be_focused()
    filtered.page.keyboard.press("Escape")
    expect(filtered.page.locator("#mm-filters")).to_be_hidden()
    expect(filtered.tool("Filters")).to_be_focused()
