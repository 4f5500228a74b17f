"""Model carafes, pitchers, drinking glasses and jars. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from studio.lines import (
    Array,
    corners,
    curve,
)
from studio.mesh import (
    ball,
    join,
    lathe,
    vessel,
)
from studio.models.vessels import flat_uv, handle, pot, ribs, ring, wall
from studio.parts import Maker, Part


def carafe(make: Maker) -> list[Part]:
    """Model a carafe."""
    r, h = make.width / 2, make.height
    top = h * 0.88
    neck = r * 0.36 if make.form != "hourglass" else r * 0.62
    outline = {
        "slim": [(r * 0.94, 0), (r, top * 0.03), (r, top * 0.35), (r, top * 0.66), (r * 0.62, top * 0.82),
                 (neck, top * 0.9), (neck * 1.05, top)],
        "round-bellied": [(r * 0.55, 0), (r * 0.8, top * 0.04), (r, top * 0.25), (r * 0.72, top * 0.48),
                          (neck * 0.95, top * 0.6), (neck * 0.8, top * 0.8), (neck, top)],
        "hourglass": [(r * 0.95, 0), (r, top * 0.05), (r * 0.93, top * 0.3), (r * 0.52, top * 0.6),
                      (r * 0.58, top * 0.8), (neck * 1.1, top)],
        "square-shouldered": [(r * 0.95, 0), (r, top * 0.02), (r, top * 0.4), (r, top * 0.6), (r * 0.93, top * 0.68),
                              (neck * 1.05, top * 0.74), (neck * 0.9, top * 0.8), (neck * 0.95, top)],
    }[make.form]  # fmt: skip
    parts = pot(make, outline)
    mouth = outline[-1][0] - wall(make)
    if make.plan.accent_material == "cork":
        stopper = lathe([(0.01, top - h * 0.06), (mouth * 0.92, top - h * 0.06), (mouth * 1.05, top + h * 0.05),
                         (mouth * 0.98, top + h * 0.058), (0.01, top + h * 0.06)])  # fmt: skip
    else:
        size = max(mouth * 0.95, 1.0)
        plug = lathe(
            [
                (0.01, top - h * 0.05),
                (mouth * 0.9, top - h * 0.05),
                (mouth * 0.98, top + 0.2),
                (0.01, top + 0.25),
            ]
        )
        stopper = join([plug, ball(size).moved(z=top + size * 0.9)])
    return [*parts, Part(stopper, make.accent)]


def pitcher(make: Maker) -> list[Part]:
    """Model a pitcher."""
    r, h = make.depth / 2, make.height
    outline = {
        "straight": [(r * 0.92, 0), (r * 0.98, h * 0.03), (r, h * 0.4), (r * 0.93, h * 0.8), (r * 0.9, h)],
        "round": [(r * 0.62, 0), (r * 0.8, h * 0.06), (r, h * 0.35), (r * 0.72, h * 0.72), (r * 0.6, h * 0.86), (r * 0.68, h)],
        "tall": [(r * 0.8, 0), (r * 0.9, h * 0.04), (r, h * 0.25), (r * 0.82, h * 0.65), (r * 0.72, h * 0.85), (r * 0.78, h)],
        "footed": [(r * 0.6, 0), (r * 0.58, h * 0.02), (r * 0.36, h * 0.1), (r * 0.6, h * 0.18), (r, h * 0.42),
                   (r * 0.72, h * 0.74), (r * 0.6, h * 0.87), (r * 0.7, h)],
    }[make.form]  # fmt: skip
    parts = pot(make, outline)
    line = curve(outline, 40)

    def lip(points: Array) -> Array:
        """Draw the rim out toward -x."""
        angle = np.arctan2(points[:, 1], -points[:, 0])
        high = np.clip((points[:, 2] / h - 0.78) / 0.22, 0, 1) ** 1.6
        near = np.exp(-((angle / 0.42) ** 2))
        points[:, 0] -= high * near * r * 0.42
        points[:, 1] *= 1 - 0.1 * high * near
        points[:, 2] += high * near * h * 0.025
        return points

    parts = [Part(part.mesh.bent(lip), part.surface) for part in parts]
    high, low = h * 0.86, h * 0.32
    near = [float(np.interp(z, line[:, 1], line[:, 0])) * 0.97 for z in (high, low)]
    out = make.width - r * 1.15
    loop = handle((near[0], high), (near[1], low), max(out, r * 1.5), r * 0.11)
    return [*parts, Part(loop, make.plain_body)]


def drinking_glass(make: Maker) -> list[Part]:
    """Model a drinking glass."""
    r, h = make.width / 2, make.height
    outlines = {
        "tumbler": [(r * 0.85, 0), (r * 0.9, h * 0.05), (r * 0.95, h * 0.4), (r, h)],
        "highball": [(r * 0.92, 0), (r * 0.96, h * 0.03), (r, h * 0.4), (r, h)],
        "ribbed tumbler": [(r * 0.8, 0), (r * 0.86, h * 0.05), (r * 0.93, h * 0.5), (r, h)],
    }
    if make.form in outlines:
        ripple = ribs(22, 0.07, high=0.86) if make.form == "ribbed tumbler" else None
        outside, inside = vessel(outlines[make.form], 0.26, floor=0.9, ripple=ripple,
                                 segments=220 if ripple else 80)  # fmt: skip
        parts = [Part(join([outside, inside]), make.plain_body)]
    else:
        bowl_low, bowl_line = {
            "wine": (h * 0.46, [(0.35, 0), (r * 0.6, 0.05), (r * 0.97, 0.34), (r, 0.5), (r * 0.82, 1)]),
            "coupe": (h * 0.62, [(0.35, 0), (r * 0.55, 0.12), (r * 0.9, 0.5), (r, 1)]),
            "goblet": (h * 0.36, [(0.6, 0), (r * 0.65, 0.08), (r * 0.95, 0.4), (r, 0.75), (r * 0.97, 1)]),
        }[make.form]  # fmt: skip
        rise = h - bowl_low
        cup = curve([(x, bowl_low + z * rise) for x, z in bowl_line], 40)
        stem = 0.32 if make.form != "goblet" else 0.62
        foot = r * (0.82 if make.form != "goblet" else 0.75)
        low = corners([(0.01, 0.0), (foot, 0.0), (foot, 0.25), (stem * 1.8, 0.75), (stem, 2.2),
                       (stem, bowl_low * 0.7), (stem * 1.3, bowl_low)], 0.8)  # fmt: skip
        inner = cup.copy()
        inner[:, 0] = np.maximum(inner[:, 0] - 0.2, 0.02)
        inner = inner[inner[:, 1] > bowl_low + 0.35]
        line = np.concatenate([low, cup[1:], inner[::-1], [[0.01, inner[0, 1]]]])
        parts = [Part(lathe(line, 80), make.plain_body)]
    if make.plan.accent_material:
        rim = {"wine": r * 0.82, "goblet": r * 0.97}.get(make.form, r)
        parts.append(Part(ring(rim - 0.12, h, 0.2), make.accent))
    return parts


def jar(make: Maker) -> list[Part]:
    """Model a jar."""
    r, h = make.width / 2, make.height
    top = h * 0.87
    outline = {
        "straight": [(r * 0.93, 0), (r * 0.99, top * 0.03), (r, top * 0.3), (r, top * 0.7), (r, top)],
        "tall": [(r * 0.93, 0), (r * 0.99, top * 0.02), (r, top * 0.3), (r, top * 0.7), (r, top)],
        "rounded": [(r * 0.65, 0), (r * 0.84, top * 0.08), (r, top * 0.45), (r * 0.88, top * 0.85), (r * 0.75, top)],
        "ribbed": [(r * 0.9, 0), (r * 0.98, top * 0.04), (r, top * 0.3), (r, top * 0.7), (r * 0.95, top)],
    }[make.form]  # fmt: skip
    ripple = ribs(24, 0.07, high=0.9) if make.form == "ribbed" else None
    parts = pot(make, outline, ripple=ripple, segments=192 if ripple else 72)
    mouth = outline[-1][0] * 1.02
    thick = h * 0.085
    lid = lathe(
        corners([(0.01, top), (mouth, top), (mouth, top + thick), (0.01, top + thick)], 0.35)
    )
    knob = ball(mouth * 0.2).moved(z=top + thick + mouth * 0.12)
    return [*parts, Part(replace(lid, uv=flat_uv(lid)), make.accent), Part(knob, make.accent)]


MODELS = {
    "carafe": carafe,
    "pitcher": pitcher,
    "drinking glass": drinking_glass,
    "jar": jar,
}
