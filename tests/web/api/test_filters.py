"""Searches within a part of the catalog: what is ranked, counted, and said of old links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]
SECOND = {"fields": {"half": ["second"]}}  # p20 to p39


def shown(answer: Any) -> dict[str, list[str]]:
    return {column["ranker"]: [h["id"] for h in column["hits"]] for column in answer["columns"]}


def test_lists_and_places_are_those_of_the_products_that_pass(ask: Ask) -> None:
    answer = ask("search", text="shirt", rankers=["text", "image"], top_k=2, filters=SECOND)
    assert answer["matches"] == 20
    assert shown(answer) == {"text": ["p20", "p21"], "image": ["p39", "p38"]}
    assert [hit["rank"] for hit in answer["columns"][0]["hits"]] == [1, 2]
    assert answer["places"]["p38"] == {"text": 19, "image": 2}
    assert answer["notes"] == []


def test_facets_count_what_passes_the_other_filters(ask: Ask) -> None:
    price = {"min": 649 + 30, "max": 649 + 33}  # p30 to p33, all of the second half
    answer = ask("search", text="shirt", filters=SECOND | {"price": price})
    assert answer["matches"] == 4
    prices, half = answer["facets"]  # one brand and one category tell nothing apart
    assert half == {
        "name": "half",
        "kind": "values",
        "values": [{"value": "second", "count": 4, "chosen": True}],
        "more": 0,
    }
    assert {key: prices[key] for key in ("name", "kind", "currency", "min", "max")} == {
        "name": "price",
        "kind": "range",
        "currency": "INR",
        "min": 649,
        "max": 688,
    }
    assert (len(prices["edges"]), sum(prices["counts"])) == (21, 20)


def test_an_old_link_opens_and_tells_what_is_gone(ask: Ask) -> None:
    fields = {"half": ["third"], "shape": ["round"], "brand": []}
    answer = ask("search", text="shirt", filters={"fields": fields})
    assert answer["matches"] == 0
    assert set(shown(answer)) == {"text", "image", "fused"}
    assert not any(shown(answer).values())
    assert answer["notes"] == [
        "No product has half 'third' any more.",
        "This catalog cannot be filtered by 'shape'; the filter is off.",
    ]
    (half,) = [facet for facet in answer["facets"] if facet["name"] == "half"]
    assert {v["value"]: (v["count"], v["chosen"]) for v in half["values"]} == {
        "first": (20, False),
        "second": (20, False),
        "third": (0, True),
    }


def test_more_of_one_facet(ask: Ask, refused: Callable[..., str]) -> None:
    price = {"min": 649 + 18, "max": None}  # p18 and p19 of the first half
    answer = ask("facet", name="half", find="RST", filters={"price": price})
    assert answer == {
        "name": "half",
        "kind": "values",
        "values": [{"value": "first", "count": 2, "chosen": False}],
        "more": 0,
    }
    assert refused(404, "no_facet", "facet", name="shape") == (
        "no such facet: got shape, expected half"
    )
