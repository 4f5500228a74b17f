"""Find every product that could be among the first k at some weight. Knows no grade or ranking.

A fused score is `w·cos_t + (1−w)·cos_v`. Where k products beat another in both cosines they beat
it at every weight, so it can be left out for good. What is left of ten thousand products is some
hundreds a query, and the ranking for any weight follows from their two cosines, exactly.

Products with one half only are placed by their one cosine (`mmdemo.search.gaps`), in one order for
all weights: the first k of them are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmdemo.analyze.space import Space
from mmdemo.evaluate.gains import DoubleArray

if TYPE_CHECKING:
    from mmdemo.index import IntArray, Moments

_ANCHORS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SLACK = 1e-5  # above float32's error and the rounding of scores together, so that ties are kept
_CHUNK = 20_000_000  # cosines held at a time: 80 MB for each half

WHOLE, NO_IMAGE, NO_TEXT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Candidates:
    """What can reach the first k of each query, padded to one width.

    Attributes:
        rows: (n, c) of the products; -1 where there are fewer.
        text, image: (n, c) cosines, 0 for a half that is missing.
        kinds: (n, c) `WHOLE`, `NO_IMAGE` or `NO_TEXT`.
        moments: (n, 5) of the query's cosines over the products that have both halves: mean of
            text, mean of image, variance of text, covariance, variance of image.
        has_whole: whether the catalog has products with both halves.
    """

    rows: IntArray
    text: DoubleArray
    image: DoubleArray
    kinds: NDArray[np.int8]
    moments: DoubleArray
    has_whole: bool


def find_candidates(space: Space, *, depth: int) -> Candidates:
    """Collect the candidates of all queries of a space for the first `depth`."""
    vectors = space.vectors
    kinds = (
        vectors.whole,
        vectors.has_text & ~vectors.has_image,
        vectors.has_image & ~vectors.has_text,
    )
    places = [np.flatnonzero(kind) for kind in kinds]
    found: list[list[IntArray]] = [[] for _ in space.topic_ids]
    step = max(1, _CHUNK // max(1, len(vectors.text)))
    for start in range(0, len(space.topic_ids), step):
        part = slice(start, start + step)
        queries = (space.text_queries[part], space.image_queries[part])
        text = queries[0] @ vectors.text[places[WHOLE]].T
        image = queries[1] @ vectors.image[places[WHOLE]].T
        chosen = [
            _undominated(text, image, depth),
            _first(queries[0] @ vectors.text[places[NO_IMAGE]].T, depth),
            _first(queries[1] @ vectors.image[places[NO_TEXT]].T, depth),
        ]
        for kind, keep in zip(places, chosen, strict=True):
            for query, row in enumerate(keep, start):
                found[query].append(kind[row])
    return _padded(space, found)


def _undominated(
    text: NDArray[np.float32], image: NDArray[np.float32], depth: int
) -> list[IntArray]:
    """Products that fewer than `depth` others beat in both cosines; now and then a few more."""
    count = text.shape[1]
    if count <= depth:
        return [np.arange(count)] * len(text)
    keep = np.ones(text.shape, bool)
    for weight in _ANCHORS:
        fused = weight * text + (1 - weight) * image
        best = np.argpartition(-fused, depth - 1, axis=1)[:, :depth]
        # All of these beat whatever is below their lowest in both.
        lowest = [np.take_along_axis(c, best, axis=1).min(axis=1) - _SLACK for c in (text, image)]
        keep &= (text >= lowest[0][:, None]) | (image >= lowest[1][:, None])
    return [np.flatnonzero(row) for row in keep]


def _first(cosines: NDArray[np.float32], depth: int) -> list[IntArray]:
    """The first `depth` by one cosine, and all that may tie with the last of them."""
    if cosines.shape[1] <= depth:
        return [np.arange(cosines.shape[1])] * len(cosines)
    last = -np.partition(-cosines, depth - 1, axis=1)[:, depth - 1]
    return [np.flatnonzero(row >= end - _SLACK) for row, end in zip(cosines, last, strict=True)]


def _padded(space: Space, found: list[list[IntArray]]) -> Candidates:
    """Exact cosines of the candidates, in float64 as the engine computes them."""
    from mmdemo.index import Moments

    vectors = space.vectors
    count, width = len(found), max((sum(map(len, parts)) for parts in found), default=0)
    rows = np.full((count, max(width, 1)), -1, np.int64)
    kinds = np.zeros(rows.shape, np.int8)
    text, image = np.zeros(rows.shape), np.zeros(rows.shape)
    moments = np.zeros((count, 5))
    whole = vectors.whole
    measured = None
    if whole.any():
        both = np.concatenate([vectors.text[whole], vectors.image[whole]], axis=1)
        measured = Moments.of(both)
    for query, parts in enumerate(found):
        own = np.concatenate(parts)
        rows[query, : len(own)] = own
        kinds[query, : len(own)] = np.repeat([WHOLE, NO_IMAGE, NO_TEXT], [len(p) for p in parts])
        of_text = space.text_queries[query].astype(np.float64)
        of_image = space.image_queries[query].astype(np.float64)
        text[query, : len(own)] = vectors.text[own].astype(np.float64) @ of_text
        image[query, : len(own)] = vectors.image[own].astype(np.float64) @ of_image
        if measured is not None:
            moments[query] = _moments(measured, of_text, of_image)
    return Candidates(rows, text, image, kinds, moments, measured is not None)


def _moments(measured: Moments, text: DoubleArray, image: DoubleArray) -> list[float]:
    split = len(text)
    covariance = measured.covariance
    return [
        float(text @ measured.mean[:split]),
        float(image @ measured.mean[split:]),
        float(text @ covariance[:split, :split] @ text),
        float(text @ covariance[:split, split:] @ image),
        float(image @ covariance[split:, split:] @ image),
    ]
