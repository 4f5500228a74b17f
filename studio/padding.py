"""Build what is stuffed and sewn: pads, tufts, bent walls, pillows. Knows no product."""

from __future__ import annotations

from math import pi

import numpy as np

from studio.lines import (
    Array,
    rectangle,
    wrinkles,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    grid,
    join,
    tube,
)


def padded(
    width: float,
    depth: float,
    height: float,
    *,
    radius: float = 4,
    puff: float = 2.5,
    seed: int = 0,
    cells: int = 10,
    grain: str = "x",
    crumple: float = 0.35,
) -> Mesh:
    """A stuffed block on the floor around the origin, swollen in the middle of every side."""  # fmt: skip
    raw = box(width, depth, height, radius, cells=cells, steps=4, grain=grain).moved(z=-height / 2)

    def swell(points: Array) -> Array:
        share = points / (np.array((width, depth, height)) / 2)
        room = np.clip(1 - share**2, 0, 1) ** 0.8
        points[:, 2] += np.sign(share[:, 2]) * puff * room[:, 0] * room[:, 1] * np.abs(share[:, 2])
        side = puff * 0.45
        points[:, 0] += np.sign(share[:, 0]) * side * room[:, 1] * room[:, 2] * np.abs(share[:, 0])
        points[:, 1] += np.sign(share[:, 1]) * side * room[:, 0] * room[:, 2] * np.abs(share[:, 1])
        bumps = wrinkles(points, max(width, depth) * 0.35, crumple, seed)
        points += bumps[:, None] * np.array((0.3, 0.5, 1.0))
        return points

    return raw.bent(swell).moved(z=height / 2)


def piping(width: float, depth: float, z: float, thickness: float, radius: float = 4) -> Mesh:
    """A cord around the upper or lower edge of a block."""
    line = rectangle(width, depth, radius)
    path = np.column_stack([line, np.full(len(line), z)])
    return tube(path, thickness, closed=True, sides=8)


def tufted(
    width: float,
    depth: float,
    height: float,
    *,
    step: float,
    deep: float,
    radius: float = 4,
    grain: str = "x",
    fine: float = 1.0,
) -> tuple[Mesh, Mesh]:
    """A block whose upper side is buttoned in diamonds, and its buttons."""  # fmt: skip
    columns = max(1, round(width / step))
    rows = max(1, round(depth / step))
    cells = int(min(90, max(40, 14 * max(columns, rows) * fine)))
    raw = box(width, depth, height, radius, cells=cells, steps=4, grain=grain)

    def press(points: Array) -> Array:
        u = points[:, 0] / width * columns
        v = points[:, 1] / depth * rows
        pillow = np.sqrt(np.abs(np.sin(pi * (u + v))) * np.abs(np.sin(pi * (u - v))))
        over = np.clip(points[:, 2] / height * 2 - 1, 0, 1) ** 3
        rim = np.clip((width / 2 - np.abs(points[:, 0])) / (step * 0.35), 0, 1)
        rim = rim * np.clip((depth / 2 - np.abs(points[:, 1])) / (step * 0.35), 0, 1)
        points[:, 2] += over * rim * deep * (pillow - 0.75)
        return points

    buttons = []
    for i in range(-columns, columns + 1):
        for j in range(-rows, rows + 1):
            u, v = i / 2, j / 2
            if (i + j) % 2 or abs(u) > columns / 2 - 0.3 or abs(v) > rows / 2 - 0.3:
                continue
            knob = ball(step * 0.075, 12).scaled(z=0.6)
            buttons.append(knob.moved(u * width / columns, v * depth / rows, height - deep * 0.62))
    return raw.bent(press), join(buttons or [ball(0.01, 8).moved(z=height / 2)])


