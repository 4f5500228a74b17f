"""Measure which queries words could answer, and which the photo. Knows no model.

For each query three rankers are imagined that know the shop only through
    kind    the kind of each product and nothing else
    words   what its title and description tell, as `wording.told` reads it
    photo   what its photo shows; a product without a photo is unknown
and a fourth that knows both words and photo. Each is the best of its sort: it has seen the training
pack's products with their grades for this query, and scores a product by the mean grade of those
that agree with it in all that it knows and that matters to the query. Nothing is known of what is
not told, and a wrong color told is believed.

A family is answered as far as the mean nDCG@10 of such a ranker goes (gain = grade, Järvelin and
Kekäläinen 2002); equal scores count as every order of them does on average.

    python -m studio.coverage            print the table
    python -m studio.coverage --readme   put it into assets/README.md
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mmdemo.files import write_bytes
from studio.plan import ProductPlan, make_plan
from studio.queries import Family, ShopQuery, shop_queries
from studio.truth.wishes import VISIBLE
from studio.wording import shop_texts, told
from studio.wording.believed import believed

README = Path(__file__).resolve().parent.parent / "assets" / "README.md"
MARK, END = "<!-- coverage -->", "<!-- end of coverage -->"
DEPTH = 10
ANSWERED = 0.9
"""A query counts as answered from this nDCG@10."""
RANKERS = ("kind", "words", "photo", "words and photo")
PACK_SHARE = 3
"""Every third product of the pack is enough to learn from."""


@dataclass(frozen=True, slots=True)
class Known:
    """A product as a ranker takes it to be, and which of its attributes it knows."""

    product: ProductPlan
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rankers reach on one family: mean nDCG@10 and share of queries answered."""

    family: Family
    queries: int
    ndcg: Mapping[str, float]
    answered: Mapping[str, float]


@cache
def coverage() -> tuple[Coverage, ...]:
    """Measure all families."""
    return tuple(
        _family(family, [query for query in shop_queries() if query.family is family])
        for family in Family
    )


def _family(family: Family, queries: Sequence[ShopQuery]) -> Coverage:
    values: dict[str, list[float]] = {name: [] for name in RANKERS}
    for query in queries:
        for name, value in reach(query).items():
            values[name].append(value)
    return Coverage(
        family,
        len(queries),
        {name: math.fsum(found) / len(found) for name, found in values.items()},
        {name: sum(v >= ANSWERED for v in found) / len(found) for name, found in values.items()},
    )


def reach(query: ShopQuery) -> dict[str, float]:
    """The nDCG@10 of each ranker for a query."""
    learned = _Learned(query)
    shop = make_plan(pack_size=0).shop
    grades = [query.truth.grade(product) for product in shop]
    found = {}
    for name in RANKERS:
        known = knowledge()[name]
        found[name] = expected_ndcg([learned.score(item) for item in known], grades)
    return found


class _Learned:
    """Mean grades of the pack's products for one query, by what is known of them."""

    def __init__(self, query: ShopQuery) -> None:
        self.aspects = query.truth.aspects
        self.rows = [
            (tuple(value(product) for _, value in self.aspects), query.truth.grade(product))
            for product in make_plan().pack[::PACK_SHARE]
        ]
        self.means: dict[tuple[bool, ...], dict[tuple[object, ...], float]] = {}

    def score(self, known: Known) -> float:
        """The mean grade of what agrees with it; with less known where nothing does."""
        mask = [name in known.attributes for name, _ in self.aspects]
        while True:
            means = self._means(tuple(mask))
            key = tuple(
                value(known.product)
                for (_, value), told_ in zip(self.aspects, mask, strict=True)
                if told_
            )
            if key in means:
                return means[key]
            if not any(mask):
                return 0.0
            mask[max(i for i, told_ in enumerate(mask) if told_)] = False

    def _means(self, mask: tuple[bool, ...]) -> dict[tuple[object, ...], float]:
        if mask not in self.means:
            groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
            for values, grade in self.rows:
                kept = tuple(v for v, told_ in zip(values, mask, strict=True) if told_)
                groups[kept].append(grade)
            self.means[mask] = {key: sum(found) / len(found) for key, found in groups.items()}
        return self.means[mask]


@cache
def knowledge() -> Mapping[str, tuple[Known, ...]]:
    """What each ranker knows of each product of the shop."""
    kind, words, photo, both = [], [], [], []
    for product, text in zip(make_plan(pack_size=0).shop, shop_texts(), strict=True):
        read = told(product, f"{text.title}\n{text.description}")
        taken = believed(product, text.wrong_color)
        read |= {"color"} if text.wrong_color else frozenset()
        seen = VISIBLE if product.has_photo else frozenset[str]()
        kind.append(Known(product, frozenset({"kind"})))
        words.append(Known(taken, read))
        photo.append(Known(product, seen))
        both.append(Known(product if product.has_photo else taken, read | seen))
    columns = (kind, words, photo, both)
    return {name: tuple(column) for name, column in zip(RANKERS, columns, strict=True)}


def expected_ndcg(scores: Sequence[float], grades: Sequence[int], depth: int = DEPTH) -> float:
    """The nDCG of a ranking by score, the mean over all orders of equal scores."""
    discounts = [1 / math.log2(place + 2) for place in range(depth)]
    ideal = math.fsum(g * d for g, d in zip(sorted(grades, reverse=True), discounts, strict=False))
    groups: dict[float, list[int]] = defaultdict(list)
    for score, grade in zip(scores, grades, strict=True):
        groups[round(score, 9)].append(grade)
    gained, place = 0.0, 0
    for score in sorted(groups, reverse=True):
        mean = sum(groups[score]) / len(groups[score])
        ahead = discounts[place : place + len(groups[score])]
        gained += mean * math.fsum(ahead)
        place += len(groups[score])
        if place >= depth:
            break
    return gained / ideal if ideal else 0.0


def to_markdown(found: Iterable[Coverage]) -> str:
    """A table: mean nDCG@10 and, in brackets, the share of queries answered."""
    lines = [
        f"| family | queries | {' | '.join(RANKERS)} |",
        f"|---|---{'|---' * len(RANKERS)}|",
    ]
    for item in found:
        cells = (f"{item.ndcg[name]:.2f} ({item.answered[name]:.0%})" for name in RANKERS)
        lines.append(f"| {item.family} | {item.queries} | {' | '.join(cells)} |")
    return "\n".join(lines)


def put_into(readme: Path, table: str) -> None:
    """Replace what stands between the marks of a page."""
    before, _, rest = readme.read_text("utf-8").partition(MARK)
    _, _, after = rest.partition(END)
    write_bytes(readme, f"{before}{MARK}\n{table}\n{END}{after}".encode())


def main() -> None:
    """Measure which queries words could answer, and which the photo; print the table."""
    parser = argparse.ArgumentParser(prog="python -m studio.coverage", description=main.__doc__)
    parser.add_argument("--readme", action="store_true", help="put it into assets/README.md too")
    args = parser.parse_args()
    made = to_markdown(coverage())
    if args.readme:
        put_into(README, made)
    sys.stdout.write(made + "\n")


if __name__ == "__main__":
    main()
