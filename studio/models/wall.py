"""Model what hangs on a wall: clocks, mirrors, picture frames. Knows no renderer."""

from __future__ import annotations

from math import pi

import numpy as np

from studio.lines import (
    Array,
    corners,
    curve,
    ellipse,
    polygon,
    rectangle,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    grid,
    join,
    lathe,
    rod,
    slab,
    tube,
)
from studio.numerals import numeral
from studio.parts import Maker, Part, Surface


def _hand(length: float, width: float, degrees: float, y: float, color: str) -> Part:
    hand = box(width, 0.25, length, 0.08, grain="z").moved(z=-length * 0.15).turned("y", degrees)
    return Part(hand.moved(y=y), Surface("lacquered metal", color))


def _upright(mesh: Mesh) -> Mesh:
    """What lies becomes what hangs: its top side turns to the viewer, its back to y = 0."""
    return mesh.turned("x", 90)


def wall_clock(make: Maker) -> list[Part]:
    """Model a wall clock."""
    w, d = make.width, make.depth
    r = w / 2
    body = make.plain_body
    face = make.accent
    ink = "white" if make.plan.accent_color in ("black", "navy", "forest green") else "black"
    face_r = r * {"sunburst": 0.42, "minimal": 0.96}.get(make.form, 0.9)
    parts: list[Part] = []
    deep = d
    if make.form == "square":
        frame = _upright(slab(rectangle(w, w, 2.0), d, 0.6))
        plate = _upright(box(w * 0.88, w * 0.88, 0.3, 0.1)).moved(y=-d - 0.05)
        parts = [Part(frame, body), Part(plate, face)]
        deep += 0.4
    else:
        if make.form == "sunburst":
            out = []
            count = 24
            for i in range(count):
                a = i / count * 2 * pi
                far = r * (1.0 if i % 2 == 0 else 0.8)
                out.append(
                    rod(
                        (np.cos(a) * face_r * 0.9, -1.5, np.sin(a) * face_r * 0.9),
                        (np.cos(a) * far, -1.5, np.sin(a) * far),
                        0.95,
                        0.5,
                    )
                )
            parts.append(Part(join(out), body))
        outer = face_r * 1.07 if make.form == "sunburst" else r
        rim_in = face_r
        case = corners(
            [
                (outer * 0.98, 0),
                (outer, 0.5),
                (outer, deep * 0.9),
                (outer * 0.985, deep),
                (rim_in * 1.005, deep),
                (rim_in, deep * 0.8),
            ],
            0.3,
        )
        parts.append(Part(_upright(lathe(case, 96)), body))
        plate = lathe([(rim_in * 1.01, deep * 0.72), (0.01, deep * 0.72)], 96)
        parts.append(Part(_upright(plate), face))
        deep *= 0.72
    y = -deep - 0.15
    marks: list[Mesh] = []
    if make.form in ("square", "station", "round", "sunburst"):
        for i in range(12):
            big = i % 3 == 0
            long = face_r * (0.17 if big else 0.1) * (1.3 if make.form == "station" else 1)
            wide = face_r * (0.05 if make.form == "station" else 0.028)
            if make.form == "round":
                continue
            mark = box(wide, 0.2, long, 0.05, grain="z").moved(
                z=face_r * (0.93 if make.form != "square" else 0.9) - long
            )
            marks.append(mark.turned("y", i * 30).moved(y=y))
    if make.form == "round":
        for i in range(1, 13):
            a = pi / 2 - i / 12 * 2 * pi
            marks.append(
                numeral(i, face_r * 0.2).moved(
                    np.cos(a) * face_r * 0.78, y, np.sin(a) * face_r * 0.78
                )
            )
    if marks:
        parts.append(Part(join(marks), Surface("lacquered metal", ink)))
    heavy = 1.7 if make.form == "station" else 1.0
    hour, minute = make.random.choice(((305.0, 54.0), (300.0, 60.0), (290.0, 48.0)))
    parts.append(_hand(face_r * 0.62, face_r * 0.05 * heavy, hour, y - 0.3, ink))
    parts.append(_hand(face_r * 0.92, face_r * 0.034 * heavy, minute, y - 0.6, ink))
    parts.append(
        Part(
            ball(face_r * 0.05, 20).scaled(y=0.5).moved(y=y - 0.8), Surface("lacquered metal", ink)
        )
    )
    return parts


