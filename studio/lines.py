"""Draw lines and outlines of numbers. Knows no surface.

Lengths are in cm; an outline is closed, runs counter-clockwise and does not repeat its start.
"""

from __future__ import annotations

from math import ceil, cos, pi, sin, tau

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def curve(points: ArrayLike, count: int = 48, closed: bool = False) -> Array:
    """A smooth line (Catmull-Rom) through points of any dimension, evenly spaced: (count, d)."""
    given = np.asarray(points, dtype=float)
    if closed:
        padded = np.concatenate([given[-1:], given, given[:2]])
    else:
        padded = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    spans = len(padded) - 3
    fine = max(8, ceil(4 * count / spans))
    t = np.linspace(0, 1, fine, endpoint=False)[:, None]
    pieces = []
    for i in range(spans):
        a, b, c, d = padded[i : i + 4]
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                   + (3 * b - a - 3 * c + d) * t**3)
        )  # fmt: skip
    pieces.append(padded[-2:-1])
    return spaced(np.concatenate(pieces), count, closed)


def spaced(line: Array, count: int, closed: bool = False) -> Array:
    """`count` points at equal distances along a line; a closed one does not repeat its start."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, lengths[-1], count, endpoint=not closed)
    return np.stack([np.interp(at, lengths, line[:, i]) for i in range(line.shape[1])], axis=1)


def corners(points: ArrayLike, radius: float, steps: int = 5) -> Array:
    """A line with its inner corners rounded; radii shrink to fit. Works in 2 and 3 dimensions."""
    line = np.asarray(points, dtype=float)
    out = [line[0]]
    for before, corner, after in zip(line[:-2], line[1:-1], line[2:], strict=True):
        first, second = before - corner, after - corner
        reach = min(radius, np.linalg.norm(first) * 0.49, np.linalg.norm(second) * 0.49)
        start = corner + first / np.linalg.norm(first) * reach
        end = corner + second / np.linalg.norm(second) * reach
        for t in np.linspace(0, 1, steps + 1):
            out.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    out.append(line[-1])
    return np.array(out)


def ellipse(width: float, depth: float, count: int = 72, power: float = 2.0) -> Array:
    """An outline: an ellipse, or with a higher power a rectangle with round corners."""
    angle = np.linspace(0, tau, count, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.sign(c) * np.abs(c) ** (2 / power) * width / 2,
                     np.sign(s) * np.abs(s) ** (2 / power) * depth / 2], axis=1)  # fmt: skip


def rectangle(width: float, depth: float, radius: float, steps: int = 6) -> Array:
    """An outline: a rectangle with round corners."""
    radius = min(radius, width / 2 * 0.99, depth / 2 * 0.99)
    out = []
    for cx, cy, start in ((1, 1, 0), (-1, 1, 1), (-1, -1, 2), (1, -1, 3)):
        for t in np.linspace(0, pi / 2, steps + 1) + start * pi / 2:
            out.append((cx * (width / 2 - radius) + radius * cos(t),
                        cy * (depth / 2 - radius) + radius * sin(t)))  # fmt: skip
    return spaced(np.array([*out, out[0]]), 4 * (steps + 1) * 3, closed=True)


def polygon(sides: int, radius: float, per_side: int = 10, turn: float = 0.5) -> Array:
    """An outline: a regular polygon with a flat side toward the viewer."""
    angle = (np.arange(sides + 1) + turn) / sides * tau - pi / 2
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius
    return spaced(points, sides * per_side, closed=True)


def ring_path(radius: float, z: float, count: int = 72) -> Array:
    """A level circle as a line."""
    angle = np.linspace(0, tau, count, endpoint=False)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(count, z)])


def wrinkles(points: Array, size: float, depth: float, seed: int) -> Array:
    """Soft irregular bumps: a value for each of (n, 3) points, about ±depth."""
    random = np.random.default_rng(seed)
    total = np.zeros(len(points))
    for octave in range(3):
        for _ in range(4):
            way = random.normal(size=3)
            way *= tau / size * (1.8**octave) / np.linalg.norm(way)
            total += np.sin(points @ way + random.uniform(0, tau)) / (1.9**octave)
    return total * depth / 3
