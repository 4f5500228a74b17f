"""How many queries would settle a comparison. Knows no ranking, measure or judgment.

Two questions that are often mixed up. *If* rankers truly differ by so much, how likely is it that
n queries show it? That is power. And given what was seen so far, of which the true difference is
only estimated, how likely is it that n queries settle the matter? That is predictive probability
(Spiegelhalter, Freedman and Blackburn 1986), here with a flat prior. It is the one to plan with:
power at the observed difference treats a lucky estimate as the truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import ndtr
from scipy.stats import nct
from scipy.stats import t as student

LEVEL = 0.05
WANTED = 0.8  # the chance to aim at, by custom since Cohen 1988
MARGIN = 0.01  # nDCG differences below this are taken for none
MOST_QUERIES = 1_000_000


def power(effect: float, spread: float, queries: int, *, level: float = LEVEL) -> float:
    """Chance that a two-sided paired test shows a true difference.

    Args:
        effect: the true mean difference.
        spread: standard deviation of the differences over queries.
        queries: how many are compared.
        level: of the test, after correction for the number of comparisons.
    """
    if queries < 2:
        return 0.0
    if spread <= 0:
        return float(effect != 0)
    critical = float(student.ppf(1 - level / 2, queries - 1))
    shift = abs(effect) / spread * math.sqrt(queries)
    if shift > critical + 40:  # beyond what nct can compute, and certain
        return 1.0
    chance = float(nct.sf(critical, queries - 1, shift))
    if shift < 5:  # above, a significant difference the wrong way has a chance below 1e-11
        chance += float(nct.cdf(-critical, queries - 1, shift))
    return chance


def queries_for(
    effect: float, spread: float, *, level: float = LEVEL, wanted: float = WANTED
) -> int | None:
    """Smallest number of queries with the wanted power; None if there is none in sight."""
    if effect == 0:
        return None
    return _smallest(lambda n: power(effect, spread, n, level=level) >= wanted, 2)


def settling_chance(
    mean: float,
    spread: float,
    queries: int,
    more: int,
    *,
    level: float = LEVEL,
    margin: float = MARGIN,
) -> float:
    """Chance that `more` queries beside those seen settle which ranker is better.

    Settled is a difference whose interval excludes zero, or lies within the margin on both sides
    of zero, so that it does not matter which is better.

    Args:
        mean, spread: of the differences over the queries seen.
        queries: how many those are, at least 2.
        more: how many are added, like those seen.
        level: of the test, after correction.
        margin: differences as small as this do not matter; 0 if all do.
    """
    total = queries + more
    half = float(student.ppf(1 - level / 2, total - 1)) * spread / math.sqrt(total)
    # Mean of all, given the mean so far: its spread shrinks to 0 where nothing is added.
    around = spread * math.sqrt(more / (total * queries)) if more else 0.0

    def below(value: float) -> float:
        if around <= 0:
            return float(mean < value)
        return float(ndtr((value - mean) / around))

    inside = margin - half
    if inside >= half:
        return 1.0
    unsettled = below(half) - below(-half)
    if inside > 0:
        unsettled -= below(inside) - below(-inside)
    return float(np.clip(1 - unsettled, 0.0, 1.0))


def queries_to_settle(
    mean: float,
    spread: float,
    queries: int,
    *,
    level: float = LEVEL,
    margin: float = MARGIN,
    wanted: float = WANTED,
) -> int | None:
    """How many more queries settle the comparison with the wanted chance; see above."""
    if queries < 2 or spread <= 0:
        return 0 if queries >= 2 else None

    def enough(more: int) -> bool:
        chance = settling_chance(mean, spread, queries, more, level=level, margin=margin)
        return chance >= wanted

    return 0 if enough(0) else _smallest(enough, 1)


def _smallest(holds: Callable[[int], bool], start: int) -> int | None:
    """Smallest n from `start` on for which `holds(n)`, taken to stay true once it is."""
    high = start
    while not holds(high):
        high *= 2
        if high > MOST_QUERIES:
            return None
    low = max(start, high // 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
