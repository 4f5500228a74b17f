"""Model lamps. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    Array,
    corners,
    curve,
    ellipse,
    ring_path,
)
from studio.mesh import (
    Mesh,
    ball,
    join,
    lathe,
    rod,
    slab,
    tube,
)
from studio.models.vessels import pot
from studio.models.weaving import woven
from studio.parts import Maker, Part, Surface

GLOW = 0.32
"""How strongly a cloth shade shines."""


def shade(top: float, bottom: float, low: float, high: float, surface: Surface) -> list[Part]:
    """A lit cloth shade: a cone frustum open at both ends, with a bulb's light inside."""
    thick = 0.25
    outside = lathe([(bottom, low), ((bottom + top) / 2, (low + high) / 2), (top, high)], 80)
    inside = lathe([(top - thick, high), (bottom - thick, low)], 80)
    lit = replace(surface, glow=GLOW)
    inner = Surface("paper", "white", glow=0.9)
    rims = [_wire(top - thick / 2, high, 0.3), _wire(bottom - thick / 2, low, 0.3)]
    trim = replace(surface, glow=0.0)
    return [Part(outside, lit), Part(inside, inner), *(Part(rim, trim) for rim in rims)]


def _wire(radius: float, z: float, thick: float) -> Mesh:
    return tube(ring_path(radius, z), thick, closed=True, sides=8)


def _bulb(x: float, y: float, z: float, size: float = 2.6) -> Part:
    return Part(ball(size, 20).moved(x, y, z), Surface("bulb", "white", glow=5))


def table_lamp(make: Maker) -> list[Part]:
    """Model a table lamp."""
    w, h = make.width, make.height
    r = w / 2
    body = make.plain_body
    if make.form == "mushroom":
        cap = make.patterned(2 * pi * r / 7, h * 0.72)
        dome = _dome(r, h * 0.5, h * 0.52).wrapped(cap.tile)
        stem = lathe(
            curve(
                [
                    (r * 0.5, 0),
                    (r * 0.52, h * 0.03),
                    (r * 0.36, h * 0.1),
                    (r * 0.24, h * 0.3),
                    (r * 0.2, h * 0.6),
                ],
                40,
            )
        )
        inner = lathe([(r * 0.97, h * 0.53), (r * 0.6, h * 0.62), (0.01, h * 0.66)])
        return [
            Part(dome, cap),
            Part(stem, make.plain_body),
            Part(inner, Surface("paper", "white", glow=1.6)),
        ]
    if make.form == "desk":
        return _desk(make, w, h, make.depth / 2)
    shade_low, shade_high = h * 0.56, h
    top_r = r * {"gourd": 0.55}.get(make.form, 0.86)
    parts = shade(top_r, r, shade_low, shade_high, make.accent)
    base_high = h * 0.54
    if make.form == "tripod":
        out = []
        for i in range(3):
            a = i / 3 * 2 * pi + 0.5
            out.append(
                rod(
                    (np.cos(a) * 1.2, np.sin(a) * 1.2, base_high),
                    (np.cos(a) * r * 0.78, np.sin(a) * r * 0.78, 0),
                    1.15,
                    0.8,
                )
            )
        out.append(
            lathe(
                corners(
                    [
                        (0.01, base_high - 2),
                        (2.6, base_high - 2),
                        (2.6, base_high + 1),
                        (0.01, base_high + 1),
                    ],
                    0.4,
                )
            )
        )
        parts.append(Part(join(out), body))
    else:
        b = r * {"ball base": 0.62, "gourd": 0.58, "column": 0.3}[make.form]
        top = base_high * 0.92
        outline = {
            "ball base": [(b * 0.5, 0), (b * 0.75, top * 0.08), (b, top * 0.45), (b * 0.75, top * 0.85), (b * 0.25, top)],
            "gourd": [(b * 0.7, 0), (b * 0.85, top * 0.05), (b, top * 0.28), (b * 0.52, top * 0.56), (b * 0.62, top * 0.75), (b * 0.22, top)],
            "column": [(b, 0), (b, top * 0.3), (b, top * 0.7), (b * 0.98, top * 0.97), (b * 0.6, top)],
        }[make.form]  # fmt: skip
        parts += pot(make, outline, split=0.45)
        if make.form == "column":
            foot = lathe(corners([(0.01, 0), (b * 1.5, 0), (b * 1.5, 1.6), (0.01, 1.6)], 0.4))
            parts.append(Part(foot, body))
        parts.append(
            Part(
                lathe([(b * 0.27, top - 0.2), (b * 0.25, top + 0.5), (0.01, top + 0.6)]),
                Surface("brass", "gold"),
            )
        )
    neck = Surface("brass", "gold") if make.plan.material not in ("steel", "iron") else body
    parts.append(Part(rod((0, 0, base_high * 0.9), (0, 0, shade_low + 6), 0.7), neck))
    parts.append(_bulb(0, 0, shade_low + (shade_high - shade_low) * 0.45))
    return parts


