"""Which pairs to grade first: simulated campaigns on real rankings with a known truth.

Two rankers' first ten products of each query are pooled, and judges who err grade the pool in the
order of a strategy until the interval of the difference of mean nDCG@10 leaves zero.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks.decisive_figure import Curve, figure
from benchmarks.simulated_campaign import (
    PER_PAIR,
    Campaign,
    Ints,
    Order,
    World,
    judged,
    read_world,
)
from mmdemo.files import write_bytes, write_json
from mmdemo.labels import Pair, Vote
from mmdemo.labels.quality import agreement
from mmdemo.trec import read_qrels

FIRST_LOOK, GROWTH = 200, 1.25  # grades; a campaign is looked at again when it has a quarter more
BIAS_AT = (600, 1_200)


@dataclass(frozen=True)
class Outcome:
    """How a campaign ended.

    Attributes:
        grades: given until the verdict, or in all if there was none.
        verdict: 1 for the second ranker, -1 for the first, 0 for none.
    """

    grades: int
    verdict: int


def run(
    world: World, said: Ints, order: Order, rng: np.random.Generator, *, checked: bool
) -> Outcome:
    """Grade until the interval leaves zero, or all is graded."""
    campaign = Campaign(world, said, order, rng)
    campaign.grade(FIRST_LOOK)
    if checked:
        campaign.check()
    while True:
        low, high = campaign.interval()
        given = int(campaign.given.sum())
        if low > 0 or high < 0:
            return Outcome(given, 1 if low > 0 else -1)
        if campaign.is_done:
            return Outcome(given, 0)
        campaign.grade(round((GROWTH - 1) * given))


def simulate(
    world: World, *, repeats: int, queries: int, null: bool, seed: int, name: str, keep: Path | None
) -> dict[Order, list[Outcome]]:
    """Each order on the same samples of queries and the same answers of the same judges.

    Args:
        keep: folder for what was found; what is there already is not made again.
    """
    kept = keep and keep / f"{name.replace(' ', '-')}-{queries}-{repeats}-{seed}.json"
    if kept is not None and kept.is_file():
        told = json.loads(kept.read_bytes())
        return {Order(order): [Outcome(*o) for o in outcomes] for order, outcomes in told.items()}
    found: dict[Order, list[Outcome]] = {order: [] for order in Order}
    for repeat in tqdm(range(repeats), desc=name, file=sys.stderr):
        rng = np.random.default_rng([seed, repeat])
        sample = world.sample(rng, queries, null=null)
        said, _ = judged(sample, rng)
        for order in Order:
            own = np.random.default_rng([seed, repeat, 1])
            found[order].append(run(sample, said, order, own, checked=repeat == 0))
    if kept is not None:
        told = {str(order): [astuple(o) for o in outcomes] for order, outcomes in found.items()}
        write_json(kept, told)
    return found


def rows(found: Mapping[Order, Sequence[Outcome]], *, truth: int, pool: int) -> list[str]:
    """A line of the table for each order; `truth` is the right verdict, 0 for none."""
    lines = []
    for order, outcomes in found.items():
        verdicts = np.array([outcome.verdict for outcome in outcomes])
        grades = np.array([outcome.grades for outcome in outcomes], np.float64)
        low, middle, high = np.quantile(grades, (0.1, 0.5, 0.9))
        settled = verdicts != 0
        right = np.mean(verdicts == truth) if truth else np.mean(~settled)
        wrong = np.mean(settled & (verdicts != truth))
        lines.append(
            f"| {order} | {middle:,.0f} ({low:,.0f} to {high:,.0f}) | {middle / pool:.0%} | "
            f"{right:.1%} | {wrong:.1%} | {f'{1 - right - wrong:.1%}' if truth else ''} |"
        )
    return lines


def bias_rows(world: World, *, repeats: int, queries: int, seed: int) -> list[str]:
    """By how much each order's estimate is off what all grades of the campaign give, on average."""
    lines = []
    for order in Order:
        off: list[list[float]] = []
        for repeat in range(repeats):
            rng = np.random.default_rng([seed, repeat])
            sample = world.sample(rng, queries, null=False)
            campaign = Campaign(sample, judged(sample, rng)[0], order, rng)
            estimates = []
            for grades in (*BIAS_AT, PER_PAIR * len(sample.query)):
                campaign.grade(grades - int(campaign.given.sum()))
                estimates.append(sum(campaign.interval()) / 2)
            off.append([estimate - estimates[-1] for estimate in estimates[:-1]])
        errors = np.array(off)
        spread = errors.std(axis=0, ddof=1) / np.sqrt(repeats)
        cells = [f"{m:+.4f} ± {s:.4f}" for m, s in zip(errors.mean(axis=0), spread, strict=True)]
        lines.append(f"| {order} | {' | '.join(cells)} |")
    return lines


