"""Rank by a stored TREC run: what production returns today. Knows no tower and no index.

<catalog>/runs/NAME.trec      the run
<catalog>/runs/NAME.csv       its queries: topic id and words
"""

from __future__ import annotations

import csv
import io
import logging
import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mmdemo.catalog import Catalog
from mmdemo.errors import RankerError
from mmdemo.files import replacing, write_bytes
from mmdemo.index import BoolArray, IntArray
from mmdemo.records import Hit, Query, Ranking
from mmdemo.trec import read_run, read_topics, trec_id

_log = logging.getLogger(__name__)

PREFIX = "run:"


class RunRanker:
    """A run as a ranker; it answers the queries it holds and is missing for all others."""

    def __init__(self, name: str, hits: Mapping[str, tuple[Hit, ...]]) -> None:
        self.name = PREFIX + name
        self._hits = hits  # query_id → hits

    @classmethod
    def load(cls, directory: Path, name: str, known: Mapping[str, int]) -> RunRanker:
        """Read a stored run; products that the catalog does not have (`known`) are dropped."""
        run = read_run(directory / "runs" / f"{name}.trec")
        topics = read_topics(directory / "runs" / f"{name}.csv")
        found = {
            topic.query.query_id: _ranked(
                hit for hit in run[topic.topic_id] if hit.product_id in known
            )
            for topic in topics
            if topic.topic_id in run
        }
        return cls(name, found)

    def rank(self, query: Query, top_k: int, listed: Collection[str] | None = None) -> Ranking:
        """The run's ranking of this query, or one that says why it is missing.

        Args:
            query: what the run was asked.
            top_k: length of the ranking.
            listed: products that may be in it; None for all.
        """
        hits = self._hits.get(query.query_id)
        if hits is None:
            return Ranking(self.name, query.query_id, (), "this run has no such query")
        if not hits:
            reason = "the catalog has none of this run's products"
            return Ranking(self.name, query.query_id, (), reason)
        if listed is not None:
            hits = _ranked(hit for hit in hits if hit.product_id in listed)
        return Ranking(self.name, query.query_id, hits[:top_k])


class Runs:
    """All runs of a catalog, asked as an index's rankers are; the weight is not theirs."""

    def __init__(self, product_ids: Sequence[str], runs: Sequence[RunRanker]) -> None:
        self._ids = list(product_ids)
        self._runs = {run.name: run for run in runs}

    @property
    def names(self) -> tuple[str, ...]:
        """Of the runs."""
        return tuple(self._runs)

    def why_not(self, name: str) -> str:
        """As `IndexRankers.why_not`: a run that is there can always be asked."""
        return ""

    def rank(
        self,
        queries: Sequence[Query],
        names: Sequence[str],
        *,
        text_weight: float,
        top_k: int,
        within: BoolArray | None = None,
    ) -> list[dict[str, Ranking]]:
        """As `IndexRankers.rank`."""
        listed = None if within is None else {self._ids[row] for row in np.flatnonzero(within)}
        return [
            {name: self._runs[name].rank(query, top_k, listed) for name in names}
            for query in queries
        ]

    def places(
        self,
        query: Query,
        names: Sequence[str],
        rows: IntArray,
        *,
        text_weight: float,
        within: BoolArray | None = None,
    ) -> dict[str, list[Hit | None]]:
        """As `IndexRankers.places`."""
        (ranked,) = self.rank(
            [query], names, text_weight=text_weight, top_k=len(self._ids), within=within
        )
        found: dict[str, list[Hit | None]] = {}
        for name, ranking in ranked.items():
            hits = {hit.product_id: hit for hit in ranking.hits}
            found[name] = [hits.get(self._ids[row]) for row in rows.tolist()]
        return found


def add_run(directory: Path, name: str, run: Path, queries: Path) -> int:
    """Keep a run and its queries with a catalog, so that `run:NAME` ranks; returns the queries.

    A run answers queries in words; those with a photo are left out.

    Raises:
        RankerError: the name is not usable, or run, queries and catalog have nothing in common.
        CatalogError: `directory` holds no catalog.
        EvaluationError: a file cannot be read.
    """
    if not re.fullmatch(r"[\w.-]{1,64}", name):
        raise RankerError(
            "run name is not usable",
            got=repr(name),
            expected="1 to 64 letters, digits, '.', '_' or '-'",
        )
    known = Catalog.open(directory).rows
    ranked = read_run(run)
    worded = [topic for topic in read_topics(queries) if topic.query.image is None]
    topics = {topic.topic_id for topic in worded}
    both = topics & set(ranked)
    if not both:
        raise RankerError(
            "run and queries have no query id in common",
            got=f"{sorted(ranked)[:3]} in {run}",
            expected=f"ids like {sorted(topics)[:3]}",
        )
    found = {hit.product_id for topic in both for hit in ranked[topic]}
    if not found & set(known):
        raise RankerError(
            "the catalog has none of the run's products",
            got=f"{sorted(found)[:3]} in {run}",
            expected=f"ids like {list(known)[:3]}",
        )
    dropped = len(found - set(known)), len(set(ranked) - topics)
    if any(dropped):
        _log.warning(
            "left out: %d products that are not in the catalog, %d queries that %s does not have",
            *dropped,
            queries,
        )
    table = io.StringIO()
    rows = ((trec_id(topic.topic_id), topic.query.text) for topic in worded)
    csv.writer(table).writerows([("query_id", "query"), *rows])
    write_bytes(directory / "runs" / f"{name}.csv", table.getvalue().encode())
    with run.open("rb") as old, replacing(directory / "runs" / f"{name}.trec") as new:
        shutil.copyfileobj(old, new)
    return len(both)


def stored_runs(directory: Path) -> list[str]:
    """Names of the runs kept with a catalog."""
    return sorted(path.stem for path in (directory / "runs").glob("*.trec"))


def _ranked(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1))
