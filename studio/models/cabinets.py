"""Model bookcases and sideboards. Knows no renderer."""

from __future__ import annotations

from math import pi

import numpy as np

from studio.lines import (
    Array,
    curve,
    spaced,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    grid,
    join,
    lathe,
    tube,
)
from studio.models.chairs import cane
from studio.models.legs import legs
from studio.parts import Maker, Part, Surface


def _props(make: Maker, spots: list[tuple[float, float, float, float]]) -> list[Part]:
    """Books and a few things on shelves: spots of (left, right, y, z)."""
    colors = ("cream", "slate gray", "terracotta", "sage", "navy", "white", "mustard", "brown")
    parts: list[Part] = []
    for left, right, y, z in spots:
        what = make.random.choice(("books", "books", "pot", "stack", "none"))
        x = make.between(left + 4, max(left + 5, right - 16))
        if what == "books":
            for _ in range(make.random.randint(3, 6)):
                thick = make.between(2, 3.8)
                if x + thick > right - 2:
                    break
                book = box(thick, make.between(14, 18), make.between(17, 24), 0.3, grain="z").moved(
                    x + thick / 2, y, z
                )
                parts.append(Part(book, Surface("paper", make.random.choice(colors))))
                x += thick + 0.1
        elif what == "stack":
            top = z
            for _ in range(3):
                thick = make.between(2, 3.4)
                parts.append(
                    Part(
                        box(make.between(17, 22), 15, thick, 0.3).moved(x + 10, y, top),
                        Surface("paper", make.random.choice(colors)),
                    )
                )
                top += thick
        elif what == "pot":
            size = make.between(5, 7)
            line = curve(
                [
                    (size * 0.5, 0),
                    (size, size * 0.8),
                    (size * 0.6, size * 1.7),
                    (size * 0.5, size * 2.1),
                ],
                20,
            )
            parts.append(
                Part(
                    lathe(np.concatenate([[[0.01, 0]], line, [[0.01, size * 2]]])).moved(
                        x + size, y, z
                    ),
                    Surface("stoneware", make.random.choice(colors)),
                )
            )
    return parts


