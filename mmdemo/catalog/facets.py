"""Find what products can be filtered by, filter them, and count. Knows no query and no ranking.

Values are kept as integer codes, a column for each facet, so that filtering and counting are a few
passes over arrays: a millisecond or two for 100,000 products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mmdemo.records import Product

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MIN_COVERAGE = 0.05  # of products that have an attribute, for it to be worth filtering by
NEAR_UNIQUE = 0.5  # distinct values per product that has one; above it names and codes begin
MAX_VALUES = 200  # that a facet tells at once
MAX_ATTRIBUTES = 20
BINS = 20  # of the prices' histogram
PRICE = "price"
_OWN: Mapping[str, Callable[[Product], str]] = {
    "category": lambda product: product.category,
    "brand": lambda product: product.brand,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What products must have to pass.

    Attributes:
        fields: facet name to values, of which a product must have one.
        low, high: bounds of the price, both included; None for none. A product without a price,
            or with one in another currency than most, passes no bound.
    """

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None

    @property
    def priced(self) -> bool:
        """Whether there is a bound of the price."""
        return self.low is not None or self.high is not None

    def __bool__(self) -> bool:
        return self.priced or any(self.fields.values())


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """Values of a facet among the products that pass all other filters.

    Attributes:
        values: value and how many have it, most first; those that are filtered by come even if
            none has them.
        more: how many further values there are.
    """

    name: str
    values: tuple[tuple[str, int], ...]
    more: int


@dataclass(frozen=True, slots=True)
class PriceCounts:
    """Prices of the catalog, and how many products lie where, of those passing other filters.

    Attributes:
        currency: of most prices.
        low, high: of all prices in this currency.
        edges: rising, one more than `counts`; the last bin holds the dearest hundredth too.
    """

    currency: str
    low: float
    high: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]


class _Column:
    """One facet: its values, the most frequent first, and each product's."""

    def __init__(self, name: str, values: Sequence[str]) -> None:
        self.name = name
        counted = Counter(value for value in values if value)
        self.values = sorted(counted, key=lambda value: (-counted[value], value))
        self.code_of = {value: code for code, value in enumerate(self.values)}
        # (n,) -1, the last place of a table over codes, is for products without a value
        self.codes = np.array([self.code_of.get(value, -1) for value in values], np.int32)
        self.covered = counted.total()

    def passing(self, wanted: Sequence[str]) -> BoolArray:
        table = np.zeros(len(self.values) + 1, np.bool_)
        table[[self.code_of[value] for value in wanted if value in self.code_of]] = True
        passing: BoolArray = table[self.codes]
        return passing

    def count(self, rows: IntArray | None) -> IntArray:
        codes = self.codes if rows is None else self.codes[rows]
        return np.bincount(codes + 1, minlength=len(self.values) + 1)[1:]


