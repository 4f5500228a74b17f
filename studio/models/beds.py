"""Model beds. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.lines import (
    curve,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    join,
    rod,
    tube,
)
from studio.models.legs import METALS, legs
from studio.padding import padded, pillow, tufted
from studio.parts import Maker, Part, Surface


def bed(make: Maker) -> list[Part]:
    """Model a bed."""
    w, d, h = make.width, make.depth, make.height
    body = make.plain_body
    rail, deck = 30.0, 26.0
    mattress_w, mattress_d = w - 8, d - 14
    front = -d / 2
    parts: list[Part] = []
    if make.form in ("upholstered", "tufted"):
        parts.append(
            Part(padded(w, d - 8, rail - 6, radius=3.5, puff=1, cells=6).moved(0, -4, 6), body)
        )
        head_y = d / 2 - 6
        if make.form == "tufted":
            panel, buttons = tufted(w, h - 34, 11, step=22, deep=6, radius=4)
            parts += [
                Part(m.turned("x", 90).moved(0, head_y + 5, 34 + (h - 34) / 2), body)
                for m in (panel, buttons)
            ]
            parts.append(Part(box(w, 8, h * 0.6, 2).moved(0, head_y + 1, 4), body))
        else:
            count = make.random.choice((1, 4))
            step = w / count
            for i in range(count):
                pad = padded(step - 0.3, h - 8, 10, radius=4, puff=1.6, grain="x").turned("x", 90)
                parts.append(
                    Part(pad.moved(-w / 2 + step * (i + 0.5), head_y + 5, 6 + (h - 8) / 2), body)
                )
        parts.append(
            legs(
                w - 20,
                d - 24,
                7,
                Surface("oak", "honey") if make.plan.seed % 2 else Surface("stained ash", "black"),
                splay=0.05,
                thick=2.6,
            )
        )
    else:
        parts += _frame(make, w, d, h, rail)
    mattress = padded(mattress_w, mattress_d - 4, 22, radius=8, puff=1).moved(0, 0, deck)
    parts.append(Part(mattress, Surface("cotton", "white")))
    cloth = make.accent
    top_z = deck + 22
    cover = padded(
        mattress_w + 7,
        mattress_d * 0.7,
        11,
        radius=5,
        puff=2.5,
        crumple=1.6,
        cells=22,
        seed=make.plan.seed % 79,
    )

    def hang(points: np.ndarray) -> np.ndarray:
        over = np.clip((np.abs(points[:, 0]) - mattress_w * 0.455) / (mattress_w * 0.06), 0, 1)
        foot = np.clip((-points[:, 1] - mattress_d * 0.325) / (mattress_d * 0.03), 0, 1)
        points[:, 2] -= np.maximum(over, foot) * 11
        return points

    cover = cover.bent(hang).moved(0, front + mattress_d * 0.35 + 4, top_z - 4.5)
    parts.append(Part(cover, cloth))
    turn = padded(mattress_w + 6, 30, 6, radius=3, puff=1.4, crumple=0.9, cells=16).moved(
        0, front + mattress_d * 0.7 + 0, top_z + 1.8
    )
    light = replace(cloth, color="white" if cloth.color != "white" else "light gray")
    parts.append(Part(turn, light))
    for sx in (-1, 1):
        pad = _pillow(mattress_w * 0.46, 46, 17, sx + 2)
        parts.append(
            Part(
                pad.turned("x", 42).moved(sx * mattress_w * 0.245, d / 2 - 33, top_z + 15),
                Surface("cotton", "white"),
            )
        )
        second = _pillow(mattress_w * 0.42, 42, 15, sx + 3)
        parts.append(
            Part(
                second.turned("x", 34).moved(sx * mattress_w * 0.245, d / 2 - 49, top_z + 12), cloth
            )
        )
    return parts


def _pillow(width: float, depth: float, thick: float, seed: int) -> Mesh:

    mesh, _ = pillow(width, depth, thick, seed=seed, cells=24)
    return mesh.turned("x", -90)


def _frame(make: Maker, w: float, d: float, h: float, rail: float) -> list[Part]:
    body = make.plain_body
    metal = make.plan.material in METALS
    post = 2.0 if metal else 6.0
    out: list[Mesh] = []
    front, back = -d / 2, d / 2
    if make.form == "platform":
        out.append(box(w, d, 7, 1.2, grain="y").moved(0, 0, rail - 11))
        out.append(box(w - 40, d - 40, rail - 10, 1).moved(0, 0, 0))
        out.append(box(w, 4.5, h - rail + 10, 1.5, grain="x").moved(0, back - 2.3, rail - 10))
        return [Part(join(out), body)]
    deep = 3.0 if metal else 16.0
    out += [
        box(3, d - 4, deep, 0.5, grain="y").moved(sx * (w / 2 - 2), 0, rail - deep)
        for sx in (-1, 1)
    ]
    if make.form == "four-poster":
        size = 2.4 if metal else 6.5
        for sx in (-1, 1):
            for y in (front + size / 2, back - size / 2):
                out.append(box(size, size, h, 0.6, grain="z").moved(sx * (w / 2 - size / 2), y))
            out.append(
                box(size * 0.8, d - size, size * 0.8, 0.5, grain="y").moved(
                    sx * (w / 2 - size / 2), 0, h - size
                )
            )
        for y in (front + size / 2, back - size / 2):
            out.append(box(w - size, size * 0.8, size * 0.8, 0.5, grain="x").moved(0, y, h - size))
        out.append(box(w - size, 3, 62, 0.8, grain="x").moved(0, back - size / 2, rail))
        out.append(
            box(w - size, 3, deep + 2, 0.6, grain="x").moved(0, front + size / 2, rail - deep)
        )
        return [Part(join(out), body)]
    foot_high = rail + 4 if not metal else h * 0.66
    for sx in (-1, 1):
        for y, tall in ((front + post / 2, foot_high), (back - post / 2, h)):
            x = sx * (w / 2 - post / 2)
            if metal:
                out += [rod((x, y, 0), (x, y, tall), 1.6), ball(2.4, 20).moved(x, y, tall + 1)]
            else:
                out.append(box(post, post, tall, 0.8, grain="z").moved(x, y))
    if metal:
        for y, tall in ((front + post / 2, foot_high), (back - post / 2, h)):
            arch = curve(
                [
                    (-w / 2 + 1, y, tall - 6),
                    (-w * 0.25, y, tall + 1),
                    (0, y, tall + 4),
                    (w * 0.25, y, tall + 1),
                    (w / 2 - 1, y, tall - 6),
                ],
                40,
            )
            out.append(tube(arch, 1.3, sides=12))
            out.append(rod((-w / 2, y, rail + 2), (w / 2, y, rail + 2), 1.1))
            for i in range(1, 10):
                x = -w / 2 + i * w / 10
                high = float(np.interp(x, arch[:, 0], arch[:, 2]))
                out.append(rod((x, y, rail + 2), (x, y, high), 0.75))
        return [Part(join(out), body)]
    out.append(box(w - 4, 4, 8, 0.6, grain="x").moved(0, back - post / 2, h - 9))
    out.append(box(w - 4, 3.4, 7, 0.6, grain="x").moved(0, back - post / 2, rail + 6))
    count = 12
    for i in range(count):
        x = -w / 2 + post + (i + 0.5) * (w - 2 * post) / count
        out.append(box(5, 2, h - rail - 14, 0.4, grain="z").moved(x, back - post / 2, rail + 10))
    out.append(box(w - 4, 3.4, deep, 0.6, grain="x").moved(0, front + post / 2, rail - deep))
    return [Part(join(out), body)]


MODELS = {
    "bed": bed,
}
