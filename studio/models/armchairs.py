"""Model armchairs. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.lines import (
    curve,
    ellipse,
    rectangle,
)
from studio.mesh import (
    Mesh,
    box,
    join,
    rod,
    slab,
    tube,
)
from studio.models.legs import legs
from studio.models.sofas import back_line, boxy
from studio.padding import padded, wall
from studio.parts import Maker, Part


def armchair(make: Maker) -> list[Part]:
    """Model an armchair."""
    w, d, h = make.width, make.depth, make.height
    seat = make.number("seat height", 42)
    cloth = make.patterned(18)
    surface = make.accent
    if make.form == "club":
        return boxy(make, w, d, h, 1, arm=make.between(14, 18))
    if make.form == "slipper":
        pad = padded(w, d - 8, seat - 17, radius=6, puff=2.6).moved(0, -4, 17)
        rest = (
            padded(w, 16, h - seat + 8, radius=7, puff=2.6)
            .turned("x", -10)
            .moved(0, d / 2 - 16, seat - 9)
        )
        return [Part(pad, cloth), Part(rest, cloth), legs(w - 14, d - 24, 18, surface, thick=2.1)]
    if make.form == "wooden-armed":
        return _wooden_armed(make, w, d, h, seat)
    if make.form == "barrel":
        thick, foot = 13.0, 10.0
        line = back_line(w - thick, d - thick - 20)
        line = np.concatenate(
            [
                line[:1] - [[0, 20]],
                line[:1] - [[0, 10]],
                line,
                line[-1:] - [[0, 10]],
                line[-1:] - [[0, 20]],
            ]
        )
        line[:, 1] -= (d - thick - 20) / 2 - 4
        share = np.abs(np.linspace(-1, 1, len(line)))
        shell = _ends_striped_as_sides(
            wall(line, thick, foot, h - (h - seat - 14) * share**3, radius=6), 6
        )
        outline = ellipse(w - thick * 1.5, d - thick * 1.2, 96, 2.6)
        base = slab(outline, seat - foot - 12, 3).moved(0, -4, foot)
        pad = slab(outline, 15, 6.5, rings=12).moved(0, -4, seat - 14)
        return [
            Part(shell, cloth),
            Part(base, cloth),
            Part(pad, cloth),
            legs(w - 36, d - 36, foot, surface, thick=2.2),
        ]
    return _wingback(make, w, d, h, seat)


def _wooden_armed(make: Maker, w: float, d: float, h: float, seat: float) -> list[Part]:
    wood = make.accent
    cloth = make.patterned(18)
    out: list[Mesh] = []
    for sx in (-1, 1):
        x = sx * (w / 2 - 2)
        arm_high = seat + 18
        out.append(rod((x, -d / 2 + 8, arm_high), (x, -d / 2 + 4, 0), 2.2, 1.5))
        out.append(rod((x, d / 2 - 14, arm_high + 1), (x, d / 2 - 3, 0), 2.2, 1.5))
        plank = slab(rectangle(6.5, d - 8, 3), 2.6, 1).moved(x, -2, arm_high)
        out.append(plank)
        out.append(box(2.4, d - 16, 5, 1, grain="y").moved(x, -1, seat - 18))
    for y, z in ((-d / 2 + 7, seat - 19), (d / 2 - 10, seat - 21)):
        out.append(box(w - 6, 2.4, 5.5, 1).moved(0, y, z))
    for i in range(4):
        lean = 0.22 * (seat - 6 + i * 12 - seat)
        out.append(box(w - 8, 1.8, 4, 0.8).moved(0, d / 2 - 11 + lean, seat - 4 + i * 11.5))
    for sx in (-1, 1):
        out.append(
            rod(
                (sx * (w / 2 - 6), d / 2 - 14, seat - 16),
                (sx * (w / 2 - 6), d / 2 - 2, h - 3),
                1.8,
                1.3,
            )
        )
    pad = padded(w - 11, d - 22, 13, radius=4, puff=2.4).turned("x", 4).moved(0, -4, seat - 12)
    rest = (
        padded(w - 12, 13, h - seat + 3, radius=4.5, puff=2.6)
        .turned("x", -14)
        .moved(0, d / 2 - 21, seat - 3)
    )
    return [Part(join(out), wood), Part(pad, cloth), Part(rest, cloth)]


def _wingback(make: Maker, w: float, d: float, h: float, seat: float) -> list[Part]:
    cloth = make.patterned(18)
    foot = 16.0
    arm = 11.0
    rest = padded(w - 2 * arm + 5, 15, h - seat + 4, radius=6, puff=2.4, grain="x")
    rest = rest.turned("x", -8).moved(0, d / 2 - 17, seat - 5)
    base = box(w - arm, d - 10, seat - foot - 11, 3, cells=3, grain="x").moved(0, -2, foot)
    pad = padded(w - 2 * arm + 1, d - 20, 15, radius=5, puff=2.6).moved(0, -5, seat - 13)
    parts = [Part(rest, cloth), Part(base, cloth), Part(pad, cloth)]
    outline = curve([(-d / 2 + 6, 3), (-d / 2 + 6, seat - foot + 12), (-d / 2 + 16, seat - foot + 20), (d * 0.02, seat - foot + 21),
                     (d * 0.1, seat - foot + 30), (d * 0.08, h - foot - 22), (d * 0.17, h - foot - 4), (d / 2 - 6, h - foot - 2),
                     (d / 2 - 8, h * 0.4), (d / 2 - 12, 3), (0, 0)], 110, closed=True)  # fmt: skip
    middle = np.array((d * 0.18, (seat - foot) * 0.9))
    side = slab(
        (outline - middle)[::-1] if _clockwise(outline) else outline - middle, 8.5, 4, rings=8
    )
    side = side.turned("x", 90).turned("z", 90)
    if make.plan.pattern != "plain":
        side = side.faced()
    for sx in (-1, 1):
        piece = side.moved(-4.25, middle[0], middle[1] + foot)
        parts.append(Part(piece.moved(x=sx * (w / 2 - 5)), cloth))
        roll = tube(
            curve(
                [
                    (sx * (w / 2 - 5.5), -d / 2 + 5, seat + 13),
                    (sx * (w / 2 - 5.5), -d / 4, seat + 17),
                    (sx * (w / 2 - 5.5), d * 0.05, seat + 18),
                ],
                16,
            ),
            6.8,
            sides=20,
        )
        parts.append(Part(roll, cloth))
    parts.append(legs(w - 22, d - 24, foot, make.accent, splay=0.12, thick=2.6))
    return parts


def _ends_striped_as_sides(shell: Mesh, reach: float) -> Mesh:
    """Texture of a bent wall's two front ends as seen from the front, its stripes upright."""
    points = shell.vertices[shell.faces]
    end = points[..., 1].mean(axis=1) < shell.vertices[:, 1].min() + reach
    return replace(shell, uv=np.where(end[:, None, None], points[..., [2, 0]], shell.uv))


def _clockwise(outline: np.ndarray) -> bool:
    x, y = outline[:, 0], outline[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) < 0


MODELS = {
    "armchair": armchair,
}
