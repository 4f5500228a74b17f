"""The vectors of a catalog, and how they are laid out for search. Knows no query.

A product's row is `[t | v | no_t | no_v | whole]`: the two halves, each of unit length or zero
where the product has no text or no photo, and three columns that are 1 where the text is missing,
where the photo is missing, and where neither is. A query `[a·q_t | b·q_v | x | y | z]` then scores
`a·cos_t + b·cos_v` exactly, and says what it adds to products of each kind or that it leaves them
out (`x`, `y`, `z`), in any index that knows inner products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.index.base import BoolArray
from mmdemo.towers import FloatArray, unit_rows

DoubleArray = NDArray[np.float64]


_SAMPLE = 20_000  # rows that a covariance is measured on; its cost is theirs times d²


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and covariance of rows.

    With them the mean and the spread of all inner products with a query follow without a pass
    over the catalog: mean `q·m`, variance `qᵀCq`.
    """

    mean: DoubleArray  # (d,)
    covariance: DoubleArray  # (d, d)

    @classmethod
    def of(cls, rows: FloatArray) -> Moments:
        """Measure rows (n, d), an even sample of them if there are many; none give zeros."""
        dimension = rows.shape[1]
        rows = rows[:: max(1, len(rows) // _SAMPLE)]
        if not len(rows):
            return cls(np.zeros(dimension), np.zeros((dimension, dimension)))
        mean = rows.mean(axis=0, dtype=np.float64)
        # Off the mean first: cosines spread far less than they are large.
        around = rows - mean.astype(np.float32)
        return cls(mean, (around.T @ around).astype(np.float64) / len(rows))

    def of_query(self, query: DoubleArray | FloatArray) -> tuple[float, float]:
        """Mean and standard deviation of the inner products with a query (d,)."""
        variance = float(query @ self.covariance @ query)
        return float(query @ self.mean), max(variance, 0.0) ** 0.5


@dataclass(frozen=True, slots=True)
class ProductVectors:
    """Both halves of all products, in the catalog's order.

    Attributes:
        text: float32 (n, d_t), unit rows, zero where a product has no text.
        image: float32 (n, d_v), unit rows, zero where a product has no photo.
        query_text_mean: (d_t,) mean vector of typical queries in the text half's space.
        query_image_mean: (d_v,) the same in the image half's space.
    """

    text: FloatArray
    image: FloatArray
    query_text_mean: FloatArray
    query_image_mean: FloatArray

    @property
    def whole(self) -> BoolArray:
        """(n,) True where both halves are there."""
        return self.has_text & self.has_image

    @property
    def has_text(self) -> BoolArray:
        """(n,) True where the text half is there."""
        return np.asarray(self.text.any(axis=1))

    @property
    def has_image(self) -> BoolArray:
        """(n,) True where the image half is there."""
        return np.asarray(self.image.any(axis=1))

    def layout(self) -> FloatArray:
        """Rows for the index: float32 (n, d_t + d_v + 3)."""
        kinds = (~self.has_text, ~self.has_image, self.whole)
        flags = np.stack(kinds, axis=1).astype(np.float32)
        return np.concatenate([self.text, self.image, flags], axis=1)

    def centered(self) -> ProductVectors:
        """Halves with their catalog mean taken off, of unit length again.

        Closes the modality gap before fusion: GR-CLIP, arXiv 2507.19054.
        """
        return ProductVectors(
            _center(self.text, self.has_text),
            _center(self.image, self.has_image),
            np.zeros_like(self.query_text_mean),
            np.zeros_like(self.query_image_mean),
        )


def _center(rows: FloatArray, there: BoolArray) -> FloatArray:
    centered = np.zeros_like(rows)
    if there.any():
        mean = rows[there].mean(axis=0, dtype=np.float64).astype(np.float32)
        units = unit_rows(rows[there] - mean)
        # A row that is the mean has no direction left, but it is there: it stays as it was.
        centered[there] = np.where(units.any(axis=1, keepdims=True), units, rows[there])
    return centered
