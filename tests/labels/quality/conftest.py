"""Answers in short form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mmdemo.labels import Answer, Kind, Pair, Said, Vote

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """`answer("ann", "q/p", 3)`; `at` is seconds after noon."""

    def make(
        judge: str,
        pair: str,
        grade: int | None,
        *,
        kind: str = "regular",
        said: str | None = None,
        repeat: int = 0,
        at: float = 0,
        seconds: float | None = None,
        **more: Any,
    ) -> Answer:
        query, product = pair.split("/")
        return Answer(
            event_id=f"{judge}-{pair}-{repeat}",
            judge=judge,
            pair=Pair(query, product),
            question=more.pop("question", "relevance"),
            repeat=repeat,
            grade=grade,
            said=Said(said or ("grade" if grade is not None else "withdrawn")),
            kind=Kind(kind),
            seconds=seconds,
            moment=NOON + timedelta(seconds=at),
            query_text=more.pop("query_text", f"words of {query}"),
            **more,
        )

    return make


@pytest.fixture
def ballots() -> Callable[..., list[Vote]]:
    """`ballots(ann="1 2 . 3", ben="1 . 2 3")`: a grade for each pair in turn, `.` for none.

    With `queries` each pair is of a query of its own, else all are of one.
    """

    def make(queries: bool = False, **judges: str) -> list[Vote]:
        return [
            Vote(Pair(f"q{i:03}" if queries else "q", f"p{i:03}"), judge, int(cell))
            for judge, row in judges.items()
            for i, cell in enumerate(row.split())
            if cell != "."
        ]

    return make