def mirror(make: Maker) -> list[Part]:
    """Model a mirror."""
    w, d, h = make.width, make.depth, make.height
    body = make.plain_body
    bar = {"pebble": 1.6, "sunburst": 3.0}.get(make.form, make.random.choice((2.0, 3.5, 5.5)))
    if make.form == "arched":
        arch = np.linspace(0, pi, 40)
        outline = np.concatenate(
            [
                np.column_stack([np.cos(arch) * w / 2, h / 2 - w / 2 + np.sin(arch) * w / 2]),
                [(-w / 2, -h / 2), (w / 2, -h / 2)],
            ]
        )
    elif make.form == "rectangular":
        radius = make.random.choice((0, 6))
        outline = rectangle(w, h, radius) if radius else _sharp(w, h)
    elif make.form == "octagonal":
        outline = polygon(8, w / 2 / np.cos(pi / 8), 1) * np.array((1, h / w))
    elif make.form == "pebble":
        angle = np.linspace(0, 2 * pi, 140, endpoint=False)
        s = make.plan.seed % 628 / 100
        far = (
            1
            + 0.09 * np.cos(2 * angle + s)
            + 0.06 * np.cos(3 * angle + 2 * s)
            + 0.03 * np.sin(4 * angle)
        )
        outline = np.column_stack([np.cos(angle) * far * w / 2.15, np.sin(angle) * far * h / 2.15])
    else:
        size = 0.46 if make.form == "sunburst" else 1.0
        outline = ellipse(w * size, h * size, 120)
    parts: list[Part] = []
    if make.form == "sunburst":
        out = []
        for i in range(36):
            a = i / 36 * 2 * pi
            long = 0.5 * (1.0, 0.82, 0.92)[i % 3]
            out.append(
                rod(
                    (np.cos(a) * w * 0.2, -1.4, np.sin(a) * h * 0.2),
                    (np.cos(a) * w * long, -1.4, np.sin(a) * h * long),
                    1.1,
                    0.5,
                )
            )
        parts.append(Part(join(out), body))
    glass = _upright(
        slab(outline * (1 - bar * 0.6 / np.linalg.norm(outline, axis=1, keepdims=True)), 1.0, 0.05)
    )
    parts.append(Part(glass.moved(y=-0.6), Surface("mirror", "silver")))
    parts.append(Part(frame_around(outline, bar, d), body))
    return parts


def frame_around(outline: Array, bar: float, deep: float) -> Mesh:
    """A molding over an outline, its back on the wall, mitered where the outline has corners."""
    ahead = np.roll(outline, -1, axis=0) - outline
    lengths = np.linalg.norm(ahead, axis=1)
    after = np.column_stack([ahead[:, 1], -ahead[:, 0]]) / lengths[:, None]
    before = np.roll(after, 1, axis=0)
    miter = (before + after) / (1 + np.sum(before * after, axis=1, keepdims=True))
    rows = []
    soft = min(bar, deep) * 0.25
    for inset, z in (
        (0.0, 0.0),
        (0.0, deep - soft),
        (soft * 0.3, deep - soft * 0.3),
        (soft, deep),
        (bar - soft, deep),
        (bar - soft * 0.3, deep - soft * 0.3),
        (bar, deep - soft),
        (bar, 0.0),
    ):
        rows.append(np.column_stack([outline - miter * inset, np.full(len(outline), z)]))
    points = np.stack(rows)
    steps = np.concatenate([[0], np.cumsum(lengths)])
    across = np.array(
        (0, deep, deep, deep + soft, deep + bar, deep + bar, deep + bar + soft, 2 * deep + bar)
    )
    uv = np.stack(np.broadcast_arrays(across[:, None], steps[None]), axis=2).copy()
    return _upright(grid(points, uv, around=True))