def _dome(radius: float, low: float, high: float) -> Mesh:
    t = np.linspace(0, pi / 2 - 0.01, 30)
    line = np.column_stack(
        [radius * np.cos(t), low + (high - low + low * 0.0 + radius * 0) * np.sin(t)]
    )
    line[:, 1] = low + (high) * np.sin(t) * 0.96
    return lathe(np.concatenate([[[radius * 0.985, low - 0.2]], line]), 90)


def _head(radius: float, long: float) -> tuple[Mesh, Mesh]:
    """A small cone shade that opens toward -z from the origin, and its white inside."""
    line = curve(
        [
            (radius, -long),
            (radius * 0.9, -long * 0.7),
            (radius * 0.45, -long * 0.25),
            (radius * 0.3, 0),
        ],
        30,
    )
    outside = lathe(np.concatenate([line, [[0.01, 0.3]]]), 60)
    inner = line.copy()
    inner[:, 0] -= 0.15
    return outside, lathe(inner[::-1], 60)


def _desk(make: Maker, w: float, h: float, r: float) -> list[Part]:
    body = make.plain_body
    foot = lathe(
        corners([(0.01, 0), (r * 0.95, 0), (r * 0.95, 1.4), (r * 0.85, 2.0), (0.01, 2.2)], 0.5)
    ).moved(x=w * 0.22)
    elbow = (w * 0.34, 0.0, h * 0.55)
    tip = (-w * 0.12, 0.0, h * 0.94)
    arms = [
        rod((w * 0.22, 0, 1.5), elbow, 0.75),
        rod(elbow, tip, 0.75),
        ball(1.35, 18).moved(*elbow),
        ball(1.2, 18).moved(*tip),
    ]
    outside, inside = _head(r * 0.85, r * 1.3)
    head = [m.turned("y", 28).moved(*tip) for m in (outside, inside)]
    bulb = _bulb(tip[0] - r * 0.5, 0, tip[2] - r * 0.85, r * 0.26)
    return [
        Part(join([foot, *arms]), body),
        Part(head[0], body),
        Part(head[1], Surface("paper", "white", glow=0.8)),
        bulb,
    ]


