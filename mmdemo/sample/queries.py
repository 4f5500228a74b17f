"""Ask for products in plain words, and grade the answers. Knows no text, picture or file."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mmdemo.sample.products import Item


@dataclass(frozen=True, slots=True)
class Ask:
    """What a query asks for; empty where it does not care."""

    kind: str
    color: str = ""
    pattern: str = ""
    material: str = ""
    feature: str = ""

    @property
    def text(self) -> str:
        """As a shopper types it."""
        looks = (
            (self.pattern, self.color) if self.pattern == "plain" else (self.color, self.pattern)
        )
        return " ".join(filter(None, (self.feature, *looks, self.material, self.kind)))

    def grade(self, item: Item) -> int:
        """3: everything asked for; 2: one attribute off; 1: the same kind; 0: another kind."""
        if item.kind != self.kind:
            return 0
        off = [
            self.color not in {"", item.color},
            self.pattern not in {"", item.pattern},
            self.material not in {"", item.material},
            bool(self.feature) and self.feature not in item.features,
        ]
        return max(1, 3 - sum(off))


# How many queries of each sort, and what such a query asks if a product is to fit it.
_SORTS: tuple[tuple[int, Callable[[Item], Ask]], ...] = (
    (12, lambda item: Ask(item.kind, item.color, item.pattern)),
    (8, lambda item: Ask(item.kind, item.color)),
    (6, lambda item: Ask(item.kind, item.color, feature=min(item.features, default=""))),
    (5, lambda item: Ask(item.kind, pattern=item.pattern)),
    (4, lambda item: Ask(item.kind, material=item.material)),
    (5, lambda item: Ask(item.kind)),
)
_FEATURE_SORT = 2
_TRIES = 60  # for a sort; a small shop has not enough products for all of them


def ask(items: Sequence[Item], *, seed: int) -> list[Ask]:
    """Choose about 40 queries, each with at least one product that is all it asks for."""
    rng = random.Random(f"{seed} queries")
    chosen: dict[str, Ask] = {}
    kinds = _rounds(sorted({item.kind for item in items}), rng)
    for sort, (number, make) in enumerate(_SORTS):
        wanted = len(chosen) + number
        for kind in itertools.islice(kinds, _TRIES):
            query = make(rng.choice([item for item in items if item.kind == kind]))
            if sort == _FEATURE_SORT and not query.feature:
                continue
            if query.pattern == "plain" and rng.random() < 0.75:  # seldom worth asking for
                continue
            chosen.setdefault(query.text, query)
            if len(chosen) == wanted:
                break
    queries = list(chosen.values())
    rng.shuffle(queries)
    return queries


def _rounds(values: list[str], rng: random.Random) -> Iterator[str]:
    """Every value once in random order, then again."""
    while True:
        yield from rng.sample(values, len(values))
