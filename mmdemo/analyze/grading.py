"""Say how many grades would settle a comparison, and which. Knows no ranker, file or page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmdemo.evaluate.bounds import OpenGains, extremes
from mmdemo.evaluate.gains import DoubleArray, discounts
from mmdemo.evaluate.power import WANTED

DRAWS = 10  # imagined outcomes of grading; more change the answer by less than they cost

Places = NDArray[np.intp]


def weightiest(gains: OpenGains, mean: float, *, depth: int) -> tuple[Places, Places]:
    """Unjudged pairs as rows and columns of `gains.slopes`, those first that could turn most.

    What hurts the leader most is a relevant product that only the other list shows, high up.
    """
    side = -1.0 if mean < 0 else 1.0
    top_grade = gains.judged.shape[1]
    ideal = np.concatenate([[0.0], np.cumsum(discounts(depth))])
    ideals = ideal[np.minimum(gains.judged, depth)].sum(axis=1)
    harm = -side * gains.slopes * top_grade / (ideals + top_grade)[:, None]
    harm[np.arange(harm.shape[1]) >= gains.unjudged[:, None]] = -np.inf
    order = np.argsort(-harm, axis=None, kind="stable")[: int(gains.unjudged.sum())]
    rows, columns = np.unravel_index(order, harm.shape)
    return rows, columns


def grades_to_settle(
    gains: OpenGains, mean: float, *, depth: int, wanted: float = WANTED, seed: int = 0
) -> int:
    """How many unjudged pairs to grade until the rest cannot turn the sign of the mean.

    What the grades will be is imagined many times over, by drawing from those of judged products
    that the same list shows; the answer is enough in the wanted share of the outcomes. 0 if the
    rest cannot turn the sign as it is. Bounds only narrow as grades are given, so the smallest
    number is found by halving.
    """
    rows, columns = weightiest(gains, mean, depth=depth)
    if _is_settled(gains, depth):
        return 0
    rng = np.random.default_rng(seed)
    counts = []
    for _ in range(DRAWS):
        grades = _imagined(gains, gains.slopes[rows, columns], rng)
        low, high = 1, len(rows)
        while low < high:
            middle = (low + high) // 2
            rest = _after(gains, rows[:middle], columns[:middle], grades[:middle])
            low, high = (low, middle) if _is_settled(rest, depth) else (middle + 1, high)
        counts.append(low)
    return int(np.quantile(counts, wanted, method="higher"))


def _is_settled(gains: OpenGains, depth: int) -> bool:
    low, high = extremes(gains, depth=depth)
    return bool(low.mean() > 0 or high.mean() < 0)


def _imagined(gains: OpenGains, slopes: DoubleArray, rng: np.random.Generator) -> NDArray[np.int64]:
    """Grades for products of these slopes, as judged products of the same list have them."""
    found = np.zeros(len(slopes), np.int64)
    known, grades = gains.shown.T
    for side in (-1, 0, 1):
        own = np.sign(slopes) == side
        pool = grades[np.sign(known) == side]
        if len(pool) < 10:  # too few to know: take all, and if there are none, any grade
            pool = grades if len(grades) else np.arange(gains.judged.shape[1] + 1)
        found[own] = rng.choice(pool, int(own.sum())).astype(np.int64)
    return found


def _after(gains: OpenGains, rows: Places, columns: Places, grades: NDArray[np.int64]) -> OpenGains:
    """What is open once some pairs have these grades."""
    count, width = gains.slopes.shape
    kept = np.arange(width) < gains.unjudged[:, None]
    kept[rows, columns] = False
    left = kept.sum(axis=1)
    # Those kept move to the front of their row, in their order.
    order = np.argsort(~kept, axis=1, kind="stable")
    slopes = np.take_along_axis(np.where(kept, gains.slopes, 0.0), order, axis=1)
    given = gains.slopes[rows, columns] * grades
    fixed = gains.fixed + np.bincount(rows, given, count)
    levels = [np.bincount(rows, grades > level, count) for level in range(gains.judged.shape[1])]
    judged = gains.judged + np.stack(levels, axis=1).astype(np.int64)
    return OpenGains(fixed, slopes, left, judged, (), gains.shown)
