"""Columns measured against judgments, by values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment

Ask = Callable[..., Any]


@pytest.fixture
def grade(store: JudgmentStore, campaign: str) -> Callable[..., None]:
    count = 0

    def give(product: str, value: int | None, judge: str = "ann", **changes: Any) -> None:
        nonlocal count
        count += 1
        values: dict[str, Any] = {
            "client_event_id": f"event-{count}",
            "campaign": campaign,
            "judge": judge,
            "query_id": "q1",
            "query_text": "shirt",
            "product_id": product,
            "grade": value,
            "clicked_at": datetime(2026, 3, 1, 12, 0, count, tzinfo=UTC),
        }
        store.add(Judgment(**values | changes))

    return give


def test_nothing_is_judged(ask: Ask) -> None:
    answer = ask("measures", query_id="q1", columns={"text": ["a", "b"], "image": []})
    nothing = {"nDCG@10": None, "Judged@10": None}
    assert answer == {"judged": 0, "judges": 0, "columns": {"text": nothing, "image": nothing}}


def test_measures_of_columns(ask: Ask, grade: Callable[..., None]) -> None:
    grade("a", 1)
    grade("b", 3)
    grade("c", 2)
    grade("d", 0, query_id="q2")  # of another query
    grade("d", 3, campaign="blind")  # of another campaign
    grade("d", 3, question="desirability")
    grade("d", 3, repeat=1)
    answer = ask(
        "measures",
        query_id="q1",
        columns={"text": ["a", "x", "b", "y"], "image": ["b", "c", "a"], "none": []},
    )
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert (answer["judged"], answer["judges"]) == (3, 1)
    assert answer["columns"]["text"] == {
        "nDCG@10": pytest.approx((1 + 3 / 2) / ideal),
        "Judged@10": pytest.approx(2 / 4),
    }
    assert answer["columns"]["image"] == {"nDCG@10": pytest.approx(1), "Judged@10": 1}
    assert answer["columns"]["none"] == {"nDCG@10": 0, "Judged@10": None}
    other = ask("measures", query_id="q1", campaign="blind", columns={"text": ["a", "d"]})
    assert other["judged"] == 1
    assert other["columns"]["text"]["nDCG@10"] == pytest.approx(1 / math.log2(3))


def test_several_judges_and_second_thoughts(ask: Ask, grade: Callable[..., None]) -> None:
    for judge, value in (("ann", 3), ("bob", 0), ("eve", 0)):
        grade("a", value, judge)
    grade("b", 3, "ann")
    grade("b", None, "ann", supersedes="event-4")  # taken back
    grade("c", 1, "bob")
    answer = ask("measures", query_id="q1", columns={"text": ["a", "c"]})
    assert (answer["judged"], answer["judges"]) == (2, 3)
    # a counts as 0, what most of them gave.
    assert answer["columns"]["text"]["nDCG@10"] == pytest.approx(1 / math.log2(3))


def test_only_zeros(ask: Ask, grade: Callable[..., None]) -> None:
    grade("a", 0)
    answer = ask("measures", query_id="q1", columns={"text": ["a"]})
    assert answer["columns"]["text"] == {"nDCG@10": 0, "Judged@10": 1}


def test_what_cannot_be_measured(refused: Callable[..., str]) -> None:
    columns = {"text": ["a"] * 101}
    assert "columns.text" in refused(422, "invalid", "measures", query_id="q", columns=columns)
    many = {f"c{i}": ["a"] for i in range(9)}
    assert "columns" in refused(422, "invalid", "measures", query_id="q", columns=many)
    assert "query_id" in refused(422, "invalid", "measures", query_id="", columns={})
