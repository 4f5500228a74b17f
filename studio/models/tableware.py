"""Model mugs, bowls, plates and teapots. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.lines import (
    Array,
    curve,
)
from studio.mesh import (
    ball,
    lathe,
    tube,
    vessel,
)
from studio.models.vessels import facets, flat_uv, handle, pot, ribs, spout
from studio.parts import Maker, Part, Surface


def mug(make: Maker) -> list[Part]:
    """Model a mug."""
    r, h = make.depth / 2, make.height
    outlines = {
        "straight": [(r * 0.9, 0), (r * 0.985, h * 0.06), (r, h * 0.3), (r, h * 0.7), (r, h)],
        "rounded": [(r * 0.62, 0), (r * 0.88, h * 0.12), (r, h * 0.42), (r * 0.93, h * 0.75), (r * 0.8, h)],
        "tapered": [(r * 0.66, 0), (r * 0.71, h * 0.08), (r * 0.85, h * 0.5), (r, h)],
        "footed": [(r * 0.62, 0), (r * 0.6, h * 0.04), (r * 0.45, h * 0.13), (r * 0.6, h * 0.22),
                   (r * 0.97, h * 0.45), (r, h * 0.7), (r, h)],
        "faceted": [(r * 0.8, 0), (r * 0.94, h * 0.08), (r, h * 0.3), (r, h * 0.7), (r, h)],
        "camping": [(r * 0.93, 0), (r * 0.97, h * 0.06), (r * 0.98, h * 0.5), (r * 0.99, h * 0.9), (r * 1.04, h)],
    }  # fmt: skip
    parts = pot(
        make,
        outlines[make.form],
        ripple=facets(9) if make.form == "faceted" else None,
        segments=108 if make.form == "faceted" else 72,
    )
    out = make.width - r
    top, low = (0.82, 0.22) if make.form != "footed" else (0.86, 0.36)
    inner = {"tapered": (0.92, 0.75), "rounded": (0.86, 0.93), "camping": (1.066, 1.056)}.get(
        make.form, (0.98, 0.97)
    )  # enamel is thin: its handle ends within the wall
    thick = 0.5 if make.form != "camping" else 0.42
    loop = handle((r * inner[0], h * top), (r * inner[1], h * low), out, thick * r / 4.3)
    return [*parts, Part(loop, handle_surface(make))]


def handle_surface(make: Maker) -> Surface:
    """A handle is plain; on a two-tone body it has the upper color."""
    return make.plain_body


def bowl(make: Maker) -> list[Part]:
    """Model a bowl."""
    r, h = make.width / 2, make.height
    outline = {
        "shallow": [(r * 0.42, 0), (r * 0.5, h * 0.06), (r * 0.78, h * 0.4), (r * 0.94, h * 0.75), (r, h)],
        "deep": [(r * 0.5, 0), (r * 0.58, h * 0.05), (r * 0.86, h * 0.35), (r * 0.97, h * 0.7), (r, h)],
        "footed": [(r * 0.46, 0), (r * 0.43, h * 0.05), (r * 0.3, h * 0.22), (r * 0.42, h * 0.32),
                   (r * 0.8, h * 0.55), (r * 0.95, h * 0.78), (r, h)],
        "ribbed": [(r * 0.5, 0), (r * 0.6, h * 0.06), (r * 0.86, h * 0.38), (r * 0.97, h * 0.72), (r, h)],
        "wavy": [(r * 0.42, 0), (r * 0.5, h * 0.06), (r * 0.8, h * 0.42), (r * 0.94, h * 0.75), (r, h)],
    }[make.form]  # fmt: skip
    ripple = ribs(28, 0.05) if make.form == "ribbed" else None
    foot = h * 0.34 if make.form == "footed" else 0.0
    parts = pot(make, outline, ripple=ripple, segments=224 if ripple else 96, split=0.6, foot=foot)
    if foot and make.plan.pattern not in ("plain", "two-tone"):  # too narrow for the pattern
        stem, cup = parts[0].mesh.cut(h * 0.3)
        parts = [Part(stem, make.plain_body), Part(cup, parts[0].surface), *parts[1:]]
    if make.form == "shallow" and make.plan.pattern not in ("plain", "two-tone") and len(parts) > 1:
        inside = replace(parts[1].mesh, uv=flat_uv(parts[1].mesh))
        parts[1] = Part(inside, make.patterned(make.width / 2.6))
    if make.form == "wavy":
        parts = [Part(part.mesh.bent(lambda p: _wavy(p, h, make.random.choice((6, 7)))), part.surface)
                 for part in parts]  # fmt: skip
    return parts


def _wavy(points: Array, height: float, waves: int) -> Array:
    angle = np.arctan2(points[:, 1], points[:, 0])
    share = np.clip(points[:, 2] / height, 0, 1) ** 2
    wave = np.cos(7 * angle) * share
    points[:, 2] += wave * height * 0.13
    points[:, :2] *= (1 + 0.05 * wave)[:, None]
    return points


def plate(make: Maker) -> list[Part]:
    """Model a plate."""
    r, h = make.width / 2, make.height
    if make.form == "rimmed":
        line = [(r * 0.55, 0), (r * 0.58, 0.1), (r * 0.66, h * 0.5), (r * 0.72, h * 0.72), (r, h)]
    else:
        line = [(r * 0.6, 0), (r * 0.64, 0.1), (r * 0.86, h * 0.42), (r * 0.96, h * 0.75), (r, h)]
    thick = 0.25 if make.plan.material == "enamel" else 0.42
    outside, inside = vessel(line, thick, floor=0.5, segments=120)

    def shape(points: Array) -> Array:
        if make.form == "scalloped":
            angle = np.arctan2(points[:, 1], points[:, 0])
            far = np.hypot(points[:, 0], points[:, 1]) / r
            wave = np.abs(np.sin(angle * 6)) - 0.5
            points[:, :2] *= (1 + 0.075 * wave * np.clip((far - 0.6) / 0.4, 0, 1) ** 1.5)[:, None]
        if make.form == "square":
            angle = np.arctan2(points[:, 1], points[:, 0])
            power = 5.0
            square = (np.abs(np.cos(angle)) ** power + np.abs(np.sin(angle)) ** power) ** (
                -1 / power
            )
            points[:, :2] *= square[:, None]
        if make.form == "oval":
            points[:, 1] *= make.depth / make.width
        return points

    outside, inside = outside.bent(shape), inside.bent(shape)
    inside = replace(inside, uv=flat_uv(inside))
    surface = make.patterned(make.width / 2.8)
    under = make.plain_body
    if make.plan.material == "enamel":
        under = surface
    parts = [Part(outside, under), Part(inside, surface)]
    if make.plan.pattern == "two-tone":
        turn = {"square": 0.0}.get(make.form)
        del turn
        far = np.hypot(inside.vertices[:, 0] / make.width, inside.vertices[:, 1] / make.depth) * 2
        rim = far[inside.faces].mean(axis=1) > 0.84
        two = Surface(make.plan.material, make.plan.pattern_color, seed=surface.seed)
        parts[1:] = [
            Part(replace(inside, faces=inside.faces[~rim], uv=inside.uv[~rim]), make.plain_body),
            Part(replace(inside, faces=inside.faces[rim], uv=inside.uv[rim]), two),
        ]
    return parts


def teapot(make: Maker) -> list[Part]:
    """Model a teapot."""
    r, h = make.depth / 2, make.height
    top = h * {"round": 0.84, "tall": 0.88, "low": 0.82, "top-handled": 0.64}[make.form]
    outline = {
        "round": [(r * 0.55, 0), (r * 0.72, top * 0.08), (r, top * 0.48), (r * 0.8, top * 0.84), (r * 0.45, top)],
        "tall": [(r * 0.8, 0), (r * 0.92, top * 0.05), (r, top * 0.3), (r * 0.86, top * 0.7), (r * 0.6, top)],
        "low": [(r * 0.7, 0), (r * 0.85, top * 0.1), (r, top * 0.42), (r * 0.78, top * 0.84), (r * 0.4, top)],
        "top-handled": [(r * 0.6, 0), (r * 0.75, top * 0.07), (r, top * 0.45), (r * 0.82, top * 0.82), (r * 0.45, top)],
    }[make.form]  # fmt: skip
    line = curve(outline, 40)
    parts = pot(make, outline, split=0.5)
    mouth = outline[-1][0]
    lid_high = h * 0.14 if make.form != "top-handled" else h * 0.13
    lid = lathe(curve([(mouth * 1.04, top - 0.1), (mouth * 1.04, top + 0.25), (mouth * 0.7, top + lid_high * 0.42),
                       (mouth * 0.2, top + lid_high * 0.5), (0.01, top + lid_high * 0.52)], 24))  # fmt: skip
    knob = ball(max(mouth * 0.24, 0.8)).moved(z=top + lid_high * 0.5 + max(mouth * 0.2, 0.6))
    plain = make.plain_body
    solid = plain if make.plan.material != "glass" else Surface("oak", "honey")
    parts += [Part(lid, plain), Part(knob, solid)]

    def radius(z: float) -> float:
        return float(np.interp(z, line[:, 1], line[:, 0]))

    tip = make.width * (0.46 if make.form != "top-handled" else 0.5)
    side = make.width - tip
    pour = spout((-radius(top * 0.33) * 0.82, top * 0.3), (-tip, top * 0.97), r * 0.26, r * 0.1)
    parts.append(Part(pour, plain))
    if make.form == "top-handled":
        across = mouth * 1.7
        path = curve(
            [
                (-across, top * 0.86),
                (-across * 1.06, top * 1.12),
                (-across * 0.55, h * 0.99),
                (across * 0.55, h * 0.99),
                (across * 1.06, top * 1.12),
                (across, top * 0.86),
            ],
            40,
        )
        arch = np.stack([path[:, 0], 0 * path[:, 0], path[:, 1]], axis=1)
        cane = Surface("rattan", "straw") if make.plan.material not in ("iron", "enamel") else plain
        parts.append(Part(tube(arch, 0.45, sides=12), cane))
    else:
        high, low = top * 0.8, top * 0.28
        loop = handle((radius(high) * 0.97, high), (radius(low) * 0.97, low), side, r * 0.085)
        parts.append(Part(loop, plain))
    return parts


MODELS = {
    "mug": mug,
    "bowl": bowl,
    "plate": plate,
    "teapot": teapot,
}
