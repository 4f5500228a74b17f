"""Weave and coil what baskets and some lamps are made of. Knows no product."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    Array,
    ellipse,
)
from studio.mesh import (
    Mesh,
    join,
    tube,
)

OUTLINE_POINTS = 160


def woven(line: Array, rope: float, stakes: int, outline: Array | None = None) -> Mesh:
    """Rods woven in rows around upright stakes, over an outline of (scale or radius, z)."""
    unit = outline if outline is not None else ellipse(2, 2, OUTLINE_POINTS)
    out = []
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    rows = max(4, round(lengths[-1] / (rope * 1.75)))
    share = np.linspace(0, 2 * pi, len(unit), endpoint=False)
    away = unit / np.linalg.norm(unit, axis=1, keepdims=True)
    for row in range(rows):
        at = (row + 0.5) / rows * lengths[-1]
        size, z = np.interp(at, lengths, line[:, 0]), np.interp(at, lengths, line[:, 1])
        wave = np.cos(share * stakes / 2 + (row % 2) * pi) * rope * 0.75
        place = unit * size + away * wave[:, None]
        ringed = tube(np.column_stack([place, np.full(len(place), z)]), rope, closed=True, sides=7)
        out.append(_leveled(ringed, z))
    for i in range(stakes):
        k = int(i / stakes * len(unit))
        path = np.column_stack([unit[k] * line[:, :1], line[:, 1]])
        out.append(tube(path, rope * 0.9, sides=6, caps=False))
    return join(out)


def coiled(line: Array, rope: float, outline: Array | None = None) -> Mesh:
    """A rope laid round upon round over an outline of (scale or radius, z)."""
    unit = outline if outline is not None else ellipse(2, 2, 96)
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    rows = max(4, round(lengths[-1] / (rope * 1.8)))
    out = []
    for row in range(rows + 1):
        at = row / rows * lengths[-1]
        size, z = np.interp(at, lengths, line[:, 0]), np.interp(at, lengths, line[:, 1])
        place = np.column_stack([unit * size, np.full(len(unit), z)])
        out.append(_leveled(tube(place, rope * 1.08, closed=True, sides=8), z))
    return join(out)


def _leveled(mesh: Mesh, z: float) -> Mesh:
    """Texture that runs around in u and up in v."""
    uv = np.stack([mesh.uv[..., 1], 0 * mesh.uv[..., 0] + z], axis=-1)
    return replace(mesh, uv=uv)
