"""Knit thick stitches over any surface. Knows no product."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.lines import (
    Array,
)
from studio.mesh import (
    Mesh,
    join,
    tube,
)


def knit(place: Callable[[Array, Array], Array], columns: int, rows: int, thick: float) -> Mesh:
    """Plain stitches, each two strands that meet below in a V.

    Args:
        place: shares (u, v) of the surface → points (n, 3).
        columns: stitches along u.
        rows: stitches along v.
        thick: radius of the yarn at its fullest, in cm.
    """
    t = np.linspace(0, 1, 6)
    radii = thick * np.array((0.35, 0.85, 1.0, 1.0, 0.85, 0.35))
    strands = []
    for row in range(rows):
        for column in range(columns):
            for side in (-1, 1):
                u = (column + 0.5 + side * (0.06 + 0.4 * t)) / columns
                v = np.clip((row - 0.15 + 1.45 * t) / rows, 0, 1)
                strands.append(tube(place(u, v), radii, sides=7, caps=False))
    return join(strands)
