"""Simulate a campaign on real rankings whose truth is known. Knows no file and no table.

Pairs that nobody has graded yet are neither left out nor taken for irrelevant: they count with the
mean grade of the graded pairs that the same lists show at about the same rank. A strategy picks
pairs for their place and for earlier grades, so among pairs of the same place what it picked is
nearly a random sample; and where it picked none, the share that is always drawn at random tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmdemo.evaluate.gains import discounts
from mmdemo.labels.campaigns import most_decisive
from mmdemo.trec import read_run

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DEPTH = 10
TOP_GRADE = 3
JUDGES = 12
PER_PAIR = 3  # grades that a pair can get
RANDOM_SHARE = 0.1  # of a campaign's pairs, by default
REORDER = 100  # grades after which *most decisive first* finds a new order, at the latest
RESAMPLES = 300
# In standard errors: whoever looks up to 20 times and stops at the first verdict is wrong in 5 % of
# all cases if each look has this bound (Pocock, Biometrika 64, 1977); a single look has 1.96.
BOUND = 2.672
BANDS = (1, 3, 6, 10)  # strata: best rank up to these, and which list shows or prefers it
SIDES = 4


class Order(StrEnum):
    """How the next pair is found."""

    RANDOM = "random"
    BY_QUERY = "by query"
    BY_DEPTH = "by depth"
    DECISIVE = "most decisive first"
    DRAWN = "drawn by decisiveness"


@dataclass(frozen=True)
class World:
    """Two rankers on all queries, with the true grade of each product that they show.

    Attributes:
        query: of each pair, as a number.
        places: (pairs, 2) rank in the first and in the second ranker; 0 if it is not there.
        grades: of each pair.
        products: of each pair.
        ideal: ideal gain of each query over all products, those that nobody shows among them.
    """

    queries: int
    query: Ints
    places: Ints
    grades: Ints
    products: tuple[str, ...]
    ideal: Floats

    @property
    def weights(self) -> Floats:
        """What a grade adds to the second ranker's gain less the first one's: (pairs,)."""
        discount = np.concatenate([[0.0], discounts(DEPTH)])
        weights: Floats = discount[self.places[:, 1]] - discount[self.places[:, 0]]
        return weights

    @property
    def difference(self) -> Floats:
        """True difference of nDCG@10 of each query, second less first."""
        gained = np.bincount(self.query, self.weights * self.grades, self.queries)
        found: Floats = np.divide(
            gained, self.ideal, out=np.zeros(self.queries), where=self.ideal > 0
        )
        return found

    def sample(self, rng: np.random.Generator, size: int, *, null: bool) -> World:
        """Some of the queries, in random order; under `null` the rankers change sides at random."""
        chosen = rng.choice(self.queries, size, replace=False)
        number = np.full(self.queries, -1)
        number[chosen] = np.arange(size)
        rows = np.flatnonzero(number[self.query] >= 0)
        rows = rows[np.argsort(number[self.query[rows]], kind="stable")]
        query = number[self.query[rows]]
        places = self.places[rows]
        if null:
            turned = rng.random(size) < 0.5
            places = np.where(turned[query][:, None], places[:, ::-1], places)
        products = tuple(self.products[i] for i in rows)
        return World(size, query, places, self.grades[rows], products, self.ideal[chosen])


def read_world(runs: Path, qrels: Mapping[str, Mapping[str, int]], rankers: Sequence[str]) -> World:
    """Read two rankers' runs from ``RANKER.trec`` in a folder."""
    lists = [read_run(runs / f"{ranker}.trec") for ranker in rankers]
    topics = sorted(set(lists[0]) & set(lists[1]) & set(qrels))
    rows: list[tuple[int, int, int, int, str]] = []
    for number, topic in enumerate(topics):
        ranks = [{hit.product_id: hit.rank for hit in of[topic][:DEPTH]} for of in lists]
        for product in sorted(ranks[0].keys() | ranks[1].keys()):
            places = [rank.get(product, 0) for rank in ranks]
            rows.append((number, *places, qrels[topic].get(product, 0), product))  # type: ignore[arg-type]
    numbers = np.array([row[:4] for row in rows], np.int64)
    best = [sorted(qrels[topic].values(), reverse=True)[:DEPTH] for topic in topics]
    ideal = [float(np.array(top) @ discounts(len(top))) for top in best]
    products = tuple(row[4] for row in rows)
    return World(
        len(topics), numbers[:, 0], numbers[:, 1:3], numbers[:, 3], products, np.array(ideal)
    )


