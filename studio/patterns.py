"""Draw one tile of a pattern: 0 is the ground, 1 the pattern's color. Knows no product or shape.

Every tile fits itself on all sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import cos, pi, sin, tau
from random import Random

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

SIZE = 384
Mask = NDArray[np.float32]
Point = tuple[float, float]


def mask(pattern: str, seed: int) -> Mask:
    """A tile: float32 (SIZE, SIZE) in 0–1; rows run up a pot, along a weave."""
    return np.ascontiguousarray(PATTERNS[pattern](Random(seed))[::-1])


class _Sheet:
    """A tile to draw on, in units of its side; what leaves on one side returns on the other."""

    def __init__(self) -> None:
        self.image = Image.new("L", (SIZE, SIZE), 0)
        self.pen = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], value: float = 1) -> None:
        xs, ys = zip(*points, strict=True)
        for dx in range(-1 if max(xs) > 1 else 0, 2 if min(xs) < 0 else 1):
            for dy in range(-1 if max(ys) > 1 else 0, 2 if min(ys) < 0 else 1):
                moved = [((x + dx) * SIZE, (y + dy) * SIZE) for x, y in points]
                self.pen.polygon(moved, fill=round(value * 255))

    def dot(self, x: float, y: float, radius: float, value: float = 1) -> None:
        self.shape([(x + radius * cos(i / 20 * tau), y + radius * sin(i / 20 * tau))
                    for i in range(20)], value)  # fmt: skip

    def petal(self, x: float, y: float, way: float, length: float, width: float) -> None:
        points = []
        for i in range(17):
            t = i / 16 * tau
            along = length * (1 - cos(t)) / 2
            across = width * sin(t) * (0.6 + 0.4 * (1 - cos(t)) / 2)
            points.append((x + along * cos(way) - across * sin(way),
                           y + along * sin(way) + across * cos(way)))  # fmt: skip
        self.shape(points)

    def line(self, points: Sequence[Point], width: float) -> None:
        for (ax, ay), (bx, by) in pairwise(points):
            length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 1e-6)
            nx, ny = -(by - ay) / length * width / 2, (bx - ax) / length * width / 2
            self.shape([(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny),
                        (ax - nx, ay - ny)])  # fmt: skip

    def mask(self) -> Mask:
        return np.asarray(self.image, dtype=np.float32) / np.float32(255)


def _axes() -> tuple[Mask, Mask]:
    """Every pixel's u and v, 0–1."""
    line = ((np.arange(SIZE) + 0.5) / SIZE).astype(np.float32)
    u, v = np.meshgrid(line, line)
    return u, v


def _drawn(where: ArrayLike) -> Mask:
    return np.asarray(where, dtype=np.float32)


def _striped(random: Random) -> Mask:
    _, v = _axes()
    style = random.choice(("even", "even", "fine", "grouped"))
    if style == "even":
        return _drawn((v * 2) % 1 < 0.5)
    if style == "fine":
        return _drawn((v * 4) % 1 < 0.34)
    wide = (v > 0.1) & (v < 0.42)
    thin = ((v > 0.52) & (v < 0.58)) | ((v > 0.66) & (v < 0.72))
    return _drawn(wide | thin)


def _checked(random: Random) -> Mask:
    u, v = _axes()
    if random.random() < 0.5:  # gingham: half the color where one thread crosses the ground
        return _drawn(((u * 2) % 1 < 0.5) * 0.5 + ((v * 2) % 1 < 0.5) * 0.5)
    if random.random() < 0.5:  # windowpane
        return _drawn((((u * 2) % 1) < 0.14) | (((v * 2) % 1) < 0.14))
    return _drawn((((u * 2) % 1) < 0.5) ^ (((v * 2) % 1) < 0.5))


def _dotted(random: Random) -> Mask:
    sheet = _Sheet()
    radius = random.uniform(0.085, 0.13)
    for i in range(2):
        for j in range(2):
            sheet.dot(i / 2 + 0.13, j / 2 + 0.13, radius)
            sheet.dot(i / 2 + 0.38, j / 2 + 0.38, radius)
    return sheet.mask()


def _floral(random: Random) -> Mask:
    sheet = _Sheet()
    petals = random.choice((5, 5, 6, 8))
    for x, y, size in (
        (0.27, 0.27, 0.2),
        (0.77, 0.74, 0.22),
        (0.76, 0.24, 0.12),
        (0.25, 0.77, 0.12),
    ):
        turn = random.uniform(0, tau)
        if size > 0.15:
            stem = turn + tau / petals / 2
            for bend in (0.0, tau / petals * (petals // 2)):
                sheet.petal(x + 0.9 * size * cos(stem + bend), y + 0.9 * size * sin(stem + bend),
                            stem + bend, size * 0.75, size * 0.22)  # fmt: skip
        for i in range(petals):
            sheet.petal(x, y, turn + i / petals * tau, size, size * 2.2 / petals)
        sheet.dot(x, y, size * 0.24, 0)
        sheet.dot(x, y, size * 0.13, 1)
    return sheet.mask()


def _leaf(random: Random) -> Mask:
    sheet = _Sheet()
    pairs = random.choice((3, 4, 5))
    for x, y, way in ((0.25, 0.5, 1), (0.75, 0.0, -1)):
        lean = random.uniform(0.05, 0.12) * way
        base, height = y + 0.42, 0.84
        points = [(x + lean * sin(t * pi), base - t * height) for t in np.linspace(0, 1, 12)]
        sheet.line(points, 0.018)
        for i in range(pairs):
            t = (i + 0.6) / (pairs + 0.4)
            px, py = x + lean * sin(t * pi), base - t * height
            size = 0.24 * (1 - 0.35 * t)
            for side in (-1, 1):
                sheet.petal(px, py, -pi / 2 + side * 0.95, size, size * 0.24)
        sheet.petal(points[-1][0], points[-1][1] + 0.06, -pi / 2, 0.16, 0.04)
    return sheet.mask()


def _speckled(random: Random) -> Mask:
    sheet = _Sheet()
    for _ in range(150):
        sheet.dot(random.random(), random.random(), random.choice((0.006, 0.009, 0.013, 0.02)))
    return sheet.mask()


def _zigzag(random: Random) -> Mask:
    u, v = _axes()
    rows = random.choice((2, 3))
    wave = np.abs((u * 2) % 1 - 0.5) * 0.5
    return _drawn(((v + wave) * rows) % 1 < 0.45)


def _geometric(random: Random) -> Mask:
    u, v = _axes()
    style = random.choice(("diamonds", "nested diamonds", "triangles", "steps"))
    x, y = np.abs((u * 2) % 1 - 0.5), np.abs((v * 2) % 1 - 0.5)
    if style == "diamonds":
        return _drawn(x + y < 0.36)
    if style == "nested diamonds":
        far = x + y
        return _drawn(((far > 0.12) & (far < 0.26)) | ((far > 0.38) & (far < 0.5)))
    if style == "triangles":
        return _drawn(x * 2 < (v * 2) % 1)
    step_x, step_y = np.floor(x * 8) / 8, np.floor(y * 8) / 8
    far = step_x + step_y
    return _drawn((far < 0.3) & ~((step_x < 0.1) & (step_y < 0.1)))


PATTERNS: dict[str, Callable[[Random], Mask]] = {
    "striped": _striped,
    "checked": _checked,
    "dotted": _dotted,
    "floral": _floral,
    "leaf": _leaf,
    "speckled": _speckled,
    "zigzag": _zigzag,
    "geometric": _geometric,
}
