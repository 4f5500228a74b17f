"""Make asks of the words of titles. Knows no attribute and no language but its empty words."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from mmdemo.records import Product
from mmdemo.train.queries.lexicon import Lexicon, words_of
from mmdemo.train.queries.traits import IntArray

_MOST_WORDS = 4
_DROPPED = 0.35  # of the asks skip words of the title
_MOST = 0.1  # of the catalog that an ask of title words may find


class TitleWords:
    """Which products' titles hold which words."""

    def __init__(
        self, products: Sequence[Product], lexicon: Lexicon, draw: random.Random, *, english: bool
    ) -> None:
        empty = lexicon.empty if english else frozenset()
        self._draw = draw
        self._count = len(products)
        rows: dict[str, list[int]] = {}
        self._titles: list[tuple[str, ...]] = []
        for row, product in enumerate(products):
            words = tuple(
                word
                for word in dict.fromkeys(words_of(product.title))
                if len(word) > 1 and word.isalpha() and word not in empty
            )
            self._titles.append(words)
            for word in words:
                rows.setdefault(word, []).append(row)
        self._rows = {word: np.array(found, dtype=np.int64) for word, found in rows.items()}

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
            places = sorted(draw.sample(range(len(words)), length))
        else:
            start = draw.randrange(len(words) - length + 1)
            places = list(range(start, start + length))
        chosen = tuple(words[place] for place in places)
        return chosen if 0 < len(self.find(chosen)) <= max(1, _MOST * self._count) else None

    def find(self, words: Sequence[str]) -> IntArray:
        """The products whose title holds all the words, rising."""
        found = self._rows[words[0]]
        for word in words[1:]:
            found = np.intersect1d(found, self._rows[word], assume_unique=True)
        return found
