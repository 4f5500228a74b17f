"""One half of all products: cosines with a query. Knows no list and no ranker."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from mmdemo.fusion import Cosines, Part
from mmdemo.index import BoolArray, DoubleArray, IntArray, Moments
from mmdemo.towers import FloatArray

_KEPT = 32  # queries whose cosines with all products are kept: a moved weight asks again


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
        self._kept: dict[bytes, FloatArray] = {}
        self._lock = threading.Lock()

    def spread(self, query: FloatArray | None) -> Cosines:
        """Mean and standard deviation of the cosines with a query; zeros for no query."""
        return Cosines(0.0, 0.0) if query is None else Cosines(*self.moments.of_query(query))

    def with_range(self, spread: Cosines, query: FloatArray | None, ends: IntArray) -> Cosines:
        """Add the highest and lowest cosine, found at the rows `ends` (2,)."""
        if query is None or not self.there.any():
            return spread
        high, low = self.cosines(query, ends).tolist()
        return replace(spread, low=low, high=high)

    def every(self, query: FloatArray | None) -> FloatArray:
        """Cosines with all rows in float32: (n,); 0 where a product has no such half."""
        if query is None:
            return np.zeros(len(self._rows), np.float32)
        key = query.tobytes()
        with self._lock:
            known = self._kept.get(key)
        if known is None:
            known = self._rows @ query
            with self._lock:
                self._kept[key] = known
                for oldest in list(self._kept)[: max(0, len(self._kept) - _KEPT)]:
                    del self._kept[oldest]
        return known

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
