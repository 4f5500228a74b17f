"""Whether the analysis can be believed: how often it is wrong where the truth is known.

Queries are simulated down to the ranking: forty products with grades, two rankers that see the
grades through noise, the first ten of each measured by nDCG@10. A world says how much better the
second ranker is, on which share of the queries. Every simulated study is judged by the code that
judges real ones.

    python -m benchmarks.honesty
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from mmdemo.analyze.grading import grades_to_settle, weightiest
from mmdemo.evaluate.bounds import OpenGains, extremes, open_gains
from mmdemo.evaluate.gains import ideal_gain, ndcg
from mmdemo.evaluate.power import power, queries_for, queries_to_settle
from mmdemo.evaluate.randomization import corrected, randomization_p
from mmdemo.evaluate.significance import mean_intervals
from mmdemo.records import Hit, Ranking

DoubleArray = NDArray[np.float64]
PRODUCTS, DEPTH = 40, 10
BANK = 60_000  # simulated queries that studies draw from
TRUE_GAIN = 0.03
LEVEL = 0.05
NULL_ROUNDS = 10  # times the studies, where the worlds are equal: 5 % has to be told from 6 %
SIZES = (20, 50, 100, 200, 400)


class World:
    """Queries on which a ranker of some sharpness stands against one of sharpness 1."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        share = self.rng.beta(2, 4, (BANK, 1))  # of relevant products: some queries are hard
        relevant = self.rng.random((BANK, PRODUCTS)) < share
        self.grades = relevant * self.rng.choice([1, 2, 3], (BANK, PRODUCTS), p=[0.4, 0.35, 0.25])
        best = -np.sort(-self.grades, axis=1)[:, :DEPTH]
        self.ideals = best @ (1 / np.log2(np.arange(2, DEPTH + 2)))
        self.shared = self.rng.normal(size=(BANK, PRODUCTS))  # what fools both rankers
        self.unlike = self.rng.random(BANK)  # which queries are of the kind that fusion hurts
        self.own = [self.rng.normal(size=(BANK, PRODUCTS)) for _ in range(2)]

    def order(self, sharpness: float | DoubleArray, ranker: int) -> NDArray[np.int64]:
        """The first ten products of each query."""
        scores = np.asarray(sharpness).reshape(-1, 1) * self.grades + self.shared + self.own[ranker]
        return np.argsort(-scores, axis=1)[:, :DEPTH]

    def values(self, sharpness: float | DoubleArray, ranker: int) -> DoubleArray:
        """NDCG@10 of each query."""
        shown = np.take_along_axis(self.grades, self.order(sharpness, ranker), axis=1)
        found: DoubleArray = ndcg(shown, self.ideals)
        return found

    def gains(self, helped: float, hurt: float, share_hurt: float) -> DoubleArray:
        """Gains of a ranker that is sharper on most queries and blunter on a share of them."""
        sharpness = np.where(self.unlike < share_hurt, hurt, helped)
        return self.values(sharpness, 1) - self.values(1.0, 0)


def solve(wanted: float, gains: Callable[[float], DoubleArray]) -> DoubleArray:
    """Gains whose mean is the wanted one: find the sharpness, then take off what is left."""
    low, high = 0.0, 4.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if gains(middle).mean() < wanted else (low, middle)
    found: DoubleArray = gains((low + high) / 2)
    found -= found.mean() - wanted
    return found


def draw(bank: DoubleArray, studies: int, queries: int, rng: np.random.Generator) -> DoubleArray:
    """Studies of some queries each: (studies, queries)."""
    return bank[rng.integers(0, len(bank), (studies, queries))]


def shown(gains: DoubleArray, *, seed: int = 0) -> NDArray[np.int64]:
    """What the analysis says of each study: 1 better, -1 worse, 0 open."""
    p_values = randomization_p(gains, seed=seed)
    intervals = mean_intervals(gains, seed=seed)
    return np.array(
        [
            int(np.sign(interval.mean)) if p < LEVEL and interval.excludes_zero else 0
            for p, interval in zip(p_values, intervals, strict=True)
        ]
    )


