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

    A ranker that has no answer for a query is recorded as missing there, with its reason.

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
            found = _search(engine, part, tuple(rankers), text_weight, top_k)
            for topic, rankings in zip(part, found, strict=True):
                for ranker in rankers:
                    collected[ranker][topic.topic_id] = rankings[ranker]
            progress.update(len(part))
    return collected


def _search(
    engine: Engine,
    topics: Sequence[Topic],
    rankers: tuple[str, ...],
    text_weight: float | None,
    top_k: int,
) -> list[dict[str, Ranking]]:
    """Search all at once; if a ranker refuses, ranker by ranker; if it still does, one by one."""
    try:
        return engine.search_many(
            [topic.query for topic in topics],
            rankers=rankers,
            text_weight=text_weight,
            top_k=top_k,
        )
    except RankerError as error:
        if len(rankers) == len(topics) == 1:
            query_id = topics[0].query.query_id
            return [{rankers[0]: Ranking(rankers[0], query_id, (), missing=str(error))}]
    merged: list[dict[str, Ranking]] = [{} for _ in topics]
    if len(rankers) > 1:
        for ranker in rankers:
            answers = _search(engine, topics, (ranker,), text_weight, top_k)
            for rankings, answer in zip(merged, answers, strict=True):
                rankings.update(answer)
    else:
        for rankings, topic in zip(merged, topics, strict=True):
            rankings.update(_search(engine, [topic], rankers, text_weight, top_k)[0])
    return merged
