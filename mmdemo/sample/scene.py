"""Set a drawn object before a studio wall, with its shadow. Knows no kind of product."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from mmdemo.sample.canvas import SIDE, Canvas
from mmdemo.sample.paint import Floats, Rgb

# Wall colors, all pale, so that the object is what the eye sees first.
WALLS: tuple[Rgb, ...] = (
    (0.955, 0.935, 0.905),  # cream
    (0.925, 0.930, 0.935),  # light gray
    (0.900, 0.925, 0.940),  # sky
    (0.950, 0.915, 0.905),  # blush
    (0.915, 0.930, 0.905),  # sage
    (0.930, 0.915, 0.940),  # lilac
)
DEEP_WALLS: tuple[Rgb, ...] = (
    (0.78, 0.82, 0.85),
    (0.84, 0.79, 0.73),
    (0.79, 0.82, 0.76),
)  # for white objects


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an object touches the floor: middle, half width, and its height over its width.

    Attributes:
        dark: how much light is lost there; less under an object on legs.
    """

    x: float
    y: float
    half: float
    tilt: float
    dark: float = 0.40


@functools.cache
def _wall(color: Rgb, horizon: float | None) -> Floats:
    """A wall that turns into a floor without an edge; float32 (SIDE, SIDE, 3)."""
    grid = np.linspace(0, 1, SIDE, dtype=np.float32)
    x, y = grid[None, :], grid[:, None]
    spot = np.exp(-(((x - 0.42) / 0.55) ** 2 + ((y - 0.36) / 0.55) ** 2))
    light = 0.955 + 0.065 * spot
    if horizon is not None:
        floor = 1 / (1 + np.exp(-(y - horizon) * 26))
        light = light - 0.045 * floor + 0.05 * floor * (y - horizon)
    tone = np.asarray(color, np.float32)
    picture = tone * light[..., None]
    if horizon is not None:
        warm = np.array([1.0, 0.992, 0.978], np.float32)
        picture = picture * (1 + (warm - 1) * floor[..., None])
    return np.clip(picture, 0, 1).astype(np.float32)


def _blurred(mask: Image.Image, radius: float) -> Floats:
    """Blur at half size, which is as good for a shadow and four times as fast."""
    small = mask.reduce(2).filter(ImageFilter.GaussianBlur(radius / 2))
    large = small.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(large, np.float32) / np.float32(255)


def _shadow(alpha: Image.Image, stand: Stand | None) -> Floats:
    """How much light is lost at each pixel, 0..1."""
    if stand is None:  # on a wall, or lying flat
        far = _blurred(
            alpha.transform(alpha.size, Image.Transform.AFFINE, (1, 0, -7, 0, 1, -11)), 9
        )
        near = _blurred(
            alpha.transform(alpha.size, Image.Transform.AFFINE, (1, 0, -2, 0, 1, -3)), 3
        )
        return np.asarray(0.26 * far + 0.20 * near, np.float32)
    # The outline laid on the floor, going away to the right: for each floor pixel, which pixel
    # of the object throws its shadow there.
    squash, lean = 0.30, 0.42
    slant = lean / squash
    matrix = (1, slant, -slant * stand.y, 0, 1 / squash, stand.y * (1 - 1 / squash))
    cast = alpha.transform(alpha.size, Image.Transform.AFFINE, matrix)
    contact = Image.new("L", alpha.size, 0)
    half, high = stand.half * 1.06, max(stand.half * stand.tilt * 0.62, 4.0)
    ImageDraw.Draw(contact).ellipse(
        (stand.x - half, stand.y - high, stand.x + half + 5, stand.y + high), fill=255
    )
    return np.asarray(0.20 * _blurred(cast, 9) + stand.dark * _blurred(contact, 5), np.float32)


def compose(canvas: Canvas, stand: Stand | None, wall: Rgb, rng: random.Random) -> Image.Image:
    """Put the object on a background with its shadow: RGB, SIDE pixels square."""
    horizon = None if stand is None else min(0.9, (stand.y - 46 + rng.uniform(-6, 6)) / SIDE)
    if horizon is not None:
        horizon = round(horizon * 20) / 20
    outline = Image.fromarray((canvas.alpha * 255).astype(np.uint8))
    loss = _shadow(outline, stand)[..., None] * np.array([1.0, 0.97, 0.90], np.float32)
    picture = _wall(wall, horizon) * (1 - loss)
    picture = picture * (1 - canvas.alpha[..., None]) + canvas.color
    return Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
