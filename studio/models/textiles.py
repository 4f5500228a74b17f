"""Model cushions, throws and rugs. Knows no renderer."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import numpy as np

from studio.knit import knit
from studio.lines import (
    Array,
    curve,
    ellipse,
    rectangle,
    spaced,
    wrinkles,
)
from studio.mesh import (
    Mesh,
    ball,
    grid,
    join,
    lathe,
    slab,
    tube,
    weld,
)
from studio.models.vessels import flat_uv
from studio.padding import pillow, strands
from studio.parts import Maker, Part


def cushion(make: Maker) -> list[Part]:
    """Model a cushion."""
    w, h = make.width, make.height
    seed = make.plan.seed % 9991
    if make.form == "bolster":
        return _bolster(make)
    if make.form == "round":
        r, thick = make.width / 2, make.height
        t = np.linspace(-pi / 2 + 1e-3, pi / 2 - 1e-3, 40)
        line = np.stack([r * np.cos(t) ** 0.5, thick / 2 * np.sin(t)], axis=1)
        body = lathe(line, 120, crease=180)

        def pleat(points: Array) -> Array:
            angle = np.arctan2(points[:, 1], points[:, 0])
            far = np.hypot(points[:, 0], points[:, 1]) / r
            dip = np.exp(-((far / 0.17) ** 2))
            folds = np.sin(angle * 22 + seed) * np.clip(1 - far, 0, 1) * np.clip(far * 6, 0, 1)
            points[:, 2] += np.sign(points[:, 2]) * (folds * 0.35 - dip * thick * 0.36)
            return points

        body = body.bent(pleat)
        body = replace(body, uv=flat_uv(body))
        button = ball(r * 0.09, 20).scaled(z=0.5).moved(z=thick * 0.14)
        cord = tube(
            np.stack(
                [r * np.cos(a := np.linspace(0, 2 * pi, 90, endpoint=False)), r * np.sin(a), 0 * a],
                axis=1,
            ),
            0.45,
            closed=True,
            sides=8,
        )
        lift = [item.turned("x", 82).moved(z=r + 0.3) for item in (body, button, cord)]
        cloth = make.patterned(r * 0.7)
        return [
            Part(lift[0], cloth),
            Part(lift[1], make.plain_body),
            Part(lift[2], make.plain_body),
        ]
    deep = make.depth
    mesh, seam = pillow(w, h, deep, seed=seed)
    cloth = make.patterned(w / 3.2)
    parts = [Part(mesh, cloth)]
    trim = make.plain_body
    if make.form == "piped":
        contrast = "white" if make.plan.pattern == "plain" else make.plan.pattern_color
        if make.plan.color in ("white", "cream", "beige", "light gray") and contrast == "white":
            contrast = "charcoal"
        trim = replace(trim, color=contrast)
        parts.append(
            Part(
                tube(
                    spaced(np.concatenate([seam, seam[:1]]), 160, closed=True),
                    0.55,
                    closed=True,
                    sides=8,
                ),
                trim,
            )
        )
    if make.form == "tasseled":
        for sx in (-1, 1):
            for sz in (-1, 1):
                parts.append(
                    Part(
                        _tassel(
                            np.array((sx * w / 2, 0.0, sz * h / 2)),
                            np.array((sx * 0.9, -0.45, -0.12 if sz < 0 else -0.75)),
                            seed,
                        ),
                        trim,
                    )
                )
    lean = make.between(8, 14)
    out = [replace(part, mesh=part.mesh.turned("x", -lean)) for part in parts]
    lowest = min(float(part.mesh.vertices[:, 2].min()) for part in out[:1])
    out = [replace(part, mesh=part.mesh.moved(z=-lowest)) for part in out]
    return [replace(p, mesh=p.mesh.bent(_above_floor)) for p in out]


def _above_floor(points: Array) -> Array:
    points[:, 2] = np.maximum(points[:, 2], 0.05)
    return points


def _tassel(at: Array, way: Array, seed: int) -> Mesh:
    way = way / np.linalg.norm(way)
    knot = ball(0.9, 14).moved(*at)
    random = np.random.default_rng(seed)
    ways = way + random.normal(size=(22, 3)) * 0.16
    return join([knot, strands(np.repeat(at[None], 22, axis=0), ways, 6.5, 0.16, seed)])


def _bolster(make: Maker) -> list[Part]:
    r, w = make.height / 2, make.width
    line = curve(
        [
            (0.4, 0),
            (r * 0.5, 0.5),
            (r * 0.9, 0.6),
            (r, 2.2),
            (r * 1.03, w * 0.3),
            (r * 1.03, w * 0.7),
            (r, w - 2.2),
            (r * 0.9, w - 0.6),
            (r * 0.5, w - 0.5),
            (0.4, w),
        ],
        70,
    )
    body = lathe(
        line,
        90,
        lambda a, t: (
            1 + 0.03 * np.sin(a * 24) * (np.clip(0.06 - np.minimum(t, 1 - t), 0, 1) / 0.06)
        ),
    )
    body = body.bent(
        lambda p: (
            p + wrinkles(p, w * 0.4, 0.25, make.plan.seed % 991)[:, None] * np.array((1, 1, 0))
        )
    )
    cloth = make.patterned(2 * pi * r / 4)
    body = body.wrapped(cloth.tile)
    knobs = [ball(1.5, 18).scaled(z=0.5).moved(z=z) for z in (0.1, w - 0.1)]
    rings = [
        tube(
            np.stack(
                [
                    r * 0.97 * np.cos(a := np.linspace(0, 2 * pi, 60, endpoint=False)),
                    r * 0.97 * np.sin(a),
                    0 * a + z,
                ],
                axis=1,
            ),
            0.4,
            closed=True,
        )
        for z in (1.4, w - 1.4)
    ]
    lay = [item.moved(z=-w / 2).turned("y", 90).moved(z=r) for item in (body, join(knobs + rings))]
    return [Part(lay[0], cloth), Part(lay[1], make.plain_body)]


def _fold(width: float, depth: float, layers: int, thick: float) -> Array:
    """The line (y, z) of a sheet folded to and fro, ending over the front edge."""
    gap = thick * 1.18
    points: list[tuple[float, float]] = []
    for layer in range(layers):
        z = thick / 2 + layer * gap
        ends = (-depth / 2, depth / 2) if layer % 2 else (depth / 2, -depth / 2)
        reach = np.linspace(ends[0], ends[1], 7)[1:-1]
        points += [(float(y), z) for y in reach]
        if layer < layers - 1:
            points.append((ends[1] * 1.0 + np.sign(ends[1]) * gap * 0.22, z + gap / 2))
    return np.array(points)


def throw(make: Maker) -> list[Part]:
    """Model a throw."""
    w, d = 54.0, 40.0
    thick = {"chunky-knit": 3.4, "quilted": 2.6}.get(make.form, 1.7)
    if make.plan.material in ("wool", "boucle"):
        thick *= 1.15
    layers = {"chunky-knit": 4, "quilted": 4}.get(make.form, 6)
    gap = thick * 1.18
    line = _fold(w, d, layers, thick)
    # after an even number of runs the last one ends in front: a flap goes back over it
    top = layers * gap if layers % 2 == 0 else (layers - 1) * gap
    back = [(d / 2 + gap * 0.2, top - gap * 0.35)] if layers % 2 == 0 else []
    front_run = [(float(y), top + thick / 2) for y in np.linspace(d / 2 - 2, -d / 2 + 1.5, 8)]
    drop = top * (0.5 if make.form == "fringed" else 0.82)
    over = [
        (-d / 2 - thick * 0.75, top - thick * 0.1),
        (-d / 2 - thick * 0.95, top - drop * 0.5),
        (-d / 2 - thick * 0.9, top - drop),
    ]
    path = curve(np.array([*line, *back, *front_run, *over]), 190)
    columns = 36
    x = np.linspace(-w / 2, w / 2, columns)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    normal = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    seed = make.plan.seed % 983
    sheets = []
    half = thick / 2 * 0.94

    def sheet(side: float) -> tuple[Array, Array]:
        line = path + normal * side * half
        points = np.empty((len(line), columns, 3))
        points[..., 0] = x
        points[..., 1:] = line[:, None]
        slide = wrinkles(np.column_stack([0 * steps, steps, 0 * steps]), 60, 0.7, seed)
        points[..., 0] += slide[:, None] * (np.abs(x) / w * 2)[None]
        uv = np.stack(np.broadcast_arrays(x[None] + w, steps[:, None]), axis=2)
        return points, uv

    upper, uv = sheet(1)
    lower, _ = sheet(-1)
    if make.form == "quilted":
        pad = np.abs(np.sin(pi * uv[..., 0] / 6.8)) * np.abs(np.sin(pi * uv[..., 1] / 6.8))
        upper[..., 1:] += normal[:, None] * (pad**0.5 * 1.0 - 0.7)[..., None]
    edge = np.stack(
        [
            np.concatenate([lower[0, :], lower[1:, -1], lower[-1, -2::-1], lower[-2:0:-1, 0]]),
            np.concatenate([upper[0, :], upper[1:, -1], upper[-1, -2::-1], upper[-2:0:-1, 0]]),
        ]
    )
    around = edge.shape[1]
    bulge = edge.mean(axis=0)
    out = np.zeros((around, 3))
    out[:, 0] = np.where(np.abs(bulge[:, 0]) > w / 2 - 1.5, np.sign(bulge[:, 0]) * thick * 0.3, 0)
    edge = np.stack([edge[0], bulge + out, edge[1]])
    edge_uv = np.concatenate([uv[0, :], uv[1:, -1], uv[-1, -2::-1], uv[-2:0:-1, 0], uv[0, :1]])
    sheets = [grid(upper, uv, crease=180), grid(lower[:, ::-1], uv[:, ::-1], crease=180),
              grid(edge, np.stack([edge_uv] * 3), around=True, crease=180)]  # fmt: skip
    cloth = make.patterned(w / 4)
    if make.form == "chunky-knit":

        def place(u: Array, v: Array) -> Array:
            at = (0.0 + v) * (len(path) - 1)
            spot = np.stack(
                [np.interp(at, range(len(path)), (path + normal * half)[:, i]) for i in (0, 1)],
                axis=-1,
            )
            return np.column_stack([(u - 0.5) * w * 1.01, spot])

        return [Part(join(sheets), cloth), Part(knit(place, 15, 62, 1.45), cloth)]
    parts = [Part(weld(join(sheets)), cloth)]
    end = (upper[-1] + lower[-1]) / 2
    trim = make.plain_body
    if make.form == "fringed":
        picks = spaced(end, 46)
        ways = np.repeat(np.array([[0, -0.12, -1.0]]), len(picks), axis=0)
        length = float(end[:, 2].min()) - 0.3
        parts.append(Part(strands(picks, ways, max(length, 2.0) * 0.93, 0.36, seed), trim))
    if make.form == "pompom":
        color = make.plan.pattern_color or (
            "white"
            if make.plan.color not in ("white", "cream", "beige", "light gray", "blush")
            else "charcoal"
        )
        balls = [ball(1.25, 14).moved(px, py - 0.4, pz - 0.9) for px, py, pz in spaced(end, 15)]
        parts.append(Part(join(balls), replace(trim, color=color, material="wool")))
    return parts


def rug(make: Maker) -> list[Part]:
    """Model a rug."""
    w, d = make.width, make.depth
    thick = 2.8 if make.plan.material == "wool" else 2.0
    outline = {
        "round": ellipse(w, w, 120),
        "oval": ellipse(w, d, 120),
        "scalloped": _scalloped(w, d),
    }.get(make.form, rectangle(w, d, 1.5))
    mesh = slab(outline, thick, 1.0, rings=3)
    mesh = replace(mesh, uv=flat_uv(mesh) + np.array((w, d)), crease=20)
    tile = min(w, d) / (2.6 if make.form != "runner" else 1.5)
    split = d * 0.0
    weave = {"wool": 5.0, "cotton": 4.0}.get(make.plan.material, 4.0)
    surface = replace(make.patterned(tile, split, axis=1), weave=weave)
    edge = spaced(np.concatenate([outline, outline[:1]]), 220, closed=True)
    binding = tube(
        np.column_stack([edge, np.full(len(edge), thick * 0.5)]), thick * 0.55, closed=True, sides=8
    )
    parts = [
        Part(mesh, surface),
        Part(binding, surface if make.plan.pattern == "two-tone" else make.plain_body),
    ]
    if make.form == "fringed":
        for side in (-1, 1):
            x = np.linspace(-w / 2 + 1, w / 2 - 1, 60)
            starts = np.column_stack(
                [x, np.full_like(x, side * d / 2 - side * 0.5), np.full_like(x, thick * 0.5)]
            )
            ways = np.repeat(np.array([[0, side * 1.0, 0]]), len(x), axis=0)
            threads = strands(starts, ways, 15, 0.75, make.plan.seed % 977)
            threads = threads.bent(
                lambda p: np.column_stack([p[:, 0], p[:, 1], np.clip(p[:, 2], 0.1, 1.0)])
            )
            end = replace(make.plain_body, color="cream", material="cotton")
            parts.append(
                Part(threads, end if make.plan.color not in ("white", "cream") else make.plain_body)
            )
    return parts


def _scalloped(width: float, depth: float) -> Array:
    """A rectangle with a row of bows along its sides."""
    count = 12 * round((width + depth) / 13)
    line = rectangle(width * 0.94, depth * 0.955, 4)
    line = spaced(np.concatenate([line, line[:1]]), count, closed=True)
    bow = np.abs(np.sin(np.arange(count) * pi / 12)) ** 0.7
    reach = np.linalg.norm(line, axis=1, keepdims=True)
    return np.asarray(line * (1 + bow[:, None] * width * 0.042 / reach))


MODELS = {"cushion": cushion, "throw": throw, "rug": rug}
