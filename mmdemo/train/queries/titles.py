"""Make asks of the words of titles. Knows no attribute and no language but its empty words."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache

import numpy as np

from mmdemo.records import Product
from mmdemo.train.queries.lexicon import Lexicon
from mmdemo.train.queries.traits import IntArray

_MOST_WORDS = 4
_DROPPED = 0.35  # of the asks skip words of the title
_MOST = 0.1  # of the catalog that an ask of title words may find
_ALWAYS = 10  # products it may find in a small catalog
_KIND_KEPT = 0.7  # of the asks name the kind of product where the title does
_JOINED = frozenset("tuvxy")  # T Shirt, V Neck
_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


class TitleWords:
    """Which products' titles hold which words.

    Args:
        kinds: keys of words that are kinds of product.
        told: keys of words that attributes tell: asks of such words only are left to those, who
            know better which products are right.
    """

    def __init__(
        self,
        products: Sequence[Product],
        lexicon: Lexicon,
        draw: random.Random,
        *,
        kinds: AbstractSet[str] = frozenset(),
        told: AbstractSet[str] = frozenset(),
        english: bool,
    ) -> None:
        self._empty = lexicon.empty if english else frozenset()
        self._key = cache(lexicon.key) if english else str
        self._draw = draw
        self._count = len(products)
        self._kinds = kinds
        self._told = told
        rows: dict[str, list[int]] = {}
        self._titles: list[tuple[str, ...]] = []
        for row, product in enumerate(products):
            words = self._words(product.title, joined=english)
            self._titles.append(tuple(words.values()))
            for key in words:
                rows.setdefault(key, []).append(row)
        self._rows = {key: np.array(found, dtype=np.int64) for key, found in rows.items()}

    @property
    def possible(self) -> bool:
        """Whether there is any title to ask by."""
        return bool(self._rows)

    def make(self) -> tuple[str, ...] | None:
        """Words of one title in its order; None if they would find too much."""
        draw = self._draw
        words = draw.choice(self._titles)
        if not words:
            return None
        length = min(len(words), draw.choice((1, 2, 2, 3, 3, _MOST_WORDS)))
        if draw.random() < _DROPPED:
            places = draw.sample(range(len(words)), length)
        else:
            start = draw.randrange(len(words) - length + 1)
            places = list(range(start, start + length))
        if draw.random() < _KIND_KEPT:
            places += [i for i, word in enumerate(words) if self._key(word) in self._kinds]
        chosen = tuple(words[place] for place in sorted(set(places)))
        if all(self._key(word) in self._told for word in chosen):
            return None
        return chosen if len(self.find(chosen)) <= max(_ALWAYS, _MOST * self._count) else None

    def find(self, words: Sequence[str]) -> IntArray:
        """The products whose title holds all the words, rising."""
        found = self._rows[self._key(words[0])]
        for word in words[1:]:
            found = np.intersect1d(found, self._rows[self._key(word)], assume_unique=True)
        return found

    def _words(self, title: str, *, joined: bool) -> dict[str, str]:
        """Key → word, in the title's order; in English "T Shirt" is one word."""
        words: dict[str, str] = {}
        letter = ""
        for word in _TOKEN.findall(title.lower()):
            if joined and word in _JOINED:
                letter = word
                continue
            whole, letter = (f"{letter}-{word}" if letter else word), ""
            if len(word) > 1 and not any(map(str.isdigit, word)) and word not in self._empty:
                words.setdefault(self._key(whole), whole)
        return words
