"""Find the judgments that can be analyzed: the catalog's own truth, and campaigns.

Knows no ranking and no statistics.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.errors import EvaluationError
from mmdemo.labels import Aggregation, JudgmentStore, Kind
from mmdemo.web.json_route import Refusal

if TYPE_CHECKING:
    from mmdemo.analyze import Grades, Vote
    from mmdemo.catalog import Catalog
    from mmdemo.records import Topic

TRUTH = "truth"
CAMPAIGN = "campaign:"
_QUERIES, _QRELS = "queries.csv", "qrels.txt"
_QUESTION = "relevance"


@dataclass(frozen=True, slots=True)
class Source:
    """Judgments that can be analyzed.

    Attributes:
        id: what they are asked for by.
        kind: ``truth``, ``open`` (given on the search page) or ``campaign``.
        name: of the campaign, or of the file.
        grades: judged pairs of query and product.
        blind: those of them whose judge saw no ranker.
        version: changes whenever a grade does.
    """

    id: str
    kind: str
    name: str
    queries: int
    grades: int
    blind: int
    judges: int
    version: str


@dataclass(frozen=True, slots=True)
class Material:
    """Queries and grades, ready to be analyzed."""

    topics: tuple[Topic, ...]
    qrels: Mapping[str, Mapping[str, int]]
    facets: Mapping[str, Mapping[str, str]]
    votes: tuple[Vote, ...] = ()


class GradeSources:
    """Judgments of a catalog. May be shared by threads.

    Attributes:
        problem: why the catalog's own truth is left out; empty if it is there, or never was.
    """

    def __init__(self, store: JudgmentStore) -> None:
        self.problem = ""
        self._store = store
        self._lock = threading.Lock()
        self._last = 0  # event up to which campaigns are counted
        self._campaigns: dict[str, Source] = {}
        self._truth: tuple[str, Material] | None = None

    def all(self, catalog: Catalog) -> list[Source]:
        """What can be analyzed, the most telling first.

        Raises:
            LabelError: the judgments cannot be read.
            EvaluationError: the catalog's own truth cannot be read, and there are no others.
        """
        own = f"open/{catalog.catalog_id}"
        with self._lock:
            self._count()
            campaigns = [
                source
                for source in self._campaigns.values()
                if source.grades and (source.kind == "campaign" or source.name == own)
            ]
            truth = self._truth_beside(catalog.directory, campaigns)
        campaigns.sort(key=lambda source: (source.kind == "open", source.name))
        if truth is None:
            return campaigns
        version, material = truth
        count = sum(map(len, material.qrels.values()))
        found = Source(TRUTH, TRUTH, _QRELS, len(material.topics), count, count, 0, version)
        return [found, *campaigns]

    def find(self, catalog: Catalog, source_id: str) -> Source:
        """The source of that id.

        Raises:
            Refusal: there is none.
        """
        found = self.all(catalog)
        for source in found:
            if source.id == source_id:
                return source
        expected = ", ".join(source.id for source in found) or "none yet"
        raise Refusal(404, "no_source", f"no such judgments: got {source_id}, expected {expected}")

    def read(
        self, catalog: Catalog, source: Source, *, include_open: bool, rule: Aggregation
    ) -> Material:
        """Read queries and grades.

        Raises:
            Refusal: none is left to analyze.
        """
        if source.kind == TRUTH:
            with self._lock:
                truth = self._read_truth(catalog.directory)
            if truth is not None:
                return truth[1]
            raise Refusal(404, "no_source", "the catalog has no truth any more")
        grades = self._grades(source, include_open=include_open, rule=rule)
        return Material(grades.topics, grades.qrels, {}, grades.votes)

    def _grades(self, source: Source, *, include_open: bool, rule: Aggregation) -> Grades:
        from mmdemo.analyze import read_grades

        if not include_open and not source.blind:
            raise Refusal(
                422,
                "no_grades",
                f"no grade of {source.name} was given blind; include those given in the open",
            )
        return read_grades(
            self._store,
            campaign=source.name,
            question=_QUESTION,
            include_open=include_open,
            rule=rule,
        )

    def _count(self) -> None:
        """Count the campaigns that got an event since the last time."""
        changed: dict[str, int] = {}
        for event in self._store.events(after=self._last):
            changed[event.judgment.campaign] = self._last = event.sequence
        for campaign, sequence in changed.items():
            current = [
                stored.judgment
                for stored in self._store.current(campaign=campaign, question=_QUESTION, repeat=0)
                if stored.judgment.context.get("kind") != Kind.TRAINING
            ]
            pairs = {(j.query_id, j.product_id) for j in current}
            self._campaigns[campaign] = Source(
                CAMPAIGN + campaign,
                "open" if campaign.startswith("open/") else "campaign",
                campaign,
                queries=len({query for query, _ in pairs}),
                grades=len(pairs),
                blind=len({(j.query_id, j.product_id) for j in current if j.blind}),
                judges=len({j.judge for j in current}),
                version=str(sequence),
            )

    def _truth_beside(
        self, directory: Path, campaigns: list[Source]
    ) -> tuple[str, Material] | None:
        """The truth; a broken one is a problem to be told, and does not hide the campaigns."""
        self.problem = ""
        try:
            return self._read_truth(directory)
        except EvaluationError as error:
            if not campaigns:
                raise
            self.problem = str(error)
            return None

    def _read_truth(self, directory: Path) -> tuple[str, Material] | None:
        """The catalog's own queries and qrels, read again only when they change."""
        queries, qrels = directory / _QUERIES, directory / _QRELS
        if not (queries.is_file() and qrels.is_file()):
            return None
        from mmdemo.analyze import content_key
        from mmdemo.trec import read_facets, read_qrels, read_topics

        version = content_key({"queries": queries, "qrels": qrels})
        if self._truth is None or self._truth[0] != version:
            material = Material(
                tuple(read_topics(queries)), read_qrels(qrels), read_facets(queries)
            )
            self._truth = version, material
        return self._truth
