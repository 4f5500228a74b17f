"""Model sofas. Knows no renderer."""

from __future__ import annotations

from math import pi

import numpy as np

from studio.lines import (
    curve,
)
from studio.mesh import (
    box,
    join,
    lathe,
    rod,
    slab,
    tube,
)
from studio.models.legs import legs
from studio.padding import padded, tufted, wall
from studio.parts import Maker, Part


def sofa(make: Maker) -> list[Part]:
    """Model a sofa."""
    w, d, h = make.width, make.depth, make.height
    builders = {"chesterfield": _chesterfield, "curved": _curved, "corner": _corner}
    if make.form in builders:
        return builders[make.form](make)
    seats = 2 if make.form == "two-seater" else 3
    return boxy(make, w, d, h, seats, arm=make.between(13, 22))


def boxy(make: Maker, w: float, d: float, h: float, seats: int, arm: float,
          arms: tuple[bool, bool] = (True, True)) -> list[Part]:  # fmt: skip
    """Model a seat with boxy arms and loose cushions."""
    cloth = make.patterned(24)
    seat = make.number("seat height", 43)
    foot = 12.0
    arm_high = max(seat + 12, h * 0.74)
    back = 20.0
    base = box(w - 2, d - 4, seat * 0.5 - 2, 3, grain="x", cells=4).moved(z=foot)
    parts = [Part(base, cloth)]
    inner_left = -w / 2 + (arm if arms[0] else 0)
    inner_right = w / 2 - (arm if arms[1] else 0)
    for here, side in zip(arms, (-1, 1), strict=True):
        if here:
            block = padded(arm, d, arm_high - foot, radius=make.between(3, 7), puff=1.6, grain="y",
                           seed=make.plan.seed % 97)  # fmt: skip
            parts.append(Part(block.moved(side * (w / 2 - arm / 2), 0, foot), cloth))
    wide = (inner_right - inner_left) / seats
    panel = padded(inner_right - inner_left, back * 0.7, h - foot - 6, radius=5, puff=1)
    parts.append(
        Part(panel.moved((inner_left + inner_right) / 2, d / 2 - back * 0.38, foot), cloth)
    )
    top = foot + seat * 0.5 - 2.5
    for i in range(seats):
        x = inner_left + wide * (i + 0.5)
        pad = padded(
            wide - 0.6,
            d - back + 1.5,
            seat - top + 1,
            radius=4.5,
            puff=2.6,
            seed=i + make.plan.seed % 89,
        )
        parts.append(Part(pad.moved(x, -back / 2 + 0.5, top), cloth))
        rest = padded(wide - 1.4, 17, h - seat - 1, radius=6.5, puff=3.6, seed=7 + i + make.plan.seed % 89,
                      crumple=0.8)  # fmt: skip
        rest = rest.turned("x", -9).moved(x, d / 2 - back - 4.5, seat - 0.5)
        parts.append(Part(rest, cloth))
    parts.append(legs(w - 16, d - 16, foot, make.accent, splay=0.1, thick=2.6))
    return parts


def _corner(make: Maker) -> list[Part]:
    w, whole, h = make.width, make.depth, make.height
    d = 92.0
    chaise = w * 0.34
    long = w - chaise
    cloth = make.patterned(24)
    seat = make.number("seat height", 43)
    foot, back, arm = 10.0, 20.0, 18.0
    parts = []
    main = boxy(make, long, d, h, 2, arm, (True, False))[:-1]
    parts += [Part(p.mesh.moved(-chaise / 2, (whole - d) / 2, 0), p.surface) for p in main]
    x = w / 2 - chaise / 2
    base = box(chaise, whole - 2, seat * 0.5 + 0, 3, cells=4, grain="x").moved(x, 0, foot)
    top = 12 + seat * 0.5 - 2.5
    pad = padded(chaise - 1, whole - back - 1, seat - top + 1, radius=4.5, puff=2.4).moved(
        x, -back / 2, top
    )
    panel = padded(chaise, back * 0.7, h - foot - 6, radius=5, puff=1).moved(
        x, whole / 2 - back * 0.38, foot
    )
    rest = padded(chaise - 2, 17, h - seat - 1, radius=6.5, puff=3.6, crumple=0.8, seed=3)
    rest = rest.turned("x", -9).moved(x, whole / 2 - back - 4.5, seat - 0.5)
    parts += [Part(item, cloth) for item in (base, pad, panel, rest)]
    surface = make.accent
    spots = [(-w / 2 + 9, whole / 2 - 8), (-w / 2 + 9, whole / 2 - d + 9), (w / 2 - 8, whole / 2 - 8),
             (w / 2 - 8, -whole / 2 + 9), (w / 2 - chaise + 9, -whole / 2 + 9)]  # fmt: skip
    feet = join([rod((px, py, 13), (px, py, 0), 2.3, 1.8) for px, py in spots])
    return [*parts, Part(feet, surface)]


