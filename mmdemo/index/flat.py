"""Exact search with FAISS. Knows no product and no model."""

from __future__ import annotations

import faiss
import numpy as np

from mmdemo.errors import IndexMismatchError
from mmdemo.index.base import IntArray
from mmdemo.towers import FloatArray


class FlatIndex:
    """Compares a query with every row; exact, and fast enough up to some 100,000 rows."""

    def __init__(self, vectors: FloatArray) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, queries: FloatArray, depth: int) -> tuple[FloatArray, IntArray]:
        """Find the rows with the largest inner product; see `VectorIndex.search`."""
        if queries.shape[1] != self._index.d:
            raise IndexMismatchError(
                "query and index have different dimensions",
                got=queries.shape[1],
                expected=self._index.d,
                remedy="run `mmdemo index` again",
            )
        depth = min(depth, self._index.ntotal)
        if depth == 0:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        products, rows = self._index.search(np.ascontiguousarray(queries, np.float32), depth)
        return products, rows
