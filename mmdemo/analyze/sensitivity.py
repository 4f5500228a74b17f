"""Ask whether a comparison stands under other grades: another rule, a judge less. Knows no page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mmdemo.analyze.comparisons import ROUNDING, Comparison
from mmdemo.analyze.study import Options, Study, Vote
from mmdemo.analyze.values import values
from mmdemo.evaluate.measures import Qrels
from mmdemo.evaluate.randomization import randomization_p
from mmdemo.evaluate.significance import Interval, mean_intervals
from mmdemo.labels import Aggregation, Pair, by_topic, combine
from mmdemo.labels import Vote as LabelVote


class Standing(StrEnum):
    """What another way to count says of the comparison."""

    STANDS = "stands"
    WEAKER = "weaker"  # the same side, but no longer shown
    STRONGER = "stronger"  # shown only so
    TURNS = "turns"  # the other side is ahead


@dataclass(frozen=True, slots=True)
class Check:
    """The comparison under other grades.

    Attributes:
        name: what was changed, as in ``without judge ann``.
        p_value: of the randomization test, corrected as the comparison's own was.
        queries: how many still have a judgment.
    """

    name: str
    interval: Interval
    p_value: float
    queries: int
    standing: Standing


def checks(study: Study, comparison: Comparison, options: Options) -> tuple[Check, ...]:
    """Try strict grades and, where judges are known, each rule and each judge left out."""
    found = []
    for name, qrels in _other_grades(study):
        pair = (comparison.ranker, comparison.baseline)
        topics = [topic for topic in study.answered(*pair) if qrels.get(topic)]
        if not topics:
            continue
        ours, theirs = (values(study.rankings[r], qrels, topics, options) for r in pair)
        gains = ours - theirs
        gains[np.abs(gains) < ROUNDING] = 0.0
        (interval,) = mean_intervals(gains, resamples=options.resamples, seed=options.seed)
        p_value = float(randomization_p(gains, seed=options.seed)[0])
        p_value = min(1.0, p_value * comparison.tests)
        shown = p_value < options.level and interval.excludes_zero
        standing = _standing(comparison, interval.mean, shown=shown, level=options.level)
        found.append(Check(name, interval, p_value, len(topics), standing))
    return tuple(found)


def strict(qrels: Qrels, top_grade: int) -> dict[str, dict[str, int]]:
    """Count the highest grade only: everything below it is irrelevant."""
    return {
        topic: {product: grade if grade >= top_grade else 0 for product, grade in judged.items()}
        for topic, judged in qrels.items()
    }


def qrels_of(votes: Iterable[Vote], rule: Aggregation) -> dict[str, dict[str, int]]:
    """Make one grade of all votes for a pair."""
    told = (
        LabelVote(Pair(v.topic_id, v.product_id), v.judge, v.grade, v.final, v.moment)
        for v in votes
    )
    return by_topic(combine(told, rule))


def _other_grades(study: Study) -> Iterator[tuple[str, Qrels]]:
    yield "strict grades only", strict(study.qrels, study.top_grade)
    if not study.votes:
        return
    own = [vote for vote in study.votes if not vote.final]
    by_pair = _by_pair(own)
    several = any(len(grades) > 1 for pairs in by_pair.values() for grades in pairs.values())
    # Dawid and Skene's rule needs many grades of each judge; with few it would only alarm.
    rules = [rule for rule in Aggregation if rule is not Aggregation.DAWID_SKENE]
    for rule in rules if several else ():
        changed = qrels_of(study.votes, rule)
        if changed != study.qrels:
            yield f"grades by {rule}", changed
    if several:
        yield "only where all judges agree", _where(by_pair, lambda g: len(set(g)) == 1)
    judges = sorted({vote.judge for vote in own})
    for judge in judges if len(judges) > 1 else ():
        rest = (vote for vote in own if vote.judge != judge)
        yield f"without judge {judge}", qrels_of(rest, Aggregation.MAJORITY)


def _by_pair(votes: Iterable[Vote]) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        found[vote.topic_id][vote.product_id].append(vote.grade)
    return found


def _where(
    by_pair: Mapping[str, Mapping[str, list[int]]], holds: Callable[[list[int]], bool]
) -> dict[str, dict[str, int]]:
    return {
        topic: {product: grades[0] for product, grades in pairs.items() if holds(grades)}
        for topic, pairs in by_pair.items()
    }


def _standing(comparison: Comparison, mean: float, *, shown: bool, level: float) -> Standing:
    same_side = mean * comparison.interval.mean > 0
    before = comparison.is_shown(level)
    if not same_side and (before or shown):
        return Standing.TURNS
    if before != shown:
        return Standing.STRONGER if shown else Standing.WEAKER
    return Standing.STANDS
