"""Make analyses and keep them at hand: made once, then looked at again and again.

Knows no route; `mmdemo.analyze` knows the statistics.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from mmdemo import __version__
from mmdemo.errors import QueryError
from mmdemo.labels import Aggregation, JudgmentStore
from mmdemo.web.api.analysis_bodies import DEFAULT_RANKERS, AnalysisBody
from mmdemo.web.api.grade_sources import TRUTH, GradeSources, Material, Source
from mmdemo.web.photos import QueryPhotos

if TYPE_CHECKING:
    from mmdemo.analyze import Analysis, Options, Replay, Space, Study
    from mmdemo.search import SearchEngine, Weights

logger = logging.getLogger(__name__)

_STUDIES = 2  # rankings of many queries are large
_KEPT = 4  # analyses at hand: switching back and forth between two views needs no waiting

_Opened = tuple["Study", "Space"]


class Bench:
    """One analysis, and what it takes to look closer: its rankings and vectors.

    Attributes:
        key: hash of everything it was made of.
    """

    def __init__(
        self,
        key: str,
        analysis: Analysis,
        opened: Callable[[], _Opened],
        replay: Replay | None = None,
    ) -> None:
        self.key = key
        self.analysis = analysis
        self._open, self._made = opened, replay
        self._lock = threading.RLock()

    @property
    def study(self) -> Study:
        """Rankings and grades; they are made again if the analysis was kept from before."""
        return self._opened[0]

    @property
    def replay(self) -> Replay | None:
        """The weights' replay; None where there is nothing to replay."""
        with self._lock:
            return self._replay

    @cached_property
    def _opened(self) -> _Opened:
        with self._lock:
            return self._open()

    @cached_property
    def _replay(self) -> Replay | None:
        if self.analysis.weights is None:
            return None
        return self._made or _replay(*self._opened, self.analysis.options)


