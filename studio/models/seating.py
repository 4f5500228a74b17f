"""Model stools, benches and poufs. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.knit import knit
from studio.lines import (
    corners,
    curve,
    ellipse,
    rectangle,
)
from studio.mesh import (
    ball,
    box,
    join,
    lathe,
    rod,
    slab,
)
from studio.models.legs import METALS, legs
from studio.models.sofas import back_line
from studio.models.vessels import ring
from studio.models.weaving import woven
from studio.padding import padded, piping, tufted, wall
from studio.parts import Maker, Part


def stool(make: Maker) -> list[Part]:
    """Model a stool."""
    w, d, h = make.width, make.depth, make.height
    surface = make.plain_body
    if make.form == "hourglass":
        r = w / 2
        line = curve(
            [
                (r * 0.96, 0),
                (r, h * 0.05),
                (r * 0.82, h * 0.28),
                (r * 0.7, h * 0.5),
                (r * 0.82, h * 0.72),
                (r, h * 0.95),
                (r * 0.96, h),
            ],
            40,
        )
        if make.plan.material == "rattan":
            body = woven(line, rope=0.9, stakes=40)
            top = slab(ellipse(w * 0.97, w * 0.97, 72), 2, 0.8).moved(z=h - 1.6)
            return [Part(body, surface), Part(top, surface)]
        body = lathe(np.concatenate([[[0.01, 0]], line, [[r * 0.9, h + 0.3], [0.01, h + 0.3]]]))
        return [Part(body, surface)]
    high = h if make.form != "bar with back" else h - 24
    square = make.form == "square"
    thick = 3.2 if not make.soft else 7.0
    outline = rectangle(w, d, 4) if square else ellipse(w, w, 72)
    if make.form == "bar with back":
        outline = rectangle(w, d - 4, 9)
    if make.soft:
        seat_mesh = slab(outline, thick, 3.2, rings=10)
        parts = [Part(seat_mesh.moved(z=high - thick), surface),
                 Part(slab(outline * 0.95, 1.6, 0.4).moved(z=high - thick - 1.4), make.accent)]  # fmt: skip
    else:
        top = slab(outline, thick, 1.0)
        parts = [Part(replace(top, uv=top.uv[..., ::-1].copy()).moved(z=high - thick), surface)]
    under = high - thick - (1 if make.soft else 0)
    spread = 0.16 if make.form == "round" else (0.02 if square else 0.11)
    inset = 0.58 if not square else 0.8
    metal = make.accent.material in METALS
    parts.append(
        legs(
            w * inset, d * inset, under, make.accent, splay=spread, thick=1.7 if not metal else 1.8
        )
    )
    if make.form.startswith("bar"):
        z = high * 0.32
        reach_x = w * inset / 2 + (under - z) * spread
        reach_y = d * inset / 2 + (under - z) * spread
        spots = [
            (-reach_x, -reach_y, z),
            (reach_x, -reach_y, z),
            (reach_x, reach_y, z),
            (-reach_x, reach_y, z),
        ]
        rails = [rod(spots[i], spots[(i + 1) % 4], 0.95) for i in range(4)]
        parts.append(Part(join(rails), make.accent))
    if make.form == "bar with back":
        path = np.array([(x, y) for x, y in back_line(w - 4, d * 0.42, 24)])
        path[:, 1] += d * 0.02
        if make.soft:
            rest = wall(path, 4.5, high + 10, h, radius=2.2)
        else:
            rest = wall(path, 2.2, high + 13, h, radius=1)
        posts = [
            rod(
                (sx * (w / 2 - 6), d * 0.3, high - 2), (sx * (w / 2 - 6), d * 0.3 + 2.5, h - 6), 1.1
            )
            for sx in (-1, 1)
        ]
        parts += [Part(rest, surface), Part(join(posts), make.accent)]
    return parts


def bench(make: Maker) -> list[Part]:
    """Model a bench."""
    w, d, h = make.width, make.depth, make.height
    wood = make.plain_body
    if make.form == "plank":
        thick = 4.2
        top = box(w, d, thick, 0.8).moved(z=h - thick)
        ends = [
            box(thick, d - 2, h - thick + 0.2, 0.6, grain="z").moved(sx * (w / 2 - 12))
            for sx in (-1, 1)
        ]
        rail = box(w - 26, 3, 8, 0.5).moved(z=h - thick - 10)
        return [Part(join([top, *ends, rail]), wood)]
    if make.form == "slatted":
        slats = [
            box(w, d / 6.4, 2.6, 0.6).moved(0, -d / 2 + d / 12 + i * d / 6, h - 2.6)
            for i in range(6)
        ]
        rails = [
            box(3, d - 3, 3, 0.5, grain="y").moved(sx * (w / 2 - 16), 0, h - 5.4) for sx in (-1, 1)
        ]
        return [Part(join(slats), wood), Part(join(rails), make.accent),
                legs(w - 32, d - 9, h - 5, make.accent, splay=0.1, thick=2.0)]  # fmt: skip
    if make.form == "with shelf":
        top = box(w, d, 3.4, 0.7).moved(z=h - 3.4)
        shelf = [
            box(w - 8, d / 5.6, 2, 0.4).moved(0, -d / 2 + d / 9 + i * d / 4.5 + 1, 13)
            for i in range(4)
        ]
        posts = [
            box(4, 4, h - 3.2, 0.6).moved(sx * (w / 2 - 3), sy * (d / 2 - 3))
            for sx in (-1, 1)
            for sy in (-1, 1)
        ]
        rails = [
            box(3, d - 6, 3, 0.4, grain="y").moved(sx * (w / 2 - 3), 0, 10.4) for sx in (-1, 1)
        ]
        rails += [box(w - 6, 2.4, 6, 0.4).moved(0, sy * (d / 2 - 3), h - 9.4) for sy in (-1, 1)]
        return [Part(join([top, *shelf, *posts, *rails]), wood)]
    thick = 11.0
    parts: list[Part] = []
    if make.form == "tufted":
        pad, buttons = tufted(w, d, thick + 3, step=14, deep=4.5, radius=5)
        parts = [Part(pad.moved(z=h - thick - 2), wood), Part(buttons.moved(z=h - thick - 2), wood)]
    else:
        pad = padded(w, d, thick, radius=4, puff=1.6).moved(z=h - thick)
        parts = [Part(pad, wood)]
    parts.append(Part(box(w - 4, d - 4, 4, 0.8).moved(z=h - thick - 3.6), make.accent))
    parts.append(legs(w - 16, d - 14, h - thick - 2, make.accent, splay=0.06, thick=2.2))
    return parts


def pouf(make: Maker) -> list[Part]:
    """Model a pouf."""
    r, h = make.width / 2, make.height
    around = 2 * pi * r
    split = h * 0.5
    cloth = make.patterned(around / 8, split)
    if make.form in ("round", "segmented", "chunky-knit"):
        count = 60
        t = np.linspace(-pi / 2 + 1e-3, pi / 2 - 1e-3, count)
        flat = 0.75
        line = np.stack(
            [r * np.cos(t) ** 0.62, h / 2 + h / 2 * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** flat],
            axis=1,
        )
        segments = 10 if make.form == "segmented" else 0

        def ripple(angle: np.ndarray, share: np.ndarray) -> np.ndarray:
            if segments:
                seams = np.exp(-((np.sin(angle * segments / 2) / 0.16) ** 2))
                return np.asarray(1 - 0.09 * seams)
            return np.asarray(1 + 0.012 * np.sin(3 * angle + 1))

        body = lathe(line, 200 if segments else 120, ripple)
        if make.form == "chunky-knit":

            def place(u: np.ndarray, v: np.ndarray) -> np.ndarray:
                at = v * (count - 1)
                radius = np.interp(at, range(count), line[:, 0])
                z = np.interp(at, range(count), line[:, 1])
                return np.stack(
                    [radius * np.cos(2 * pi * u), radius * np.sin(2 * pi * u), z], axis=-1
                )

            core = body.scaled(0.96, 0.96, 0.97).moved(z=h * 0.012)
            return [Part(core, cloth), Part(knit(place, 24, 19, r * 0.085), cloth)]
        parts = [Part(body.wrapped(cloth.tile), cloth)]
        if segments:
            parts.append(Part(ball(2.6, 20).scaled(z=0.5).moved(z=h - 0.2), cloth))
        return parts
    if make.form == "cylinder":
        body = lathe(corners([(0.01, 0), (r, 0), (r, h), (0.01, h)], 3.5, 6))
        body = body.wrapped(cloth.tile)
        trims = [ring(r - 0.4, z, 0.7, 96) for z in (2.0, h - 2.0)]
        return [Part(body, cloth), Part(join(trims), make.plain_body)]
    body = padded(make.width, make.depth, h, radius=3.5, puff=1.6)
    if make.plan.pattern != "plain":
        body = body.faced()
    trims = [piping(make.width - 0.6, make.depth - 0.6, z, 0.65) for z in (2.2, h - 2.2)]
    return [Part(body, cloth), Part(join(trims), make.plain_body)]


MODELS = {
    "stool": stool,
    "bench": bench,
    "pouf": pouf,
}
