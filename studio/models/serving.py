"""Model trays and serving boards. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    Array,
    corners,
    ellipse,
    rectangle,
    spaced,
)
from studio.mesh import (
    box,
    grid,
    lathe,
    slab,
    tube,
)
from studio.models.vessels import flat_uv
from studio.parts import Maker, Part, Surface


def tray(make: Maker) -> list[Part]:
    """Model a tray."""
    w, d, h = make.width, make.depth, make.height
    edge = h if make.form != "handled" else h * 0.5
    outline = {
        "round": ellipse(w, d, 96),
        "oval": ellipse(w, d, 96),
    }.get(make.form, rectangle(w, d, 2.5))
    thick = 0.9
    floor = slab(outline * 0.985, thick, 0.15)
    reach = np.linalg.norm(outline, axis=1, keepdims=True)
    inner = outline * (1 - 1.1 / reach)
    closed = np.concatenate([outline, outline[:1]]), np.concatenate([inner, inner[:1]])
    del closed
    rows = [(outline, 0.0), (outline, edge * 0.9), (outline * (1 - 0.15 / reach), edge),
            (inner * (1 + 0.2 / reach), edge), (inner, edge * 0.9), (inner, 0.1)]  # fmt: skip
    points = np.stack([np.column_stack([line, np.full(len(line), z)]) for line, z in rows])
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(outline, axis=0), axis=1)), [0]])
    steps[-1] = steps[-2] + 1
    uv = np.stack(np.meshgrid(steps, [z for _, z in rows]), axis=2)[..., ::-1]
    wall_ = grid(points, np.ascontiguousarray(uv), around=True)
    surface = make.patterned(w / 4)
    floor = replace(floor, uv=flat_uv(floor)[..., ::-1])
    parts = [Part(floor, surface), Part(wall_, make.plain_body)]
    if make.form == "handled":
        for side in (-1, 1):
            grip = corners(
                [
                    (side * (w / 2 - 0.6), -d * 0.2, edge * 0.5),
                    (side * (w / 2 - 0.6), -d * 0.2, h),
                    (side * (w / 2 - 0.6), d * 0.2, h),
                    (side * (w / 2 - 0.6), d * 0.2, edge * 0.5),
                ],
                2,
            )
            parts.append(Part(tube(grip, 0.55, sides=12), make.plain_body))
    return parts


def serving_board(make: Maker) -> list[Part]:
    """Model a serving board."""
    w, d, h = make.width, make.depth, make.height
    if make.form == "rectangular":
        outline = rectangle(w, d, 2.0)
    elif make.form == "round":
        outline = ellipse(w, d, 96)
    elif make.form == "oval":
        outline = ellipse(w, d, 96, 2.6)
    else:
        outline = _paddle(w, d, make.form == "paddle")
    board = slab(outline, h, 0.45, rings=8)
    board = replace(board, uv=flat_uv(board)[..., ::-1])
    parts = [Part(board, make.plain_body)]
    if make.form in ("paddle", "round with handle"):
        parts.append(Part(lathe([(0.9, 0), (0.9, 0.06), (0.6, 0.08), (0.01, 0.05)])
                          .moved(x=w / 2 - 2.4, z=h), Surface("soil", "black")))  # fmt: skip
    if make.plan.accent_material:
        wide = w * 0.09
        place = -w * 0.22
        near = [abs(y) for x, y in outline if abs(x - place) < w * 0.06]
        long = min(near) * 2 - 0.1 if near else d * 0.9
        strip = box(wide, long, 0.1, 0.02).moved(x=place, z=h - 0.04)
        parts.append(Part(strip, make.accent))
    return parts


def _paddle(width: float, depth: float, square: bool) -> Array:
    """A disc or rectangle with a handle at +x; the body's middle is the origin's left."""
    grip = depth * 0.12 if square else depth * 0.085
    body = width * 0.72 if square else depth
    left = -width / 2
    right = left + body
    if square:
        line = [
            (right + 1.5, grip),
            (right - 0.5, grip),
            (right - 1.6, depth / 2),
            (left, depth / 2),
        ]
        top = [*map(tuple, corners([*line, (left, 0)], 2.4))]
    else:
        middle = left + depth / 2
        angle = np.linspace(np.arcsin(grip * 1.5 / (depth / 2)), pi, 40)
        top = [(middle + depth / 2 * np.cos(t), depth / 2 * np.sin(t)) for t in angle]
    end = width / 2
    tip = [(end - grip * (1 - np.cos(t)), grip * np.sin(t)) for t in np.linspace(0, pi / 2, 8)]
    upper = [*tip, *top]
    lower = [(x, -y) for x, y in reversed(upper[1:])]
    around = np.array([*upper, *lower])
    return spaced(np.concatenate([around, around[:1]]), 160, closed=True)


MODELS = {
    "tray": tray,
    "serving board": serving_board,
}
