"""Draw vessels: mug, bowl, plate, vase, teapot, planter. Knows no product facts beyond the form."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from mmdemo.sample.canvas import Canvas, Points, curve, oval, rounded
from mmdemo.sample.paint import CLAY, CREAM, LEAVES, WOODS, Paint, Rgb, lit, shaded
from mmdemo.sample.scene import Stand

Profile = list[tuple[float, float]]


def draw_mug(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A mug with its handle on the right."""
    top, bottom = {"straight": (92, 240), "espresso": (128, 234)}.get(form, (98, 238))
    wide = {"straight": 62, "espresso": 58}.get(form, 64) + rng.uniform(-3, 3)
    x, high = 146.0, bottom - top
    shapes: dict[str, Profile] = {
        "straight": [(0, 1), (0.5, 1), (0.92, 0.99), (1, 0.93)],
        "tapered": [(0, 1.08), (0.5, 0.93), (0.93, 0.78), (1, 0.72)],
        "rounded": [(0, 0.88), (0.25, 0.99), (0.55, 1.06), (0.85, 0.92), (1, 0.72)],
        "espresso": [(0, 1.02), (0.45, 0.98), (0.8, 0.80), (0.93, 0.6), (1, 0.56)],
    }
    body = [(top + high * h, wide * r) for h, r in shapes[form]]
    start, end = (top + high * 0.18, top + high * 0.76)
    reach = 44 if form != "espresso" else 34
    edge = wide * (1.0 if form != "tapered" else 0.9)
    handle = curve(
        [
            (x + edge - 6, start),
            (x + edge + reach * 0.72, start + 2),
            (x + edge + reach, (start + end) / 2 - 4),
            (x + edge + reach * 0.60, end - 6),
            (x + edge - 10, end),
        ]
    )
    tone = paint.accent if paint.pattern == "two-tone" and rng.random() < 0.4 else paint.base
    canvas.tube(handle, tone, width=14 if form != "espresso" else 11)
    tilt = 0.2
    canvas.turned(x, body, replace(paint, shift=rng.uniform(0, 9)), tilt=tilt)
    inside = rng.choice((CREAM, paint.base)) if paint.base[0] < 0.9 else CREAM
    canvas.mouth(x, top, body[0][1], paint.base, inside, tilt=tilt, lip=4)
    return Stand(x, bottom + body[-1][1] * tilt * 0.55, body[-1][1], tilt)


