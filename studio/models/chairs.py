"""Model dining chairs. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.lines import (
    curve,
    rectangle,
)
from studio.mesh import (
    Mesh,
    box,
    grid,
    join,
    rod,
    slab,
    tube,
    weld,
)
from studio.models.legs import METALS, legs
from studio.padding import padded
from studio.parts import Maker, Part


def dining_chair(make: Maker) -> list[Part]:
    """Model a dining chair."""
    w, d, h = make.width, make.depth, make.height
    seat = make.number("seat height", 45)
    wood = make.plain_body
    if make.form == "shell":
        return _shell(make, w, d, h, seat)
    if make.form == "upholstered":
        cloth = make.plain_body
        pad = padded(w, d - 8, 9, radius=4, puff=1.6).moved(0, -4, seat - 9)
        rest = (
            padded(w - 4, 8, h - seat + 2, radius=3.6, puff=1.4)
            .turned("x", -9)
            .moved(0, d / 2 - 11, seat - 4)
        )
        return [
            Part(pad, cloth),
            Part(rest, cloth),
            legs(w - 9, d - 18, seat - 8, make.accent, splay=0.06, thick=1.9),
        ]
    top = slab(rectangle(w, d - 8, 7), 2.6, 1.1)
    frame: list[Mesh] = [
        replace(top, uv=top.uv[..., ::-1].copy() * (1, 1)).moved(0, -4, seat - 2.6)
    ]
    lean = 0.13
    if make.form == "spindle-back":
        for sx in (-1, 1):
            for y, sy in ((-d / 2 + 7, -1), (d / 2 - 14, 1)):
                frame.append(
                    rod(
                        (sx * (w / 2 - 8), y, seat - 2),
                        (sx * (w / 2 - 2), y + sy * 5, 0),
                        1.7,
                        1.05,
                    )
                )
        frame.append(
            rod((-w / 2 + 5, -d / 2 + 5, seat * 0.42), (w / 2 - 5, -d / 2 + 5, seat * 0.42), 0.9)
        )
        rail = curve(
            [
                (-w / 2 + 2, d / 2 - 11 + lean * (h - seat), h - 4),
                (0, d / 2 - 5 + lean * (h - seat), h - 2),
                (w / 2 - 2, d / 2 - 11 + lean * (h - seat), h - 4),
            ],
            24,
        )
        frame.append(tube(rail, 1.5, flat=2.0, sides=14))
        for i in range(7):
            t = i / 6 * 2 - 1
            x0, x1 = t * (w / 2 - 8), t * (w / 2 - 4)
            y1 = d / 2 - 5.2 + lean * (h - seat) - 5.5 * t**2
            frame.append(
                rod(
                    (x0, d / 2 - 11 - 2.5 * t**2, seat - 1),
                    (x1, y1, h - 4),
                    0.75 if abs(t) < 1 else 1.1,
                )
            )
        return [Part(join(frame), wood)]
    for sx in (-1, 1):
        frame.append(
            rod(
                (sx * (w / 2 - 3), -d / 2 + 4, seat - 2),
                (sx * (w / 2 - 2.5), -d / 2 + 3, 0),
                1.8,
                1.4,
            )
        )
        post = curve(
            [
                (sx * (w / 2 - 2.5), d / 2 - 3, 0),
                (sx * (w / 2 - 3), d / 2 - 8, seat * 0.7),
                (sx * (w / 2 - 3), d / 2 - 8, seat + 6),
                (sx * (w / 2 - 3), d / 2 - 2 + lean * 10, h),
            ],
            28,
        )
        frame.append(tube(post, 1.75, sides=14))
        frame.append(
            rod(
                (sx * (w / 2 - 2.7), -d / 2 + 4, seat * 0.4),
                (sx * (w / 2 - 2.7), d / 2 - 6, seat * 0.4),
                0.9,
            )
        )
    frame.append(
        rod((-w / 2 + 3, -d / 2 + 4, seat * 0.55), (w / 2 - 3, -d / 2 + 4, seat * 0.55), 0.9)
    )
    if make.form == "ladder-back":
        for i in range(4):
            z = seat + 9 + i * (h - seat - 14) / 3.3
            y = d / 2 - 8 + (z - seat - 6) / (h - seat - 6) * 7
            slat = tube(
                curve([(-w / 2 + 3, y, z), (0, y + 2.4, z + 0.8), (w / 2 - 3, y, z)], 16),
                0.7,
                flat=3.4,
                sides=14,
            )
            frame.append(slat)
        cover = make.accent
        pad = padded(w - 1, d - 9, 3.4, radius=1.6, puff=1.1, grain="x").moved(0, -4, seat - 2.5)
        return [
            Part(join([*frame[1:], box(w - 4, d - 11, 2.4, 1).moved(0, -4, seat - 4)]), wood),
            Part(pad, cover),
        ]
    low, high = seat + 10, h - 2
    for z in (low, high):
        y = d / 2 - 8 + (z - seat - 6) / (h - seat - 6) * 7
        frame.append(
            tube(
                curve([(-w / 2 + 3, y, z), (0, y + 1.6, z), (w / 2 - 3, y, z)], 16),
                1.2,
                flat=1.5,
                sides=12,
            )
        )
    panel = cane(w - 7, high - low - 2).turned("x", 90)
    angle = np.degrees(np.arctan2(7 * (high - low) / (h - seat - 6), high - low))
    panel = panel.turned("x", -float(angle)).moved(
        0, d / 2 - 8 + ((low + high) / 2 - seat - 6) / (h - seat - 6) * 7 + 0.9, (low + high) / 2
    )
    return [Part(join(frame), wood), Part(panel, make.accent)]


def cane(width: float, height: float, step: float = 1.7, thick: float = 0.32) -> Mesh:
    """Woven cane in the xy plane around the origin."""
    out = []
    across = max(4, round(width / step))
    for i in range(across + 1):
        x = -width / 2 + i / across * width
        out.append(
            tube(
                [(x, -height / 2, 0), (x, 0, 0), (x, height / 2, 0)],
                thick,
                sides=5,
                flat=0.5,
                caps=False,
            )
        )
    along = max(4, round(height / step))
    for i in range(along + 1):
        y = -height / 2 + i / along * height
        out.append(
            tube(
                [(-width / 2, y, 0.1), (0, y, 0.1), (width / 2, y, 0.1)],
                thick,
                sides=5,
                flat=0.5,
                caps=False,
            )
        )
    count = round((width + height) / step / 1.5)
    for i in range(1, count):
        s = i / count * (width + height)
        for sign in (-1, 1):
            a = (min(s, width), max(0.0, s - width))
            b = (max(0.0, s - height), min(s, height))
            p = [(sign * (x - width / 2), y - height / 2, 0.2) for x, y in (a, b)]
            m = tuple((p[0][k] + p[1][k]) / 2 for k in range(3))
            if abs(p[0][0] - p[1][0]) > 0.5:
                out.append(tube([p[0], m, p[1]], thick * 0.9, sides=5, flat=0.5, caps=False))
    return join(out)


def _shell(make: Maker, w: float, d: float, h: float, seat: float) -> list[Part]:
    rows, columns = 34, 30
    t = np.linspace(0, 1, rows)[:, None]
    u = np.linspace(-1, 1, columns)[None, :]
    profile = curve(
        [
            (-d / 2 + 2, seat - 3),
            (-d / 2 + 7, seat),
            (0, seat - 3),
            (d / 2 - 15, seat - 1),
            (d / 2 - 7, seat + 9),
            (d / 2 - 3, seat + 22),
            (d / 2, h),
        ],
        rows,
    )
    knots = [(0, 0.38), (0.1, 0.47), (0.45, 0.5), (0.7, 0.475), (0.9, 0.415), (1, 0.33)]
    rising, share = curve(knots, 80).T
    wide = w * np.interp(t, rising, share)
    curl = np.interp(t[:, 0], [0, 0.2, 0.5, 0.75, 1], [0.5, 3.5, 9, 6.5, 2])[:, None]
    x = u * wide
    y = profile[:, :1] - curl * 0.75 * np.clip(t * 2 - 0.6, 0, 1) * np.abs(u) ** 2.5
    z = profile[:, 1:] + curl * np.abs(u) ** 2.5 * (1 - np.clip(t * 1.5 - 0.6, 0, 0.8))
    z = z - 6.0 * np.clip((t - 0.8) / 0.2, 0, 1) * np.abs(u) ** 3
    sheet = np.stack([x, y + 0 * x, z + 0 * x], axis=2)
    du, dv = np.gradient(sheet, axis=1), np.gradient(sheet, axis=0)
    normal = np.cross(du, dv)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    under = sheet - normal * 0.9

    place = np.stack([x + 0 * z, z + 0 * x], axis=2)
    rim_top = np.concatenate([sheet[0, :], sheet[1:, -1], sheet[-1, -2::-1], sheet[-2:0:-1, 0]])
    rim_low = np.concatenate([under[0, :], under[1:, -1], under[-1, -2::-1], under[-2:0:-1, 0]])
    edge = np.stack([rim_low, rim_top])
    uv = np.zeros((2, len(rim_top) + 1, 2))
    shell = weld(
        join(
            [grid(sheet, place), grid(under[:, ::-1], place[:, ::-1]), grid(edge, uv, around=True)]
        )
    )
    surface = make.accent
    thick = 1.7 if surface.material not in METALS else 1.0
    feet = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            feet.append(
                rod(
                    (sx * w * 0.24, sy * d * 0.2 - 2, seat - 3.2),
                    (sx * w * 0.44, sy * d * 0.42, 0),
                    thick,
                    thick * 0.7,
                )
            )
    cross = box(w * 0.5, 3, 1.4, 0.4).moved(0, d * 0.2 - 2, seat - 5)
    cross2 = box(w * 0.5, 3, 1.4, 0.4).moved(0, -d * 0.2 - 2, seat - 5)
    return [Part(shell, make.plain_body), Part(join([*feet, cross, cross2]), surface)]


MODELS = {
    "dining chair": dining_chair,
}
