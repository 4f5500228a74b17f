"""Draw cushion, rug and wall clock. Knows no product facts beyond the form."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from mmdemo.sample.canvas import Canvas, Points, disc, oval, rounded
from mmdemo.sample.paint import CHARCOAL, CREAM, METALS, WOODS, Paint, Rgb, lit, shaded


def draw_cushion(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> None:
    """A stuffed cushion from its front."""
    x, y = 160.0, 162.0
    wide, high = {"lumbar": (122.0, 72.0), "round": (108.0, 108.0)}.get(form, (106.0, 106.0))
    turn = rng.uniform(-0.09, 0.09)
    if form == "round":
        outline = oval(x, y, wide, high, corners=120)
    else:
        t = np.linspace(-1, 1, 24, endpoint=False)
        pinch = 0.085
        edge = np.stack([t, -1 + pinch * (1 - t**2)], axis=1)
        loop = np.vstack([edge, _turned(edge), _turned(_turned(edge)), _turned(edge, 3)])
        outline = loop * (wide, high) @ _rotation(turn) + (x, y)
    if form == "tasseled":
        thread = paint.accent if paint.pattern != "plain" else shaded(paint.base, 0.85)
        for corner in outline[::24]:
            away = (corner - (x, y)) / np.hypot(*(corner - (x, y)))
            for spread in (-0.5, -0.2, 0.15, 0.45):
                tip = corner + (away + np.array([-away[1], away[0]]) * spread) * 22
                canvas.rod(corner, tip, thread, width=4.5, taper=0.7)
            canvas.flat(disc(corner, 6), shaded(thread, 0.9))
    piping = paint.accent if paint.pattern == "two-tone" else shaded(paint.base, 0.78)
    canvas.flat(outline, piping, light=(1.05, 0.85))
    inner = (x, y) + (outline - (x, y)) * 0.972
    region = canvas.region([inner])
    dx, dy = (region.x - x) / wide, (region.y - y) / high
    u, v = region.x - x, region.y - y
    if form != "round":
        back = _rotation(-turn)
        u, v = u * back[0, 0] + v * back[1, 0], u * back[0, 1] + v * back[1, 1]
    swell = 1 - 0.05 * (dx**2 + dy**2)  # the pattern follows the stuffing a little
    light = 1.0 - 0.16 * (dx * 0.5 + dy * 0.8)
    light = light + 0.13 * np.exp(-(((dx + 0.32) ** 2 + (dy + 0.36) ** 2) / 0.22))
    light = light - 0.20 * np.maximum(np.maximum(np.abs(dx), np.abs(dy)) - 0.74, 0) * (1 + dy)
    if form in {"button", "round"}:
        middle = np.hypot(region.x - x, region.y - y)
        fold = np.cos((6 if form == "button" else 16) * np.arctan2(region.y - y, region.x - x))
        reach = 38 if form == "button" else 95
        light = light - 0.26 * np.exp(-((middle / 15) ** 2))
        light = light - (0.06 if form == "button" else 0.09) * fold * np.exp(
            -((middle / reach) ** 2)
        )
    split = replace(paint, split=0.6, shift=paint.shift + rng.uniform(0, 9))
    color = split.at(
        np.asarray(u * swell, np.float32),
        np.asarray(v * swell, np.float32),
        np.asarray(v / high / 2 + 0.5 + 0 * u, np.float32),
    )
    canvas.lay(region, lit(color, light.astype(np.float32)))
    if form in {"button", "round"}:
        canvas.flat(oval(x, y, 7, 7), shaded(paint.base, 0.85), light=(1.3, 0.7))


def _rotation(angle: float) -> Points:
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _turned(edge: Points, quarters: int = 1) -> Points:
    for _ in range(quarters):
        edge = np.stack([-edge[:, 1], edge[:, 0]], axis=1)
    return edge


def draw_rug(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> None:
    """A rug on the floor, going away from the viewer."""
    paint = replace(paint, scale=paint.scale * 1.25, split=0.7, shift=rng.uniform(0, 9))
    if form == "round":
        x, y, wide, high = 160.0, 178.0, 138.0, 84.0
        edge = oval(0, 0, wide - 9, high - 7, corners=96)
        _fringe(canvas, edge + np.array([x, y + 4]), edge * 0.11, paint.accent)
        wide, high = wide - 8, high - 6
        canvas.flat(oval(x, y + 5, wide, high, corners=120), shaded(paint.base, 0.66))
        canvas.flat(oval(x, y, wide, high, corners=120), shaded(paint.base, 0.9))
        region = canvas.region([oval(x, y - 0.5, wide * 0.985, high * 0.985, corners=120)])
        u, v = np.broadcast_arrays(region.x - x, (region.y - y) * wide / high)
        ring = np.hypot(u, v)
        down = ring / wide
        if paint.pattern == "striped":
            u, v = ring * np.arctan2(u, v), ring
            paint = replace(paint, direction=0)
        color = replace(paint, split=0.78).at(u, v, down)
        if paint.pattern == "plain":
            rings = np.abs(np.abs(ring / wide - 0.72) - 0.05) * wide
            line = np.clip(0.5 + (1.8 - rings) * 1.2, 0, 1)[..., None]
            color = color + (np.asarray(paint.accent, np.float32) - color) * line
        grain = 0.99 + 0.025 * np.sin(ring * 2.2) - 0.06 * v / wide
        canvas.lay(region, lit(color, grain.astype(np.float32)))
        return
    far, near, near_y, far_y = {
        "runner": (50.0, 84.0, 292.0, 52.0),
        "wide": (112.0, 142.0, 258.0, 92.0),
    }.get(form, (92.0, 132.0, 264.0, 76.0))
    x = 160.0
    corners = np.array([(x - far, far_y), (x + far, far_y), (x + near, near_y), (x - near, near_y)])
    thread = paint.accent if paint.pattern != "plain" else CREAM
    t = np.linspace(-0.97, 0.97, 26)
    for y, half, length in ((far_y, far, -7.0), (near_y, near, 13.0)):
        roots = np.stack([x + t * half, np.full_like(t, y)], axis=1)
        _fringe(canvas, roots, np.stack([t * half * 0.03, np.full_like(t, length)], axis=1), thread)
    canvas.flat(corners + np.array([0, 3.5]), shaded(paint.base, 0.62))
    region = canvas.region([corners])
    # A plane seen at a slant: rows get closer together as they go away.
    depth = (region.y - far_y) / (near_y - far_y)  # 0 far … 1 near
    width = far + (near - far) * depth
    along = depth * near / width  # the same, measured on the rug
    side = np.clip((region.x - x) / width, -1, 1)
    reach = (near_y - far_y) * 1.5
    u, v = side * near, along * reach + 0 * side
    color = paint.at(
        u.astype(np.float32), v.astype(np.float32), (along + 0 * side).astype(np.float32)
    )
    border = 0.075 * near
    inside = np.minimum((1 - np.abs(side)) * near, np.minimum(along, 1 - along) * reach)
    if paint.pattern in {"plain", "dotted", "speckled"}:
        line = np.clip(0.5 + (2.2 - np.abs(inside - border - 3)) * 1.2, 0, 1)[..., None]
        color = color + (np.asarray(paint.accent, np.float32) - color) * line
    grain = 1.0 + 0.022 * np.sin(v * 2.1) - 0.05 * (depth - 0.5) - 0.05 * (side * 0.5 + 0.5)
    canvas.lay(region, lit(color.astype(np.float32), grain.astype(np.float32)))


def draw_clock(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> None:
    """A wall clock."""
    x, y, size = 160.0, 156.0, 112.0
    light_face = sum(paint.base) > 2.1
    ink = CHARCOAL if light_face else CREAM
    frame = rng.choice((*WOODS, *METALS[:2], shaded(paint.base, 0.8)))
    outline = oval(x, y, size, size, corners=120)
    if form == "square":
        outline = rounded(x, y, size * 0.92, size * 0.92, 30)
    elif form == "sunburst":
        size = 84.0
        for i in range(24):
            angle = i * np.pi / 12
            reach = 126 if i % 2 else 112
            way = np.array([np.sin(angle), -np.cos(angle)])
            canvas.rod(way * 70 + (x, y), way * reach + (x, y), frame, width=5, taper=0.6)
        outline = oval(x, y, size, size, corners=120)
    elif form == "arch":
        top = oval(x, y - 16, 92, 92, corners=120)
        outline = np.vstack([top[60:], [(x + 92, y - 16)], _foot(x, y + 112, 92, 24)])
    middle = (x, y if form != "arch" else y - 12)
    center = np.array(middle)
    canvas.flat(outline, frame, light=(1.2, 0.78))
    face = center + (outline - center) * (0.90 if form != "sunburst" else 0.92)
    canvas.flat(face + np.array([0.8, 1.2]), shaded(frame, 0.62))
    lower = replace(paint, split=0.5 if form != "arch" else 0.66, shift=rng.uniform(0, 9))
    canvas.flat(face, lower, light=(0.97, 1.04))
    dial = (face - center)[:, 0].max() * 0.98
    wants_plate = paint.pattern in {"striped", "checked", "dotted", "speckled"}
    if wants_plate:  # a plain ring keeps the hands readable
        canvas.flat(
            oval(*middle, dial * 0.56, dial * 0.56, corners=96), paint.base, light=(1.04, 0.98)
        )
    split_ink = CHARCOAL if paint.pattern == "two-tone" and sum(paint.accent) > 2.1 else ink
    for hour in range(12):
        angle = hour * np.pi / 6
        way = np.array([np.sin(angle), -np.cos(angle)])
        lower_half = paint.pattern == "two-tone" and way[1] > (0.05 if form != "arch" else 0.6)
        reach = dial * (0.52 if wants_plate else 0.92)
        width = (4.6 if hour % 3 == 0 else 2.8) * (0.8 if wants_plate else 1.0)
        inner = reach - (13 if hour % 3 == 0 else 8) * (0.75 if wants_plate else 1.0)
        _hand(
            canvas,
            center + way * inner,
            center + way * reach,
            split_ink if lower_half else ink,
            width=width,
        )
    time = rng.uniform(0, 12)
    reach = dial * (0.50 if wants_plate else 0.74)
    for turn, length, width in ((time / 12, 0.62, 6.0), (time % 1, 0.94, 4.2)):
        way = np.array([np.sin(turn * 2 * np.pi), -np.cos(turn * 2 * np.pi)])
        start, end = center - way * 9, center + way * reach * length
        drop = np.array([1.5, 2.5])
        _hand(canvas, start + drop, end + drop, shaded(paint.base, 0.55), width=width, opacity=0.55)
        tone = split_ink if paint.pattern == "two-tone" and way[1] > 0.3 else ink
        _hand(canvas, start, end, tone, width=width)
    canvas.flat(disc(center, 6), METALS[0], light=(1.25, 0.8))


def _foot(x: float, y: float, half: float, radius: float) -> Points:
    """The lower corners of an arch, from the right to the left."""
    turn = np.linspace(0, np.pi / 2, 12)
    corner = radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    right = corner + np.array([x + half - radius, y - radius])
    left = corner[::-1] * (-1, 1) + np.array([x - half + radius, y - radius])
    return np.vstack([right, left])


def _fringe(canvas: Canvas, roots: Points, threads: Points, color: Rgb) -> None:
    """Threads that hang from an edge, all at once."""
    across = np.stack([-threads[:, 1], threads[:, 0]], axis=1)
    across *= 1.5 / np.hypot(threads[:, 0], threads[:, 1])[:, None]
    tips = roots + threads
    quads = np.stack([roots - across, roots + across, tips + across, tips - across], axis=1)
    canvas.flat(list(quads), shaded(color, 0.92), light=(1.04, 0.92))


def _hand(
    canvas: Canvas,
    start: Points,
    end: Points,
    color: Rgb,
    *,
    width: float,
    opacity: float = 1.0,
) -> None:
    """A flat bar with round ends."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
    normal = np.array([-along[1], along[0]]) * width / 2
    bar = np.stack([start - normal, start + normal, end + normal, end - normal])
    ends = [disc(at, width / 2) for at in (start, end)]
    canvas.flat([bar, *ends], color, light=(1.0, 1.0), opacity=opacity)
