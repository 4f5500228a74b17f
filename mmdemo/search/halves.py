"""Ask both halves of a catalog in one index call. Knows no ranker's name, file or model.

Every list that is linear in the two cosines is one row of the call: see
`mmdemo.index.product_vectors` for the layout. Scores come out of here once, from the exact
cosines, so that equal products score equal and ties have a fixed order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmdemo.fusion import Cosines, Part
from mmdemo.index import BoolArray, DoubleArray, IntArray, Moments, ProductVectors, make_index
from mmdemo.records import Hit
from mmdemo.search.encode import EncodedQuery
from mmdemo.towers import FloatArray

_EXCLUDED = -1e4  # added to a product that a list leaves out; what is left in is near 1 at most
_MARGIN = 16  # rows beyond the asked depth, so that ties at the end are all seen
_DECIMALS = 6  # of scores: the towers' float32 vectors promise no more
_TIED = 2e-6  # the index's float32 and the rounding of scores together stay below this


@dataclass(frozen=True, slots=True)
class Ask:
    """One list to be made: a part for each half, or None for a half that is left out.

    A product without a half that the list uses is left out if it is the only one used;
    otherwise it is given the catalog's mean cosine for this query, so that it neither sinks nor
    rises for what is not known of it.
    """

    query: EncodedQuery
    text: Part | None
    image: Part | None
    depth: int


class Halves:
    """The two halves of all products, behind one index."""

    def __init__(
        self, vectors: ProductVectors, product_ids: Sequence[str], *, index: str = "flat"
    ) -> None:
        self.vectors = vectors
        self.text = Half(vectors.text, vectors.has_text)
        self.image = Half(vectors.image, vectors.has_image)
        self._ids = list(product_ids)
        self._index = make_index(index, vectors.layout())

    def __len__(self) -> int:
        return len(self._ids)

    def cosines(
        self, queries: Sequence[EncodedQuery], *, ranges: bool = False
    ) -> list[tuple[Cosines, Cosines]]:
        """Spread of each query's cosines with the text half and the image half."""
        spreads = [(self.text.spread(q.text), self.image.spread(q.image)) for q in queries]
        return self._with_ranges(queries, spreads) if ranges and queries else spreads

    def search(self, asks: Sequence[Ask]) -> list[list[Hit]]:
        """Make all lists with one call of the index (a second one only where ties go on)."""
        if not asks:
            return []
        rows = np.stack([self._row(ask) for ask in asks])
        depth = min(len(self), max(ask.depth for ask in asks) + _MARGIN)
        raw, found = self._index.search(rows, depth)
        lists = []
        for i, ask in enumerate(asks):
            scores, places = raw[i], found[i]
            while _ties_go_on(scores, ask.depth) and len(places) < len(self):
                more, wider = self._index.search(rows[i : i + 1], min(len(self), 4 * len(places)))
                scores, places = more[0], wider[0]
            lists.append(self._hits(ask, places[scores > _EXCLUDED / 2]))
        return lists

    def _row(self, ask: Ask) -> FloatArray:
        """The query `[a·q_t | b·q_v | m_t | m_v]` of a list; a and b add up to 1 at most."""
        alone = ask.text is None or ask.image is None
        used = [part for part in (ask.text, ask.image) if part is not None]
        # Steep parts (z-scores) are scaled down: it keeps the order, and float32 exact to 1e-7.
        down = max(1.0, sum(abs(part.scale) for part in used))
        vectors: list[FloatArray] = []
        missing: list[float] = []
        for half, part, query in (
            (self.text, ask.text, ask.query.text),
            (self.image, ask.image, ask.query.image),
        ):
            if part is None or query is None:
                vectors.append(np.zeros(half.dimension, np.float32))
                missing.append(0.0)
            else:
                scale = part.scale / down
                vectors.append(scale * query)
                missing.append(_EXCLUDED if alone else scale * half.mean(query))
        return np.concatenate([*vectors, np.array(missing, np.float32)])

    def _hits(self, ask: Ask, places: IntArray) -> list[Hit]:
        """Exact scores of the rows found, best first, ties in product_id order."""
        text = self.text.parts(ask.text, ask.query.text, places)
        image = self.image.parts(ask.image, ask.query.image, places)
        total = sum((part for part in (text, image) if part is not None), np.zeros(len(places)))
        scores = np.round(total, _DECIMALS)
        # Rows are in product_id order, so the row number breaks ties.
        order = np.lexsort((places, -scores))[: ask.depth]
        if text is not None:
            text = np.round(text, _DECIMALS)
        if image is not None:
            image = scores if text is None else np.round(scores - text, _DECIMALS)
        columns = (_column(values, order) for values in (scores, text, image))
        ids = [self._ids[place] for place in places[order].tolist()]
        return [Hit(*values) for values in zip(ids, range(1, len(ids) + 1), *columns, strict=True)]

    def _with_ranges(
        self, queries: Sequence[EncodedQuery], spreads: list[tuple[Cosines, Cosines]]
    ) -> list[tuple[Cosines, Cosines]]:
        """Add the catalog's lowest and highest cosine of each half, by one index call."""
        if not len(self):
            return spreads
        up, down = Part(1.0), Part(-1.0)
        ends = ((up, None), (down, None), (None, up), (None, down))
        rows = [self._row(Ask(q, text, image, 1)) for q in queries for text, image in ends]
        _, found = self._index.search(np.stack(rows), 1)
        return [
            (
                self.text.with_range(text, query.text, places[:2]),
                self.image.with_range(image, query.image, places[2:]),
            )
            for query, (text, image), places in zip(
                queries, spreads, found.reshape(-1, len(ends)), strict=True
            )
        ]


