"""Choose among drafted queries: usable, varied, none twice, and split them. Knows no family."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from studio.kinds import KINDS
from studio.plan import ProductPlan
from studio.queries.query import Draft

SPLITS = {"train": 0.4, "validation": 0.2, "test": 0.4}
LEAST = 55
"""Queries of a family: fewer would not tell families apart."""
ALIKE = 0.66
"""Share of common words from which two queries are near-duplicates."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query must keep to.

    Attributes:
        count: queries to choose; fewer where no more will do, but never less than `LEAST`.
        a_theme: most queries of one theme.
        exact: fewest products of grade 3.
        relevant: fewest products of grade 2 or 3.
        most: largest share of the shop that may be relevant.
        a_word: most queries with one word, kinds and function words apart.
        told: largest share of its kind that may have grade 3; 1 for any. Where most of a kind is
            right, a query tells rankers apart no more.
    """

    count: int
    a_theme: int = 2
    exact: int = 2
    relevant: int = 4
    most: float = 0.2
    a_word: int = 6
    told: float = 1.0


_COMMON = frozenset(
    [
        "a",
        "the",
        "in",
        "with",
        "that",
        "for",
        "of",
        "or",
        "to",
        "is",
        "can",
        "more",
        "up",
        "under",
        "made",
        "this",
        "like",
        "one",
        "same",
        "but",
        "on",
        "from",
        "similar",
        "something",
        "and",
        "go",
    ]
) | frozenset(word for kind in KINDS for word in kind.split())


Keep = Callable[[Draft], bool]


def _any(draft: Draft) -> bool:
    return True


class Chooser:
    """Remembers what has been chosen, so that families share no query."""

    def __init__(self, products: Sequence[ProductPlan]) -> None:
        self.products = products
        self.keys: set[str] = set()
        self.words: list[frozenset[str]] = []
        self.photos: set[str] = set()

    def choose(
        self, drafts: Iterable[Draft], limits: Limits, seed: int, *, keep: Keep = _any
    ) -> list[Draft]:
        """As many as wanted or possible, in a random order.

        Args:
            drafts: what to choose from.
            limits: what each and all of them must keep to.
            seed: another seed chooses others.
            keep: what else each must keep to.

        Raises:
            ValueError: there are too few.
        """
        waiting = list(drafts)
        Random(seed).shuffle(waiting)
        chosen: list[Draft] = []
        themes: Counter[str] = Counter()
        said: Counter[str] = Counter()
        for draft in self._spread(waiting):
            if len(chosen) == limits.count:
                break
            new = words(draft.text) - _COMMON
            full = themes[draft.theme] >= limits.a_theme or any(
                said[word] >= limits.a_word for word in new
            )
            if full or not self._fresh(draft):
                continue
            if not self._usable(draft, limits) or not keep(draft):
                continue
            themes[draft.theme] += 1
            said.update(new)
            self.keys.add(draft.truth.key)
            self.photos.add(draft.photo)
            if not draft.photo:
                self.words.append(words(draft.text))
            chosen.append(draft)
        if len(chosen) < LEAST:
            raise ValueError(f"only {len(chosen)} queries of {LEAST} at least; draft more")
        return chosen

    @staticmethod
    def _spread(drafts: Sequence[Draft]) -> Iterator[Draft]:
        """The first of every theme, then the second of every theme, and so on."""
        turns: Counter[str] = Counter()
        keyed = []
        for place, draft in enumerate(drafts):
            turns[draft.theme] += 1
            keyed.append((turns[draft.theme], place))
        yield from (drafts[place] for _, place in sorted(keyed))

    def _fresh(self, draft: Draft) -> bool:
        if draft.truth.key in self.keys or (draft.photo and draft.photo in self.photos):
            return False
        if draft.photo:
            return True
        said = words(draft.text)
        return not any(alike(said, other) >= ALIKE for other in self.words)

    def _usable(self, draft: Draft, limits: Limits) -> bool:
        graded = [(draft.truth.grade(product), product.kind) for product in self.products]
        found = Counter(grade for grade, _ in graded)
        relevant = found[3] + found[2]
        exact_kinds = {kind for grade, kind in graded if grade == 3}
        of_kind = sum(kind in exact_kinds for _, kind in graded)
        return (
            found[3] >= limits.exact
            and limits.relevant <= relevant <= limits.most * len(self.products)
            and found[3] <= limits.told * of_kind
        )


def words(text: str) -> frozenset[str]:
    """The words of a query, in lower case."""
    return frozenset(re.findall(r"\w+", text.casefold()))


def alike(first: frozenset[str], second: frozenset[str]) -> float:
    """Common words over all words of both; 0 without any."""
    return len(first & second) / len(first | second) if first | second else 0.0


def split(count: int, seed: int) -> list[str]:
    """A split for each of `count` queries, in the shares of `SPLITS`."""
    names: list[str] = []
    for name, share in SPLITS.items():
        names += [name] * round(share * count)
    names = (names + ["test"] * count)[:count]
    Random(seed).shuffle(names)
    return names
