"""The vectors of a catalog, and how they are laid out for search. Knows no query.

A product's row is `[t | v | no_t | no_v]`: the two halves, each of unit length or zero where
the product has no text or no photo, and two columns that are 1 where a half is missing. A query
`[a·q_t | b·q_v | m_t | m_v]` then scores `a·cos_t + b·cos_v` exactly, and decides itself what a
missing half is worth (`m_t`, `m_v`), in any index that knows inner products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.towers import FloatArray, unit_rows

BoolArray = NDArray[np.bool_]
DoubleArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean and covariance of the rows of one half that are there.

    With them the mean and the spread of all cosines with a query follow without a pass over the
    catalog: mean `q·m`, variance `qᵀCq`.
    """

    mean: DoubleArray  # (d,)
    covariance: DoubleArray  # (d, d)

    @classmethod
    def of(cls, rows: FloatArray) -> Moments:
        """Measure rows (n, d); no rows give zeros."""
        dimension = rows.shape[1]
        if not len(rows):
            return cls(np.zeros(dimension), np.zeros((dimension, dimension)))
        mean = rows.mean(axis=0, dtype=np.float64)
        # Off the mean first: cosines spread far less than they are large.
        around = rows - mean.astype(np.float32)
        return cls(mean, (around.T @ around).astype(np.float64) / len(rows))


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
    def has_text(self) -> BoolArray:
        """(n,) True where the text half is there."""
        return np.asarray(self.text.any(axis=1))

    @property
    def has_image(self) -> BoolArray:
        """(n,) True where the image half is there."""
        return np.asarray(self.image.any(axis=1))

    def layout(self) -> FloatArray:
        """Rows for the index: float32 (n, d_t + d_v + 2)."""
        flags = np.stack([~self.has_text, ~self.has_image], axis=1).astype(np.float32)
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
        centered[there] = unit_rows(rows[there] - mean)
    return centered
