"""Hold every ranker against every other, with p-values corrected for all of that. Knows no page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from mmdemo.analyze.study import Options, Study
from mmdemo.evaluate.bounds import Bounds, ndcg_bounds
from mmdemo.evaluate.evaluation import Evaluation
from mmdemo.evaluate.gains import DoubleArray
from mmdemo.evaluate.measures import CONDENSED
from mmdemo.evaluate.randomization import corrected, randomization_p
from mmdemo.evaluate.significance import FEW_QUERIES, Interval, mean_intervals

ROUNDING = 1e-12  # gains smaller than this are none


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a ranker gains over another on the queries that both answered.

    Attributes:
        means: of the ranker and of the baseline over those queries.
        interval: of the mean gain.
        spread: standard deviation of the gains, 0 for one query.
        p_value: of the paired randomization test.
        p_corrected: the same, corrected for all comparisons of the analysis.
        tests: by how many the p-value was multiplied at its step of the correction.
        condensed: the gain with unjudged products taken out of both lists first; None where
            those are known to be irrelevant.
        bounds: how far unjudged products could move the gain; None but for nDCG@k.
    """

    ranker: str
    baseline: str
    measure: str
    means: tuple[float, float]
    interval: Interval
    spread: float
    wins: int
    ties: int
    losses: int
    p_value: float
    p_corrected: float
    tests: float
    condensed: Interval | None = None
    bounds: Bounds | None = None

    def is_shown(self, level: float) -> bool:
        """Whether test and interval both say that there is a difference, on enough queries."""
        return self.p_corrected < level and self.interval.excludes_zero


def compare_all(study: Study, evaluation: Evaluation, options: Options) -> tuple[Comparison, ...]:
    """Every pair of rankers that have queries in common, candidate and baseline first.

    The candidate stands against the baseline; of all other pairs the better one comes first.
    """
    contest = study.contest(options)
    pairs = list(combinations(study.rankings, 2))
    if contest is not None:
        pairs = [contest, *(pair for pair in pairs if set(pair) != set(contest))]
    main = evaluation.measures[0]
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for pair in pairs:
        if topics := tuple(study.answered(*pair)):
            groups.setdefault(topics, []).append(pair)

    found: dict[tuple[str, str], Comparison] = {}
    for topics, members in groups.items():
        gains = np.stack([gains_of(evaluation.per_query, pair, main, topics) for pair in members])
        condensed = np.stack(
            [gains_of(evaluation.per_query, pair, CONDENSED, topics) for pair in members]
        )
        seeded = {"resamples": options.resamples, "seed": options.seed}
        intervals = mean_intervals(np.concatenate([gains, condensed]), **seeded)
        p_values = randomization_p(gains, seed=options.seed)
        for i, (pair, row) in enumerate(zip(members, gains, strict=True)):
            ranker, baseline = (evaluation.per_query[name][main] for name in pair)
            found[pair] = Comparison(
                *pair,
                main,
                tuple(float(np.mean([v[t] for t in topics])) for v in (ranker, baseline)),  # type: ignore[arg-type]  # two
                intervals[i],
                float(row.std(ddof=1)) if len(row) > 1 else 0.0,
                int((row > 0).sum()),
                int((row == 0).sum()),
                int((row < 0).sum()),
                float(p_values[i]),
                1.0,
                1.0,
                condensed=None if study.complete else intervals[len(members) + i],
                bounds=_bounds(study, pair, topics, options),
            )
    ordered = [found[pair] for pair in pairs if pair in found]
    ordered = [turned(c) if i > 0 and c.interval.mean < 0 else c for i, c in enumerate(ordered)]
    p_plain = [comparison.p_value for comparison in ordered]
    tests = _steps(p_plain) if options.correction == "holm" else [1.0] * len(p_plain)
    return tuple(
        replace(comparison, p_corrected=p_corrected, tests=count)
        for comparison, p_corrected, count in zip(
            ordered, corrected(p_plain, options.correction), tests, strict=True
        )
    )


def turned(comparison: Comparison) -> Comparison:
    """The same comparison seen from the baseline."""
    bounds = comparison.bounds
    return replace(
        comparison,
        ranker=comparison.baseline,
        baseline=comparison.ranker,
        means=comparison.means[::-1],
        interval=_negative(comparison.interval),
        wins=comparison.losses,
        losses=comparison.wins,
        condensed=comparison.condensed and _negative(comparison.condensed),
        bounds=bounds and Bounds(-bounds.high, -bounds.low, bounds.unjudged),
    )


def few(queries: int) -> str:
    """What has to be said of a mean over so few queries; empty if nothing."""
    if queries >= FEW_QUERIES:
        return ""
    return f"only {queries} {'query' if queries == 1 else 'queries'}: too few to say anything"


def gains_of(
    per_query: Mapping[str, Mapping[str, Mapping[str, float]]],
    pair: tuple[str, str],
    measure: str,
    topics: tuple[str, ...],
) -> DoubleArray:
    """What the first ranker of a pair gains, query by query: (n,)."""
    ours, theirs = (per_query[name][measure] for name in pair)
    gains = np.array([ours[topic] - theirs[topic] for topic in topics])
    gains[np.abs(gains) < ROUNDING] = 0.0
    return gains


def _bounds(
    study: Study, pair: tuple[str, str], topics: tuple[str, ...], options: Options
) -> Bounds | None:
    depth = options.ndcg_depth
    if depth is None or study.complete:
        return None
    ours, theirs = (study.rankings[name] for name in pair)
    return ndcg_bounds(
        ours, study.qrels, topics, depth=depth, top_grade=study.top_grade, less=theirs
    )


def _negative(interval: Interval) -> Interval:
    return Interval(-interval.mean, -interval.high, -interval.low, interval.queries)


def _steps(p_values: list[float]) -> list[float]:
    """By how many Holm multiplies each p-value."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    steps = [1.0] * len(p_values)
    for place, index in enumerate(order):
        steps[index] = float(len(p_values) - place)
    return steps