def _chesterfield(make: Maker) -> list[Part]:
    w, d, h = make.width, make.depth, make.height
    cloth = make.plain_body
    seat = make.number("seat height", 43)
    foot, roll = 9.0, 11.5
    thick = 20.0
    parts = [
        Part(box(w - 14, d - 8, seat * 0.55 - foot + 6, 3, cells=4, grain="x").moved(z=foot), cloth)
    ]
    # back and arms: a tufted panel that leans into a roll of one height
    span = w - 2 * thick
    panel, buttons = tufted(span + 4, h - seat - 6, 10, step=19, deep=5.5, radius=5)
    rise = [("x", 90.0)]
    for item in (panel, buttons):
        shape = item.turned(*rise[0]).moved(0, d / 2 - thick + 10, seat + (h - seat - 6) / 2)
        parts.append(Part(shape, cloth))
    side, side_buttons = tufted(d - thick - 6, h - seat - 6, 9, step=19, deep=5, radius=5)
    for turn, x in ((90.0, -w / 2 + thick - 9), (-90.0, w / 2 - thick + 9)):
        for item in (side, side_buttons):
            shape = (
                item.turned("x", 90)
                .turned("z", turn)
                .moved(x, -thick / 2 - 2, seat + (h - seat - 6) / 2)
            )
            parts.append(Part(shape, cloth))
    body = box(span + thick * 1.2, thick * 0.75, h - foot - roll, 4, cells=4, grain="x").moved(
        0, d / 2 - thick * 0.42, foot
    )
    parts.append(Part(body, cloth))
    for sx in (-1, 1):
        flank = box(thick * 0.72, d - 3, h - foot - roll, 4, cells=4, grain="y")
        parts.append(Part(flank.moved(sx * (w / 2 - thick * 0.55), 0, foot), cloth))
        front = lathe(
            [(0.01, 0), (roll * 0.5, 0.6), (roll * 0.97, 0), (roll, -1.5), (roll, -3)]
        ).turned("x", 90)
        line = [(sx * (w / 2 - roll), -d / 2 + 2.5, h - roll), (sx * (w / 2 - roll), 0, h - roll),
                (sx * (w / 2 - roll), d / 2 - roll, h - roll)]  # fmt: skip
        parts.append(Part(tube(curve(line, 20), roll, sides=28, caps=False), cloth))
        parts.append(Part(front.moved(sx * (w / 2 - roll), -d / 2 + 1.2, h - roll), cloth))
    line = [
        (-w / 2 + roll, d / 2 - roll, h - roll),
        (0, d / 2 - roll, h - roll),
        (w / 2 - roll, d / 2 - roll, h - roll),
    ]
    parts.append(Part(tube(curve(line, 20), roll, sides=28), cloth))
    for i in range(3):
        wide = span / 3
        pad = padded(wide - 0.5, d - thick - 1, 15, radius=4, puff=2.2, seed=i)
        parts.append(
            Part(pad.moved(-span / 2 + wide * (i + 0.5), -thick / 2 - 0.5, seat - 13), cloth)
        )
    parts.append(legs(w - 30, d - 22, foot, make.accent, splay=0.05, thick=3.4))
    return parts


def back_line(width: float, depth: float, count: int = 40, ends: float = 0.0) -> np.ndarray:
    """A line (x, y) from front left around the back to front right."""
    angle = np.linspace(pi + ends, -ends, count)
    return np.stack([np.cos(angle) * width / 2, np.sin(angle) * depth], axis=1)


def _curved(make: Maker) -> list[Part]:
    w, d, h = make.width, make.depth, make.height
    cloth = make.plain_body
    seat = make.number("seat height", 43)
    thick, foot = 24.0, 5.0
    line = back_line(w - thick, d - thick - 14)
    line[:, 1] -= d * 0.28
    share = np.abs(np.linspace(-1, 1, len(line)))
    tops = h - (h - seat - 8) * share**5
    back = wall(line, thick, foot, tops, radius=11)
    angle = np.linspace(0, 2 * pi, 96, endpoint=False)
    rx, ry = w / 2 - thick * 0.6, (d - thick) * 0.8
    front = np.where(np.sin(angle) > 0, ry * 0.85, ry * 0.42)
    outline = np.stack([np.cos(angle) * rx, np.sin(angle) * front], axis=1)
    base = slab(outline, seat - foot - 13, 4).moved(0, -d * 0.26, foot)
    pad = slab(outline * 1.02, 17, 7.5, rings=14).moved(0, -d * 0.26, seat - 15)
    feet = legs(w * 0.6, d * 0.4, foot + 1, make.accent, splay=0, thick=3)
    return [Part(back, cloth), Part(base, cloth), Part(pad, cloth),
            Part(feet.mesh.moved(y=-d * 0.15), feet.surface)]  # fmt: skip


MODELS = {
    "sofa": sofa,
}