def picture_frame(make: Maker) -> list[Part]:
    """Model a picture frame."""
    w, d, h = make.width, make.depth, make.height
    bar = {"wide": 5.5, "oval": 2.4}.get(make.form, make.random.choice((1.3, 2.0)))
    oval = make.form == "oval"
    outline = ellipse(w, h, 120) if oval else _sharp(w, h)
    parts = [Part(frame_around(outline, bar, d), make.plain_body)]
    if make.form == "wide":
        parts.append(Part(frame_around(_sharp(w - 7, h - 7), 1.6, d * 1.25), make.plain_body))
    shrink = 1 - bar * 0.7 / np.linalg.norm(outline, axis=1, keepdims=True)
    mat = _upright(slab(outline * shrink, 0.5, 0.05))
    parts.append(Part(mat, Surface("paper", "white")))
    inner_w, inner_h = (w - 2 * bar) * 0.66, (h - 2 * bar) * 0.66
    parts += _print(make, inner_w, inner_h, oval)
    return parts


def _sharp(width: float, height: float) -> Array:
    """A rectangle with sharp corners."""
    x, y = width / 2, height / 2
    return np.array([(x, y), (-x, y), (-x, -y), (x, -y)])


def _print(make: Maker, w: float, h: float, oval: bool) -> list[Part]:
    """A small abstract picture in one color on a pale sheet."""
    color = make.plan.accent_color
    ground = _upright(slab(ellipse(w, h, 72) if oval else _sharp(w, h), 0.1, 0.02)).moved(y=-0.5)
    parts = [Part(ground, Surface("paper", "cream"))]
    ink = Surface("art print", color)
    kind = make.plan.seed % 4
    if kind == 0:
        shapes = [
            slab(ellipse(w * 0.5, w * 0.5, 60), 0.1, 0.02).moved(w * 0.08, h * 0.14),
            box(w * 0.7, h * 0.06, 0.1, 0.02).moved(0, -h * 0.22),
            box(w * 0.5, h * 0.06, 0.1, 0.02).moved(-w * 0.1, -h * 0.33),
        ]
    elif kind == 1:
        shapes = []
        for i in range(5):
            a = np.linspace(0, pi, 40)
            out = np.column_stack([np.cos(a), np.sin(a)]) * w * (0.09 + 0.075 * i)
            line = np.column_stack([out[:, 0], out[:, 1] - h * 0.22, np.full(40, 0.05)])
            shapes.append(tube(line, w * 0.02, sides=6, flat=0.2))
    elif kind == 2:
        stem = curve([(0, -h * 0.4, 0.05), (w * 0.04, 0, 0.05), (-w * 0.02, h * 0.34, 0.05)], 30)
        shapes = [tube(stem, w * 0.012, sides=6, flat=0.2)]
        for i in range(4):
            for side in (-1, 1):
                lobe = slab(ellipse(w * 0.3, w * 0.1, 40), 0.08, 0.02).turned("z", 90 - side * 55)
                shapes.append(lobe.moved(side * w * 0.13, -h * 0.22 + i * h * 0.15, 0))
    else:
        shapes = [
            box(w * 0.28, h * f, 0.1, 0.02).moved(w * x, -h * 0.4 + h * f / 2)
            for x, f in ((-0.3, 0.5), (0.0, 0.75), (0.3, 0.36))
        ]
    parts += [Part(_upright(shape).moved(y=-0.62), ink) for shape in shapes]
    return parts


MODELS = {
    "wall clock": wall_clock,
    "mirror": mirror,
    "picture frame": picture_frame,
}
