"""Measure how far judges agree beyond chance. Knows no judge's name but to pair them.

Only pairs with at least two grades can tell. Judges need not have graded the same pairs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import krippendorff
import numpy as np
from numpy.typing import NDArray

from mmdemo.labels.answers import Pair, Vote
from mmdemo.labels.quality.figures import (
    RESAMPLES,
    Figure,
    Resampler,
    Unit,
    ratio,
    statistic,
)

ALL_THE_SAME = "all grades are the same"
NO_PAIR = "no pair was graded by two judges"

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cohen:
    """How far two judges agree on the pairs that both graded; κ with its asymptotic interval."""

    one: str
    other: str
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far all judges agree.

    Attributes:
        alpha: Krippendorff's α for ordered grades: 0 is chance, 1 full agreement.
        fleiss: Fleiss' κ, for which 3 and 2 differ as much as 3 and 0, over the pairs with
            `grades` grades: it is not defined for pairs with different numbers of them.
        raw: share of equal grades among all two grades of a pair.
        grades: how many grades a pair has most often, at least two.
        resampled: what the intervals are over.
        cohen: each two judges that share a pair.
    """

    alpha: Figure
    fleiss: Figure
    raw: Figure
    grades: int
    resampled: Unit
    cohen: tuple[Cohen, ...]


def agreement(votes: Iterable[Vote], *, resamples: int = RESAMPLES, seed: int = 0) -> Agreement:
    """Measure agreement; final votes are left out, since they were given in sight of the others.

    Args:
        votes: of one question.
        resamples: how many samples the intervals are made of.
        seed: of the samples; the same votes give the same intervals.
    """
    by_pair = grades_by_pair(votes)
    pairs = sorted(pair for pair, given in by_pair.items() if len(given) > 1)
    table = _table([by_pair[pair].values() for pair in pairs])
    resampler = Resampler([pair.query_id for pair in pairs], resamples=resamples, seed=seed)
    sizes = Counter(table.sum(axis=1).tolist())
    usual = max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0
    alike = table.sum(axis=1) == usual
    same_size = Resampler(
        [pair.query_id for pair, taken in zip(pairs, alike, strict=True) if taken],
        resamples=resamples,
        seed=seed,
    )
    why = ALL_THE_SAME if pairs else NO_PAIR
    size = table.sum(axis=1)
    return Agreement(
        alpha=statistic(krippendorff_alpha, table, resampler, why=why),
        fleiss=statistic(fleiss_kappa, table[alike], same_size, why=why),
        raw=ratio((table * (table - 1)).sum(axis=1), size * (size - 1), resampler, why=NO_PAIR),
        grades=usual,
        resampled=resampler.unit,
        cohen=tuple(_cohens(by_pair, pairs)),
    )


def grades_by_pair(votes: Iterable[Vote]) -> dict[Pair, dict[str, int]]:
    """Who gave which grade to which pair, without final votes."""
    found: dict[Pair, dict[str, int]] = defaultdict(dict)
    for vote in votes:
        if not vote.final:
            found[vote.pair][vote.judge] = vote.grade
    return dict(found)


def krippendorff_alpha(table: Counts) -> float:
    """Krippendorff's α, ordinal (Content Analysis, 4th ed., 2018, ch. 12).

    Args:
        table: (pairs, grades) how often each pair was given each grade, lowest grade first.

    Returns:
        nan where all grades are the same: there is no chance agreement to compare with.
    """
    if (table.sum(axis=0) > 0).sum() < 2:
        return math.nan
    return float(krippendorff.alpha(value_counts=table, level_of_measurement="ordinal"))


def fleiss_kappa(table: Counts) -> float:
    """Fleiss' κ (Psychological Bulletin 76, 1971); all rows have the same sum, at least 2.

    Returns:
        nan where all grades are the same.
    """
    if (table.sum(axis=0) > 0).sum() < 2:
        return math.nan
    from statsmodels.stats.inter_rater import fleiss_kappa as kappa

    return float(kappa(table))


def cohen_kappa(table: Counts, *, why: str = ALL_THE_SAME) -> Figure:
    """Cohen's κ of two judges (Educational and Psychological Measurement 20, 1960).

    Args:
        table: (grades, grades) how often the first gave this and the second that grade.
        why: what to say where both always gave the same grade.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    total = int(table.sum())
    if (table.sum(axis=0) + table.sum(axis=1) > 0).sum() < 2:
        return Figure(None, n=total, why=why)
    with np.errstate(invalid="ignore", divide="ignore"):  # its test statistic, which is not used
        found = cohens_kappa(table)
    low, high = float(found.kappa_low), float(found.kappa_upp)
    if total < 2 or math.isnan(low) or low == high:  # its variance says nothing then
        return Figure(float(found.kappa), n=total)
    return Figure(float(found.kappa), max(low, -1.0), min(high, 1.0), total)


def _table(rows: Sequence[Iterable[int]]) -> Counts:
    """How often each row has each grade, lowest first: (rows, grades)."""
    given = [Counter(row) for row in rows]
    grades = sorted({grade for row in given for grade in row})
    counts = [[row[grade] for grade in grades] for row in given]
    return np.array(counts, np.int64).reshape(len(rows), len(grades))


def _cohens(by_pair: Mapping[Pair, Mapping[str, int]], pairs: Sequence[Pair]) -> list[Cohen]:
    grades = sorted({grade for pair in pairs for grade in by_pair[pair].values()})
    place = {grade: i for i, grade in enumerate(grades)}
    tables: dict[tuple[str, str], Counts] = defaultdict(
        lambda: np.zeros((len(grades), len(grades)), np.int64)
    )
    for pair in pairs:
        for (one, first), (other, second) in combinations(sorted(by_pair[pair].items()), 2):
            tables[one, other][place[first], place[second]] += 1
    return [Cohen(one, other, cohen_kappa(table)) for (one, other), table in sorted(tables.items())]
