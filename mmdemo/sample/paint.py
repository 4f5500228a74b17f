"""Color a surface: named colors, patterns, light. Knows no shape and no product."""

from __future__ import annotations

import colorsys
import functools
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Floats = NDArray[np.float32]
Rgb = tuple[float, float, float]

# What a shopper calls them; far enough apart to be told on a small photo.
COLORS: dict[str, Rgb] = {
    "red": (0.79, 0.20, 0.18),
    "orange": (0.92, 0.49, 0.17),
    "yellow": (0.96, 0.77, 0.24),
    "green": (0.29, 0.55, 0.33),
    "teal": (0.10, 0.52, 0.54),
    "blue": (0.20, 0.40, 0.72),
    "purple": (0.49, 0.31, 0.63),
    "pink": (0.94, 0.57, 0.66),
    "brown": (0.48, 0.31, 0.20),
    "gray": (0.56, 0.57, 0.59),
    "black": (0.17, 0.17, 0.19),
    "white": (0.97, 0.96, 0.94),
}
PATTERNS = ("plain", "striped", "checked", "dotted", "two-tone", "speckled")

CREAM: Rgb = (0.98, 0.95, 0.89)
CHARCOAL: Rgb = (0.25, 0.25, 0.28)
CLAY: Rgb = (0.80, 0.62, 0.46)
STEEL: Rgb = (0.62, 0.64, 0.67)
WOODS: tuple[Rgb, ...] = ((0.80, 0.61, 0.41), (0.66, 0.45, 0.28), (0.86, 0.71, 0.53))
METALS: tuple[Rgb, ...] = ((0.80, 0.64, 0.35), (0.24, 0.24, 0.26), (0.72, 0.72, 0.73))
LEAVES: tuple[Rgb, ...] = ((0.33, 0.53, 0.33), (0.25, 0.45, 0.34), (0.47, 0.60, 0.35))

_SHADOW = np.array([1.0, 0.98, 0.88], np.float32)  # shadows are a little blue
_TILE = 128  # side of the repeating speckle picture, in pixels of the finished photo


@dataclass(frozen=True, slots=True)
class Paint:
    """A base color and the pattern on it.

    Attributes:
        scale: of the pattern; 1 suits a surface about 120 pixels wide.
        direction: of stripes: 0 runs across, 1 up and down, 2 diagonally.
        split: where two-tone changes color, as a part of the way down.
        shift: moves the pattern, so that no two products match to the pixel.
    """

    base: Rgb
    accent: Rgb = CREAM
    pattern: str = "plain"
    scale: float = 1.0
    direction: int = 0
    split: float = 0.62
    shift: float = 0.0

    def at(self, u: Floats, v: Floats, down: Floats) -> Floats:
        """Color each point of a surface.

        Args:
            u: (h, w) pixels along the surface, sideways.
            v: (h, w) pixels along the surface, downward.
            down: (h, w) part of the way from the top edge (0) to the bottom edge (1).

        Returns:
            float32 (h, w, 3) in 0..1.
        """
        base = np.asarray(self.base, np.float32)
        if self.pattern == "plain":
            return np.broadcast_to(base, (*np.broadcast_shapes(u.shape, v.shape), 3))
        amount = self._accent_amount(u + self.shift, v + self.shift, down)[..., None]
        accent = np.asarray(self.accent, np.float32)
        return np.asarray(base + (accent - base) * amount, np.float32)

    def _accent_amount(self, u: Floats, v: Floats, down: Floats) -> Floats:
        period = 21.0 * self.scale
        match self.pattern:
            case "striped":
                along = (v, u, (u + v) * np.float32(0.7071))[self.direction]
                return _bands(along, period, 0.42)
            case "checked":
                return (_bands(u, period, 0.5) + _bands(v, period, 0.5)) * np.float32(0.46)
            case "dotted":
                row = np.floor(v / period)
                x = (u / period + row * 0.5) % 1 - 0.5
                y = v / period - row - 0.5
                distance = np.hypot(x, y) * period
                return _inside(0.27 * period - distance)
            case "two-tone":
                return _inside(np.asarray((down - self.split) * 200, np.float32))
            case "speckled":
                return _speckled_at(u / self.scale, v / self.scale)
        raise AssertionError(self.pattern)

    def plain(self) -> Paint:
        """The same base color without its pattern."""
        return Paint(self.base)


