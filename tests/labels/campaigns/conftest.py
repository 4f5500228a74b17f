"""Campaigns whose pools are known by hand, and a clock that is set by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore
from mmdemo.labels.answers import Said
from mmdemo.labels.campaigns import (
    Campaign,
    CampaignStore,
    Definition,
    Given,
    Gold,
    Handout,
    Judging,
    Kept,
    PoolQuery,
    State,
)
from mmdemo.labels.campaigns.presets import REASONS, relevance

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """The server's clock; stands still unless it is moved."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, minutes: float) -> None:
        self.moment += timedelta(minutes=minutes)


class Room:
    """A database with a campaign, where judges work."""

    def __init__(self, store: JudgmentStore) -> None:
        self.store = store
        self.clock = Clock()
        self.campaigns = CampaignStore(store.database, clock=self.clock)
        self.judging = Judging(store.database, clock=self.clock)
        self.name = "autumn"
        self._numbers = itertools.count()

    def make(
        self,
        queries: Sequence[PoolQuery],
        *,
        gold: Sequence[Gold] = (),
        name: str = "autumn",
        is_open: bool = True,
        **changes: Any,
    ) -> Campaign:
        """Make a campaign without hidden pairs or random blocks, unless they are asked for."""
        values: dict[str, Any] = {
            "questions": (relevance(),),
            "reasons": REASONS,
            "rankers": ("text", "fused"),
            "depth": 10,
            "judges_per_pair": 2,
            "repeat_share": 0,
            "gold_share": 0,
            "random_share": 1e-12,  # never, with the seed of these tests
        }
        made = self.campaigns.create(
            name, Definition(**(values | changes)), queries, by="lea", gold=gold, seed=7
        )
        return self.campaigns.set_state(name, State.OPEN) if is_open else made

    def next(self, judge: str, count: int = 10, **options: Any) -> Handout:
        return self.judging.next(self.name, judge, count=count, **options)

    def held(self, judge: str, count: int = 10) -> dict[str, int]:
        """What a judge holds: product → assignment."""
        blocks = self.next(judge, count).blocks
        return {asked.product_id: asked.assignment for block in blocks for asked in block.pairs}

    def answer(self, judge: str, assignment: int, grade: int | None = 3, **changes: Any) -> Kept:
        said = changes.pop("said", Said.GRADE if grade is not None else Said.CANT_TELL)
        values: dict[str, Any] = {
            "client_event_id": f"e{next(self._numbers)}",
            "assignment": assignment,
            "said": said,
            "clicked_at": self.clock.moment,
            "grades": {"relevance": grade} if said is Said.GRADE else {},
        }
        return self.judging.answer(self.name, judge, Given(**(values | changes)))[0]

    def work(self, judge: str, count: int = 10, most: int = 10_000) -> list[str]:
        """Answer until nothing is left; the products in the order they were asked."""
        asked: list[str] = []
        while held := self.held(judge, count):
            for product, assignment in held.items():
                self.clock.forward(0.01)
                self.answer(judge, assignment)
                asked.append(product)
                if len(asked) == most:
                    return asked
        return asked

    def kinds(self, judge: str | None = None) -> list[tuple[str, str, str]]:
        """(judge, product, kind) of all events, in their order."""
        return [
            (e.judgment.judge, e.judgment.product_id, str(e.judgment.context["kind"]))
            for e in self.store.events(campaign=self.name, judge=judge)
        ]


@pytest.fixture
def room(store: JudgmentStore) -> Room:
    """Of SQLite and of PostgreSQL."""
    return Room(store)


@pytest.fixture
def lite(sqlite_store: JudgmentStore) -> Room:
    """Of SQLite, for what no database changes."""
    return Room(sqlite_store)


@pytest.fixture
def queries() -> Callable[..., list[PoolQuery]]:
    """`queries("abc", "xy")`: q1 with products a b c, and q2; each letter one, best first."""

    def make(*listed: str, ranker: str = "text") -> list[PoolQuery]:
        return [
            PoolQuery(f"q{n}", f"query {n}", {ranker: list(products)}, topic_id=f"t{n}")
            for n, products in enumerate(listed, start=1)
        ]

    return make
