"""What finds the nearest rows to a query. Knows no product and no model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mmdemo.errors import SettingsError
from mmdemo.towers import FloatArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


class VectorIndex(Protocol):
    """Rows searched by inner product."""

    def search(self, queries: FloatArray, depth: int) -> tuple[FloatArray, IntArray]:
        """Find the rows with the largest inner product, for all queries in one call.

        Args:
            queries: float32 (n, dimension), of any length.
            depth: how many rows a query; all if there are fewer.

        Returns:
            Inner products and row numbers, each (n, min(depth, rows)), best first. Equal ones
            come in any order.
        """
        ...


IndexFactory = Callable[[FloatArray], VectorIndex]


def make_index(name: str, vectors: FloatArray) -> VectorIndex:
    """Build the index called `name` over vectors (n, dimension).

    Raises:
        SettingsError: there is no such kind of index.
    """
    from mmdemo.index.flat import FlatIndex

    factories: Mapping[str, IndexFactory] = {"flat": FlatIndex}
    if name not in factories:
        raise SettingsError("no such index", got=name, expected=", ".join(factories))
    return factories[name](vectors)
