"""Model legs, which many kinds stand on. Knows no renderer."""

from __future__ import annotations

from studio.mesh import (
    join,
    rod,
)
from studio.parts import Part, Surface

METALS = frozenset(("brass", "iron", "steel", "lacquered metal", "copper"))


def legs(width: float, depth: float, height: float, surface: Surface, *, splay: float = 0.12,
         thick: float = 2.2) -> Part:  # fmt: skip
    """Four legs at the corners of a rectangle, wooden ones tapered, metal ones thin."""
    out = []
    metal = surface.material in METALS
    for sx in (-1, 1):
        for sy in (-1, 1):
            top = (sx * width / 2, sy * depth / 2, height + 0.5)
            foot = (sx * (width / 2 + height * splay), sy * (depth / 2 + height * splay), 0)
            size = thick * 0.62 if metal else thick
            out.append(rod(top, foot, size, size * (0.85 if metal else 0.58)))
    return Part(join(out), surface)