def floor_lamp(make: Maker) -> list[Part]:
    """Model a floor lamp."""
    w, h = make.width, make.height
    r = w / 2
    body = make.plain_body
    metal = make.plan.material in ("brass", "copper", "steel", "iron", "lacquered metal")
    thick = 1.1 if metal else 1.7
    if make.form == "arc":
        return _arc_lamp(make, w, h)
    if make.form == "reading":
        foot = lathe(
            corners([(0.01, 0), (make.depth / 2, 0), (make.depth / 2, 1.8), (0.01, 2.2)], 0.6)
        ).moved(x=w * 0.25)
        bend = np.array((w * 0.25, 0, h * 0.94))
        tip = np.array((-w * 0.22, 0, h * 0.98))
        path = corners([(w * 0.25, 0, 1), tuple(bend), tuple(tip)], 12)
        outside, inside = _head(w * 0.21, w * 0.34)
        head = [m.turned("y", 18).moved(*tip) for m in (outside, inside)]
        bulb = _bulb(float(tip[0] - w * 0.08), 0, float(tip[2] - w * 0.24), w * 0.06)
        return [
            Part(join([foot, tube(path, thick * 0.8, sides=12)]), body),
            Part(head[0], body),
            Part(head[1], Surface("paper", "white", glow=0.8)),
            bulb,
        ]
    if make.form == "lantern":
        posts = []
        for i in range(4):
            a = pi / 4 + i * pi / 2
            posts.append(
                rod(
                    (np.cos(a) * r * 0.8, np.sin(a) * r * 0.8, h * 0.99),
                    (np.cos(a) * r * 0.8, np.sin(a) * r * 0.8, 0),
                    1.2,
                )
            )
        for z in (h * 0.1, h * 0.985):
            for i in range(4):
                a, b = pi / 4 + i * pi / 2, pi / 4 + (i + 1) * pi / 2
                posts.append(
                    rod(
                        (np.cos(a) * r * 0.8, np.sin(a) * r * 0.8, z),
                        (np.cos(b) * r * 0.8, np.sin(b) * r * 0.8, z),
                        1.0,
                    )
                )
        line = np.column_stack(
            [
                np.full(140, r * 0.74) + 0.9 * np.abs(np.sin(np.linspace(0, 14 * pi, 140))),
                np.linspace(h * 0.11, h * 0.97, 140),
            ]
        )
        column = lathe(np.concatenate([[[0.01, h * 0.11]], line, [[0.01, h * 0.97]]]), 72)
        return [Part(join(posts), body), Part(column, replace(make.accent, glow=0.22))]
    low, high = h * 0.77, h
    parts = (
        shade(r * 0.84, r, low, high, make.accent)
        if make.form == "straight"
        else shade(r * 0.72, r * 0.86, low, high, make.accent)
    )
    if make.form == "straight":
        foot = lathe(corners([(0.01, 0), (r * 0.66, 0), (r * 0.66, 1.8), (thick, 2.6)], 0.6))
        parts.append(Part(join([foot, rod((0, 0, 1), (0, 0, low + 8), thick)]), body))
    else:
        out = [
            lathe(corners([(0.01, low - 6), (4.2, low - 6), (4.2, low - 1), (0.01, low - 1)], 0.6)),
            rod((0, 0, low - 3), (0, 0, low + 8), 0.9),
        ]
        for i in range(3):
            a = i / 3 * 2 * pi + 0.3
            c, s = np.cos(a), np.sin(a)
            out.append(
                rod((c * 2.4, s * 2.4, low - 3), (c * r, s * r, 0), thick * 1.05, thick * 0.75)
            )
        parts.append(Part(join(out), body))
    parts.append(_bulb(0, 0, (low + high) / 2, 4))
    return parts


def _arc_lamp(make: Maker, w: float, h: float) -> list[Part]:
    body = make.plain_body
    base = w / 2 - make.depth / 2
    foot = lathe(
        corners([(0.01, 0), (make.depth * 0.42, 0), (make.depth * 0.42, 4), (0.01, 4)], 0.8)
    ).moved(x=base)
    tip = -w / 2 + make.depth / 2 + 2
    path = curve(
        [
            (base, 0, 3),
            (base + 4, 0, h * 0.45),
            (base - w * 0.08, 0, h * 0.8),
            (base - w * 0.32, 0, h * 0.97),
            (tip + w * 0.14, 0, h * 0.95),
            (tip + 1, 0, h * 0.84),
            (tip, 0, h * 0.78),
        ],
        80,
    )
    size = make.depth / 2
    dome = _dome(size, 0, size * 0.8).moved(tip, 0, h * 0.78 - size * 0.75)
    inner = lathe([(size * 0.97, 0.3), (size * 0.7, size * 0.5), (0.01, size * 0.68)][::-1]).moved(
        tip, 0, h * 0.78 - size * 0.75
    )
    bulb = _bulb(tip, 0, h * 0.78 - size * 0.5, 4)
    return [
        Part(join([foot, tube(path, 1.3, sides=12)]), body),
        Part(dome, body),
        Part(inner, Surface("paper", "white", glow=0.9)),
        bulb,
    ]


