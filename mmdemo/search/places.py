"""Choose and count among the scores of all products. Knows no half, query or ranker.

The scores given here are estimates in float32's precision, minus infinity for a product that is
left out; `exact` says the scores that count. A row outside `tolerance` needs no exact score.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmdemo.index import DoubleArray, IntArray

Exact = Callable[[IntArray], DoubleArray]


def best_rows(estimates: DoubleArray, depth: int, tolerance: float) -> IntArray:
    """Rows among which the best `depth` are, in any order; all that may tie with the last."""
    listed: IntArray = np.flatnonzero(estimates > -np.inf)
    if 0 < depth < len(listed):
        last = np.partition(estimates[listed], len(listed) - depth)[len(listed) - depth]
        listed = listed[estimates[listed] >= last - 2 * tolerance]
    return listed[: depth * len(listed)]  # none, where none are asked for


def ranks_of(
    rows: IntArray, scores: DoubleArray, estimates: DoubleArray, tolerance: float, exact: Exact
) -> IntArray:
    """Ranks of rows among all, 1 is best; equal scores in row order.

    Args:
        rows: (m,) rows to find, all of them listed.
        scores: (m,) their exact scores.
        estimates: (n,) estimates of all rows.
        tolerance: how far an estimate may be from the exact score, at most.
        exact: gives the exact scores of rows.
    """
    order = np.argsort(estimates)
    rising = estimates[order]
    low = np.searchsorted(rising, scores - 2 * tolerance, side="left")
    high = np.searchsorted(rising, scores + 2 * tolerance, side="right")
    ranks = len(estimates) - high + 1
    unclear = np.flatnonzero(high - low > 1)  # each has itself between low and high
    if not len(unclear):
        return ranks.astype(np.int64)
    edges = np.zeros(len(order) + 1, np.int64)
    np.add.at(edges, low[unclear], 1)
    np.add.at(edges, high[unclear], -1)
    near = np.flatnonzero(np.cumsum(edges)[:-1])
    found = np.full(len(order), np.nan)  # exact scores, by place in `order`
    found[near] = exact(order[near])
    for i in unclear.tolist():
        others, own = slice(low[i], high[i]), scores[i]
        better = found[others] > own
        before = (found[others] == own) & (order[others] < rows[i])
        ranks[i] += int((better | before).sum())
    return ranks.astype(np.int64)
