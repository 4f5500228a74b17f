"""Ask both halves of a catalog. Knows no ranker's name, file or model.

Every list that is linear in the two cosines is one row of one index call: see
`mmdemo.index.product_vectors` for the layout. A list of a part of the catalog, and a product's
place far down a list, come from the cosines of all products instead. Scores come out of here
once, from the exact cosines, so that equal products score equal and ties have a fixed order,
whichever way was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmdemo.fusion import Cosines, Part
from mmdemo.index import BoolArray, DoubleArray, IntArray, ProductVectors, make_index
from mmdemo.records import Hit
from mmdemo.search.encode import EncodedQuery
from mmdemo.search.gaps import Gaps
from mmdemo.search.half import Half
from mmdemo.search.places import best_rows, ranks_of
from mmdemo.towers import FloatArray

_EXCLUDED = -1e4  # added to a product that a list leaves out; what is left in is near 1 at most
_MARGIN = 16  # rows beyond the asked depth, so that ties at the end are all seen
_DECIMALS = 6  # of scores: the towers' float32 vectors promise no more
_SILENT = Part(0.0)
_ROUNDING = 1e-6  # scores that round to the same are no further apart
_FLOAT32 = 1e-6  # sums of products of unit rows are known better than this


@dataclass(frozen=True, slots=True)
class Ask:
    """One list to be made: a part for each half, or None for a half that is left out.

    A product that lacks the only half that has a say is left out of the list. Where both have,
    a product that lacks one is scored by `mmdemo.search.gaps`; one that lacks both is left out.

    Attributes:
        split: whether hits say what each half gave.
    """

    query: EncodedQuery
    text: Part | None
    image: Part | None
    depth: int
    split: bool = True

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


@dataclass(frozen=True, slots=True)
class _Kind:
    """Products of one kind in a list, scored `a·cos_t + b·cos_v + level`.

    Attributes:
        lists: whether it lists products without text, without photo, with both.
    """

    a: float
    b: float
    level: float
    lists: tuple[bool, bool, bool]

    @property
    def steepness(self) -> float:
        """How much a score moves with the cosines, at most."""
        return abs(self.a) + abs(self.b)


@dataclass(frozen=True, slots=True)
class Listing:
    """One list in arrays, best first: deep lists that are only merged need no `Hit` a product.

    Attributes:
        product_ids: (m,)
        scores: (m,) float64
        text, image: (m,) what each half gave; None for a half that was not to have a part.
    """

    product_ids: list[str]
    scores: DoubleArray
    text: DoubleArray | None
    image: DoubleArray | None

    def hits(self, depth: int) -> list[Hit]:
        """The first `depth` places."""
        ids = self.product_ids[:depth]
        parts = (
            [None] * len(ids) if part is None else part[:depth].tolist()
            for part in (self.text, self.image)
        )
        ranks = range(1, len(ids) + 1)
        return [
            Hit(*fields)
            for fields in zip(ids, ranks, self.scores[:depth].tolist(), *parts, strict=True)
        ]


class Halves:
    """The two halves of all products, behind one index."""

    def __init__(
        self, vectors: ProductVectors, product_ids: Sequence[str], *, index: str = "flat"
    ) -> None:
        self.vectors = vectors
        self.text = Half(vectors.text, vectors.has_text)
        self.image = Half(vectors.image, vectors.has_image)
        self._gaps = Gaps(vectors)
        # (n, 3): without text, without photo, with both
        self._flags = np.stack([~vectors.has_text, ~vectors.has_image, vectors.whole], axis=1)
        self._ids = list(product_ids)
        self._index = make_index(index, vectors.layout())

    @classmethod
    def of_one(cls, rows: FloatArray, product_ids: Sequence[str]) -> Halves:
        """Lay out rows (n, d) that are no half of anything, as a text half that has no other."""
        count, dimension = rows.shape
        nothing = np.zeros((count, 0), np.float32)
        means = np.zeros(dimension, np.float32), np.zeros(0, np.float32)
        return cls(ProductVectors(rows, nothing, *means), product_ids)

    def __len__(self) -> int:
        return len(self._ids)

    def cosines(
        self, queries: Sequence[EncodedQuery], *, ranges: bool = False
    ) -> list[tuple[Cosines, Cosines]]:
        """Spread of each query's cosines with the text half and the image half."""
        spreads = [(self.text.spread(q.text), self.image.spread(q.image)) for q in queries]
        return self._with_ranges(queries, spreads) if ranges and queries else spreads

    def search(self, asks: Sequence[Ask], within: BoolArray | None = None) -> list[Listing]:
        """Make all lists with one call of the index (a second one only where ties go on).

        Args:
            asks: the lists.
            within: (n,) True for products that may be listed; None for all.
        """
        if not asks:
            return []
        if within is not None:
            return [self._listing(ask, self._best_within(ask, within)) for ask in asks]
        rows = [self._rows(ask) for ask in asks]
        depth = min(len(self), max(ask.depth for ask in asks) + _MARGIN)
        raw, found = self._index.search(np.concatenate([own for own, _ in rows]), depth)
        lists = []
        start = 0
        for ask, (own, tied) in zip(asks, rows, strict=True):
            places = [
                self._seen(row, ask.depth, raw[i], found[i], tied)
                for i, row in enumerate(own, start)
            ]
            lists.append(self._listing(ask, np.concatenate(places)))
            start += len(own)
        return lists

    def places(self, ask: Ask, rows: IntArray, within: BoolArray | None = None) -> list[Hit | None]:
        """Where products stand in a list as long as the catalog; None for one that is left out.

        Args:
            ask: the list; its depth does not matter.
            rows: (m,) the products.
            within: as for `search`.
        """
        estimates, tolerance = self._estimates(ask, within)
        listed = estimates[rows] > -np.inf
        own = rows[listed]
        scores, *parts = self._scored(ask, own)
        ranks = ranks_of(
            own, scores, estimates, tolerance, lambda others: self._scored(ask, others)[0]
        )
        ids = [self._ids[row] for row in own.tolist()]
        hits = Listing(ids, scores, *parts).hits(len(ids))
        placed = (replace(hit, rank=rank) for hit, rank in zip(hits, ranks.tolist(), strict=True))
        return [next(placed) if there else None for there in listed.tolist()]

    def _best_within(self, ask: Ask, within: BoolArray) -> IntArray:
        estimates, tolerance = self._estimates(ask, within)
        return best_rows(estimates, ask.depth, tolerance)

    def _estimates(self, ask: Ask, within: BoolArray | None) -> tuple[DoubleArray, float]:
        """Scores of all products, (n,), minus infinity where left out, and how exact they are."""
        estimates = np.full(len(self), -np.inf)
        of_text, of_image = self.text.every(ask.query.text), self.image.every(ask.query.image)
        kinds, offset = self._kinds(ask)
        for kind in kinds:
            left_out = [i for i, listed in enumerate(kind.lists) if not listed]
            own = ~self._flags[:, left_out].any(axis=1)
            if within is not None:
                own &= within
            score = kind.a * of_text[own] + kind.b * of_image[own] + (kind.level - offset)
            estimates[own] = score
        return estimates, _ROUNDING + _FLOAT32 * max(kind.steepness for kind in kinds)

    def _kinds(self, ask: Ask) -> tuple[list[_Kind], float]:
        """How a list scores each kind of product, and what it takes off all of them."""
        text, image = ask.parts
        if text is not None and image is not None:
            kinds = [_Kind(text.scale, image.scale, 0.0, (False, False, True))]
            if self._gaps.no_image:
                line = self._gaps.without_image(ask.query, text, image)
                kinds.append(_Kind(line.slope, 0.0, line.level, (False, True, False)))
            if self._gaps.no_text:
                line = self._gaps.without_text(ask.query, text, image)
                kinds.append(_Kind(0.0, line.slope, line.level, (True, False, False)))
            return kinds, text.scale * text.offset + image.scale * image.offset
        if text is not None:
            return [_Kind(text.scale, 0.0, 0.0, (False, True, True))], text.scale * text.offset
        if image is not None:
            return [_Kind(0.0, image.scale, 0.0, (True, False, True))], image.scale * image.offset
        return [_Kind(0.0, 0.0, 0.0, (False, False, False))], 0.0

    def _seen(
        self, row: FloatArray, depth: int, scores: FloatArray, places: IntArray, tied: float
    ) -> IntArray:
        """Rows to choose from: those found, and more while the last one asked for may tie."""
        while _ties_go_on(scores, depth, tied) and len(places) < len(self):
            more, wider = self._index.search(row[None], min(len(self), 4 * len(places)))
            scores, places = more[0], wider[0]
        return places[scores > _EXCLUDED / 2]

    def _rows(self, ask: Ask) -> tuple[FloatArray, float]:
        """Queries `[a·q_t | b·q_v | x | y | z]` of a list, one for each kind of product in it.

        They are scaled so that the largest coefficient is 1 at most: that keeps the order, and
        float32 exact to 1e-7.

        Returns:
            The queries, and by how much scores may differ in the index and still be the same.
        """
        kinds, _ = self._kinds(ask)
        steepest = max(kind.steepness for kind in kinds)
        # Of one half alone only the sign matters; small sums of two are left as they are.
        down = steepest if len(kinds) == 1 and 0 in (kinds[0].a, kinds[0].b) else 0.0
        down = down or max(1.0, steepest)
        rows = [
            self._row(
                ask,
                kind.a / down,
                kind.b / down,
                tuple(kind.level / down if listed else _EXCLUDED for listed in kind.lists),
            )
            for kind in kinds
        ]
        return np.stack(rows), _FLOAT32 + _ROUNDING / down

    def _row(self, ask: Ask, a: float, b: float, flags: Sequence[float]) -> FloatArray:
        vectors = [
            np.zeros(half.dimension, np.float32) if query is None else scale * query
            for half, query, scale in (
                (self.text, ask.query.text, np.float32(a)),
                (self.image, ask.query.image, np.float32(b)),
            )
        ]
        return np.concatenate([*vectors, np.array(flags, np.float32)])

    def _listing(self, ask: Ask, places: IntArray) -> Listing:
        """Exact scores of the rows found, best first, ties in product_id order."""
        scores, *parts = self._scored(ask, places)
        # Rows are in product_id order, so the row number breaks ties.
        order = np.lexsort((places, -scores))[: ask.depth]
        text, image = (None if part is None else part[order] for part in parts)
        ids = [self._ids[place] for place in places[order].tolist()]
        return Listing(ids, scores[order], text, image)

    def _scored(
        self, ask: Ask, places: IntArray
    ) -> tuple[DoubleArray, DoubleArray | None, DoubleArray | None]:
        """Rounded score, text part and image part of rows: (n,) each; the parts add up to it."""
        text, image = self._exact_parts(ask, places)
        total = sum((part for part in (text, image) if part is not None), np.zeros(len(places)))
        scores = np.round(total, _DECIMALS)
        if not ask.split:
            return scores, None, None
        if text is not None:
            text = np.round(text, _DECIMALS)
        if image is not None:
            image = scores if text is None else np.round(scores - text, _DECIMALS)
        return scores, text, image

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
        rows = [self._rows(Ask(q, text, image, 1))[0] for q in queries for text, image in ends]
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


def _ties_go_on(scores: FloatArray, depth: int, tied: float) -> bool:
    """True if a row not seen yet may tie with the last one asked for."""
    if not 0 < depth < len(scores):
        return False
    last = scores[depth - 1]
    return bool(last > _EXCLUDED / 2 and last - scores[-1] <= tied)