def pendant_lamp(make: Maker) -> list[Part]:
    """Model a pendant lamp."""
    r, h = make.width / 2, make.height
    material = make.plan.material
    outlines: dict[str, Array] = {
        "dome": np.column_stack([r * np.cos(t := np.linspace(0, pi / 2 - 0.09, 40)), h * np.sin(t)]),
        "cone": curve([(r, 0), (r * 0.93, h * 0.06), (r * 0.5, h * 0.55), (r * 0.16, h * 0.88), (r * 0.12, h)], 40),
        "bell": curve([(r, 0), (r * 0.84, h * 0.07), (r * 0.66, h * 0.3), (r * 0.58, h * 0.6), (r * 0.36, h * 0.88), (r * 0.12, h)], 40),
        "globe": np.column_stack([np.maximum(r * np.cos(t := np.linspace(-pi / 2 + 0.02, pi / 2 - 0.12, 60)), 0.01), h / 2 + h / 2 * np.sin(t)]),
        "drum": np.array([(r, 0.0), (r, h * 0.5), (r, h)]),
        "lantern": np.column_stack([np.maximum(r * np.cos(t := np.linspace(-pi / 2 + 0.25, pi / 2 - 0.25, 170)), 1) + r * 0.04 * np.abs(np.sin(np.linspace(0, 13 * pi, 170))), h / 2 + h / 2 * np.sin(t)]),
    }  # fmt: skip
    line = outlines[make.form]
    body = replace(make.patterned(r, h * 0.4), glow=0.0)
    cloth = material in ("linen", "cotton", "velvet", "paper")
    parts: list[Part] = []
    if cloth:
        glow = 0.25 if material == "paper" else GLOW
        inside = line.copy()
        inside[:, 0] -= 0.3
        parts = [Part(lathe(line, 96), replace(body, glow=glow))]
        if make.form not in ("globe", "lantern"):
            parts.append(Part(lathe(inside[::-1], 96), Surface("paper", "white", glow=0.9)))
            parts += [
                Part(_wire(float(line[k, 0]), float(line[k, 1]), 0.35), body) for k in (0, -1)
            ]
        if make.form == "drum":
            parts.append(
                Part(
                    slab(ellipse(r * 1.94, r * 1.94, 72), 0.4, 0.1).moved(z=h * 0.2),
                    Surface("paper", "white", glow=1.0),
                )
            )
    elif material == "rattan":
        parts = [Part(woven(line, r * 0.028, 36), body)]
    elif material == "glass":
        inside = line.copy()
        inside[:, 0] = np.maximum(inside[:, 0] - 0.5, 0.01)
        parts = [
            Part(lathe(np.concatenate([line, inside[::-1]]), 96), make.plain_body),
            _bulb(0, 0, h * 0.5, r * 0.16),
        ]
        parts.append(Part(rod((0, 0, h * 0.62), (0, 0, h), r * 0.09), Surface("brass", "gold")))
    else:
        inside = line.copy()
        inside[:, 0] = np.maximum(inside[:, 0] - 0.35, 0.01)
        pale = Surface("lacquered metal", "white", glow=0.5)
        parts = [
            Part(lathe(line, 96), body),
            Part(lathe(inside[::-1], 96), pale),
            _bulb(0, 0, h * 0.28, r * 0.15),
        ]
    if material == "rattan":
        parts.append(_bulb(0, 0, h * 0.5, r * 0.16))
    cap = float(max(line[-1, 0], 1.5))
    if make.form in ("drum", "lantern"):
        spokes = [
            rod((0, 0, h - 0.5), (np.cos(a) * cap, np.sin(a) * cap, h - 0.5), 0.3)
            for a in np.linspace(0, 2 * pi, 4)[:-1]
        ]
        parts.append(Part(join(spokes), Surface("iron", "black")))
        cap = 2.0
    cap = min(cap, r * 0.22) * 1.15
    top = lathe(corners([(cap, h - 0.4), (cap, h + 1.2), (cap * 0.5, h + 3.6), (0.5, h + 4)], 0.4))
    metal = material in ("brass", "copper", "steel", "iron", "lacquered metal")
    parts.append(Part(top, make.plain_body if metal else Surface("iron", "black")))
    parts.append(Part(rod((0, 0, h + 3), (0, 0, h * 1.3 + 12), 0.28), Surface("iron", "black")))
    return parts


MODELS = {"table lamp": table_lamp, "floor lamp": floor_lamp, "pendant lamp": pendant_lamp}
