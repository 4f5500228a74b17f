"""Ask both halves of a catalog in one index call. Knows no ranker's name, file or model.

Every list that is linear in the two cosines is one row of the call: see
`mmdemo.index.product_vectors` for the layout. Scores come out of here once, from the exact
cosines, so that equal products score equal and ties have a fixed order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.fusion import Cosines, Part
from mmdemo.index import IntArray, Moments, ProductVectors, make_index
from mmdemo.records import Hit
from mmdemo.search.encode import EncodedQuery
from mmdemo.towers import FloatArray

_EXCLUDED = -1e4  # added to a product that a list leaves out; no score comes near it
_MARGIN = 16  # rows beyond the asked depth, so that ties at the end are all seen
_DECIMALS = 6  # float32 inner products agree to about 1e-7


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
        self._ids = list(product_ids)
        self._has_text, self._has_image = vectors.has_text, vectors.has_image
        self._text_moments = Moments.of(vectors.text[self._has_text])
        self._image_moments = Moments.of(vectors.image[self._has_image])
        self._index = make_index(index, vectors.layout())

    def __len__(self) -> int:
        return len(self._ids)

    def cosines(
        self, queries: Sequence[EncodedQuery], *, ranges: bool = False
    ) -> list[tuple[Cosines, Cosines]]:
        """Spread of each query's cosines with the text half and the image half."""
        spreads = [
            (_spread(query.text, self._text_moments), _spread(query.image, self._image_moments))
            for query in queries
        ]
        return self._with_ranges(queries, spreads) if ranges else spreads

    def search(self, asks: Sequence[Ask]) -> list[list[Hit]]:
        """Make all lists with one call of the index (a second one only where ties go on)."""
        if not asks:
            return []
        spreads = {id(ask.query): ask.query for ask in asks}
        means = dict(zip(spreads, self.cosines(list(spreads.values())), strict=True))
        rows = np.stack([self._row(ask, *means[id(ask.query)]) for ask in asks])
        depth = min(len(self), max(ask.depth for ask in asks) + _MARGIN)
        raw, found = self._index.search(rows, depth)
        lists = []
        for i, ask in enumerate(asks):
            scores, places = raw[i], found[i]
            while self._ties_go_on(scores, ask.depth) and len(places) < len(self):
                more, wider = self._index.search(rows[i : i + 1], min(len(self), 4 * len(places)))
                scores, places = more[0], wider[0]
            kept = places[scores > _EXCLUDED / 2]
            lists.append(self._hits(ask, kept, *means[id(ask.query)]))
        return lists

    def _row(self, ask: Ask, text: Cosines, image: Cosines) -> FloatArray:
        """The query `[a·q_t | b·q_v | m_t | m_v]` of a list."""
        vectors, missing = [], []
        for part, other, query, spread, dimension in (
            (ask.text, ask.image, ask.query.text, text, self.vectors.text.shape[1]),
            (ask.image, ask.text, ask.query.image, image, self.vectors.image.shape[1]),
        ):
            used = part is not None and query is not None
            vectors.append(part.scale * query if used else np.zeros(dimension))  # type: ignore[union-attr,operator]
            if not used:
                missing.append(0.0)
            elif other is None:
                missing.append(_EXCLUDED)
            else:
                missing.append(part.scale * spread.mean)  # type: ignore[union-attr]
        return np.concatenate([*vectors, missing]).astype(np.float32)

    def _ties_go_on(self, scores: FloatArray, depth: int) -> bool:
        """True if the last row seen may tie with the last one asked for."""
        if len(scores) <= depth or depth == 0:
            return False
        return bool(scores[depth - 1] - scores[-1] <= 2 * 10.0**-_DECIMALS)

    def _hits(self, ask: Ask, places: IntArray, text: Cosines, image: Cosines) -> list[Hit]:
        """Exact scores of the rows found, best first, ties in product_id order."""
        text_part = self._part(ask.text, ask.query.text, self.vectors.text, places, text)
        image_part = self._part(ask.image, ask.query.image, self.vectors.image, places, image)
        scores = np.round(text_part + image_part, _DECIMALS)
        # Rows are in product_id order, so the row number breaks ties.
        order = np.lexsort((places, -scores))[: ask.depth]
        from_text = np.round(text_part, _DECIMALS)
        from_image = np.round(scores - from_text, _DECIMALS)
        return [
            Hit(
                self._ids[places[i]],
                rank,
                float(scores[i]),
                float(from_text[i]),
                float(from_image[i]),
            )
            for rank, i in enumerate(order, start=1)
        ]

    def _part(
        self,
        part: Part | None,
        query: FloatArray | None,
        half: FloatArray,
        places: IntArray,
        spread: Cosines,
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """What a half adds to the scores of rows: float64 (n,)."""
        if part is None or query is None or not len(places):
            return np.zeros(len(places))
        rows = half[places]
        cosines = (rows @ query).astype(np.float64)
        there = self._has_text if half is self.vectors.text else self._has_image
        cosines = np.where(there[places], cosines, spread.mean)
        return part.scale * (cosines - part.offset)

    def _with_ranges(
        self, queries: Sequence[EncodedQuery], spreads: list[tuple[Cosines, Cosines]]
    ) -> list[tuple[Cosines, Cosines]]:
        """Add the catalog's lowest and highest cosine of each half, by one index call."""
        width_t = self.vectors.text.shape[1]
        width = width_t + self.vectors.image.shape[1]
        rows = np.zeros((len(queries), 4, width + 2), np.float32)
        rows[:, :2, width] = rows[:, 2:, width + 1] = _EXCLUDED
        for i, query in enumerate(queries):
            if query.text is not None:
                rows[i, 0, :width_t], rows[i, 1, :width_t] = query.text, -query.text
            rows[i, 2, width_t:width], rows[i, 3, width_t:width] = query.image, -query.image
        best, _ = self._index.search(rows.reshape(-1, width + 2), 1)
        if not best.size:
            return spreads
        ends = np.where(best > _EXCLUDED / 2, best, 0.0).reshape(-1, 4)
        return [
            (
                Cosines(text.mean, text.std, -float(end[1]), float(end[0])),
                Cosines(image.mean, image.std, -float(end[3]), float(end[2])),
            )
            for (text, image), end in zip(spreads, ends, strict=True)
        ]


def _spread(query: FloatArray | None, moments: Moments) -> Cosines:
    if query is None:
        return Cosines(0.0, 0.0)
    variance = float(query @ moments.covariance @ query)
    return Cosines(float(query @ moments.mean), max(variance, 0.0) ** 0.5)
