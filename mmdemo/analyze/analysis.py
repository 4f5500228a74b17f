"""Put a whole analysis together from a study. Knows no file, page or plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from mmdemo.analyze.agreement import Agreement, agreement
from mmdemo.analyze.cases import Card, Case, cases, count_kinds, showcase, telling
from mmdemo.analyze.comparisons import Comparison, compare_all
from mmdemo.analyze.kinds import Kind
from mmdemo.analyze.modalities import Modalities, look_at_halves
from mmdemo.analyze.replay import Replay
from mmdemo.analyze.segments import Segment, facets, segments
from mmdemo.analyze.sensitivity import Check, checks
from mmdemo.analyze.space import Space
from mmdemo.analyze.study import Options, Study
from mmdemo.analyze.verdict import Verdict, judge
from mmdemo.analyze.weights import Weights, replay_weights
from mmdemo.errors import EvaluationError
from mmdemo.evaluate import COMPANIONS, Evaluation, evaluate
from mmdemo.evaluate.bounds import Bounds, ndcg_bounds
from mmdemo.evaluate.measures import is_share_judged, parse_measures
from mmdemo.evaluate.significance import Interval

if TYPE_CHECKING:
    from mmdemo.search import Weights as ServedWeights

FORMAT = 2  # rises when an older result would be read wrongly


@dataclass(frozen=True, slots=True)
class RankerSummary:
    """What one ranker is worth by itself.

    Attributes:
        answered: judged queries that it answered.
        missing: reason to how many judged queries it did not answer for it.
        empty: judged queries that it answered with no product at all: they count as 0.
        means: measure to mean over the answered queries; empty if there are none.
        bounds: how far unjudged products could move nDCG@k; None for other measures.
    """

    ranker: str
    answered: int
    missing: Mapping[str, int]
    empty: int
    means: Mapping[str, Interval]
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that was found, in plain values: see `to_json`.

    Attributes:
        facts: what it was made of: names, weights, models, hashes.
        measures: the deciding one first.
        queries: judged ones.
        unjudged_queries: of the set, without a judgment, left out.
        grades: judged pairs.
        complete: whether products without a grade are known to be irrelevant.
        verdict: None where there is nothing to compare.
        checks: the comparison of the verdict under other grades.
        segments: the same on the queries of one kind.
        kinds: how many queries are of each kind.
        cases: every judged query, the largest loss against the better single list first.
        lists: what the rankers of the comparison show for the most telling queries, those first.
        weights, modalities: None without an engine.
    """

    facts: Mapping[str, str]
    options: Options
    measures: tuple[str, ...]
    queries: int
    unjudged_queries: int
    grades: int
    top_grade: int
    complete: bool
    rankers: tuple[RankerSummary, ...]
    verdict: Verdict | None
    comparisons: tuple[Comparison, ...]
    checks: tuple[Check, ...]
    segments: tuple[Segment, ...]
    kinds: Mapping[Kind, int]
    cases: tuple[Case, ...]
    lists: Mapping[str, Mapping[str, tuple[Card, ...]]]
    weights: Weights | None = None
    modalities: Modalities | None = None

    def to_json(self) -> bytes:
        """The analysis as JSON; `from_json` reads it back."""
        return _adapter().dump_json(self)

    @classmethod
    def from_json(cls, content: bytes) -> Analysis:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is no analysis.
        """
        return _adapter().validate_json(content)


@cache
def _adapter() -> TypeAdapter[Analysis]:
    return TypeAdapter(Analysis)


def analyze(
    study: Study,
    options: Options | None = None,
    *,
    space: Space | None = None,
    served_weights: ServedWeights | None = None,
    replay: Replay | None = None,
) -> Analysis:
    """Analyze a study.

    Args:
        study: queries, rankings and grades.
        options: how; see `Options`.
        space: vectors of queries and products, for weights and modalities; needs nDCG@k.
        served_weights: the weights of text in use, for the weights.
        replay: that of this study and space, where it is there already.

    Raises:
        EvaluationError: the measure or a ranker is unknown, or the measure is Judged@k.
    """
    options = options or Options()
    if is_share_judged(*parse_measures([options.measure])):
        raise EvaluationError(
            "the measure decides nothing: it says how far the judgments reach",
            got=options.measure,
            expected="a measure of how good a list is, as in nDCG@10",
        )
    study.contest(options)  # a ranker that is not there is told before anything is measured
    ids = [topic.topic_id for topic in study.topics]
    evaluation = evaluate(
        study.rankings,
        study.qrels,
        [options.measure, *COMPANIONS],
        topic_ids=ids,
        resamples=options.resamples,
        seed=options.seed,
    )
    compared = compare_all(study, evaluation, options)
    contest = study.contest(options)
    main = next((c for c in compared if (c.ranker, c.baseline) == contest), None)
    tried = checks(study, main, options) if main is not None else ()
    groups = facets(study)
    weights = None
    if space is not None and served_weights is not None and options.ndcg_depth is not None:
        replay = replay or Replay(space, study.qrels, depth=options.ndcg_depth)
        if replay.topic_ids:
            weights = replay_weights(
                replay,
                served=served_weights,
                queries={topic: query.text for topic, query in study.queries.items()},
                with_photo={t for t, query in study.queries.items() if query.image is not None},
                facets=groups,
                complete=study.complete,
                seed=options.seed,
            )
    told = cases(study, evaluation, groups, weights, options)
    cut = segments(study, evaluation, groups, options)
    return Analysis(
        facts=study.facts,
        options=options,
        measures=evaluation.measures,
        queries=len(study.judged),
        unjudged_queries=len(study.topics) - len(study.judged),
        grades=sum(len(study.qrels[topic]) for topic in study.judged),
        top_grade=study.top_grade,
        complete=study.complete,
        rankers=tuple(_summary(study, evaluation, name, options) for name in study.rankings),
        verdict=judge(study, main, tried, options, cut=cut) if main is not None else None,
        comparisons=compared,
        checks=tried,
        segments=cut,
        kinds=count_kinds(told),
        cases=told,
        lists=showcase(study, telling(told), _shown(study, contest)),
        weights=weights,
        modalities=_modalities(study, space, groups, told, options) if space else None,
    )


def _shown(study: Study, contest: tuple[str, str] | None) -> list[str]:
    """The rankers whose lists are worth seeing side by side."""
    wanted = ("text", "image", *(contest or ()))
    return [name for name in study.rankings if name in wanted] or list(study.rankings)[:1]


def _summary(study: Study, evaluation: Evaluation, ranker: str, options: Options) -> RankerSummary:
    answered = study.answered(ranker)
    bounds = None
    if options.ndcg_depth is not None and answered and not study.complete:
        bounds = ndcg_bounds(
            study.rankings[ranker],
            study.qrels,
            answered,
            depth=options.ndcg_depth,
            top_grade=study.top_grade,
        )
    return RankerSummary(
        ranker,
        len(answered),
        dict(Counter(evaluation.missing[ranker].values())),
        evaluation.empty_lists[ranker],
        evaluation.intervals[ranker],
        bounds,
    )


def _modalities(
    study: Study,
    space: Space,
    groups: Mapping[str, Mapping[str, str]],
    told: tuple[Case, ...],
    options: Options,
) -> Modalities:
    agreed: tuple[Agreement, ...] = ()
    if {"text", "image"} <= study.rankings.keys():
        agreed = agreement(
            study.rankings["text"],
            study.rankings["image"],
            study.answered("text", "image"),
            groups,
            depth=options.ndcg_depth or 10,
        )
    titles = {product: study.title(product) for product in study.products}
    return look_at_halves(
        space,
        {topic: study.qrels[topic] for topic in study.judged},
        agreement=agreed,
        categories={p: product.category for p, product in study.products.items()},
        kinds={case.topic_id: str(case.kinds[0]) for case in told if case.kinds},
        titles=titles | {topic: query.text or "a photo" for topic, query in study.queries.items()},
    )