def false_claims(bank: DoubleArray, studies: int, rng: np.random.Generator) -> list[str]:
    """Share of studies that call one of two equal rankers better, by number of queries."""
    cells = []
    for queries in SIZES:
        said = np.concatenate(
            [shown(draw(bank, studies, queries, rng), seed=seed) for seed in range(NULL_ROUNDS)]
        )
        cells.append(f"{(said != 0).mean():.1%} ({(said > 0).mean():.1%} for the second)")
    return cells


def family(studies: int, rng: np.random.Generator, world: World) -> float:
    """Share of studies of eight equal rankers in which any of 28 comparisons is called."""
    values = []
    for _ in range(8):
        world.own[1] = world.rng.normal(size=(BANK, PRODUCTS))
        values.append(world.values(1.0, 1))
    wrong = 0
    for _ in range(studies):
        rows = rng.integers(0, BANK, 200)
        pairs = np.array([values[i][rows] - values[j][rows] for i in range(8) for j in range(i)])
        p_values = corrected(randomization_p(pairs).tolist())
        intervals = mean_intervals(pairs)
        called = [
            p < LEVEL and interval.excludes_zero
            for p, interval in zip(p_values, intervals, strict=True)
        ]
        wrong += any(called)
    return wrong / studies


def power_rows(name: str, bank: DoubleArray, studies: int, rng: np.random.Generator) -> list[str]:
    """What happened against what each study's own power estimate said, by number of queries."""
    rows = []
    for queries in SIZES[1:]:
        gains = draw(bank, studies, queries, rng)
        happened = (shown(gains) > 0).mean()
        told = np.array([power(TRUE_GAIN, row.std(ddof=1), queries) for row in gains])
        within = (np.abs(told - happened) <= 0.1).mean()
        rows.append(
            f"| {name} | {queries} | {happened:.1%} | {told.mean():.1%} | "
            f"{np.quantile(told, 0.05):.0%} to {np.quantile(told, 0.95):.0%} | {within:.0%} |"
        )
    return rows


def planned(bank: DoubleArray, studies: int, rng: np.random.Generator, pilot: int) -> str:
    """Plan from a pilot for 80 % power, then run studies of the planned size."""
    sizes = [
        queries_for(TRUE_GAIN, row.std(ddof=1)) or 0 for row in draw(bank, studies, pilot, rng)
    ]
    hits = [(shown(draw(bank, 1, size, rng))[0] > 0) for size in sizes]
    low, middle, high = np.quantile(sizes, (0.05, 0.5, 0.95))
    return f"| {pilot} | {middle:.0f} ({low:.0f} to {high:.0f}) | {np.mean(hits):.0%} |"


def settled(bank: DoubleArray, studies: int, rng: np.random.Generator, pilot: int) -> str:
    """Ask after a pilot how many more queries settle it, add them, and look."""
    centered = bank - bank.mean()
    asked, done = [], []
    for _ in range(studies):
        true = rng.normal(0, 0.05)
        seen = draw(centered, 1, pilot, rng)[0] + true
        more = queries_to_settle(float(seen.mean()), float(seen.std(ddof=1)), pilot)
        if not more or more > 5_000:
            continue
        total = np.concatenate([seen, draw(centered, 1, more, rng)[0] + true])
        (interval,) = mean_intervals(total, resamples=2_000)
        inside = interval.low > -0.01 and interval.high < 0.01
        asked.append(more)
        done.append(bool(interval.excludes_zero or inside))
    low, middle, high = np.quantile(asked, (0.05, 0.5, 0.95))
    return (
        f"| {pilot} | {len(done)} | {middle:.0f} ({low:.0f} to {high:.0f}) | {np.mean(done):.0%} |"
    )