def bookcase(make: Maker) -> list[Part]:
    """Model a bookcase."""
    w, d, h = make.width, make.depth, make.height
    wood = make.plain_body
    thick = 2.4
    if make.form == "low":
        boards = [box(w, d, thick, 0.3).moved(z=z) for z in (0.0, h / 2 - thick / 2, h - thick)]
        boards += [
            box(thick, d - 0.4, h - thick, 0.3, grain="z").moved(
                -w / 2 + thick / 2 + i * (w - thick) / 3, 0, thick / 2
            )
            for i in range(4)
        ]
        boards.append(box(w - 1, 1, h - 2, 0.2).moved(0, d / 2 - 0.6, 1))
        third = (w - thick) / 3
        spots = [
            (-w / 2 + i * third + 2, -w / 2 + (i + 1) * third, 0.0, z)
            for i in range(3)
            for z in (thick, h / 2 + thick / 2)
        ]
        return [Part(join(boards), wood), *_props(make, spots)]
    if make.form == "ladder":
        out = []
        for sx in (-1, 1):
            out.append(
                box(3.2, 3.2, h, 0.4, grain="z")
                .turned("x", 0)
                .bent(
                    lambda p: (
                        p
                        + np.column_stack(
                            [0 * p[:, 0], -d / 2 + 1.6 + p[:, 2] / h * (d - 4), 0 * p[:, 0]]
                        )
                    )
                )
                .moved(sx * (w / 2 - 1.6))
            )
        spots = []
        for i in range(5):
            z = 12 + i * (h - 30) / 4
            deep = (d - 4) * (1 - z / h) + 9
            y = d / 2 - deep / 2 - 0.5
            out.append(box(w - 6.4, deep, 2.2, 0.3).moved(0, y, z))
            out.append(box(w - 6.4, 1.2, 5, 0.2).moved(0, d / 2 - 1, z))
            if i < 4:
                spots.append((-w / 2 + 5, w / 2 - 6, y, z + 2.2))
        return [Part(join(out), wood), *_props(make, spots)]
    if make.form == "framed":
        out = [
            box(2.2, 2.2, h, 0.2, grain="z").moved(sx * (w / 2 - 1.1), sy * (d / 2 - 1.1))
            for sx in (-1, 1)
            for sy in (-1, 1)
        ]
        out += [
            box(2.2, d - 4, 2.2, 0.2, grain="y").moved(sx * (w / 2 - 1.1), 0, z)
            for sx in (-1, 1)
            for z in (h - 2.2, 4)
        ]
        out += [box(w - 4, 2.2, 2.2, 0.2).moved(0, sy * (d / 2 - 1.1), h - 2.2) for sy in (-1, 1)]
        line = [(-w / 2 + 2, d / 2 - 1, 8), (0, d / 2 - 1, h / 2), (w / 2 - 2, d / 2 - 1, h - 4)]
        out += [tube(line, 0.6, sides=6), tube([(-a, b, c) for a, b, c in line], 0.6, sides=6)]
        zs = [4 + i * (h - 12) / 4 for i in range(5)]
        shelves = [box(w - 1, d - 1, 3, 0.4).moved(0, 0, z) for z in zs]
        spots = [(-w / 2 + 4, w / 2 - 4, 0.0, z + 3) for z in zs[:-1]]
        return [Part(join(out), make.accent), Part(join(shelves), wood), *_props(make, spots)]
    zs = [6 + i * (h - 16) / 5 for i in range(6)]
    if make.form == "arched":
        arch_low = h - w / 2
        zs = [6 + i * (arch_low - 8) / 4 for i in range(5)]
        angle = np.linspace(pi, 0, 40)
        arch = np.concatenate(
            [
                [(-w / 2 + thick / 2, 0)],
                np.column_stack(
                    [
                        np.cos(angle) * (w / 2 - thick / 2),
                        arch_low + np.sin(angle) * (w / 2 - thick / 2),
                    ]
                ),
                [(w / 2 - thick / 2, 0)],
            ]
        )
        path = spaced(arch, 120)
        sides_ = _band(path, thick, d)

        back_rows = np.stack(
            [
                np.column_stack([path[:, 0] * k, np.full(len(path), d / 2 - 0.6), path[:, 1] * 1.0])
                for k in (0.0, 0.97)
            ]
        )
        back = grid(back_rows, back_rows[..., ::2].copy())
        shelves = [box(w - thick * 2 + 0.4, d - 1, 2.2, 0.3).moved(0, 0, z) for z in zs]
        spots = [(-w / 2 + 4, w / 2 - 4, 0.0, z + 2.2) for z in zs]
        return [Part(join([sides_, *shelves, back]), wood), *_props(make, spots)]
    boards = [box(thick, d, h, 0.3, grain="z").moved(sx * (w / 2 - thick / 2)) for sx in (-1, 1)]
    boards += [
        box(w - thick * 2 + 0.2, d - 0.6, thick, 0.3).moved(0, 0, z) for z in (*zs[:-1], h - thick)
    ]
    boards.append(box(w - 1, 1, h - 6, 0.2, grain="z").moved(0, d / 2 - 0.6, 4))
    boards.append(box(w - thick * 2, 1.6, 6, 0.2).moved(0, -d / 2 + 2, 0))
    spots = [(-w / 2 + 4, w / 2 - 4, 0.0, z + thick) for z in zs[:-1]]
    return [Part(join(boards), wood), *_props(make, spots)]


def _band(path: Array, thick: float, depth: float) -> Mesh:
    """A board bent along a line (x, z), its width along y."""
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    out = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    corners_ = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    rows = [
        np.column_stack(
            [
                (path + out * a * thick / 2)[:, 0],
                np.full(len(path), b * depth / 2),
                (path + out * a * thick / 2)[:, 1],
            ]
        )
        for a, b in corners_
    ]
    points = np.stack(rows, axis=1)
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    u = np.array((0, thick, thick + depth, 2 * thick + depth, 2 * thick + 2 * depth))
    uv = np.stack(np.meshgrid(u, steps), axis=2)
    return grid(points, uv, around=True, crease=30)


