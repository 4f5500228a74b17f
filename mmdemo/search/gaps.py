"""Say what a list should make of a product of which one half is missing. Knows no index.

Such a product is placed as far from the mean of the list's scores, in their standard deviations,
as its one cosine is from the mean of those cosines; both are measured for the query over the
products that have both halves. So it neither sinks nor rises for what is not known of it. With a
missing cosine taken as 0 or as the mean, products without a photo practically never reach the top
ten; with the other half's cosine in its place they fill it (docs/RESULTS.md, "Missing photos").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mmdemo.fusion import Part
from mmdemo.index import Moments, ProductVectors
from mmdemo.search.encode import EncodedQuery

_NO_SPREAD = 1e-6  # cosines that differ by less do not differ


@dataclass(frozen=True, slots=True)
class Line:
    """A score that is linear in the one cosine there is: `slope * cosine + level`."""

    slope: float
    level: float


class Gaps:
    """Scores for products without text and for products without photo.

    Attributes:
        no_text, no_image: whether the catalog has products with only the other half.
    """

    def __init__(self, vectors: ProductVectors) -> None:
        self._vectors = vectors
        self.no_text = bool((vectors.has_image & ~vectors.has_text).any())
        self.no_image = bool((vectors.has_text & ~vectors.has_image).any())

    def without_image(self, query: EncodedQuery, text: Part, image: Part) -> Line:
        """Score of a product with text only, in a list that adds up these parts.

        The parts' offsets are not in it, as they are not in the index's inner products.
        """
        return self._line(query, (text.scale, image.scale), place=0)

    def without_text(self, query: EncodedQuery, text: Part, image: Part) -> Line:
        """Score of a product with a photo only; see `without_image`."""
        return self._line(query, (text.scale, image.scale), place=1)

    def _line(self, query: EncodedQuery, scales: tuple[float, float], *, place: int) -> Line:
        moments = self._moments
        if moments is None:
            return Line(scales[place], 0.0)
        halves = [np.asarray(half, np.float64) for half in (query.text, query.image)]
        mean, spread = moments.of_query(
            np.concatenate([scale * half for scale, half in zip(scales, halves, strict=True)])
        )
        halves[1 - place] = np.zeros_like(halves[1 - place])
        own_mean, own_spread = moments.of_query(np.concatenate(halves))
        slope = spread / own_spread if own_spread > _NO_SPREAD else 0.0
        return Line(slope, mean - slope * own_mean)

    @cached_property
    def _moments(self) -> Moments | None:
        """Of `[t | v]` over the products that have both; None if no product has."""
        whole = self._vectors.whole
        if not whole.any():
            return None
        return Moments.of(
            np.concatenate([self._vectors.text[whole], self._vectors.image[whole]], axis=1)
        )