def wall(path: Array, thickness: float, low: float, high: Array | float, radius: float = 4) -> Mesh:
    """An upright padded wall along a line of (x, y), as high as `high` at each of its points."""
    line = np.asarray(path, dtype=float)
    tops = np.broadcast_to(np.asarray(high, dtype=float), (len(line),))
    ahead = np.gradient(line, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    out = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    turns = np.linspace(0, pi / 2, 6)
    ends = [(0, float(t)) for t in turns] + [(i, pi / 2) for i in range(1, len(line) - 1)]
    ends += [(len(line) - 1, float(t)) for t in turns[::-1]]
    rows = []
    places = []
    reach = min(radius, thickness * 0.49)
    for i, turn in ends:
        inset = reach * (1 - np.sin(turn))
        half = (tops[i] - low) / 2
        middle = line[i] - ahead[i] * reach * np.cos(turn) * (1 if i == 0 else -1)
        section = rectangle(2 * max(thickness / 2 - inset, 0.02), 2 * max(half - inset, 0.02),
                            max(reach - inset, 0.01), 5)  # fmt: skip
        wide, z = section[:, 0], section[:, 1]
        rows.append(np.column_stack([middle + out[i] * wide[:, None], z + low + half]))
        around = np.concatenate([[0], np.cumsum(np.linalg.norm(
            np.diff(np.column_stack([section[:, 0], z]), axis=0), axis=1))])  # fmt: skip
        around = np.append(around, around[-1] + 1)
        places.append(np.column_stack([around, np.full(len(around), steps[i])]))
    for end, i in ((0, 0), (-1, -1)):  # close it
        center = rows[end].mean(axis=0)
        closing = center + (rows[end] - center) * 0.01
        rows = [closing, *rows] if i == 0 else [*rows, closing]
        places = [places[0], *places] if i == 0 else [*places, places[-1]]
    points = np.stack(rows)[:, ::-1]
    uv = np.stack(places)[:, ::-1]
    return grid(points, uv, around=True, crease=60)


def pillow(width: float, height: float, thick: float, *, seed: int, cells: int = 36,
           plump: float = 0.45) -> tuple[Mesh, Array]:  # fmt: skip
    """A cushion in the xz plane around the origin, and the line (n, 3) of its seam."""
    line = np.sin(np.linspace(-pi / 2, pi / 2, cells + 1))
    u, v = np.meshgrid(line, line, indexing="xy")
    x = u * width / 2 * (1 - 0.085 * (1 - v**2) * np.abs(u) ** 2)
    z = v * height / 2 * (1 - 0.085 * (1 - u**2) * np.abs(v) ** 2)
    room = np.clip((1 - u**2) * (1 - v**2), 0, 1)
    swell = thick / 2 * room**plump
    points = np.stack([x, 0 * x, z], axis=2)
    creases = wrinkles(points.reshape(-1, 3), width * 0.3, 0.6, seed).reshape(x.shape)
    corner = np.abs(u * v) ** 1.5
    folds = np.sin(np.arctan2(np.abs(v) - 1.15, np.abs(u) - 1.15) * 15 + seed) * 0.6
    swell = swell + (creases * 0.8 + folds * corner * 0.9) * np.sqrt(room) * thick / 14
    uv = np.stack([points[..., 0] + width, points[..., 2] + height], axis=2)
    front, back = points.copy(), points.copy()
    front[..., 1] -= swell
    back[..., 1] += swell
    seam = np.concatenate([points[0, :-1], points[:-1, -1], points[-1, :0:-1], points[:0:-1, 0]])
    both = join([grid(front, uv, crease=180), grid(back[:, ::-1], uv[:, ::-1], crease=180)])
    return both, seam


def strands(starts: Array, ways: Array, length: float, thickness: float, seed: int) -> Mesh:
    """Threads hanging from `starts` (n, 3), each along its way (n, 3), a little unruly."""
    random = np.random.default_rng(seed)
    out = []
    for start, way in zip(starts, ways, strict=True):
        side = random.normal(size=3) * 0.12
        long = length * random.uniform(0.88, 1.05)
        line = np.stack(
            [start, start + (way + side * 0.4) * long * 0.5, start + (way + side) * long]
        )
        out.append(tube(line, thickness, sides=5, caps=False))
    return join(out)