def graded(world: World, studies: int, rng: np.random.Generator, hidden: float) -> str:
    """Hide grades, ask which to give, give them, and see whether that settled the sign."""
    orders = (world.order(1.3, 1), world.order(1.0, 0))
    asked, total, inside, done = [], [], [], []
    for _ in range(studies):
        rows = rng.integers(0, BANK, 100)
        lists = [{str(q): _ranking(order[row]) for q, row in enumerate(rows)} for order in orders]
        truth = {
            str(q): {str(p): int(g) for p, g in enumerate(world.grades[row])}
            for q, row in enumerate(rows)
        }
        qrels = {
            q: {p: g for p, g in judged.items() if rng.random() > hidden}
            for q, judged in truth.items()
        }
        topics = list(truth)
        found, low, high, mean = _look(lists, qrels, topics)
        inside.append(low - 1e-9 <= _look(lists, truth, topics)[3] <= high + 1e-9)
        if low > 0 or high < 0:
            continue
        more = grades_to_settle(found, mean, depth=DEPTH)
        for row, column in islice(zip(*weightiest(found, mean, depth=DEPTH), strict=True), more):
            topic, product = topics[row], found.products[row][column]
            qrels[topic][product] = truth[topic][product]
        _, low, high, _ = _look(lists, qrels, topics)
        asked.append(more)
        total.append(int(found.unjudged.sum()))
        done.append(low > 0 or high < 0)
    return (
        f"| {hidden:.0%} | {np.mean(inside):.0%} | {len(asked)} of {studies} | "
        f"{np.median(total) if total else 0:.0f} | {np.median(asked) if asked else 0:.0f} | "
        f"{np.mean(done) if done else 1:.0%} |"
    )


def _look(
    lists: list[dict[str, Ranking]], qrels: dict[str, dict[str, int]], topics: list[str]
) -> tuple[OpenGains, float, float, float]:
    """What is open under some grades: with the lowest, highest and counted mean difference."""
    found = open_gains(lists[0], qrels, topics, depth=DEPTH, top_grade=3, less=lists[1])
    low, high = extremes(found, depth=DEPTH)
    ideals = np.array([ideal_gain(qrels[topic].values(), DEPTH) for topic in topics])
    counted = np.divide(found.fixed, ideals, out=np.zeros(len(ideals)), where=ideals > 0)
    return found, float(low.mean()), float(high.mean()), float(counted.mean())


def _ranking(products: NDArray[np.int64]) -> Ranking:
    hits = (Hit(str(p), rank, -float(rank)) for rank, p in enumerate(products.tolist(), start=1))
    return Ranking("", "", tuple(hits))


def main() -> None:
    """Print the tables of docs/RESULTS.md."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--studies", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    world, rng = World(args.seed), np.random.default_rng(args.seed + 1)
    worlds = {
        "alike": (0.0, lambda s: world.gains(s, 1.0, 0.0)),
        "helps many a little, hurts a tenth much": (0.0, lambda s: world.gains(s, 0.3, 0.1)),
        "helps a tenth much, hurts many a little": (0.0, lambda s: world.gains(0.85, s, 0.1)),
    }
    print("| the second ranker |", " | ".join(f"{n} queries" for n in SIZES), "|")
    print("|---|" + "---|" * len(SIZES))
    for name, (wanted, gains) in worlds.items():
        cells = false_claims(solve(wanted, gains), args.studies, rng)
        print(f"| {name} |", " | ".join(cells), "|", flush=True)
    print(
        f"\nEight equal rankers, 200 queries, any of 28: {family(args.studies, rng, world):.1%}\n"
    )

    print("| truly better by 0.03 | queries | shown | told, mean | 5 to 95 % | within 10 points |")
    print("|---|---|---|---|---|---|")
    better = {
        "everywhere": solve(TRUE_GAIN, lambda s: world.gains(s, 1.0, 0.0)),
        "but hurts a fifth": solve(TRUE_GAIN, lambda s: world.gains(s, 0.6, 0.2)),
    }
    for name, bank in better.items():
        print("\n".join(power_rows(name, bank, args.studies, rng)), flush=True)
    bank = better["but hurts a fifth"]
    print("\n| pilot | planned for 80 % | shown then |\n|---|---|---|")
    print("\n".join(planned(bank, args.studies, rng, pilot) for pilot in (30, 60, 120)), flush=True)
    print("\n| pilot | studies left open | more queries | settled then |\n|---|---|---|---|")
    print("\n".join(settled(bank, args.studies, rng, pilot) for pilot in (30, 60, 120)), flush=True)
    print(
        "\n| grades hidden | truth within bounds | sign open | unjudged | to grade | settled then |"
    )
    print("|---|---|---|---|---|---|")
    print("\n".join(graded(world, 100, rng, hidden) for hidden in (0.1, 0.2, 0.4)))


if __name__ == "__main__":
    main()
