"""Filters as they are sent, and what they leave to choose from, as JSON. Knows no ranking."""

from __future__ import annotations

from mmdemo.catalog.facets import PRICE, FacetCounts, Facets, Filters
from mmdemo.web.api.bodies import FiltersBody

SHOWN = 12  # values of a facet with each search; `/api/facet` tells more of one


def filters_of(body: FiltersBody) -> Filters:
    """Filters as the catalog takes them; a field without values filters nothing."""
    price = body.price
    return Filters(
        {name: tuple(dict.fromkeys(values)) for name, values in body.fields.items() if values},
        low=None if price is None else price.min,
        high=None if price is None else price.max,
    )


def facets_json(facets: Facets, filters: Filters) -> list[dict[str, object]]:
    """All facets with their counts, the price after brand and category."""
    told = [facet_json(facet, filters) for facet in facets.counts(filters, top=SHOWN)]
    prices = facets.prices(filters)
    if prices is not None:
        after = sum(1 for name in facets.names if name in ("category", "brand"))
        value: dict[str, object] = {
            "name": PRICE,
            "kind": "range",
            "currency": prices.currency,
            "min": prices.low,
            "max": prices.high,
            "edges": prices.edges,
            "counts": prices.counts,
        }
        told.insert(after, value)
    return told


def facet_json(facet: FacetCounts, filters: Filters) -> dict[str, object]:
    """One facet's values."""
    chosen = filters.fields.get(facet.name, ())
    return {
        "name": facet.name,
        "kind": "values",
        "values": [
            {"value": value, "count": count, "chosen": value in chosen}
            for value, count in facet.values
        ],
        "more": facet.more,
    }


def filter_lines(filters: Filters) -> list[str]:
    """Filters in words, a line each."""
    lines = [f"{name}: {', '.join(values)}" for name, values in filters.fields.items()]
    if filters.priced:
        ends = [
            f"{word} {end:g}"
            for word, end in (("from", filters.low), ("to", filters.high))
            if end is not None
        ]
        lines.append(f"price {' '.join(ends)}")
    return lines
