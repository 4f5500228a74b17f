"""What a catalog can be filtered by, which products pass, and how many are counted where."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.catalog.facets import FacetCounts, Facets, Filters
from mmdemo.records import Price, Product


def product(number: int, **values: object) -> Product:
    return Product(f"p{number:03}", **values)  # type: ignore[arg-type]


def shop() -> list[Product]:
    """Three brands, two categories, a color for most, prices 10 to 60."""
    rows = [
        ("Acme", "Mugs", "red", 10),
        ("Acme", "Mugs", "blue", 20),
        ("Acme", "Vases", "red", 30),
        ("Zeta", "Mugs", "red", 40),
        ("Zeta", "Vases", "", 50),
        ("Öko", "Vases", "blue", 60),
    ]
    return [
        product(i, brand=b, category=c, price=Price(p, "EUR"), attributes={"color": color})
        for i, (b, c, color, p) in enumerate(rows)
    ]


def counts(facets: Facets, filters: Filters) -> dict[str, dict[str, int]]:
    return {facet.name: dict(facet.values) for facet in facets.counts(filters)}


def rows(facets: Facets, filters: Filters) -> list[int]:
    passing = facets.rows(filters)
    assert passing is not None
    return [i for i, passes in enumerate(passing.tolist()) if passes]


def test_values_come_most_frequent_first() -> None:
    facets = Facets(shop())
    assert facets.names == ("category", "brand", "color")
    assert facets.counts(Filters()) == [
        FacetCounts("category", (("Mugs", 3), ("Vases", 3)), 0),
        FacetCounts("brand", (("Acme", 3), ("Zeta", 2), ("Öko", 1)), 0),
        FacetCounts("color", (("red", 3), ("blue", 2)), 0),
    ]
    assert facets.rows(Filters()) is None
    assert facets.rows(Filters({"brand": ()})) is None


def test_fields_are_all_of_values_any_of() -> None:
    facets = Facets(shop())
    assert rows(facets, Filters({"brand": ("Acme", "Öko")})) == [0, 1, 2, 5]
    assert rows(facets, Filters({"brand": ("Acme", "Öko"), "color": ("blue",)})) == [1, 5]
    assert rows(facets, Filters({"color": ("red",)}, low=20, high=40)) == [2, 3]
    assert rows(facets, Filters(low=60)) == [5]
    assert rows(facets, Filters(high=10)) == [0]


def test_a_facet_counts_what_passes_the_other_filters() -> None:
    facets = Facets(shop())
    filters = Filters({"brand": ("Acme",), "color": ("red",)})
    assert rows(facets, filters) == [0, 2]
    assert counts(facets, filters) == {
        "category": {"Mugs": 1, "Vases": 1},  # of rows 0 and 2
        "brand": {"Acme": 2, "Zeta": 1},  # of the red ones
        "color": {"red": 2, "blue": 1},  # of Acme's
    }
    prices = facets.prices(filters)
    assert prices is not None
    assert sum(prices.counts) == 2


def test_a_chosen_value_is_told_even_if_nothing_has_it() -> None:
    facets = Facets(shop())
    filters = Filters({"brand": ("Öko", "Gone"), "category": ("Mugs",)})
    assert rows(facets, filters) == []
    assert counts(facets, filters)["brand"] == {"Acme": 2, "Zeta": 1, "Öko": 0, "Gone": 0}
    assert facets.unknown(filters) == ["No product has brand 'Gone' any more."]


def test_an_unknown_name_is_told_and_does_not_filter() -> None:
    facets = Facets(shop())
    filters = Filters({"shape": ("round",), "brand": ("Zeta",)})
    assert rows(facets, filters) == [3, 4]
    assert facets.unknown(filters) == [
        "This catalog cannot be filtered by 'shape'; the filter is off."
    ]
    assert facets.unknown(Filters({"shape": ()})) == []


def test_more_values_than_are_told() -> None:
    products = [product(i, brand=f"b{i % 30:02}", category="c") for i in range(90)]
    facets = Facets(products)
    assert facets.names == ("brand",)  # one category for all tells nothing apart
    (brand,) = facets.counts(Filters({"brand": ("b29",)}), top=3)
    assert brand == FacetCounts("brand", (("b00", 3), ("b01", 3), ("b02", 3), ("b29", 3)), 26)
    found = facets.count("brand", Filters(), top=2, find="B1")
    assert found == FacetCounts("brand", (("b10", 3), ("b11", 3)), 8)


def test_attributes_that_are_not_worth_filtering_by() -> None:
    products = [
        product(
            i,
            attributes={
                "sku": f"S{i}",  # near unique
                "pair": f"{i // 2}",  # two products a value: just not
                "made": "here",  # one value
                "rare": "yes" if i == 0 else "no" if i == 1 else "",  # 2 of 100
                "sold": "yes" if i < 3 else "no" if i < 5 else "",  # 5 of 100
                "brand": "x" if i % 2 else "y",  # would hide the product's own
                "blank": " ",
                "size": " S " if i % 2 else "S",
                "fit": "slim" if i % 3 else "wide",
            },
        )
        for i in range(100)
    ]
    assert Facets(products).names == ("pair", "sold", "fit")


def test_at_most_twenty_attributes_those_that_most_products_have() -> None:
    products = [
        product(i, attributes={f"a{n:02}": "xy"[i % 2] for n in range(25) if i >= 25 - n})
        for i in range(100)
    ]
    assert Facets(products).names == tuple(f"a{n:02}" for n in range(24, 4, -1))


def test_prices() -> None:
    cheap = [product(i, price=Price(1 + i % 10, "EUR")) for i in range(198)]
    others = [
        product(198, price=Price(5000.0, "EUR")),
        product(199, price=Price(5.0, "USD")),
        product(200),
    ]
    facets = Facets([*cheap, *others])
    prices = facets.prices(Filters())
    assert prices is not None
    assert (prices.currency, prices.low, prices.high) == ("EUR", 1.0, 5000.0)
    assert len(prices.edges) == len(prices.counts) + 1 == 21
    assert sum(prices.counts) == 199
    assert prices.edges[-2] < 10  # the one that costs 5000 does not flatten the others
    # Neither the other currency nor no price at all passes a bound.
    assert len(rows(facets, Filters(low=0))) == 199
    assert rows(facets, Filters(low=9, high=4000)) == [i for i in range(198) if i % 10 >= 8]
    assert facets.prices(Filters(low=4000)) == prices  # its own filter does not count


@pytest.mark.parametrize("amounts", [[7.0], [7.0, 7.0, 7.0]])
def test_one_price(amounts: Sequence[float]) -> None:
    prices = Facets([product(i, price=Price(a)) for i, a in enumerate(amounts)]).prices(Filters())
    assert prices is not None
    assert (prices.edges, prices.counts) == ((7.0, 7.0), (len(amounts),))


def test_no_product_and_no_price() -> None:
    empty = Facets([])
    assert (empty.names, empty.counts(Filters()), empty.prices(Filters())) == ((), [], None)
    facets = Facets([product(0)])
    assert facets.rows(Filters(low=3)) is None
    assert facets.unknown(Filters(low=3)) == [
        "No product of this catalog has a price; the filter is off."
    ]


@given(
    seed=st.integers(0, 1000),
    brands=st.sets(st.sampled_from("abcx")),
    colors=st.sets(st.sampled_from(["red", "blue"])),
    low=st.one_of(st.none(), st.integers(0, 9)),
)
def test_counts_are_those_of_a_plain_loop(
    seed: int, brands: set[str], colors: set[str], low: int | None
) -> None:
    rng = random.Random(seed)
    products = [
        product(
            i,
            brand=rng.choice(["a", "b", "c", ""]),
            price=rng.choice([None, Price(float(rng.randrange(10)))]),
            attributes={"color": rng.choice(["red", "blue", "green", ""])},
        )
        for i in range(60)
    ]
    filters = Filters({"brand": tuple(brands), "color": tuple(colors)}, low=low)

    def passes(p: Product, besides: str = "") -> bool:
        return (
            (not brands or besides == "brand" or p.brand in brands)
            and (not colors or besides == "color" or p.attributes["color"] in colors)
            and (low is None or (p.price is not None and p.price.amount >= low))
        )

    facets = Facets(products)
    passing = facets.rows(filters)
    if passing is not None:
        assert passing.tolist() == [passes(p) for p in products]
    expected = {
        "brand": Counter(p.brand for p in products if p.brand and passes(p, "brand")),
        "color": Counter(
            p.attributes["color"] for p in products if p.attributes["color"] and passes(p, "color")
        ),
    }
    found = {name: +Counter(values) for name, values in counts(facets, filters).items()}
    assert found == expected