def _inside(depth: Floats) -> Floats:
    """1 where depth is over 0, with an edge one pixel wide however the surface is bent."""
    gradient = np.hypot(*np.gradient(depth))
    return np.asarray(np.clip(0.5 + depth / np.maximum(gradient, 0.7), 0, 1), np.float32)


def _bands(along: Floats, period: float, share: float) -> Floats:
    """1 inside bands that cover `share` of each period."""
    return _inside(share / 2 * period - np.abs((along / period) % 1 - 0.5) * period)


def _speckled_at(u: Floats, v: Floats) -> Floats:
    """Mean of four points of each pixel."""
    tile = _speckles()
    total: Floats = np.zeros(u.shape, np.float32)
    for right in (0, 1):
        for lower in (0, 1):
            rows = np.floor(v * 2 + lower).astype(np.int32) % (2 * _TILE)
            columns = np.floor(u * 2 + right).astype(np.int32) % (2 * _TILE)
            total += tile[rows, columns]
    return total / np.float32(4)


@functools.cache
def _speckles() -> Floats:
    """Scatter grains of three sizes over a tile that repeats without a seam."""
    rng = random.Random("speckles")
    side = 8 * _TILE
    tile = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(tile)
    for radius, number in ((15, 40), (10, 110), (6, 220)):
        for _ in range(number):
            x, y = rng.uniform(0, side), rng.uniform(0, side)
            wide, high = radius * rng.uniform(0.7, 1.3), radius * rng.uniform(0.7, 1.3)
            for left in (x - side, x, x + side):
                for top in (y - side, y, y + side):
                    draw.ellipse((left - wide, top - high, left + wide, top + high), fill=255)
    return np.asarray(tile.reduce(4), np.float32) / np.float32(255)


def lit(color: Floats, light: Floats) -> Floats:
    """Darken where light is under 1 (a little toward blue), whiten where it is over."""
    kept = 1 - np.maximum(1 - light, 0)[..., None] * _SHADOW
    glare = np.clip(light - 1, 0, 1)[..., None]
    return np.asarray(color * (kept * (1 - glare)) + glare, np.float32)


def shaded(color: Rgb, light: float) -> Rgb:
    """One color under one light, as `lit` does it."""
    red, green, blue = lit(np.asarray(color, np.float32), np.asarray(light, np.float32))
    return float(red), float(green), float(blue)


def vary(color: Rgb, rng: random.Random) -> Rgb:
    """Move a color a little, staying inside what its name covers."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*color)
    lightness = min(0.975, max(0.12, lightness + rng.uniform(-0.03, 0.03)))
    return colorsys.hls_to_rgb(
        (hue + rng.uniform(-0.011, 0.011)) % 1,
        lightness,
        min(1, saturation * rng.uniform(0.9, 1.1)),
    )


def accent_for(color: str, pattern: str, rng: random.Random) -> Rgb:
    """Choose a neutral second color that can be told from the first."""
    if color == "white":
        return rng.choice((STEEL, CLAY, (0.45, 0.46, 0.49)))
    if pattern == "two-tone":
        dark = color in {"black", "brown", "blue", "purple", "green", "teal", "red", "gray"}
        return CREAM if dark or color == "orange" else rng.choice((CREAM, CHARCOAL))
    if pattern == "speckled" and color in {"yellow", "pink", "gray", "orange"}:
        return rng.choice((CREAM, CHARCOAL))
    return CREAM
