"""Rank a set of topics with an engine. Knows no measure or qrels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tqdm import tqdm

from mmdemo.errors import RankerError
from mmdemo.records import Query, Ranking, Topic

BATCH = 64  # queries per call: enough to fill a tower, few enough to show progress


class Engine(Protocol):
    """What evaluation needs of a search engine."""

    @property
    def ranker_names(self) -> tuple[str, ...]:
        """Every ranker that it offers."""

    def search_many(
        self,
        queries: Sequence[Query],
        *,
        rankers: Sequence[str],
        text_weight: float | None = None,
        top_k: int = 100,
    ) -> list[dict[str, Ranking]]:
        """Rank the catalog for each query."""


def rank_topics(
    engine: Engine,
    topics: Sequence[Topic],
    rankers: Sequence[str],
    *,
    text_weight: float | None = None,
    top_k: int = 100,
    batch: int = BATCH,
) -> dict[str, dict[str, Ranking]]:
    """Collect each ranker's ranking of each topic, by topic id.

    Raises:
        RankerError: the engine has no ranker of that name.
        QueryError: a topic's query is empty.
    """
    for ranker in rankers:
        if ranker not in engine.ranker_names:
            raise RankerError(
                "ranker is unknown", got=repr(ranker), expected=", ".join(engine.ranker_names)
            )
    collected: dict[str, dict[str, Ranking]] = {ranker: {} for ranker in rankers}
    with tqdm(total=len(topics), desc="rank", unit="query", disable=None) as progress:
        for start in range(0, len(topics), batch):
            part = topics[start : start + batch]
            found = engine.search_many(
                [topic.query for topic in part],
                rankers=rankers,
                text_weight=text_weight,
                top_k=top_k,
            )
            for topic, rankings in zip(part, found, strict=True):
                for ranker in rankers:
                    collected[ranker][topic.topic_id] = rankings[ranker]
            progress.update(len(part))
    return collected
