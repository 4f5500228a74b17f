"""Turn hollow bodies and put handles and spouts on them. Knows no kind."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np
from numpy.typing import ArrayLike

from studio.lines import (
    Array,
    curve,
    spaced,
)
from studio.mesh import (
    Mesh,
    Ripple,
    join,
    tube,
    vessel,
)
from studio.parts import Maker, Part, Surface

THIN = {"glass": 0.28, "enamel": 0.14, "porcelain": 0.22, "iron": 0.4}


def wall(make: Maker) -> float:
    """How thick the body's wall is, in cm."""
    return THIN.get(make.plan.material, 0.38) * max(1.0, make.depth / 14)


def ribs(count: int, depth: float, low: float = 0.06, high: float = 0.97) -> Ripple:
    """Rounded upright ribs between two shares of the outline."""

    def ripple(angle: Array, share: Array) -> Array:
        fade = np.clip((share - low) / 0.05, 0, 1) * np.clip((high - share) / 0.05, 0, 1)
        return np.asarray(1 - depth * fade * (1 - np.abs(np.cos(angle * count / 2))))

    return ripple


def facets(count: int) -> Ripple:
    """Flat sides with upright edges."""

    def ripple(angle: Array, share: Array) -> Array:
        step = 2 * pi / count
        within = (angle + step / 2) % step - step / 2
        flat = np.cos(step / 2) / np.cos(within) * 1.03
        fade = np.clip(share / 0.12, 0, 1) * np.clip((0.93 - share) / 0.06, 0, 1)
        return np.asarray(1 - fade * (1 - np.minimum(flat, 1.0)))

    return ripple


def pot(make: Maker, outline: ArrayLike, *, ripple: Ripple | None = None, smooth: bool = True,
        segments: int = 72, split: float = 0.45, foot: float = 0.0) -> list[Part]:  # fmt: skip
    """A hollow turned body of the product's own material, plain inside, solid up to `foot`."""
    outside, inside = vessel(
        outline, wall(make), ripple=ripple, smooth=smooth, segments=segments,
        floor=foot or wall(make) * 1.4,
    )  # fmt: skip
    if make.plan.material == "glass":
        return [Part(join([outside, inside]), make.plain_body)]
    around = float(outside.uv[..., 0].max())
    tile = around / 6
    lowest, highest = outside.vertices[:, 2].min(), outside.vertices[:, 2].max()
    surface = make.patterned(tile, lowest + (highest - lowest) * split)
    lining = make.plain_body
    if make.plan.material == "enamel":
        lining = replace(lining, color="white")
    parts = [Part(outside, surface), Part(inside, lining)]
    if make.plan.material == "enamel":
        rim = float(inside.vertices[:, 2].max())
        top = inside.vertices[inside.vertices[:, 2] > rim - 0.1]
        radius = float(np.hypot(top[:, 0], top[:, 1]).max())
        edge = "black" if make.plan.color in ("white", "cream", "yellow") else "white"
        parts.append(Part(ring(radius, rim - 0.05, 0.2), Surface("enamel", edge)))
    return parts


def ring(radius: float, z: float, thickness: float, segments: int = 64) -> Mesh:
    """A level wire circle."""
    angle = np.linspace(0, 2 * pi, segments, endpoint=False)
    path = np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle + z], axis=1)
    return tube(path, thickness, closed=True, sides=10)


def handle(
    start: tuple[float, float], end: tuple[float, float], out: float, thickness: float
) -> Mesh:
    """A loop handle at +x between two places (x, z), reaching out to x = `out`."""
    (ax, az), (bx, bz) = start, end
    turn = np.linspace(0, pi, 41)
    share = (1 - np.cos(turn)) / 2
    x = ax + (bx - ax) * share - thickness
    x = x + (out - thickness - x) * np.sin(turn) ** 0.72
    z = (az + bz) / 2 + (az - bz) / 2 * np.cos(turn) * (1 + 0.12 * np.sin(turn) ** 2)
    path = spaced(np.stack([x, z], axis=1), 40)
    line = np.stack([path[:, 0], 0 * path[:, 0], path[:, 1]], axis=1)
    return tube(line, np.full(len(line), thickness), flat=0.62, sides=14, up=(0, 0, 1))


def spout(start: tuple[float, float], tip: tuple[float, float], thick: float, thin: float,
          sag: float = 0.35) -> Mesh:  # fmt: skip
    """A pouring spout at -x from the body at (x, z) to its tip."""
    (ax, az), (bx, bz) = start, tip
    path = curve([(ax, az), (ax + (bx - ax) * 0.45, az + (bz - az) * sag),
                  (ax + (bx - ax) * 0.75, az + (bz - az) * 0.7), (bx, bz)], 24)  # fmt: skip
    line = np.stack([path[:, 0], 0 * path[:, 0], path[:, 1]], axis=1)
    return tube(line, np.linspace(thick, thin, len(line)), sides=18, up=(0, 1, 0))


def flat_uv(mesh: Mesh) -> Array:
    """Texture seen from above."""
    return mesh.vertices[mesh.faces][..., :2].copy()
