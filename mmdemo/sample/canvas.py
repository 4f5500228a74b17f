"""Draw lit shapes with smooth edges. Knows no product: only outlines, turned bodies and rods."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from mmdemo.sample.paint import Floats, Paint, Rgb, lit, shaded

SIDE = 320  # pixels of the finished photo; all coordinates below are in these
EDGE = 4  # outlines are filled at this many pixels per pixel, then reduced

Points = NDArray[np.float64]


def curve(corners: ArrayLike, *, steps: int = 10, closed: bool = False) -> Points:
    """Pass a smooth line through the corners (Catmull–Rom); float64 (n, 2)."""
    p = np.asarray(corners, np.float64)
    ring = (
        np.vstack([p[-1:], p, p[:2]])
        if closed
        else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    )
    a, b, c, d = (ring[i : len(ring) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    line = b + (c - a) * t / 2 + (2 * a - 5 * b + 4 * c - d) * t**2 / 2
    line = (line + (3 * b - a - 3 * c + d) * t**3 / 2).reshape(-1, 2)
    return line if closed else np.vstack([line, p[-1:]])


def oval(x: float, y: float, wide: float, high: float, *, corners: int = 72) -> Points:
    """Ellipse by its center and half axes; float64 (n, 2)."""
    return _circle(corners) * (wide, high) + (x, y)


@functools.cache
def _circle(corners: int) -> Points:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def disc(center: Points, radius: float) -> Points:
    """Small circle around a point; float64 (n, 2)."""
    return center + _circle(24) * radius


def rounded(x: float, y: float, wide: float, high: float, radius: float) -> Points:
    """Rectangle with round corners by its center and half sides; float64 (n, 2)."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False) + np.pi / 48
    across, down = np.cos(angle), np.sin(angle)
    return np.stack(
        [
            x + np.sign(across) * (wide - radius) + across * radius,
            y + np.sign(down) * (high - radius) + down * radius,
        ],
        axis=1,
    )


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the canvas under an outline: where, how much of each pixel, coordinates."""

    rows: slice
    columns: slice
    cover: Floats  # (h, w), 0..1
    x: Floats  # (1, w)
    y: Floats  # (h, 1)


class Canvas:
    """A transparent picture that shapes are laid on, back to front."""

    def __init__(self) -> None:
        self.color = np.zeros((SIDE, SIDE, 3), np.float32)  # already weighted by alpha
        self.alpha = np.zeros((SIDE, SIDE), np.float32)

    def region(self, outlines: Sequence[Points]) -> Region:
        """Fill the union of outlines."""
        everything = np.vstack(outlines)
        low = np.clip(np.floor(everything.min(0)) - 1, 0, SIDE - 2).astype(int)
        high = np.clip(np.ceil(everything.max(0)) + 1, low + 2, SIDE).astype(int)
        size = (high - low) * EDGE
        mask = Image.new("L", (int(size[0]), int(size[1])), 0)
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            draw.polygon(((outline - low) * EDGE - 0.5).ravel().tolist(), fill=255)
        cover = np.asarray(mask.reduce(EDGE), np.float32) / np.float32(255)
        rows, columns = (slice(int(low[i]), int(high[i])) for i in (1, 0))
        x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] + 0.5
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + 0.5
        return Region(rows, columns, cover, x, y)

    def lay(self, region: Region, color: Floats, *, opacity: float = 1.0) -> None:
        """Put color, (h, w, 3) or (3,), over what is there."""
        cover = region.cover * np.float32(opacity)
        rest = (1 - cover)[..., None]
        here = (region.rows, region.columns)
        self.color[here] = self.color[here] * rest + color * cover[..., None]
        self.alpha[here] = self.alpha[here] * rest[..., 0] + cover

    def flat(
        self,
        outline: Points | Sequence[Points],
        paint: Paint | Rgb,
        *,
        light: tuple[float, float] = (1.05, 0.92),
        opacity: float = 1.0,
    ) -> None:
        """A flat shape, lit from its upper left (first value) to its lower right (second)."""
        region = self.region([outline] if isinstance(outline, np.ndarray) else outline)
        paint = paint if isinstance(paint, Paint) else Paint(paint)
        x, y = region.x, region.y
        across = (x - x[0, 0]) / max(float(x[0, -1] - x[0, 0]), 1)
        down = (y - y[0, 0]) / max(float(y[-1, 0] - y[0, 0]), 1)
        brightness = light[0] + (light[1] - light[0]) * (0.4 * across + 0.6 * down)
        u, v = np.broadcast_arrays(x - x.mean(), y - y.mean())
        color = paint.at(u, v, np.broadcast_to(down, u.shape))
        self.lay(region, lit(color, brightness.astype(np.float32)), opacity=opacity)

    def turned(
        self,
        x: float,
        profile: ArrayLike,
        paint: Paint | Rgb,
        *,
        tilt: float = 0.2,
        gloss: float = 0.22,
        smooth: bool = True,
        glow: float = 0.0,
    ) -> None:
        """A body turned on a wheel, seen from a little above.

        Args:
            x: where its axis stands.
            profile: (y, radius) from the top down.
            paint: of its side.
            tilt: height of a level circle over its width.
            gloss: strength of the highlight.
            smooth: pass a curve through the profile rather than straight lines.
            glow: light that comes through from inside, as in a lampshade.
        """
        shape = curve(profile) if smooth else np.asarray(profile, np.float64)
        heights, radii = np.maximum.accumulate(shape[:, 0]), np.maximum(shape[:, 1], 0.1)
        arc = np.linspace(np.pi, 0, 36)
        bottom = radii[-1] * np.stack([np.cos(arc), tilt * np.sin(arc)], axis=1)
        outline = np.vstack(
            [
                np.stack([x - radii, heights], axis=1),
                bottom + np.array([x, heights[-1]]),
                np.stack([x + radii, heights], axis=1)[::-1],
            ]
        )
        region = self.region([outline])
        radius = np.interp(region.y[:, 0], heights, radii).astype(np.float32)[:, None]  # (h, 1)
        side = np.clip((region.x - x) / radius, -1, 1)  # (h, w), -1 left edge … 1 right edge
        facing = np.sqrt(1 - side * side)
        angle = np.arcsin(side)
        level = region.y - tilt * radius * facing
        slope = np.gradient(radius[:, 0])[:, None]
        upward = slope / np.sqrt(1 + slope * slope)
        light = 0.60 + 0.44 * np.maximum(0.80 * facing - 0.60 * side, 0) + 0.10 * upward
        light += gloss * np.exp(-(((angle + 0.72) / 0.13) ** 2)) * np.clip(facing * 2, 0, 1)
        light += 0.05 * np.clip((side - 0.75) * 4, 0, 1)  # light thrown back by the floor
        if glow:
            light = (1 - glow) * light + glow * (1.02 + 0.30 * facing**2)
        widest = np.float32(radii.max())
        height = heights[-1] - heights[0]
        down = (level + tilt * radii[-1] - heights[0]) / max(float(height + tilt * radii[-1]), 1)
        paint = paint if isinstance(paint, Paint) else Paint(paint)
        v = (level - heights[0]).astype(np.float32)
        color = paint.at((angle * widest).astype(np.float32), v, down.astype(np.float32))
        self.lay(region, lit(color, light.astype(np.float32)))

    def mouth(
        self, x: float, y: float, radius: float, rim: Rgb, inside: Rgb, *, tilt: float, lip: float
    ) -> None:
        """The open top of a turned body: its rim and the hollow behind it."""
        self.flat(oval(x, y, radius, radius * tilt), rim, light=(1.22, 1.0))
        region = self.region([oval(x, y + lip * 0.25, radius - lip, (radius - lip) * tilt)])
        across = (region.x - x) / radius
        down = (region.y - y) / (radius * tilt)
        light = 0.74 + 0.16 * across + 0.16 * down
        color = np.broadcast_to(np.asarray(inside, np.float32), (*region.cover.shape, 3))
        self.lay(region, lit(color, light.astype(np.float32)))

    def rod(
        self, start: ArrayLike, end: ArrayLike, color: Rgb, *, width: float, taper: float = 1.0
    ) -> None:
        """A straight round bar; `taper` is its end's width over its start's."""
        a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
        along = (b - a) / max(float(np.hypot(*(b - a))), 1e-6)
        normal = np.array([-along[1], along[0]])
        normal = normal if normal[0] >= 0 else -normal  # from its left side to its right
        half, last = width / 2, width / 2 * taper
        body = np.stack(
            [a - normal * half, a + normal * half, b + normal * last, b - normal * last]
        )
        region = self.region([body, disc(a, half), disc(b, last)])
        away = (region.x - a[0]) * normal[0] + (region.y - a[1]) * normal[1]
        side = np.clip(away / half, -1, 1)
        light = 0.66 + 0.46 * np.maximum(0.80 * np.sqrt(1 - side * side) - 0.60 * side, 0)
        solid = np.broadcast_to(np.asarray(color, np.float32), (*region.cover.shape, 3))
        self.lay(region, lit(solid, light.astype(np.float32)))

    def tube(self, line: Points, color: Rgb, *, width: float, taper: float = 1.0) -> None:
        """A bent round bar along a line of points: handle, spout, arm of a lamp."""
        for share, light, lift in ((1.0, 0.74, 0.0), (0.74, 0.96, 0.09), (0.22, 1.22, 0.20)):
            halves = np.linspace(width, width * taper, len(line)) / 2 * share
            moved = line - width * lift * np.array([0.8, 0.6])
            step = np.gradient(moved, axis=0)
            step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)[:, None]
            normal = np.stack([-step[:, 1], step[:, 0]], axis=1) * halves[:, None]
            one, other = moved + normal, moved - normal
            pieces = [
                np.stack([one[i], one[i + 1], other[i + 1], other[i]])
                for i in range(len(moved) - 1)
            ]
            pieces += [disc(at, half) for at, half in zip(moved, halves, strict=True)]
            self.flat(pieces, shaded(color, light), light=(1.0, 1.0))