class Facets:
    """What the products of a catalog can be filtered by.

    Attributes:
        names: of the facets with values, in the order to show them; not the price.
    """

    def __init__(self, products: Sequence[Product]) -> None:
        self._count = len(products)
        columns = [_Column(name, [of(p).strip() for p in products]) for name, of in _OWN.items()]
        self._columns = {c.name: c for c in columns if len(c.values) > 1}
        self._columns |= {column.name: column for column in _attribute_columns(products)}
        self.names = tuple(self._columns)
        self._set_prices(products)

    def __len__(self) -> int:
        return self._count

    def rows(self, filters: Filters) -> BoolArray | None:
        """Which products pass: (n,), or None if there is no filter.

        A value that no product has lets none pass; a name that is no facet is as if not there
        (`unknown` tells of both).
        """
        return self._rows(filters, besides="")

    def unknown(self, filters: Filters) -> list[str]:
        """Sentences about filters that the catalog does not know, as of an old link."""
        notes = []
        for name, wanted in filters.fields.items():
            column = self._columns.get(name)
            if column is None and wanted:
                notes.append(f"This catalog cannot be filtered by {name!r}; the filter is off.")
            gone = [value for value in wanted if column and value not in column.code_of]
            notes += [f"No product has {name} {value!r} any more." for value in gone]
        if filters.priced and not self._edges:
            notes.append("No product of this catalog has a price; the filter is off.")
        return notes

    def counts(self, filters: Filters, *, top: int = MAX_VALUES) -> list[FacetCounts]:
        """Count each facet's values among the products that pass all other filters."""
        passing = self.rows(filters)
        # Most facets are not filtered by: they share one set of rows.
        shared = None if passing is None else np.flatnonzero(passing)
        return [
            self.count(name, filters, top=top)
            if filters.fields.get(name)
            else self._counted(self._columns[name], shared, filters, top, "")
            for name in self.names
        ]

    def count(
        self, name: str, filters: Filters, *, top: int = MAX_VALUES, find: str = ""
    ) -> FacetCounts:
        """Count one facet's values that contain `find`; `name` must be one of `names`."""
        passing = self._rows(filters, besides=name)
        rows = None if passing is None else np.flatnonzero(passing)
        return self._counted(self._columns[name], rows, filters, top, find)

    def _counted(
        self, column: _Column, rows: IntArray | None, filters: Filters, top: int, find: str
    ) -> FacetCounts:
        counts = column.count(rows)
        chosen = {v: column.code_of.get(v) for v in filters.fields.get(column.name, ())}
        # Codes are in the order of the whole catalog's counts, which breaks ties.
        order = np.argsort(-counts, kind="stable").tolist()
        found = [code for code in order if counts[code]]
        if find:
            needle = find.casefold()
            found = [code for code in found if needle in column.values[code].casefold()]
        shown = [(column.values[code], int(counts[code])) for code in found[:top]]
        told = {value for value, _ in shown}
        late = [
            (value, 0 if code is None else int(counts[code]))
            for value, code in chosen.items()
            if value not in told
        ]
        more = len(found) - len(shown) - sum(1 for _, count in late if count)
        return FacetCounts(column.name, (*shown, *late), max(more, 0))

    def prices(self, filters: Filters) -> PriceCounts | None:
        """Prices, and their histogram among the products that pass all other filters."""
        if not self._edges:
            return None
        rows = self._rows(filters, besides=PRICE)
        amounts = self._amounts if rows is None else self._amounts[rows]
        counts, _ = np.histogram(amounts[~np.isnan(amounts)], self._edges)
        return PriceCounts(
            self._currency,
            self._edges[0],
            self._edges[-1],
            tuple(self._edges),
            tuple(counts.tolist()),
        )

    def _rows(self, filters: Filters, *, besides: str) -> BoolArray | None:
        rows: BoolArray | None = None
        for name, wanted in filters.fields.items():
            if wanted and name in self._columns and name != besides:
                passing = self._columns[name].passing(wanted)
                rows = passing if rows is None else rows & passing
        if filters.priced and self._edges and besides != PRICE:
            low = -np.inf if filters.low is None else filters.low
            high = np.inf if filters.high is None else filters.high
            passing = (self._amounts >= low) & (self._amounts <= high)  # False for nan
            rows = passing if rows is None else rows & passing
        return rows

    def _set_prices(self, products: Sequence[Product]) -> None:
        currencies = Counter(p.price.currency for p in products if p.price is not None)
        self._currency = currencies.most_common(1)[0][0] if currencies else ""
        self._amounts = np.array(
            [
                p.price.amount
                if p.price is not None and p.price.currency == self._currency
                else np.nan
                for p in products
            ],
            np.float64,
        )
        self._edges: list[float] = []
        known = self._amounts[~np.isnan(self._amounts)]
        if len(known):
            # A few prices far above all others would leave one bar.
            most = float(np.quantile(known, 0.99))
            edges = [*np.linspace(known.min(), most, BINS + 1)[:-1].tolist(), float(known.max())]
            self._edges = sorted(set(edges)) if known.max() > known.min() else [edges[0]] * 2


def _attribute_columns(products: Sequence[Product]) -> list[_Column]:
    """Attributes worth filtering by, in the source's order: those that most products have."""
    counted = Counter(
        name for product in products for name, value in product.attributes.items() if value.strip()
    )
    enough = MIN_COVERAGE * len(products)
    columns = [
        _Column(name, [product.attributes.get(name, "").strip() for product in products])
        for name, count in counted.items()
        if count >= enough and name not in (*_OWN, PRICE)
    ]
    worth_it = [c for c in columns if 2 <= len(c.values) <= NEAR_UNIQUE * c.covered]
    best = sorted(worth_it, key=lambda column: -column.covered)[:MAX_ATTRIBUTES]
    return [column for column in worth_it if column in best]
