"""Model baskets, boxes and coat racks. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.lines import (
    Array,
    curve,
    ellipse,
    polygon,
    rectangle,
    spaced,
)
from studio.mesh import (
    Mesh,
    ball,
    box,
    grid,
    join,
    rod,
    slab,
    tube,
)
from studio.models.legs import METALS
from studio.models.weaving import OUTLINE_POINTS, coiled, woven
from studio.parts import Maker, Part, Surface


def basket(make: Maker) -> list[Part]:
    """Model a basket."""
    w, h = make.width, make.height
    r = w / 2
    body_high = h * {"handled": 0.8, "lidded": 0.82}.get(make.form, 1.0)
    profile = {
        "round": [(r * 0.86, 0.8), (r * 0.94, body_high * 0.4), (r, body_high - 0.8)],
        "tall": [(r * 0.84, 0.8), (r * 0.92, body_high * 0.4), (r, body_high - 0.8)],
        "handled": [(r * 0.86, 0.8), (r * 0.97, body_high * 0.4), (r * 0.98, body_high - 0.8)],
        "belly": [(r * 0.62, 0.8), (r * 0.93, body_high * 0.25), (r, body_high * 0.5), (r * 0.86, body_high * 0.82), (r * 0.74, body_high - 0.8)],
        "rectangular": [(0.94, 0.8), (0.97, body_high * 0.5), (1.0, body_high - 0.8)],
        "lidded": [(r * 0.82, 0.8), (r * 0.93, body_high * 0.4), (r * 0.95, body_high - 0.8)],
    }[make.form]  # fmt: skip
    line = curve(profile, 30)
    outline = rectangle(w, make.depth, 6) if make.form == "rectangular" else None
    if outline is not None:
        outline = spaced(np.concatenate([outline, outline[:1]]), OUTLINE_POINTS, closed=True)
    rope = {"wicker": 0.8, "rattan": 0.95, "seagrass": 0.85, "jute": 0.75, "cotton rope": 0.7}[
        make.plan.material
    ]
    rope *= w / 36
    surface = make.patterned(2 * pi * r / 7, body_high * 0.48)

    def weave(path: Array) -> Mesh:
        if make.plan.material in ("wicker", "rattan"):
            return woven(path, rope, 30, outline)
        return coiled(path, rope, outline)

    floor_outline = (outline if outline is not None else ellipse(2, 2, 72)) * line[0, 0]
    body = weave(line)
    u = body.uv[..., 0]
    if float(u.max()) > 0:
        around = max(1, round(float(u.max()) / surface.tile)) * surface.tile
        body = replace(body, uv=body.uv * np.array((around / float(u.max()), 1)))
    plain = make.plain_body
    parts = [Part(body, surface), Part(slab(floor_outline * 0.99, 1.2, 0.4), plain)]
    rim_line = (outline if outline is not None else ellipse(2, 2, 96)) * line[-1, 0]
    rim = tube(
        np.column_stack([rim_line, np.full(len(rim_line), body_high - 0.3)]),
        rope * 1.5,
        closed=True,
        sides=10,
    )
    parts.append(Part(rim, plain))
    if make.form == "handled":
        for sx in (-1, 1):
            x = sx * line[-1, 0]
            arch = curve(
                [
                    (x, -5.5, body_high - 6),
                    (x + sx * 0.8, -5.5, body_high + 0.5),
                    (x + sx * 1.0, -3.2, h - 1),
                    (x + sx * 1.0, 3.2, h - 1),
                    (x + sx * 0.8, 5.5, body_high + 0.5),
                    (x, 5.5, body_high - 6),
                ],
                30,
            )
            parts.append(Part(tube(arch, rope * 1.45, sides=10), plain))
    if make.form == "lidded":
        top = line[-1, 0]
        cap = curve(
            [
                (top * 1.05, body_high),
                (top * 1.05, body_high + 2),
                (top * 0.8, h - 3.4),
                (top * 0.35, h - 2.4),
                (top * 0.06, h - 2.2),
            ],
            24,
        )
        parts.append(Part(weave(cap), surface if make.plan.pattern != "two-tone" else plain))
        parts.append(Part(ball(1.9, 20).moved(z=h - 1.4), plain))
        parts.append(
            Part(slab(ellipse(top * 1.9, top * 1.9, 48), 0.6, 0.2).moved(z=body_high + 0.6), plain)
        )
    return parts


def keep_box(make: Maker) -> list[Part]:
    """Model a box."""
    w, d, h = make.width, make.depth, make.height
    surface = make.patterned(w / 3)
    brass = Surface("brass", "gold")
    if make.plan.material == "brass":
        brass = make.plain_body
    lid_high = h * 0.26
    soft = 0.5 if not make.soft else 0.9
    if make.form in ("round", "hexagonal"):
        outline = ellipse(w, w, 96) if make.form == "round" else polygon(6, w / 2)
        low = slab(outline * 0.985, h - lid_high - 0.25, soft)
        top = slab(outline, lid_high, soft)
        low, top = _boxed_uv(low), _boxed_uv(top)
        parts = [Part(low.wrapped(surface.tile), surface), Part(top.moved(z=h - lid_high), surface)]
        parts.append(Part(ball(0.9, 20).moved(z=h + 0.7), brass))
        return parts
    if make.form == "domed chest":
        body = box(w, d, h * 0.58, 0.5)
        angle = np.linspace(0, pi, 24)
        t = np.stack([np.cos(angle) * d / 2, np.sin(angle) * h * 0.4], axis=1)

        xs = np.array((-w / 2, w / 2))
        points = np.stack([np.column_stack([np.full(len(t), x), t]) for x in xs])
        uv = np.stack(
            [np.column_stack([np.linspace(0, d * 1.4, len(t)), np.full(len(t), x)]) for x in xs]
        )
        shell = grid(points, uv)
        caps = []
        for x, flip in ((-w / 2, True), (w / 2, False)):
            fan = np.stack(
                [
                    np.column_stack([np.full(len(t), x), t[:, 0] * k, t[:, 1] * k])
                    for k in (0.01, 1.0)
                ]
            )
            fan = fan[:, ::-1] if flip else fan
            caps.append(grid(fan, np.stack([fan[..., 1], fan[..., 2]], axis=-1)))
        lid = join([shell, *caps]).moved(z=h * 0.6)
        straps = [
            box(1.6, d + 0.5, h * 0.57, 0.3, grain="z").moved(sx * w * 0.32) for sx in (-1, 1)
        ]
        arches = []
        for sx in (-1, 1):
            path = np.column_stack(
                [np.full(len(t), sx * w * 0.32), t[:, 0] * 1.01, t[:, 1] * 1.01 + h * 0.6]
            )
            arches.append(tube(path, 0.8, sides=10, flat=0.3, up=(0, 1, 0)))
        clasp = box(2.4, 0.7, 3.2, 0.3).moved(0, -d / 2 - 0.2, h * 0.5)
        return [
            Part(body, surface),
            Part(lid, surface),
            Part(join([*straps, *arches, clasp]), brass),
        ]
    low = box(w * 0.985, d * 0.985, h - lid_high - 0.25, soft, grain="x")
    top = box(w, d, lid_high, soft, grain="x").moved(z=h - lid_high)
    if make.plan.pattern != "plain":
        low, top = low.faced(), top.faced()
    if make.form == "rectangular":
        clasp = box(2.2, 0.6, 2.6, 0.25).moved(0, -d / 2 - 0.1, h - lid_high - 1.6)
        return [Part(low, surface), Part(top, surface), Part(clasp, brass)]
    return [Part(low, surface), Part(top, surface), Part(ball(1.0, 20).moved(z=h + 0.8), brass)]


def _boxed_uv(mesh: Mesh) -> Mesh:
    """Texture that goes around the side and lies flat on top."""
    points = mesh.vertices[mesh.faces]
    span = np.ptp(points[..., 2], axis=1)
    flat = (span < 1e-3)[:, None]
    angle = np.arctan2(points[..., 1], points[..., 0])
    start = angle[:, :1]
    angle = start + (angle - start + pi) % (2 * pi) - pi
    radius = float(np.abs(mesh.vertices[:, 0]).max())
    side = np.stack([angle * radius, points[..., 2]], axis=-1)
    return replace(mesh, uv=np.where(flat[..., None], points[..., :2], side))


def coat_rack(make: Maker) -> list[Part]:
    """Model a coat rack."""
    w, d, h = make.width, make.depth, make.height
    surface = make.plain_body
    metal = make.plan.material in METALS
    thick = 1.3 if metal else 2.0
    if make.form == "rail":
        out = []
        for sx in (-1, 1):
            x = sx * (w / 2 - 4)
            out.append(
                tube(
                    curve([(x, -d / 2, 1), (x, -d * 0.12, h * 0.6), (x, 0, h)], 20)
                    if not metal
                    else np.array([(x, 0, 1), (x, 0, h / 2), (x, 0, h)], dtype=float),
                    thick,
                    sides=12,
                )
            )
            if metal:
                out.append(
                    tube([(x, -d / 2, thick), (x, 0, thick), (x, d / 2, thick)], thick, sides=12)
                )
            else:
                out.append(
                    tube(
                        curve([(x, d / 2, 1), (x, d * 0.12, h * 0.6), (x, 0, h)], 20),
                        thick,
                        sides=12,
                    )
                )
        out.append(rod((-w / 2, 0, h - 3), (w / 2, 0, h - 3), thick))
        out += [
            rod((-w / 2 + 4, y, 22), (w / 2 - 4, y, 22), thick * 0.8)
            for y in (-d * 0.3, -d * 0.1, d * 0.1, d * 0.3)
        ]
        out += [
            rod((sx * (w / 2 - 4), -d * 0.42, 22), (sx * (w / 2 - 4), d * 0.42, 22), thick * 0.8)
            for sx in (-1, 1)
        ]
        return [Part(join(out), surface)]
    if make.form == "peg board":
        board = box(w, 2, h, 0.5, grain="x").moved(0, -1.0, -h / 2)
        pegs = [
            rod(
                (-w / 2 + (i + 0.5) * w / 6, -1.5, -1),
                (-w / 2 + (i + 0.5) * w / 6, -8, 1.2),
                1.15,
                1.5,
            )
            for i in range(6)
        ]
        return [Part(board, surface), Part(join(pegs), surface)]
    if make.form == "tripod":
        out = []
        for i in range(3):
            a = i / 3 * 2 * pi + 0.4
            low = (np.cos(a) * w / 2, np.sin(a) * d / 2, 0)
            high = (-np.cos(a) * w * 0.3, -np.sin(a) * d * 0.3, h)
            out.append(rod(low, high, 2.0, 1.5))
            for k, t in enumerate((0.86, 0.7)):
                spot = np.array(low) + (np.array(high) - np.array(low)) * t
                side = np.array((-np.cos(a), -np.sin(a), 0.6)) * (9 if k else 8)
                if t == 0.86:
                    out.append(rod(tuple(spot), tuple(spot + side), 1.1, 0.9))
        out.append(ball(3.4, 20).scaled(z=0.8).moved(z=h * 0.62))
        return [Part(join(out), surface)]
    out = [rod((0, 0, 10), (0, 0, h), thick * 1.3, thick * 1.1), ball(thick * 1.6, 20).moved(z=h)]
    for i in range(4):
        a = i / 4 * 2 * pi + pi / 4
        c, s = np.cos(a), np.sin(a)
        out.append(
            tube(
                curve(
                    [
                        (0, 0, 24),
                        (c * w * 0.18, s * w * 0.18, 13),
                        (c * w * 0.38, s * w * 0.38, 6),
                        (c * w / 2, s * w / 2, 1),
                    ],
                    24,
                ),
                thick,
                sides=12,
            )
        )
        out.append(
            tube(
                curve(
                    [
                        (0, 0, h - 22),
                        (c * 9, s * 9, h - 18),
                        (c * 17, s * 17, h - 8),
                        (c * 19, s * 19, h + 1),
                    ],
                    24,
                ),
                thick * 0.8,
                sides=12,
            )
        )
        b = a + pi / 4
        c, s = np.cos(b), np.sin(b)
        out.append(
            tube(
                curve(
                    [
                        (0, 0, h - 48),
                        (c * 7, s * 7, h - 47),
                        (c * 12, s * 12, h - 42),
                        (c * 13, s * 13, h - 35),
                    ],
                    24,
                ),
                thick * 0.75,
                sides=12,
            )
        )
    return [Part(join(out), surface)]


MODELS = {
    "basket": basket,
    "box": keep_box,
    "coat rack": coat_rack,
}
