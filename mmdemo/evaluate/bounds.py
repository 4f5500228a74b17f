"""How far unjudged products could move nDCG. Knows no engine, interval or page.

nDCG counts a product without a judgment as irrelevant. Here every unjudged product that one of
the lists shows in its first k gets the grade, from 0 to the top of the scale, that makes the value
lowest, and then the one that makes it highest; a product has one grade for both lists of a
difference. What no list shows in its first k stays at 0, as no grade there can tell the lists
apart but by the ideal.

It is not enough to try 0 and the top: a new relevant product also makes the ideal list better. The
ideal gain of grades is `Σ_l D(n_l)`, over the levels l of the scale, where `n_l` counts products of
grade l or more and D adds up the first discounts. The discounted gain is linear in the grades, so
of the products raised to level l the ones with the largest coefficients are the best. The largest
ratio of the two follows from Dinkelbach's iteration (Management Science 13, 1967), in which for a
fixed ratio the levels are chosen by a short dynamic program. The result is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from mmdemo.evaluate.gains import DoubleArray, discounts
from mmdemo.records import Ranking

_SAME = 1e-12
_ROUNDS = 60  # Dinkelbach's iteration takes about four


@dataclass(frozen=True, slots=True)
class Bounds:
    """What unjudged products leave open.

    Attributes:
        low, high: smallest and largest mean over the queries, for any grades of them.
        unjudged: pairs of query and product whose grades are open.
    """

    low: float
    high: float
    unjudged: int


@dataclass(frozen=True, slots=True)
class OpenGains:
    """A value linear in the grades, one a query, of which some grades are open.

    Attributes:
        fixed: (n,) what judged products give.
        slopes: (n, u) what one grade more gives, for each unjudged product, falling; 0 beyond.
        unjudged: (n,) how many of them there are.
        judged: (n, levels) how many products are judged 1 or more, 2 or more ….
        products: ids of the unjudged products, in the order of `slopes`.
        shown: (m, 2) slope and grade of each judged product that the lists show.
    """

    fixed: DoubleArray
    slopes: DoubleArray
    unjudged: NDArray[np.int64]
    judged: NDArray[np.int64]
    products: tuple[tuple[str, ...], ...]
    shown: DoubleArray


def ndcg_bounds(
    ranking: Mapping[str, Ranking],
    qrels: Mapping[str, Mapping[str, int]],
    topics: Sequence[str],
    *,
    depth: int,
    top_grade: int,
    less: Mapping[str, Ranking] | None = None,
) -> Bounds:
    """Bounds of mean nDCG@depth over topics, or of the difference to another ranker (`less`)."""
    gains = open_gains(ranking, qrels, topics, depth=depth, top_grade=top_grade, less=less)
    low, high = extremes(gains, depth=depth)
    return Bounds(float(low.mean()), float(high.mean()), int(gains.unjudged.sum()))


def open_gains(
    ranking: Mapping[str, Ranking],
    qrels: Mapping[str, Mapping[str, int]],
    topics: Sequence[str],
    *,
    depth: int,
    top_grade: int,
    less: Mapping[str, Ranking] | None = None,
) -> OpenGains:
    """Collect what judged and unjudged products of the first `depth` give; see `OpenGains`."""
    weights = discounts(depth).tolist()
    fixed, found, levels, seen = [], [], [], []
    for topic in topics:
        slopes: dict[str, float] = {}
        for hit, weight in zip(ranking[topic].hits, weights, strict=False):
            slopes[hit.product_id] = weight
        if less is not None:
            for hit, weight in zip(less[topic].hits, weights, strict=False):
                slopes[hit.product_id] = slopes.get(hit.product_id, 0.0) - weight
        grades = qrels.get(topic, {})
        shown = grades.keys() & slopes.keys()
        fixed.append(sum(max(grades[p], 0) * slopes[p] for p in shown))
        seen += [(slopes[p], max(grades[p], 0)) for p in shown]
        unknown = [p for p in slopes if p not in grades]
        found.append(sorted(((slopes[p], p) for p in unknown), reverse=True))
        given = Counter(grades.values())
        counts = [given[grade] for grade in range(top_grade, 0, -1)]
        levels.append(list(accumulate(counts))[::-1])
    unjudged = np.array([len(row) for row in found], np.int64)
    padded = np.zeros((len(found), max(unjudged.max(initial=0), 1)))
    for row, pairs in zip(padded, found, strict=True):
        row[: len(pairs)] = [slope for slope, _ in pairs]
    return OpenGains(
        np.array(fixed, np.float64),
        padded,
        unjudged,
        np.array(levels, np.int64).reshape(len(found), top_grade),
        tuple(tuple(product for _, product in pairs) for pairs in found),
        np.array(sorted(seen), np.float64).reshape(-1, 2),
    )


def extremes(gains: OpenGains, *, depth: int) -> tuple[DoubleArray, DoubleArray]:
    """Lowest and highest gain over ideal gain for each query: two arrays (n,)."""
    # The lowest value is the highest of its negative, whose best products are the last ones.
    turned = np.zeros_like(gains.slopes)
    for row, slopes, count in zip(turned, gains.slopes, gains.unjudged, strict=True):
        row[:count] = -slopes[:count][::-1]
    return -_highest(-gains.fixed, turned, gains, depth), _highest(
        gains.fixed, gains.slopes, gains, depth
    )


def _highest(fixed: DoubleArray, slopes: DoubleArray, gains: OpenGains, depth: int) -> DoubleArray:
    """Largest `(fixed + what is raised gives) / ideal` for each query: (n,)."""
    count, width = slopes.shape
    levels = gains.judged.shape[1]
    raised = np.arange(width + 1)
    # What raising the best u products by a level gives: (n, u + 1).
    given = np.concatenate([np.zeros((count, 1)), np.cumsum(slopes, axis=1)], axis=1)
    impossible = raised > gains.unjudged[:, None]
    first = np.concatenate([[0.0], np.cumsum(discounts(depth))])
    ideal = first[np.minimum(gains.judged[:, :, None] + raised, depth)]  # (n, levels, u + 1)
    at_zero = ideal[:, :, 0].sum(axis=1)
    best: DoubleArray = np.divide(fixed, at_zero, out=np.zeros(count), where=at_zero > 0)
    for _ in range(_ROUNDS):
        worth = given[:, None, :] - best[:, None, None] * ideal
        worth[np.broadcast_to(impossible[:, None, :], worth.shape)] = -np.inf
        chosen = _nested(worth)  # (n, levels)
        gained = fixed + np.take_along_axis(given, chosen, axis=1).sum(axis=1)
        against = np.take_along_axis(ideal, chosen[:, :, None], axis=2).sum(axis=(1, 2))
        ratio = np.divide(gained, against, out=np.zeros(count), where=against > _SAME)
        if levels == 0 or (ratio <= best + _SAME).all():
            break
        best = np.maximum(best, ratio)
    return best


def _nested(worth: DoubleArray) -> NDArray[np.int64]:
    """How many products to raise to each level, never more to a higher one: (n, levels)."""
    count, levels, _ = worth.shape
    rest = worth.copy()
    for level in range(levels - 2, -1, -1):
        rest[:, level] += np.maximum.accumulate(rest[:, level + 1], axis=1)
    chosen = np.zeros((count, levels), np.int64)
    allowed = np.full(count, worth.shape[2] - 1)
    for level in range(levels):
        open_to = np.arange(worth.shape[2]) <= allowed[:, None]
        allowed = np.where(open_to, rest[:, level], -np.inf).argmax(axis=1)
        chosen[:, level] = allowed
    return chosen
