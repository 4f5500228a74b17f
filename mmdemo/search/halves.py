"""Ask both halves of a catalog in one index call. Knows no ranker's name, file or model.

Every list that is linear in the two cosines is one row of the call: see
`mmdemo.index.product_vectors` for the layout. Scores come out of here once, from the exact
cosines, so that equal products score equal and ties have a fixed order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mmdemo.fusion import Cosines, Part
from mmdemo.index import BoolArray, DoubleArray, IntArray, Moments, ProductVectors, make_index
from mmdemo.records import Hit
from mmdemo.search.encode import EncodedQuery
from mmdemo.search.gaps import Gaps
from mmdemo.towers import FloatArray

_EXCLUDED = -1e4  # added to a product that a list leaves out; what is left in is near 1 at most
_MARGIN = 16  # rows beyond the asked depth, so that ties at the end are all seen
_DECIMALS = 6  # of scores: the towers' float32 vectors promise no more
_SILENT = Part(0.0)
_TIED = 2e-6  # the index's float32 and the rounding of scores together stay below this


@dataclass(frozen=True, slots=True)
class Ask:
    """One list to be made: a part for each half, or None for a half that is left out.

    A product that lacks the only half that has a say is left out of the list. Where both have,
    a product that lacks one is scored by `mmdemo.search.gaps`; one that lacks both is left out.
    """

    query: EncodedQuery
    text: Part | None
    image: Part | None
    depth: int

    @property
    def parts(self) -> tuple[Part | None, Part | None]:
        """Parts of the halves that have a say: that can be asked, with a scale other than 0.

        Where both can be asked and both have scale 0, all products are equal, and all are listed.
        """
        text = self.text if self.query.text is not None else None
        image = self.image if self.query.image is not None else None
        if text is not None and image is not None and text.scale == image.scale == 0:
            return text, image
        return (
            text if text is not None and text.scale else None,
            image if image is not None and image.scale else None,
        )


class Halves:
    """The two halves of all products, behind one index."""

    def __init__(
        self, vectors: ProductVectors, product_ids: Sequence[str], *, index: str = "flat"
    ) -> None:
        self.vectors = vectors
        self.text = Half(vectors.text, vectors.has_text)
        self.image = Half(vectors.image, vectors.has_image)
        self._gaps = Gaps(vectors)
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
        rows = [self._rows(ask) for ask in asks]
        depth = min(len(self), max(ask.depth for ask in asks) + _MARGIN)
        raw, found = self._index.search(np.concatenate(rows), depth)
        lists = []
        start = 0
        for ask, own in zip(asks, rows, strict=True):
            places = [
                self._seen(row, ask.depth, raw[i], found[i]) for i, row in enumerate(own, start)
            ]
            lists.append(self._hits(ask, np.concatenate(places)))
            start += len(own)
        return lists

    def _seen(self, row: FloatArray, depth: int, scores: FloatArray, places: IntArray) -> IntArray:
        """Rows to choose from: those found, and more while the last one asked for may tie."""
        while _ties_go_on(scores, depth) and len(places) < len(self):
            more, wider = self._index.search(row[None], min(len(self), 4 * len(places)))
            scores, places = more[0], wider[0]
        return places[scores > _EXCLUDED / 2]

    def _rows(self, ask: Ask) -> FloatArray:
        """Queries `[a·q_t | b·q_v | x | y | z]` of a list, one for each kind of product in it.

        The largest coefficient is 1 at most: it keeps the order, and float32 exact to 1e-7.
        """
        text, image = ask.parts
        out = _EXCLUDED
        if text is None and image is None:
            return self._row(ask, 0.0, 0.0, (out, out, out))[None]
        if image is None or text is None:
            # One half alone: only the sign of its scale matters for the order.
            a = 0.0 if text is None else math.copysign(1.0, text.scale)
            b = 0.0 if image is None else math.copysign(1.0, image.scale)
            missing = (out, 0.0, 0.0) if image is None else (0.0, out, 0.0)
            return self._row(ask, a, b, missing)[None]
        kinds = [(text.scale, image.scale, (out, out, 0.0))]
        if self._gaps.no_image:
            line = self._gaps.without_image(ask.query, text, image)
            kinds.append((line.slope, 0.0, (out, line.level, out)))
        if self._gaps.no_text:
            line = self._gaps.without_text(ask.query, text, image)
            kinds.append((0.0, line.slope, (line.level, out, out)))
        down = max(1.0, *(abs(a) + abs(b) for a, b, _ in kinds))
        scaled = (
            (a / down, b / down, tuple(v if v == out else v / down for v in values))
            for a, b, values in kinds
        )
        return np.stack([self._row(ask, *kind) for kind in scaled])

    def _row(self, ask: Ask, a: float, b: float, flags: tuple[float, ...]) -> FloatArray:
        vectors = [
            np.zeros(half.dimension, np.float32) if query is None else scale * query
            for half, query, scale in (
                (self.text, ask.query.text, np.float32(a)),
                (self.image, ask.query.image, np.float32(b)),
            )
        ]
        return np.concatenate([*vectors, np.array(flags, np.float32)])

    def _hits(self, ask: Ask, places: IntArray) -> list[Hit]:
        """Exact scores of the rows found, best first, ties in product_id order."""
        text, image = self._exact_parts(ask, places)
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

    def _exact_parts(
        self, ask: Ask, places: IntArray
    ) -> tuple[DoubleArray | None, DoubleArray | None]:
        """What each half adds to the scores of rows: (n,), or None where it has no say."""
        text, image = ask.parts
        if text is None or image is None:
            # A half that was to have a part but has no say, as at the end of the slider, adds 0.
            asks_text = ask.text is not None and ask.query.text is not None
            asks_image = ask.image is not None and ask.query.image is not None
            return (
                self.text.part(text or _SILENT, ask.query.text, places) if asks_text else None,
                self.image.part(image or _SILENT, ask.query.image, places) if asks_image else None,
            )
        of_text = self.text.part(text, ask.query.text, places)
        of_image = self.image.part(image, ask.query.image, places)
        offsets = text.scale * text.offset + image.scale * image.offset
        if (gap := ~self.image.there[places]).any():
            line = self._gaps.without_image(ask.query, text, image)
            cosines = self.text.cosines(ask.query.text, places[gap])
            of_image[gap] = line.slope * cosines + line.level - offsets - of_text[gap]
        if (gap := ~self.text.there[places]).any():
            line = self._gaps.without_text(ask.query, text, image)
            cosines = self.image.cosines(ask.query.image, places[gap])
            of_text[gap] = line.slope * cosines + line.level - offsets - of_image[gap]
        return of_text, of_image

    def _with_ranges(
        self, queries: Sequence[EncodedQuery], spreads: list[tuple[Cosines, Cosines]]
    ) -> list[tuple[Cosines, Cosines]]:
        """Add the catalog's lowest and highest cosine of each half, by one index call."""
        if not len(self):
            return spreads
        up, down = Part(1.0), Part(-1.0)
        ends = ((up, None), (down, None), (None, up), (None, down))
        rows = [self._rows(Ask(q, text, image, 1)) for q in queries for text, image in ends]
        _, found = self._index.search(np.concatenate(rows), 1)
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
        there: (n,) True where a product has this half.
        moments: mean and covariance of the rows that are there.
    """

    def __init__(self, rows: FloatArray, there: BoolArray) -> None:
        self._rows, self.there = rows, there
        self.dimension = rows.shape[1]
        self.moments = Moments.of(rows[there])

    def spread(self, query: FloatArray | None) -> Cosines:
        """Mean and standard deviation of the cosines with a query; zeros for no query."""
        return Cosines(0.0, 0.0) if query is None else Cosines(*self.moments.of_query(query))

    def with_range(self, spread: Cosines, query: FloatArray | None, ends: IntArray) -> Cosines:
        """Add the highest and lowest cosine, found at the rows `ends` (2,)."""
        if query is None or not self.there.any():
            return spread
        high, low = self.cosines(query, ends).tolist()
        return replace(spread, low=low, high=high)

    def cosines(self, query: FloatArray | None, places: IntArray) -> DoubleArray:
        """Cosines with rows: (n,); 0 where a product has no such half."""
        if query is None:
            return np.zeros(len(places))
        # In float32 the sum's order, and so the last digit, depends on the row's place.
        cosines: DoubleArray = self._rows[places].astype(np.float64) @ query.astype(np.float64)
        return cosines

    def part(self, part: Part, query: FloatArray | None, places: IntArray) -> DoubleArray:
        """What this half adds to the scores of rows that have it: (n,)."""
        return part.scale * (self.cosines(query, places) - part.offset)


def _ties_go_on(scores: FloatArray, depth: int) -> bool:
    """True if a row not seen yet may tie with the last one asked for."""
    if not 0 < depth < len(scores):
        return False
    last = scores[depth - 1]
    return bool(last > _EXCLUDED / 2 and last - scores[-1] <= _TIED)


def _column(values: DoubleArray | None, order: NDArray[np.intp]) -> list[float] | list[None]:
    return [None] * len(order) if values is None else values[order].tolist()
