"""Discounted gains as arrays, for what has to be counted many times. Knows no ranking.

Gains are the grades themselves and the discount is that of trec_eval's nDCG,
`1 / log2(rank + 1)` (Järvelin and Kekäläinen 2002).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

DoubleArray = NDArray[np.float64]


def discounts(depth: int) -> DoubleArray:
    """What a grade counts at ranks 1 to `depth`: (depth,)."""
    weights: DoubleArray = 1.0 / np.log2(np.arange(2, depth + 2))
    return weights


def ideal_gain(grades: Iterable[int], depth: int) -> float:
    """Discounted gain of the best order of these grades, cut at `depth`."""
    best = sorted((grade for grade in grades if grade > 0), reverse=True)[:depth]
    return float(np.asarray(best, np.float64) @ discounts(len(best))) if best else 0.0


def ndcg(grades: NDArray[np.generic], ideals: DoubleArray) -> DoubleArray:
    """Measure nDCG of rankings whose first grades are rows (n, depth), with ideal gains (n,).

    A query whose ideal gain is 0 has nDCG 0, as in trec_eval.
    """
    gained = np.maximum(grades, 0) @ discounts(grades.shape[1])
    values: DoubleArray = np.divide(gained, ideals, out=np.zeros(len(gained)), where=ideals > 0)
    return values