class Desk:
    """Analyses of the served catalog. May be shared by threads.

    Attributes:
        sources: judgments that can be analyzed.
        stage: what is being done right now, in words; empty if nothing is.
    """

    def __init__(self, store: JudgmentStore, folder: Path, photos: QueryPhotos) -> None:
        """`folder` keeps results from one start of the server to the next; `photos` those asked."""
        self.sources = GradeSources(store)
        self.stage = ""
        self._folder = folder
        self._photos = photos
        self._benches: OrderedDict[str, Bench] = OrderedDict()
        self._studies: OrderedDict[str, _Opened] = OrderedDict()
        self._making = threading.RLock()  # one at a time: each takes all processors

    def bench(self, engine: SearchEngine, asked: AnalysisBody) -> Bench:
        """The analysis that is asked for, made if nobody asked for it before.

        Raises:
            EvaluationError: a ranker or the measure is unknown, or no query has a judgment.
            Refusal: there are no such judgments.
        """
        question = _Question(engine, self.sources.find(engine.catalog, asked.source), asked)
        options = _options(asked)
        study_key = question.key
        key = _hash({"study": study_key, "options": repr(options)})
        with self._making:
            if key in self._benches:
                self._benches.move_to_end(key)
                return self._benches[key]
            try:
                bench = self._make(key, question, study_key, options)
            finally:
                self.stage = ""
            self._benches[key] = bench
            while len(self._benches) > _KEPT:
                self._benches.popitem(last=False)
        return bench

    def _make(self, key: str, question: _Question, study_key: str, options: Options) -> Bench:
        from mmdemo.analyze import Analysis, ResultCache, analyze

        self._keep_photos(question)
        cache = ResultCache(self._folder)
        kept = cache.get(key)
        if kept is not None:
            try:
                analysis = Analysis.from_json(kept)
                return Bench(key, analysis, lambda: self._opened(question, study_key))
            except ValueError:
                logger.info("an analysis of another version is made again")
        started = perf_counter()
        study, space = self._opened(question, study_key)
        self.stage = f"Comparing {len(study.rankings)} rankers on {len(study.judged):,} queries"
        replay = _replay(study, space, options)
        analysis = analyze(
            study, options, space=space, served_weights=question.weights, replay=replay
        )
        cache.put(key, analysis.to_json())
        logger.info("analyzed %d queries in %.1f s", analysis.queries, perf_counter() - started)
        return Bench(key, analysis, lambda: (study, space), replay)

    def _keep_photos(self, question: _Question) -> None:
        """Keep the photos of queries, so that the page can show them and search with them.

        Only the catalog's own queries have any, and those are read already.
        """
        if question.source.kind != TRUTH:
            return
        for topic in self._material(question).topics:
            if topic.query.image is not None:
                with suppress(QueryError):  # what cannot be kept cannot be shown
                    self._photos.keep(topic.query.image)

    def _material(self, question: _Question) -> Material:
        return self.sources.read(
            question.engine.catalog,
            question.source,
            include_open=question.includes_open,
            rule=Aggregation(question.asked.rule),
        )

    def _opened(self, question: _Question, key: str) -> _Opened:
        """Rankings, grades and vectors; kept for another measure or baseline."""
        from mmdemo.analyze import Space, study_of_engine

        engine, asked = question.engine, question.asked
        with self._making:
            if key in self._studies:
                return self._studies[key]
            self.stage = "Reading the grades"
            material = self._material(question)
            self.stage = f"Ranking {len(material.topics):,} queries"
            study = study_of_engine(
                engine,
                question.rankers,
                material.topics,
                material.qrels,
                measure=asked.measure,
                text_weight=asked.weight,
                facets=material.facets,
                votes=material.votes,
                complete=question.is_complete,
            )
            self.stage = "Looking at the vectors"
            space = Space.of_engine(engine, material.topics)
            self._studies[key] = study, space
            while len(self._studies) > _STUDIES:
                self._studies.popitem(last=False)
            return study, space


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, with everything decided that was left open."""

    engine: SearchEngine
    source: Source
    asked: AnalysisBody

    @property
    def weights(self) -> Weights:
        from mmdemo.search import Weights

        given = self.asked.weight
        return self.engine.weights if given is None else Weights(given, given)

    @property
    def rankers(self) -> list[str]:
        return rankers_of(self.engine, self.asked.rankers)

    @property
    def includes_open(self) -> bool:
        """Grades given with rankers in sight count where there are no others."""
        given = self.asked.include_open
        return not self.source.blind if given is None else given

    @property
    def is_complete(self) -> bool:
        """A catalog's own truth names every relevant product."""
        given = self.asked.complete
        return self.source.kind == TRUTH if given is None else given

    @property
    def key(self) -> str:
        """Hash of all that the rankings and grades depend on."""
        from mmdemo.analyze import engine_facts
        from mmdemo.analyze.analysis import FORMAT
        from mmdemo.evaluate import depth_needed

        return _hash(
            {
                "version": [__version__, FORMAT],
                "facts": engine_facts(self.engine, self.asked.weight),
                "catalog": self.engine.catalog.fingerprint,
                "files": _ranking_files(self.engine.catalog.directory),
                "source": [self.source.id, self.source.version],
                "rankers": self.rankers,
                "depth": depth_needed([self.asked.measure]),
                "open": self.includes_open,
                "complete": self.is_complete,
                "rule": self.asked.rule,
            }
        )


def rankers_of(engine: SearchEngine, asked: Sequence[str] = ()) -> list[str]:
    """The rankers to compare: those asked for, or the well-known ones that the engine has."""
    if asked:
        return list(dict.fromkeys(asked))
    there = engine.ranker_names
    return [name for name in DEFAULT_RANKERS if name in there] or list(there[:4])


def _replay(study: Study, space: Space, options: Options) -> Replay | None:
    from mmdemo.analyze import Replay

    if options.ndcg_depth is None:
        return None
    return Replay(space, study.qrels, depth=options.ndcg_depth)


def _options(asked: AnalysisBody) -> Options:
    from mmdemo.analyze import Options
    from mmdemo.evaluate import parse_measures

    parse_measures([asked.measure])
    return Options(
        measure=asked.measure,
        candidate=asked.candidate,
        baseline=asked.baseline,
        margin=asked.margin,
    )


def _hash(parts: dict[str, object]) -> str:
    from mmdemo.analyze import content_key

    return content_key(parts)


def _ranking_files(directory: Path) -> list[list[object]]:
    """Small files that further indexes and brought runs are known by, with when they changed."""
    files = [*directory.glob("indexes/*/*.json"), *directory.glob("runs/*")]
    return [
        [path.name, (found := path.stat()).st_mtime_ns, found.st_size]
        for path in sorted(files)
        if path.is_file()
    ]