def judged(world: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """What judges would say of each pair: grades and judges, both (pairs, PER_PAIR).

    Judges differ in how strict they are and in how much they err.
    """
    strict, error = rng.normal(0, 0.25, JUDGES), rng.uniform(0.4, 0.9, JUDGES)
    pairs = len(world.query)
    who = np.argsort(rng.random((pairs, JUDGES)), axis=1)[:, :PER_PAIR]
    seen = world.grades[:, None] + strict[who] + error[who] * rng.normal(size=who.shape)
    return np.clip(np.rint(seen), 0, TOP_GRADE).astype(np.int64), who


class Campaign:
    """One simulated campaign: what is graded so far, and what it says."""

    def __init__(self, world: World, said: Ints, order: Order, rng: np.random.Generator) -> None:
        self._world, self._said, self._order, self._rng = world, said, order, rng
        pairs = len(world.query)
        self.given = np.zeros(pairs, np.int64)
        self._sum = np.zeros(pairs)
        self._weights = world.weights
        shown = (world.places > 0) @ np.array([1, 2])  # 1 by the first list only, 2, or 3 by both
        # A product that both show says something by which of them puts it higher.
        side = np.where((shown == 3) & (self._weights < 0), 3, shown - 1)
        best = np.where(world.places > 0, world.places, DEPTH + 1).min(axis=1)
        self._stratum = side * len(BANDS) + np.searchsorted(BANDS, best)
        self._depth = best
        counts = np.full(world.queries, 1 / world.queries)
        self._draws = rng.multinomial(world.queries, counts, RESAMPLES).astype(np.float64)

    @property
    def is_done(self) -> bool:
        """Whether every pair has all its grades."""
        return bool((self.given >= PER_PAIR).all())

    def grade(self, count: int) -> None:
        """Have so many more grades given: the random share at random, the rest by the order."""
        while count > 0:
            self._grade(min(count, REORDER))
            count -= REORDER

    def _grade(self, count: int) -> None:
        drawn = count if self._order is Order.RANDOM else round(RANDOM_SHARE * count)
        self._answer(self._at_random(drawn))
        self._answer(self._next(count - drawn))

    def _answer(self, pairs: Ints) -> None:
        for pair in pairs:
            self._sum[pair] += self._said[pair, self.given[pair]]
            self.given[pair] += 1

    def _at_random(self, count: int) -> Ints:
        places = np.repeat(np.arange(len(self.given)), PER_PAIR - self.given)
        drawn: Ints = self._rng.permutation(places)[:count]
        return drawn

    def _next(self, count: int) -> Ints:
        if count == 0:
            return np.zeros(0, np.int64)
        left = PER_PAIR - self.given
        if self._order in (Order.DECISIVE, Order.DRAWN):
            # One grade a pair, then look again: the value of a second one is lower.
            value = self.decisiveness()
            if self._order is Order.DRAWN:  # a chance in proportion to the value
                value /= self._rng.exponential(size=len(value))
            found = np.argsort(-value, kind="stable")
            chosen: Ints = found[left[found] > 0][:count]
            return chosen
        key = self._world.query if self._order is Order.BY_QUERY else (self._depth - 1) // 5
        in_order = np.argsort(key, kind="stable")
        slots: Ints = np.repeat(in_order, left[in_order])
        return slots[:count]

    def decisiveness(self) -> Floats:
        """What `most_decisive` says of each pair, but for a factor that is the same for all.

        With two rankers all pairs are weighed alike; `check` holds it against the original, which
        is too slow for hundreds of campaigns.
        """
        known = self.given > 0
        mean = np.divide(self._sum, self.given, out=np.zeros(len(known)), where=known)
        expected = mean[known].mean() if known.any() else TOP_GRADE / 2
        ideal = self._ideals(np.where(known, mean, expected))
        moved = TOP_GRADE / (self.given + 1) / ideal[self._world.query]
        values: Floats = moved * np.abs(self._weights)
        return values

    def check(self) -> None:
        """Raise if `decisiveness` is not what the strategy of real campaigns says."""
        names = [(str(query), str(i)) for i, query in enumerate(self._world.query)]
        grades = {
            names[i]: [self._sum[i] / self.given[i]] * int(self.given[i])
            for i in np.flatnonzero(self.given)
        }
        found = most_decisive(_rankings(self._world), grades, k=DEPTH, highest=TOP_GRADE)
        told, own = np.array([found[name] for name in names]), self.decisiveness()
        if not np.allclose(told * own.sum(), own * told.sum()):
            raise RuntimeError("decisiveness differs from most_decisive")

    def interval(self) -> tuple[float, float]:
        """Interval of the difference of mean nDCG@10, second ranker less first.

        Its width is from bootstrap samples of the queries.
        """
        world, strata = self._world, SIDES * len(BANDS)
        known = self.given > 0
        mean = np.divide(self._sum, self.given, out=np.zeros(len(known)), where=known)
        cell = world.query * strata + self._stratum
        size = world.queries * strata
        shape = (world.queries, strata)
        graded = np.bincount(cell, known, size).reshape(shape)
        sums = np.bincount(cell, mean, size).reshape(shape)
        expected = _means(sums.sum(axis=0), graded.sum(axis=0))
        filled = np.where(known, mean, expected[self._stratum])
        ideal = self._ideals(filled)
        share = self._weights / ideal[world.query]
        fixed = np.bincount(world.query, share * mean * known, world.queries)
        opened = np.bincount(cell, share * ~known, size).reshape(shape)
        # Each sample of queries has its own mean grades of the strata. The first is of all queries.
        draws = np.concatenate([np.ones((1, world.queries)), self._draws])
        again = _means(draws @ sums, draws @ graded)
        means = (draws @ fixed + ((draws @ opened) * again).sum(axis=1)) / world.queries
        half = BOUND * means[1:].std(ddof=1)
        return float(means[0] - half), float(means[0] + half)

    def _ideals(self, filled: Floats) -> Floats:
        """Ideal gain of each query's pool, graded or expected."""
        order = np.lexsort((-filled, self._world.query))
        query = self._world.query[order]
        first = np.searchsorted(query, np.arange(self._world.queries))
        place = np.arange(len(query)) - first[query]
        shown = place < DEPTH
        gains = filled[order][shown] * discounts(DEPTH)[place[shown]]
        ideals = np.bincount(query[shown], gains, self._world.queries)
        # As for the order: as if one product could still have the highest grade.
        return np.maximum(ideals, TOP_GRADE)


def _rankings(world: World) -> dict[str, dict[str, list[str]]]:
    """What each ranker lists, as `most_decisive` takes it; a pair's number is its product."""
    rankings: dict[str, dict[str, list[str]]] = {}
    for column, name in enumerate(("one", "other")):
        ranks = world.places[:, column]
        for i in np.lexsort((ranks, world.query)):
            if ranks[i]:
                by_ranker = rankings.setdefault(str(world.query[i]), {})
                by_ranker.setdefault(name, []).append(str(i))
    return rankings


def _means(sums: Floats, counts: Floats) -> Floats:
    """Mean grade of each stratum, drawn a little to that of all, which a few grades cannot tell."""
    total, number = sums.sum(axis=-1, keepdims=True), counts.sum(axis=-1, keepdims=True)
    overall = np.divide(total, number, out=np.full(total.shape, TOP_GRADE / 2), where=number > 0)
    found: Floats = (sums + 2 * overall) / (counts + 2)
    return found
