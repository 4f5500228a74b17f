"""Rank by a learned fusion: one vector a product. Knows no other ranker and no file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmdemo.fusion import Part, ask_fused
from mmdemo.index import FusedVectors
from mmdemo.search.encode import EncodedQuery
from mmdemo.search.halves import Ask, Halves

_NOTHING = EncodedQuery(None, None)


class LearnedRanker:
    """Asks one network's product vectors.

    The network learned from queries in words, so a query with a photo asks nothing.

    Attributes:
        halves: its vectors, an index of their own.
    """

    def __init__(self, fused: FusedVectors, product_ids: Sequence[str]) -> None:
        self._fusion = fused.fusion
        self.halves = Halves.of_one(fused.rows, product_ids)

    def asks(self, queries: Sequence[EncodedQuery], depth: int) -> list[Ask]:
        """One list for each query, turned by the network in one batch."""
        words = {
            i: query.words
            for i, query in enumerate(queries)
            if query.photo is None and query.words is not None
        }
        turned = ask_fused(self._fusion, np.stack(list(words.values()))) if words else ()
        asked = {i: EncodedQuery(row, None) for i, row in zip(words, turned, strict=True)}
        return [
            Ask(asked.get(i, _NOTHING), Part(1.0), None, depth, split=False)
            for i in range(len(queries))
        ]