class Half:
    """One half of all products.

    Attributes:
        moments: mean and covariance of the rows that are there.
    """

    def __init__(self, rows: FloatArray, there: BoolArray) -> None:
        self._rows, self._there = rows, there
        self.dimension = rows.shape[1]
        self.moments = Moments.of(rows[there])

    def mean(self, query: FloatArray) -> float:
        """Mean cosine of a query with the products that have this half."""
        return float(query @ self.moments.mean)

    def spread(self, query: FloatArray | None) -> Cosines:
        """Mean and standard deviation of those cosines; zeros for no query."""
        if query is None:
            return Cosines(0.0, 0.0)
        variance = float(query @ self.moments.covariance @ query)
        return Cosines(self.mean(query), max(variance, 0.0) ** 0.5)

    def with_range(self, spread: Cosines, query: FloatArray | None, ends: IntArray) -> Cosines:
        """Add the highest and lowest cosine, found at the rows `ends` (2,)."""
        if query is None:
            return spread
        high, low = self.cosines(query, ends).tolist()
        return replace(spread, low=low, high=high)

    def cosines(self, query: FloatArray, places: IntArray) -> DoubleArray:
        """Cosines with rows: (n,); the mean where a product has no such half."""
        # In float32 the sum's order, and so the last digit, depends on the row's place.
        exact = self._rows[places].astype(np.float64) @ query.astype(np.float64)
        return np.where(self._there[places], exact, self.mean(query))

    def parts(
        self, part: Part | None, query: FloatArray | None, places: IntArray
    ) -> DoubleArray | None:
        """What this half adds to the scores of rows: (n,), or None where it has no say."""
        if part is None or query is None:
            return None
        return part.scale * (self.cosines(query, places) - part.offset)


def _ties_go_on(scores: FloatArray, depth: int) -> bool:
    """True if a row not seen yet may tie with the last one asked for."""
    if not 0 < depth < len(scores):
        return False
    last = scores[depth - 1]
    return bool(last > _EXCLUDED / 2 and last - scores[-1] <= _TIED)


def _column(values: DoubleArray | None, order: NDArray[np.intp]) -> list[float] | list[None]:
    return [None] * len(order) if values is None else values[order].tolist()
