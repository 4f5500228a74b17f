"""Model tables. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    corners,
    curve,
    ellipse,
    rectangle,
    ring_path,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    join,
    lathe,
    rod,
    slab,
    tube,
)
from studio.models.legs import METALS, legs
from studio.models.vessels import flat_uv
from studio.parts import Maker, Part, Surface


def top(outline: np.ndarray, thick: float, z: float, radius: float = 0.6) -> Mesh:
    """A table top with its grain along x."""
    mesh = slab(outline, thick, radius)
    return replace(mesh, uv=flat_uv(mesh)[..., ::-1].copy()).moved(z=z)


def _thickness(make: Maker, normal: float) -> float:
    return {"glass": 1.4, "marble": 2.4, "lacquered metal": 1.2, "brass": 1.2, "copper": 1.2}.get(
        make.plan.material, normal
    )


def _square_legs(w: float, d: float, height: float, surface: Surface, thick: float) -> Part:
    if surface.material in METALS:
        thick *= 0.55
    posts = [
        box(thick, thick, height, 0.4, grain="z").moved(
            sx * (w / 2 - thick / 2), sy * (d / 2 - thick / 2)
        )
        for sx in (-1, 1)
        for sy in (-1, 1)
    ]
    return Part(join(posts), surface)


def dining_table(make: Maker) -> list[Part]:
    """Model a dining table."""
    w, d, h = make.width, make.depth, make.height
    thick = _thickness(make, 3.6)
    body, leg = make.plain_body, make.accent
    metal = leg.material in METALS
    if make.form == "round pedestal":
        plate = Part(top(ellipse(w, w, 120), thick, h - thick, 0.9), body)
        line = curve(
            [
                (w * 0.27, 0),
                (w * 0.27, 1.5),
                (w * 0.1, 6),
                (w * 0.055, 18),
                (w * 0.06, h * 0.6),
                (w * 0.16, h - thick - 1),
                (w * 0.17, h - thick),
            ],
            60,
        )
        return [plate, Part(lathe(np.concatenate([[[0.01, 0]], line])), leg)]
    if make.form == "oval":
        plate = Part(top(ellipse(w, d, 140, 2.3), thick, h - thick, 1.4), body)
        return [plate, legs(w * 0.55, d * 0.5, h - thick - 0.5, leg, splay=0.12, thick=3.4)]
    plate = Part(top(rectangle(w, d, 1.2), thick, h - thick), body)
    if make.form == "trestle":
        out = []
        size = 2.2 if metal else 4.0
        for sx in (-1, 1):
            x = sx * w * 0.32
            out.append(box(size * 1.4, d * 0.8, size, 0.4, grain="y").moved(x, 0, h - thick - size))
            for sy in (-1, 1):
                for lean in (-1, 1):
                    out.append(
                        rod(
                            (x + lean * 2, sy * d * 0.3, h - thick - 1),
                            (x + lean * 13, sy * d * 0.38, 0),
                            size * 0.55,
                        )
                    )
            out.append(box(size * 4.2, d * 0.68, size * 0.6, 0.3, grain="y").moved(x, 0, h * 0.33))
        return [plate, Part(join(out), leg)]
    inset = 4.0
    apron = [
        box(w - 2 * inset - 10, 2.2, 8, 0.3).moved(0, sy * (d / 2 - inset - 2.5), h - thick - 8)
        for sy in (-1, 1)
    ]
    apron += [
        box(2.2, d - 2 * inset - 10, 8, 0.3, grain="y").moved(
            sx * (w / 2 - inset - 2.5), 0, h - thick - 8
        )
        for sx in (-1, 1)
    ]
    feet = _square_legs(w - 2 * inset, d - 2 * inset, h - thick, leg, 7)
    return [plate, feet, Part(join(apron), leg)]


def coffee_table(make: Maker) -> list[Part]:
    """Model a coffee table."""
    w, d, h = make.width, make.depth, make.height
    thick = _thickness(make, 2.8)
    body, leg = make.plain_body, make.accent
    if make.form == "drum":
        line = corners([(0.01, 0), (w / 2 * 0.97, 0), (w / 2, 2), (w / 2, h), (0.01, h)], 1.4)
        mesh = lathe(line, 120)
        flat = np.ptp(mesh.vertices[mesh.faces][..., 2], axis=1)[:, None, None] < 0.5
        return [Part(replace(mesh, uv=np.where(flat, flat_uv(mesh), mesh.uv)), body)]
    if make.form == "rectangular with shelf":
        plate = top(rectangle(w, d, 1), thick, h - thick)
        inner = box(w - 9, d - 9, 1.8, 0.3).moved(z=h * 0.28)
        return [Part(plate, body), Part(inner, leg), _square_legs(w - 3, d - 3, h - thick, leg, 5)]
    if make.form == "hairpin":
        plate = top(rectangle(w, d, 2.5), max(thick, 2), h - max(thick, 2))
        out = []
        z = h - max(thick, 2)
        for sx in (-1, 1):
            for sy in (-1, 1):
                x, y = sx * (w / 2 - 9), sy * (d / 2 - 9)
                foot = (x + sx * 5, y + sy * 4, 0.6)
                path = corners([(x - sx * 5, y, z), foot, (x, y - sy * 5, z)], 1.5)
                out.append(tube(path, 0.62, sides=10))
        return [Part(plate, body), Part(join(out), leg)]
    outline = ellipse(w, w if make.form == "round" else d, 120)
    plate = top(outline, thick, h - thick, 1.0)
    reach = 0.56
    return [
        Part(plate, body),
        legs(
            w * reach,
            (w if make.form == "round" else d) * reach,
            h - thick - 0.4,
            leg,
            splay=0.2,
            thick=2.6,
        ),
    ]


def side_table(make: Maker) -> list[Part]:
    """Model a side table."""
    w, d, h = make.width, make.depth, make.height
    thick = _thickness(make, 2.2)
    body, leg = make.plain_body, make.accent
    metal = leg.material in METALS
    if make.form == "tripod":
        out = []
        size = 1.0 if metal else 1.8
        for i in range(3):
            a = i / 3 * 2 * pi - pi / 2  # one leg in front
            c, s = np.cos(a), np.sin(a)
            out.append(
                rod(
                    (c * w * 0.2, s * w * 0.2, h - thick - 0.3),
                    (c * w * 0.46, s * w * 0.46, 0),
                    size,
                    size * 0.65,
                )
            )
        return [Part(top(ellipse(w, w, 96), thick, h - thick), body), Part(join(out), leg)]
    if make.form == "pedestal":
        line = curve(
            [
                (w * 0.34, 0),
                (w * 0.34, 1.2),
                (w * 0.09, 3),
                (w * 0.05, 8),
                (w * 0.05, h * 0.8),
                (w * 0.1, h - thick),
            ],
            50,
        )
        return [
            Part(top(ellipse(w, w, 96), thick, h - thick), body),
            Part(lathe(np.concatenate([[[0.01, 0]], line])), leg),
        ]
    if make.form == "with drawer":
        high = 15.0
        case = box(w, d, high, 0.6, grain="x").moved(z=h - high)
        face = box(w - 5, 1.2, high - 5, 0.3, grain="x").moved(0, -d / 2 - 0.2, h - high + 2.5)
        knob = ball(1.3, 20).moved(0, -d / 2 - 2.2, h - high / 2)
        metal_ = Surface("brass", "gold") if make.plan.seed % 2 else Surface("iron", "black")
        return [
            Part(case, body),
            Part(face, body),
            Part(knob, metal_),
            legs(w - 8, d - 8, h - high, leg, splay=0.05, thick=2.0),
        ]
    if make.form == "tray-top":
        edge = lathe(
            corners(
                [
                    (0.01, h - 3.4),
                    (w / 2 * 0.96, h - 3.4),
                    (w / 2, h),
                    (w / 2 - 0.7, h),
                    (w / 2 * 0.95, h - 2.8),
                    (0.01, h - 2.8),
                ],
                0.5,
            ),
            96,
        )
        edge = replace(edge, uv=flat_uv(edge))
        out = []
        for i in range(4):
            a = pi / 4 + i * pi / 2
            c, s = np.cos(a), np.sin(a)
            out.append(
                rod((c * w * 0.42, s * w * 0.42, h - 3.2), (c * w * 0.4, s * w * 0.4, 0.5), 0.75)
            )
        out += [
            tube(ring_path(w * 0.405, 1.0), 0.75, closed=True),
            tube(ring_path(w * 0.42, h - 4), 0.7, closed=True),
        ]
        return [Part(edge, body), Part(join(out), leg)]
    plate = top(rectangle(w, d, 1.5), thick, h - thick)
    x = w / 2 - 3
    bars = []
    for sy in (-1, 1):
        y = sy * (d / 2 - 3)
        bars.append(
            tube(
                corners(
                    [
                        (-w / 2 + 4, y, 1.2),
                        (x, y, 1.2),
                        (x, y, h - thick - 0.9),
                        (-w / 2 + 6, y, h - thick - 0.9),
                    ],
                    2.5,
                ),
                1.1,
                sides=12,
            )
        )
    bars.append(rod((-w / 2 + 4, -d / 2 + 3, 1.2), (-w / 2 + 4, d / 2 - 3, 1.2), 1.1))
    bars.append(rod((x, -d / 2 + 3, h - thick - 0.9), (x, d / 2 - 3, h - thick - 0.9), 1.1))
    return [Part(plate, body), Part(join(bars), leg)]


MODELS = {
    "dining table": dining_table,
    "coffee table": coffee_table,
    "side table": side_table,
}