def sideboard(make: Maker) -> list[Part]:
    """Model a sideboard."""
    w, d, h = make.width, make.depth, make.height
    wood = make.plain_body
    metal = Surface("brass", "gold") if make.plan.seed % 2 else Surface("iron", "black")
    foot = 16.0
    body = h - foot
    thick = 2.4
    case = [box(w, d, thick, 0.4).moved(z=h - thick), box(w, d, thick, 0.4).moved(z=foot)]
    case += [
        box(thick, d - 0.2, body - 2 * thick + 0.6, 0.2, grain="z").moved(
            sx * (w / 2 - thick / 2 - 0.1), 0, foot + thick - 0.3
        )
        for sx in (-1, 1)
    ]  # between top and bottom, a little back: no two faces lie in one plane
    case.append(box(w - 2, 1, body - 2, 0.2).moved(0, d / 2 - 1, foot + 1))
    parts = [Part(join(case), wood)]
    inside = w - 2 * thick - 0.6
    high = body - 2 * thick - 0.6
    low = foot + thick + 0.3
    front = -d / 2 + 1.1
    doors: list[tuple[float, float, float, float]] = []
    knobs: list[Mesh] = []
    if make.form in ("two-door", "cane-front", "tambour"):
        count = 2
        step = inside / count
        doors = [(-inside / 2 + step * (i + 0.5), low, step - 0.5, high) for i in range(count)]
        knobs += [ball(1.3, 20).moved(sx * 4, front - 2.2, low + high * 0.6) for sx in (-1, 1)]
    elif make.form == "three-drawer":
        step = high / 3
        doors = [(0, low + step * i, inside, step - 0.5) for i in range(3)]
        for i in range(3):
            for sx in (-1, 1):
                knobs.append(_pull(sx * inside * 0.25, front, low + step * (i + 0.5)))
    else:
        side = inside * 0.3
        middle = inside - 2 * side
        doors = [
            (-inside / 2 + side / 2, low, side - 0.5, high),
            (inside / 2 - side / 2, low, side - 0.5, high),
        ]
        doors += [(0, low + high / 3 * i, middle - 0.5, high / 3 - 0.5) for i in range(3)]
        knobs = [
            ball(1.2, 18).moved(sx * (middle / 2 + 3.5), front - 2, low + high * 0.55)
            for sx in (-1, 1)
        ]
        knobs += [_pull(0, front, low + high / 3 * (i + 0.5)) for i in range(3)]
    back = Part(box(inside, 1, high, 0.1).moved(0, front + 3, low), wood)
    parts.append(back)
    if make.form == "tambour":
        count = round(inside / 3.2)
        slats = [
            box(inside / count * 0.86, 2.2, high, 1.0, grain="z").moved(
                -inside / 2 + (i + 0.5) * inside / count, front, low
            )
            for i in range(count)
        ]
        return [*parts, Part(join(slats), wood), _cabinet_legs(make, w, d, foot)]
    if make.form == "cane-front":
        for x, z, wide, tall in doors:
            edge = 5.0
            frame = [
                box(edge, 2, tall, 0.3, grain="z").moved(x + sx * (wide / 2 - edge / 2), front, z)
                for sx in (-1, 1)
            ]
            frame += [
                box(wide - 2 * edge + 0.4, 2, edge, 0.3).moved(x, front, zz)
                for zz in (z, z + tall - edge)
            ]
            parts.append(Part(join(frame), wood))
            panel = (
                cane(wide - 2 * edge + 1, tall - 2 * edge + 1, 2.4, 0.42)
                .turned("x", 90)
                .moved(x, front + 0.3, z + tall / 2)
            )
            parts.append(Part(panel, Surface("rattan", "straw")))
            parts.append(
                Part(
                    box(wide - 2 * edge, 0.4, tall - 2 * edge, 0.1).moved(x, front + 1.2, z + edge),
                    Surface("linen", "cream"),
                )
            )
        return [*parts, Part(join(knobs), metal), _cabinet_legs(make, w, d, foot)]
    leaves = [box(wide, 2, tall, 0.35, grain="x").moved(x, front, z) for x, z, wide, tall in doors]
    return [
        *parts,
        Part(join(leaves), wood),
        Part(join(knobs), metal),
        _cabinet_legs(make, w, d, foot),
    ]


def _pull(x: float, y: float, z: float) -> Mesh:
    return tube(
        curve(
            [
                (x - 5, y - 0.5, z),
                (x - 4.6, y - 2.6, z),
                (x + 4.6, y - 2.6, z),
                (x + 5, y - 0.5, z),
            ],
            20,
        ),
        0.5,
        sides=8,
    )


def _cabinet_legs(make: Maker, w: float, d: float, foot: float) -> Part:
    return legs(w - 26, d - 14, foot, make.accent, splay=0.16, thick=2.2)


MODELS = {
    "bookcase": bookcase,
    "sideboard": sideboard,
}