def draw_bowl(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A bowl, its hollow in view."""
    top, bottom, wide = {
        "deep": (112, 226, 98),
        "shallow": (142, 220, 118),
        "footed": (112, 208, 106),
        "flared": (120, 222, 112),
    }[form]
    high = bottom - top
    shapes: dict[str, Profile] = {
        "deep": [(0, 1), (0.4, 0.95), (0.75, 0.72), (0.95, 0.44), (1, 0.42)],
        "shallow": [(0, 1), (0.4, 0.90), (0.75, 0.64), (0.94, 0.42), (1, 0.40)],
        "footed": [(0, 1), (0.4, 0.93), (0.75, 0.66), (0.97, 0.27), (1, 0.24)],
        "flared": [(0, 1), (0.3, 0.80), (0.65, 0.63), (0.93, 0.42), (1, 0.38)],
    }
    x, tilt = 160.0, 0.29
    foot = bottom
    if form == "footed":
        foot = bottom + 26
        canvas.turned(
            x, [(bottom - 6, 22), (bottom + 10, 19), (foot, 42)], paint.plain(), tilt=tilt
        )
    body = [(top + high * h, wide * r) for h, r in shapes[form]]
    canvas.turned(x, body, replace(paint, shift=rng.uniform(0, 9)), tilt=tilt)
    inside = paint.base if rng.random() < 0.65 else CREAM
    canvas.mouth(x, top, wide, paint.base, inside, tilt=tilt, lip=4.5)
    half = 42.0 if form == "footed" else body[-1][1]
    return Stand(x, foot + half * tilt * 0.55, half, tilt)


def draw_plate(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> None:
    """A plate from above."""
    x = y = 160.0
    size = 116 + rng.uniform(-6, 4)
    outlines: dict[str, Points] = {
        "round": oval(x, y, size, size, corners=120),
        "coupe": oval(x, y, size, size, corners=120),
        "square": rounded(x, y, size * 0.93, size * 0.93, 34),
        "oval": oval(x, y, size * 1.13, size * 0.80, corners=120),
    }
    outline = outlines[form]
    center = np.array([x, y])
    canvas.flat(outline, shaded(paint.base, 0.86), light=(1.05, 0.9))
    top = center + (outline - center) * 0.985 - (0.6, 0.8)
    region = canvas.region([top])
    wide, high = np.abs(outline - center).max(0)
    dx, dy = (region.x - x) / wide, (region.y - y) / high
    power = 5 if form == "square" else 2
    ring = (np.abs(dx) ** power + np.abs(dy) ** power) ** (1 / power)
    toward = -(dx * 0.6 + dy * 0.8) / np.maximum(np.hypot(dx, dy), 0.05)  # 1 where light is from
    well = 0.86 if form == "coupe" else 0.62
    light = 0.99 - 0.05 * (dx * 0.6 + dy * 0.8)
    light = light - 0.26 * toward * np.exp(-(((ring - well) / 0.035) ** 2))
    light = light + 0.12 * toward * np.exp(-(((ring - 0.985) / 0.03) ** 2))
    light = light - 0.035 * (ring < well)
    light = light + 0.07 * np.exp(-(((dx + 0.3) ** 2 + (dy + 0.35) ** 2) / 0.08))
    u, v = np.broadcast_arrays(region.x - x, region.y - y)
    down = np.broadcast_to((dy + 1) / 2, u.shape)
    used = paint
    if paint.pattern == "two-tone":  # a rim of the second color
        down, used = ring.astype(np.float32), replace(paint, split=0.84)
    elif paint.pattern == "striped" and form in {"round", "oval"} and rng.random() < 0.6:
        v, used = (ring * size).astype(np.float32), replace(paint, direction=0, scale=0.95)
    color = used.at(u, v.astype(np.float32), down)
    if paint.pattern in {"dotted", "checked", "striped"} and form != "coupe":
        # The pattern runs around the rim only; the middle is one color.
        middle = np.clip(0.5 + (well - ring) * wide * 1.5, 0, 1)[..., None]
        color = color + (np.asarray(paint.base, np.float32) - color) * middle
    canvas.lay(region, lit(color.astype(np.float32), light.astype(np.float32)))


def draw_vase(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A vase, sometimes with a dry branch."""
    shapes: dict[str, Profile] = {
        "bottle": [(0, 19), (0.08, 15), (0.30, 16), (0.46, 34), (0.70, 55), (0.90, 49), (1, 36)],
        "amphora": [(0, 32), (0.09, 24), (0.20, 28), (0.40, 62), (0.60, 58), (0.88, 34), (1, 30)],
        "bud": [(0, 15), (0.10, 12), (0.28, 18), (0.55, 58), (0.80, 62), (0.95, 44), (1, 38)],
        "trumpet": [(0, 56), (0.20, 40), (0.50, 27), (0.75, 30), (0.93, 41), (1, 41)],
        "column": [(0, 43), (0.3, 43), (0.7, 43), (0.96, 43), (1, 40)],
    }
    x, bottom = 160.0, 258.0
    top = {"bud": 128.0, "column": 96.0, "trumpet": 92.0}.get(form, 84.0) + rng.uniform(-4, 6)
    stretch = rng.uniform(0.94, 1.08)
    body = [(top + (bottom - top) * h, r * stretch) for h, r in shapes[form]]
    mouth = body[0][1]
    tilt = 0.2
    canvas.flat(oval(x, top, mouth, mouth * tilt), shaded(paint.base, 0.55), light=(0.9, 1.0))
    if rng.random() < 0.4:
        _branch(canvas, x, top, rng)
    canvas.turned(x, body, replace(paint, shift=rng.uniform(0, 9)), tilt=tilt)
    front = oval(x, top, mouth, mouth * tilt)
    hollow = oval(x, top - 0.6, mouth - 3, (mouth - 3) * tilt)
    back = np.vstack([front[37:72], front[:1], hollow[:1], hollow[37:72][::-1]])
    canvas.flat(back, paint.base, light=(1.15, 1.0))
    _lip(canvas, paint.base, x=x, y=top, radius=mouth, tilt=tilt)
    return Stand(x, bottom + body[-1][1] * tilt * 0.5, body[-1][1], tilt)


def _lip(canvas: Canvas, color: Rgb, *, x: float, y: float, radius: float, tilt: float) -> None:
    """The hollow's front half, over the body but behind no branch."""
    arc = np.linspace(0, np.pi, 30)
    outer = np.stack([x + radius * np.cos(arc), y + radius * tilt * np.sin(arc)], axis=1)
    inner = outer - (0, 2.2)
    canvas.flat(np.vstack([outer, inner[::-1]]), color, light=(1.2, 1.05))
    hollow = np.vstack([inner, [(x - radius + 2, y), (x + radius - 2, y)]])
    canvas.flat(hollow, shaded(color, 0.5), light=(0.95, 1.05))


def _branch(canvas: Canvas, x: float, top: float, rng: random.Random) -> None:
    for lean in (-34 + rng.uniform(-8, 8), 8 + rng.uniform(-8, 8), 42 + rng.uniform(-8, 8)):
        tip = (x + lean, max(18.0, top - 62 + abs(lean) * 0.35))
        stem = curve([(x + lean * 0.05, top + 4), (x + lean * 0.4, top - 30), tip], steps=6)
        canvas.tube(stem, (0.62, 0.52, 0.38), width=2.6)
        for i in (4, 7, 9, 11):
            at = stem[min(i, len(stem) - 1)]
            for side in (-1, 1):
                bead = oval(at[0] + side * 5, at[1] - 3, 4.2, 5.4, corners=20)
                canvas.flat(bead, (0.86, 0.76, 0.60), light=(1.15, 0.85))


def draw_teapot(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A teapot, spout on the left."""
    shapes: dict[str, Profile] = {
        "round": [(0, 34), (0.15, 56), (0.45, 76), (0.72, 72), (0.93, 50), (1, 42)],
        "tall": [(0, 34), (0.15, 46), (0.50, 58), (0.80, 62), (0.95, 54), (1, 50)],
        "squat": [(0, 38), (0.18, 66), (0.50, 86), (0.75, 78), (0.94, 52), (1, 46)],
    }
    x, bottom = 164.0, 240.0
    top = {"round": 122.0, "tall": 98.0, "squat": 138.0}[form]
    high = bottom - top
    tilt = 0.17
    body = [(top + high * h, r) for h, r in shapes[form]]
    wide = max(r for _, r in body)
    tone = paint.base
    left, right = x - wide, x + wide
    root = top + high * 0.66
    spout = curve(
        [(left + 22, root), (left - 8, root - 8), (left - 22, top + high * 0.30), (left - 40, top)]
    )
    canvas.tube(spout, tone, width=30, taper=0.42)
    canvas.flat(oval(left - 40.5, top - 1.5, 6.6, 3.4, corners=30), shaded(tone, 0.5))
    over = form == "squat" and rng.random() < 0.7
    if over:  # a bail handle over the lid, of wood
        arch = curve(
            [(x - 52, top + 12), (x - 56, top - 40), (x, top - 84), (x + 56, top - 40),
             (x + 52, top + 12)]
        )  # fmt: skip
        canvas.tube(arch, rng.choice(WOODS), width=9)
    else:
        handle = curve(
            [
                (right - 20, top + high * 0.22),
                (right + 22, top + high * 0.12),
                (right + 38, top + high * 0.42),
                (right + 16, top + high * 0.72),
                (right - 10, top + high * 0.78),
            ]
        )
        canvas.tube(handle, tone, width=12)
    canvas.turned(x, body, replace(paint, shift=rng.uniform(0, 9), scale=paint.scale), tilt=tilt)
    mouth = body[0][1]
    canvas.flat(oval(x, top + 1, mouth + 1.5, (mouth + 1.5) * tilt), shaded(tone, 0.62))
    lid = paint if paint.pattern != "two-tone" else Paint(paint.accent)
    lid = lid if lid.pattern in {"plain", "speckled"} else lid.plain()
    canvas.turned(x, [(top - 17, 5), (top - 13, 20), (top - 1, mouth - 1)], lid, tilt=tilt)
    knob = WOODS[0] if over else lid.base
    canvas.turned(
        x, [(top - 33, 1), (top - 31, 7), (top - 24, 9.5), (top - 17, 5)], knob, tilt=tilt
    )
    return Stand(x, bottom + body[-1][1] * tilt * 0.5, body[-1][1], tilt)


def draw_planter(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A pot with a plant in it."""
    shapes: dict[str, Profile] = {
        "tapered": [(0, 78), (0.5, 69), (0.96, 58), (1, 55)],
        "cylinder": [(0, 68), (0.5, 68), (0.96, 68), (1, 65)],
        "round": [(0, 58), (0.22, 74), (0.5, 80), (0.8, 66), (1, 46)],
        "legged": [(0, 72), (0.5, 70), (0.9, 60), (1, 52)],
    }
    x, tilt = 160.0, 0.22
    top, bottom = (150.0, 234.0) if form == "legged" else (152.0, 258.0)
    foot = bottom
    if form == "legged":
        foot = 268.0
        wood = rng.choice(WOODS)
        canvas.rod((x + 4, bottom - 6), (x + 6, foot - 8), shaded(wood, 0.8), width=8, taper=0.7)
    body = [(top + (bottom - top) * h, r) for h, r in shapes[form]]
    wide = body[0][1]
    canvas.turned(x, body, replace(paint, shift=rng.uniform(0, 9)), tilt=tilt)
    if form == "legged":
        for side in (-1, 1):
            canvas.rod(
                (x + side * 50, bottom - 22), (x + side * 58, foot), wood, width=9, taper=0.7
            )
    canvas.mouth(x, top, wide, paint.base, shaded(CLAY, 0.45), tilt=tilt, lip=5)
    soil = oval(x, top + 4, wide - 8, (wide - 8) * tilt * 0.8)
    canvas.flat(soil, (0.30, 0.22, 0.17), light=(1.0, 1.1))
    leaf = rng.choice(LEAVES)
    plant = rng.choice((_blades, _fronds, _cactus))
    plant(canvas, x, top + 6, leaf, rng)
    return Stand(x, foot + (4 if form == "legged" else body[-1][1] * tilt * 0.5), 58, tilt)


def _leaf(base: Points, tip: Points, width: float) -> Points:
    """A pointed leaf between two points."""
    along = tip - base
    normal = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    t = np.linspace(0, 1, 16)[:, None]
    swell = width * np.sin(np.pi * t**0.8) * (1 - 0.15 * t)
    one, other = base + along * t + normal * swell, base + along * t - normal * swell
    return np.vstack([one, other[::-1]])


def _blades(canvas: Canvas, x: float, y: float, color: Rgb, rng: random.Random) -> None:
    """Upright blades, as of a snake plant."""
    for i, lean in enumerate((-46, 44, -26, 28, -8, 10)):
        high = 118 - abs(lean) * 0.9 + rng.uniform(-8, 8)
        base, tip = np.array([x + lean * 0.4, y]), np.array([x + lean, y - high])
        canvas.flat(_leaf(base, tip, 10), shaded(color, 0.8 + 0.06 * i), light=(1.08, 0.86))
        canvas.flat(_leaf(base, tip, 3.5), shaded(color, 1.12), light=(1.1, 0.95), opacity=0.5)


def _fronds(canvas: Canvas, x: float, y: float, color: Rgb, rng: random.Random) -> None:
    """Round leaves on bent stems."""
    for i, lean in enumerate((-74, 74, -48, 50, -20, 24, 0)):
        high = 104 - abs(lean) * 0.62 + rng.uniform(-8, 8)
        tip = np.array([x + lean, y - high])
        stem = curve(
            np.array([(x + lean * 0.15, y), (x + lean * 0.45, y - high * 0.6), (tip[0], tip[1])]),
            steps=6,
        )
        canvas.tube(stem, shaded(color, 0.75), width=3)
        out = tip + np.array([np.sign(lean) * 14 if lean else 2, -22.0])
        canvas.flat(
            _leaf(tip - (out - tip) * 0.4, out, 15),
            shaded(color, 0.82 + 0.05 * i),
            light=(1.1, 0.84),
        )
        canvas.flat(
            np.stack([tip - (out - tip) * 0.4, tip + np.array([0.8, 0]), out]),
            shaded(color, 1.25),
            opacity=0.8,
        )


def _cactus(canvas: Canvas, x: float, y: float, color: Rgb, rng: random.Random) -> None:
    """A ribbed column with an arm or two."""
    high = 96 + rng.uniform(-10, 8)
    ribs = Paint(color, shaded(color, 0.78), "striped", scale=0.5, direction=1)
    arm = curve([(x + 10, y - 34), (x + 44, y - 36), (x + 46, y - 66)])
    canvas.tube(arm, color, width=17)
    canvas.turned(
        x,
        [(y - high, 2), (y - high + 5, 14), (y - high + 22, 24), (y - 24, 25), (y, 23)],
        ribs,
        gloss=0.08,
    )
    canvas.flat(oval(x - 6, y - high - 1, 7, 5, corners=20), (0.94, 0.60, 0.62), light=(1.15, 0.9))
    canvas.flat(oval(x + 4, y - high - 2, 6, 5, corners=20), (0.96, 0.74, 0.66), light=(1.15, 0.9))
