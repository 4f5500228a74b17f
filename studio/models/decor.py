"""Model vases, planters and candle holders. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    corners,
    curve,
    ellipse,
    rectangle,
)
from studio.mesh import (
    Mesh,
    box,
    grid,
    join,
    lathe,
    rod,
    slab,
    tube,
)
from studio.models.vessels import pot, ribs, wall
from studio.models.weaving import coiled
from studio.parts import Maker, Part, Surface


def vase(make: Maker) -> list[Part]:
    """Model a vase."""
    r, h = make.width / 2, make.height
    if make.form == "ring":
        return _ring_vase(make)
    body = make.depth / 2 if make.form == "amphora" else r
    r = body
    outline = {
        "round": [(r * 0.5, 0), (r * 0.78, h * 0.1), (r, h * 0.45), (r * 0.76, h * 0.82), (r * 0.4, h * 0.93), (r * 0.42, h)],
        "tall": [(r * 0.62, 0), (r * 0.72, h * 0.08), (r, h * 0.5), (r * 0.92, h * 0.78), (r * 0.6, h * 0.93), (r * 0.62, h)],
        "bottle-shaped": [(r * 0.62, 0), (r * 0.88, h * 0.06), (r, h * 0.24), (r * 0.66, h * 0.46), (r * 0.27, h * 0.6), (r * 0.22, h * 0.8), (r * 0.3, h)],
        "cylinder": [(r * 0.95, 0), (r, h * 0.02), (r, h * 0.3), (r, h * 0.7), (r, h)],
        "trumpet": [(r * 0.5, 0), (r * 0.48, h * 0.04), (r * 0.36, h * 0.2), (r * 0.4, h * 0.5), (r * 0.6, h * 0.8), (r, h)],
        "amphora": [(r * 0.5, 0), (r * 0.55, h * 0.04), (r * 0.9, h * 0.35), (r, h * 0.52), (r * 0.7, h * 0.72), (r * 0.44, h * 0.82), (r * 0.42, h * 0.92), (r * 0.58, h)],
        "fluted": [(r * 0.7, 0), (r * 0.78, h * 0.04), (r, h * 0.5), (r * 0.88, h * 0.84), (r * 0.8, h)],
        "hourglass": [(r * 0.9, 0), (r, h * 0.06), (r * 0.86, h * 0.26), (r * 0.5, h * 0.55), (r * 0.72, h * 0.82), (r * 0.95, h)],
    }[make.form]  # fmt: skip
    ripple = ribs(22, 0.08, high=0.99) if make.form == "fluted" else None
    parts = pot(
        make,
        outline,
        ripple=ripple,
        segments=220 if ripple else 80,
        split=make.random.choice((0.35, 0.5, 0.6)),
    )
    if make.form == "amphora":
        out = make.width / 2
        line = curve(outline, 40)
        low = float(np.interp(h * 0.66, line[:, 1], line[:, 0]))
        for sx in (-1, 1):
            path = curve(
                [
                    (sx * r * 0.42, 0, h * 0.9),
                    (sx * out * 0.8, 0, h * 0.93),
                    (sx * out * 0.98, 0, h * 0.82),
                    (sx * low * 0.96, 0, h * 0.63),
                ],
                30,
            )
            parts.append(Part(tube(path, r * 0.085, flat=1.3, sides=14), make.plain_body))
    return parts


def _ring_vase(make: Maker) -> list[Part]:
    w, d, h = make.width, make.depth, make.height
    neck = h - w
    thick = d * 0.46
    radius = w / 2 - thick
    angle = np.linspace(0, 2 * pi, 72, endpoint=False) + pi / 2
    path = np.column_stack([radius * np.cos(angle), 0 * angle, radius * np.sin(angle) + w / 2])
    body = tube(path, thick, closed=True, sides=36, flat=1.0, up=(0, 1, 0))
    mouth = lathe(
        curve(
            [(thick * 0.62, w - thick * 0.7), (thick * 0.5, w + neck * 0.3), (thick * 0.56, h)], 16
        )
    )
    lip = lathe(
        [
            (thick * 0.56, h),
            (thick * 0.5, h + 0.15),
            (thick * 0.4, h - 0.1),
            (thick * 0.36, w),
            (0.01, w),
        ]
    )
    return [
        Part(
            join([body, mouth, lip]).bent(
                lambda p: np.column_stack([p[:, 0], p[:, 1], np.maximum(p[:, 2], thick * 0.1)])
            ),
            make.plain_body,
        )
    ]


def _plant(make: Maker, width: float, size: float, depth: float = 0.0) -> list[Part]:
    """Leaves that grow from (0, 0, 0)."""
    kind = make.plan.seed % 3
    random = make.random
    leaves: list[Mesh] = []
    spots = [(0.0, 0.0)] if not depth else [(x * width, 0.0) for x in (-0.34, -0.12, 0.12, 0.34)]
    for cx, cy in spots:
        if kind == 0:  # upright blades
            for i in range(11):
                a = i * 2.4
                lean = random.uniform(0.05, 0.28)
                long = size * random.uniform(0.65, 1.05)
                leaves.append(
                    _leaf(
                        long,
                        long * 0.075,
                        a,
                        lean,
                        0.1,
                        (cx + np.cos(a) * width * 0.06, cy + np.sin(a) * width * 0.06),
                    )
                )
        elif kind == 1:  # arching leaves
            for i in range(16):
                a = i * 2.4
                long = size * random.uniform(0.6, 0.95)
                leaves.append(_leaf(long, long * 0.13, a, random.uniform(0.3, 0.75), 0.8, (cx, cy)))
        else:  # round leaves on stems
            for i in range(16):
                a = i * 2.4
                long = size * random.uniform(0.45, 0.9)
                lean = random.uniform(0.1, 0.7)
                tip = np.array(
                    (
                        cx + np.cos(a) * long * np.sin(lean) * 0.8,
                        cy + np.sin(a) * long * np.sin(lean) * 0.8,
                        long * np.cos(lean),
                    )
                )
                leaves.append(rod((cx, cy, 0), tuple(tip), size * 0.011))
                disc = slab(
                    ellipse(size * 0.27, size * 0.22, 28), size * 0.01, size * 0.004, rings=3
                )
                leaves.append(disc.turned("y", 40).turned("z", float(np.degrees(a))).moved(*tip))
    return [Part(join(leaves), Surface("foliage", "forest green"))]


def _leaf(
    long: float, wide: float, angle: float, lean: float, droop: float, at: tuple[float, float]
) -> Mesh:
    t = np.linspace(0, 1, 12)
    bend = lean + droop * t**1.5
    step = long / 11
    out = np.concatenate([[0], np.cumsum(np.sin(bend[:-1]) * step)])
    up = np.concatenate([[0], np.cumsum(np.cos(bend[:-1]) * step)])
    half = wide * np.sin(pi * np.clip(t * 0.93 + 0.07, 0, 1)) ** 0.7 + 0.02
    c, s = np.cos(angle), np.sin(angle)
    rows = []
    for side, lift in ((-1, 0.25), (0, 0.0), (1, 0.25)):
        x = out * c - side * half * s + at[0]
        y = out * s + side * half * c + at[1]
        rows.append(np.column_stack([x, y, up + lift * half]))
    points = np.stack(rows, axis=1)
    return grid(points, points[..., :2].copy(), crease=180)


def planter(make: Maker) -> list[Part]:
    """Model a planter."""
    r, h = make.width / 2, make.height
    top = h
    lift = 0.0
    if make.form == "on legs":
        lift, top = h * 0.36, h * 0.64
    outline = {
        "cylinder": [(r * 0.93, 0), (r * 0.99, top * 0.03), (r, top * 0.3), (r, top * 0.7), (r, top)],
        "tapered": [(r * 0.66, 0), (r * 0.7, top * 0.05), (r * 0.85, top * 0.5), (r, top)],
        "round": [(r * 0.55, 0), (r * 0.75, top * 0.08), (r, top * 0.5), (r * 0.9, top * 0.85), (r * 0.78, top)],
        "footed": [(r * 0.62, 0), (r * 0.6, top * 0.04), (r * 0.38, top * 0.18), (r * 0.5, top * 0.28), (r * 0.95, top * 0.6), (r, top)],
        "on legs": [(r * 0.72, 0), (r * 0.84, top * 0.05), (r * 0.95, top * 0.5), (r * 0.95, top)],
    }.get(make.form)  # fmt: skip
    if outline is None:
        return _trough(make)
    mouth = outline[-1][0]
    if make.plan.material == "seagrass":
        line = curve(outline, 30)
        body = coiled(line, 0.8)
        surface = make.patterned(2 * pi * r / 7, top * 0.45)
        parts = [Part(body, surface), Part(slab(ellipse(r, r, 48), 1, 0.3), make.plain_body)]
    else:
        parts = pot(make, outline)
    earth = Part(
        lathe([(mouth * 0.99 - wall(make), top * 0.86), (0.01, top * 0.89)]),
        Surface("soil", "black"),
    )
    green = [
        Part(p.mesh.moved(z=top * 0.86), p.surface)
        for p in _plant(make, r * 2, max(h * 0.85, r * 2.1))
    ]
    parts = [*parts, earth, *green]
    if make.form == "on legs":
        parts = [replace(p, mesh=p.mesh.moved(z=lift)) for p in parts]
        out = []
        for i in range(4):
            a = pi / 4 + i * pi / 2
            c, s = np.cos(a), np.sin(a)
            out.append(
                rod(
                    (c * r * 1.05, s * r * 1.05, lift + top * 0.62),
                    (c * r * 1.05, s * r * 1.05, 0),
                    1.2,
                    0.85,
                )
            )
        for a in (pi / 4, 3 * pi / 4):
            c, s = np.cos(a) * r * 1.05, np.sin(a) * r * 1.05
            out.append(rod((c, s, lift - 1.0), (-c, -s, lift - 1.0), 1.0))
        parts.append(Part(join(out), make.accent))
    return parts


def _trough(make: Maker) -> list[Part]:
    w, d, h = make.width, make.depth, make.height
    outline = rectangle(w, d, 2.5)
    inner = rectangle(w - 2, d - 2, 2.0)
    rows = [
        (outline * 0.92, 0.0),
        (outline * 0.94, 0.3),
        (outline, h - 0.3),
        (outline * 0.995, h),
        (inner, h),
        (inner * 0.98, h - 0.3),
        (inner * 0.97, h * 0.7),
    ]
    points = np.stack([np.column_stack([line, np.full(len(line), z)]) for line, z in rows])
    steps = np.linspace(0, 2 * (w + d), len(outline) + 1)
    uv = np.stack(np.meshgrid(steps, [z for _, z in rows]), axis=2)
    tile = 2 * (w + d) / 10
    earth = slab(inner * 0.98, 1.0, 0.2).moved(z=h * 0.8)
    base = slab(outline * 0.92, 0.6, 0.1)
    green = [Part(p.mesh.moved(z=h * 0.84), p.surface) for p in _plant(make, w, h * 1.1, d)]
    surface = make.patterned(tile, h * 0.45)
    return [
        Part(grid(points, uv, around=True), surface),
        Part(base, make.plain_body),
        Part(earth, Surface("soil", "black")),
        *green,
    ]


def _candle(x: float, z: float, tall: float, radius: float = 1.1) -> list[Part]:
    wax = lathe(
        corners(
            [(radius * 0.97, 0), (radius, tall * 0.3), (radius * 0.96, tall), (0.01, tall - 0.15)],
            0.2,
        )
    ).moved(x, 0, z)
    wick = rod((x, 0, z + tall - 0.2), (x, 0, z + tall + 0.9), 0.09)
    return [Part(wax, Surface("candle wax", "white")), Part(wick, Surface("soil", "black"))]


def candle_holder(make: Maker) -> list[Part]:
    """Model a candle holder."""
    r, h = make.width / 2, make.height
    body = make.patterned(2 * pi * r / 6, h * 0.4)
    if make.form == "candlestick":
        style = make.plan.seed % 3
        lines = (
            [(r, 0), (r, h * 0.03), (r * 0.8, h * 0.06), (r * 0.22, h * 0.14), (r * 0.2, h * 0.4), (r * 0.38, h * 0.46), (r * 0.2, h * 0.52), (r * 0.18, h * 0.82), (r * 0.4, h * 0.9), (r * 0.36, h)],
            [(r, 0), (r * 0.96, h * 0.05), (r * 0.5, h * 0.1), (r * 0.26, h * 0.2), (r * 0.44, h * 0.3), (r * 0.26, h * 0.4), (r * 0.44, h * 0.5), (r * 0.26, h * 0.6), (r * 0.44, h * 0.7), (r * 0.24, h * 0.82), (r * 0.42, h * 0.93), (r * 0.4, h)],
            [(r, 0), (r, h * 0.025), (r * 0.25, h * 0.05), (r * 0.14, h * 0.2), (r * 0.14, h * 0.86), (r * 0.44, h * 0.93), (r * 0.44, h)],
        )  # fmt: skip
        line = curve(lines[style], 90)
        mesh = lathe(np.concatenate([[[0.01, 0]], line, [[1.15, h], [1.1, h - 1], [0.01, h - 1]]]))
        return [Part(mesh.wrapped(body.tile), body), *_candle(0, h - 1, h * 0.8)]
    if make.form == "bowl":
        parts = pot(make, [(r * 0.62, 0), (r * 0.7, h * 0.06), (r * 0.95, h * 0.55), (r, h)])
        return [*parts, *_candle(0, wall(make) * 1.4, h * 1.25, r * 0.56)]
    if make.form == "three-armed":
        w = make.width / 2 - 1.6
        out = [
            lathe(
                curve(
                    [
                        (make.depth / 2, 0),
                        (make.depth / 2 * 0.96, 0.6),
                        (1.3, 1.6),
                        (0.75, 4),
                        (0.7, h * 0.5),
                    ],
                    40,
                )
            ),
            lathe([(0.01, 0), (make.depth / 2, 0)]),
        ]
        out.append(
            tube(
                curve(
                    [
                        (-w, 0, h * 0.82),
                        (-w * 0.98, 0, h * 0.66),
                        (-w * 0.6, 0, h * 0.5),
                        (0, 0, h * 0.44),
                        (w * 0.6, 0, h * 0.5),
                        (w * 0.98, 0, h * 0.66),
                        (w, 0, h * 0.82),
                    ],
                    60,
                ),
                0.6,
                sides=12,
            )
        )
        out.append(rod((0, 0, h * 0.4), (0, 0, h * 0.9), 0.65))
        cups = []
        candles: list[Part] = []
        for x, z in ((-w, h * 0.82), (0, h * 0.9), (w, h * 0.82)):
            cups.append(
                lathe(curve([(0.5, 0), (1.9, 0.5), (1.6, 1.2), (1.45, 2.4)], 20)).moved(
                    x, 0, z - 0.4
                )
            )
            candles += _candle(x, z, h * 0.62)
        return [Part(join([*out, *cups]), make.plain_body), *candles]
    if make.form == "handled":
        r = make.depth / 2
        saucer = lathe(
            curve(
                [
                    (0.01, 0),
                    (r * 0.7, 0),
                    (r * 0.95, 1.2),
                    (r, 2.0),
                    (r * 0.96, 2.05),
                    (r * 0.9, 1.4),
                    (r * 0.66, 0.5),
                    (0.01, 0.5),
                ],
                60,
            )
        )
        cup = lathe(
            corners(
                [
                    (1.8, 0.4),
                    (1.6, 1.2),
                    (1.55, h * 0.55),
                    (1.9, h * 0.6),
                    (1.2, h * 0.6),
                    (1.15, h * 0.4),
                ],
                0.3,
            )
        )
        angle = np.linspace(0, 2 * pi, 40, endpoint=False)
        size = (make.width - 2 * r - 0.5) / 2
        far, up = r + size + 0.05 - size * np.cos(angle), size * 0.72 * np.sin(angle)
        loop = tube(  # touches the rim, and stays clear of the table
            np.column_stack([far, 0 * angle, up + max(1.9, size * 0.72 + 0.4)]),
            0.4,
            sides=10,
            closed=True,
        )
        return [
            Part(join([saucer, cup]), body),
            Part(loop, make.plain_body),
            *_candle(0, h * 0.5, h * 1.5),
        ]
    block = (
        box(make.width, make.depth, h, 0.5)
        if make.plan.seed % 2
        else lathe(corners([(0.01, 0), (r, 0), (r, h), (0.01, h)], 0.5))
    )
    hole = lathe([(1.3, h + 0.02), (1.25, h + 0.12), (0.01, h + 0.05)])
    return [
        Part(block, make.plain_body),
        Part(hole, Surface("brass", "gold")),
        *_candle(0, h, h * 2.0),
    ]


MODELS = {
    "vase": vase,
    "planter": planter,
    "candle holder": candle_holder,
}