def curves(found: Mapping[Order, Sequence[Outcome]], *, truth: int) -> list[Curve]:
    """Share of campaigns with the right verdict after so many grades, for the figure."""
    return [
        Curve(str(order), sorted(o.grades for o in outcomes if o.verdict == truth), len(outcomes))
        for order, outcomes in found.items()
    ]


def told(world: World, seed: int) -> str:
    """Krippendorff's α of the simulated judges, on all that they would say."""
    said, who = judged(world, np.random.default_rng(seed))
    votes = [
        Vote(Pair(str(world.query[i]), str(i)), str(who[i, k]), int(said[i, k]))
        for i in range(len(said))
        for k in range(PER_PAIR)
    ]
    alpha = agreement(votes, resamples=2).alpha.value
    return f"{alpha:.2f}"


def main() -> None:
    """Print the tables of docs/RESULTS.md and draw its figure."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", action="append", required=True, metavar="NAME=DIR")
    parser.add_argument("--qrels", type=Path, required=True)
    parser.add_argument("--rankers", default="text,fused", help="the second should be better")
    parser.add_argument("--queries", type=int, default=200, help="drawn for each campaign")
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--null-repeats", type=int, default=100, help="with equal rankers")
    parser.add_argument("--bias", type=int, default=40, help="campaigns; 0 to leave it out")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="go on from here another time")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--figure", type=Path, metavar="OUT.svg")
    args = parser.parse_args()
    qrels = read_qrels(args.qrels)
    panels = []
    for text in args.runs:
        name, _, folder = text.partition("=")
        world = read_world(Path(folder), qrels, args.rankers.split(","))
        mean = float(world.difference.mean())
        pool = round(len(world.query) / world.queries * args.queries)
        print(
            f"\n{name}: {world.queries} queries, true difference {mean:+.4f}, "
            f"{pool:,} pairs in a pool of {args.queries} queries, "
            f"judges' α {told(world, args.seed)}\n"
        )
        if args.bias:
            print(f"| {name} | {' | '.join(f'off after {n:,} grades' for n in BIAS_AT)} |")
            print("|---|" + "---|" * len(BIAS_AT))
            off = bias_rows(world, repeats=args.bias, queries=args.queries, seed=args.seed)
            print("\n".join(off) + "\n", flush=True)
        for null in (False, True):
            truth = 0 if null else int(np.sign(mean))
            label = f"{name}, rankers equal" if null else name
            found = simulate(
                world,
                repeats=args.null_repeats if null else args.repeats,
                queries=args.queries,
                null=null,
                seed=args.seed,
                name=label,
                keep=args.keep,
            )
            print(f"| {label} | grades until the verdict | of the pool | right | wrong | none |")
            print("|---|---|---|---|---|---|")
            print("\n".join(rows(found, truth=truth, pool=pool)) + "\n", flush=True)
            if not null:
                panels.append((f"{name}: true difference {mean:+.3f}", curves(found, truth=truth)))
    if args.figure:
        write_bytes(args.figure, figure(panels, most=PER_PAIR * pool).encode())


if __name__ == "__main__":
    main()
