"""Draw lamps, chair and stool. Knows no product facts beyond the form."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from mmdemo.sample.canvas import Canvas, Points, curve, oval
from mmdemo.sample.paint import CREAM, METALS, WOODS, Paint, Rgb, shaded
from mmdemo.sample.scene import Stand

_GLOW: Rgb = (1.0, 0.93, 0.76)


def _shade(
    canvas: Canvas, paint: Paint, *, x: float, top: float, high: float, above: float, below: float
) -> None:
    """A lampshade lit from inside, its upper opening in view."""
    tilt = 0.14
    canvas.turned(
        x,
        [(top, above), (top + high, below)],
        paint,
        tilt=tilt,
        gloss=0.0,
        smooth=False,
        glow=0.55,
    )
    canvas.flat(oval(x, top, above, above * tilt), shaded(paint.base, 0.88), light=(1.1, 0.95))
    canvas.flat(oval(x, top + 0.8, above - 2.5, (above - 2.5) * tilt), _GLOW, light=(0.92, 1.05))


def draw_table_lamp(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A lamp with a foot that stands on a table."""
    x, bottom = 160.0, 270.0
    paint = replace(paint, shift=rng.uniform(0, 9))
    if form == "mushroom":
        stem = paint.accent if paint.pattern == "two-tone" else paint.base
        canvas.turned(x, [(150, 20), (200, 21), (246, 34), (bottom, 52)], stem, tilt=0.18)
        canvas.flat(oval(x, 166, 92, 16), _GLOW, light=(1.0, 0.95))
        dome = [(66, 8), (70, 38), (88, 70), (118, 90), (152, 96), (164, 92)]
        canvas.turned(x, dome, replace(paint, split=0.75), tilt=0.12, gloss=0.3)
        return Stand(x, bottom + 5, 52, 0.18)
    stand = rng.choice((*WOODS, *METALS[:2], CREAM))
    canvas.rod((x, 150), (x, 190), METALS[0], width=6)
    if form == "gourd":
        foot = [(176, 10), (184, 22), (204, 40), (228, 46), (252, 36), (264, 28), (bottom, 30)]
        canvas.turned(x, foot, stand, tilt=0.18)
        half = 30.0
    elif form == "column":
        canvas.turned(x, [(254, 46), (bottom - 4, 46)], stand, tilt=0.18, smooth=False)
        canvas.flat(oval(x, 254, 46, 46 * 0.18), shaded(stand, 1.08))
        canvas.turned(x, [(168, 9), (252, 9)], stand, tilt=0.18, smooth=False)
        half = 46.0
    else:  # tripod
        canvas.rod((x, 176), (x + 4, bottom - 12), shaded(stand, 0.8), width=9, taper=0.7)
        for side in (-1, 1):
            canvas.rod((x, 174), (x + side * 50, bottom), stand, width=10, taper=0.7)
        half = 52.0
    drum = form == "column" or rng.random() < 0.35
    above, below = (74, 80) if drum else (46, 88)
    _shade(canvas, paint, x=x, top=56, high=106, above=above, below=below)
    return Stand(
        x,
        bottom + (5 if form != "tripod" else 1),
        half,
        0.18,
        dark=0.40 if form != "tripod" else 0.24,
    )


def draw_floor_lamp(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A tall lamp that stands on the floor."""
    x, bottom = 160.0, 294.0
    metal = rng.choice((*METALS, WOODS[0]))
    paint = replace(paint, shift=rng.uniform(0, 9), scale=paint.scale * 0.8)
    if form == "arc":
        foot = 104.0
        canvas.turned(foot, [(286, 40), (bottom, 40)], metal, tilt=0.2, smooth=False)
        canvas.flat(oval(foot, 286, 40, 8), shaded(metal, 1.1))
        line = curve([(foot, 284), (foot - 2, 160), (foot + 26, 62), (176, 26), (218, 62)])
        canvas.tube(line, metal, width=6)
        canvas.turned(
            218, [(62, 10), (72, 38), (94, 58), (122, 66)], replace(paint, split=0.7), tilt=0.14,
            gloss=0.25,
        )  # fmt: skip
        return Stand(foot, bottom + 5, 40, 0.2)
    if form == "tripod":
        wood = rng.choice(WOODS)
        canvas.rod((x, 124), (x + 8, bottom - 16), shaded(wood, 0.8), width=8, taper=0.7)
        for side in (-1, 1):
            canvas.rod((x, 122), (x + side * 56, bottom), wood, width=9, taper=0.7)
        canvas.flat(oval(x, 128, 9, 4), METALS[0])
        half = 58.0
    else:
        canvas.turned(x, [(288, 42), (bottom, 42)], metal, tilt=0.2, smooth=False)
        canvas.flat(oval(x, 288, 42, 8.4), shaded(metal, 1.1))
        canvas.rod((x, 110), (x, 287), metal, width=6)
        half = 42.0
    above, below = (58, 64) if form == "drum" else (36, 70)
    _shade(canvas, paint, x=x, top=30, high=88, above=above, below=below)
    return Stand(
        x,
        bottom + (4 if form != "tripod" else 0),
        half,
        0.2,
        dark=0.40 if form != "tripod" else 0.24,
    )


class _View:
    """Look at a room from its front right and a little above: (x, y, z) to the photo."""

    def __init__(
        self, x: float, y: float, *, zoom: float, turn: float = 0.52, nod: float = 0.30
    ) -> None:
        self.at = np.array([x, y])
        self.zoom = zoom
        across = np.array([np.cos(turn), np.sin(turn) * np.sin(nod)])
        depth = np.array([np.sin(turn), -np.cos(turn) * np.sin(nod)])
        self.axes = np.stack([across, depth, (0.0, -np.cos(nod))])  # of x, y (away) and z (up)

    def __call__(self, *xyz: tuple[float, float, float]) -> Points:
        return np.asarray(self.at + np.array(xyz, np.float64) @ self.axes * self.zoom)


def _soft_box(
    canvas: Canvas, view: _View, low: tuple[float, float, float], high: tuple[float, float, float],
    paint: Paint, *, bend: float = 0.0, front: bool = False,
) -> None:  # fmt: skip
    """A box with soft corners between two corners; patterned on its top, or its front.

    `bend` moves its upper edge away from the viewer, as a backrest leans.
    """
    (x0, y0, z0), (x1, y1, z1) = low, high
    if front:
        near = [(x, y0 + bend * (z - z0) / (z1 - z0), z) for x, z in _soft_loop(x0, x1, z0, z1)]
        far = [(x, y + y1 - y0, z) for x, y, z in near]
    else:
        near = [(x, y, z1) for x, y in _soft_loop(x0, x1, y0, y1)]
        far = [(x, y, z0) for x, y, _ in near]
    face, back = view(*near), view(*far)
    edges = [np.stack([face[i - 1], face[i], back[i], back[i - 1]]) for i in range(len(face))]
    side = paint.plain() if paint.pattern != "speckled" else paint
    dark = replace(side, base=shaded(side.base, 0.72), accent=shaded(side.accent, 0.72))
    canvas.flat([back, *edges], dark, light=(1.02, 0.9))
    used = replace(paint, split=0.55)
    canvas.flat(face, used, light=(1.13, 0.95) if not front else (1.09, 0.9))


def _soft_loop(a0: float, a1: float, b0: float, b1: float) -> list[tuple[float, float]]:
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False) + np.pi / 48
    radius = 0.22 * min(a1 - a0, b1 - b0)
    half_a, half_b = (a1 - a0) / 2 - radius, (b1 - b0) / 2 - radius
    a = (a0 + a1) / 2 + np.sign(np.cos(angle)) * half_a + radius * np.cos(angle)
    b = (b0 + b1) / 2 + np.sign(np.sin(angle)) * half_b + radius * np.sin(angle)
    return list(zip(a.tolist(), b.tolist(), strict=True))


def draw_chair(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A chair, seen from its front right."""
    view = _View(136, 280, zoom=1.2)
    wood = rng.choice((*WOODS, METALS[1]))
    legs = paint.base if form == "slatted" else wood
    deep, wide, seat = 84.0, 46.0, 96.0
    paint = replace(paint, shift=rng.uniform(0, 9), scale=paint.scale * 0.9)

    def leg(x: float, y: float, tone: Rgb, top: float = seat) -> None:
        foot, head = view((x * 1.08, y, 0), (x * 0.92, y, top))
        canvas.rod(head, foot, tone, width=9, taper=0.62)

    for x, y in ((-wide + 6, deep - 6), (wide - 6, deep - 4)):
        leg(x, y, shaded(legs, 0.80))
    if form == "slatted":
        for x in (-wide + 5, wide - 5):
            foot, head = view((x, deep - 6, seat - 6), (x, deep + 10, seat + 108))
            canvas.rod(foot, head, legs, width=9, taper=0.8)
        for z in (seat + 30, seat + 60, seat + 90):
            _soft_box(
                canvas, view, (-wide + 4, deep - 6, z), (wide - 4, deep, z + 18), paint, front=True
            )
    else:
        low = seat + (4 if form == "armchair" else 16)
        high = seat + {"upholstered": 112, "shell": 92, "armchair": 96}[form]
        edge = wide + (4 if form != "upholstered" else -2)
        _soft_box(
            canvas,
            view,
            (-edge, deep - 14, low),
            (edge, deep - 2, high),
            paint,
            bend=14,
            front=True,
        )
    if form == "armchair":
        _soft_box(
            canvas, view, (-wide - 6, 8, seat - 14), (-wide + 8, deep, seat + 38), paint.plain()
        )
    thick = {"slatted": 8.0, "shell": 12.0, "armchair": 30.0}.get(form, 20.0)
    _soft_box(canvas, view, (-wide, 0, seat - thick / 2), (wide, deep, seat + thick / 2), paint)
    if form == "armchair":
        _soft_box(
            canvas, view, (wide - 8, 8, seat - 14), (wide + 6, deep, seat + 38), paint.plain()
        )
    for x, y in ((-wide + 6, 8.0), (wide - 6, 8.0)):
        leg(x, y, legs, seat - thick / 2)
    middle = view((0, deep / 2, 0))[0]
    return Stand(float(middle[0]), float(middle[1]) + 2, 72, 0.36, dark=0.24)


def draw_stool(canvas: Canvas, paint: Paint, form: str, rng: random.Random) -> Stand:
    """A stool with a round seat."""
    x, tilt = 160.0, 0.3
    wood = rng.choice((*WOODS, METALS[1]))
    paint = replace(paint, shift=rng.uniform(0, 9))
    if form == "pouf":
        top, bottom, wide = 132.0, 240.0, 100.0
        body = [(top, wide * 0.9), (top + 14, wide), (bottom - 16, wide), (bottom, wide * 0.88)]
        canvas.turned(x, body, paint, tilt=tilt, gloss=0.06)
        cover = paint.plain() if paint.pattern == "striped" else paint
        _seat_top(canvas, cover, x=x, y=top, wide=wide * 0.9, tilt=tilt)
        return Stand(x, bottom + 14, 92, tilt)
    top, floor, wide = {"bar": (78.0, 286.0, 56.0), "low": (132.0, 258.0, 74.0)}.get(
        form, (108.0, 272.0, 66.0)
    )
    spread = wide * (0.98 if form == "bar" else 0.92)
    thick = 20.0 if form != "milking" else 12.0
    canvas.rod((x - wide * 0.5, top), (x - spread * 0.55, floor - 24), shaded(wood, 0.75), width=8)
    canvas.rod((x + wide * 0.5, top), (x + spread * 0.55, floor - 24), shaded(wood, 0.75), width=8)
    if form == "bar":
        y = top + (floor - top) * 0.66
        canvas.tube(oval(x, y, wide * 0.86, wide * 0.2), METALS[0], width=5)
    for side in (-1, 1):
        canvas.rod(
            (x + side * wide * 0.62, top + 10),
            (x + side * spread, floor),
            wood,
            width=11,
            taper=0.7,
        )
    body = [(top, wide), (top + thick, wide)]
    canvas.turned(x, body, paint, tilt=tilt, gloss=0.06, smooth=False)
    _seat_top(canvas, paint, x=x, y=top, wide=wide, tilt=tilt)
    return Stand(x, floor - 4, spread, tilt, dark=0.24)


def _seat_top(
    canvas: Canvas, paint: Paint, *, x: float, y: float, wide: float, tilt: float
) -> None:
    used = paint if paint.pattern != "two-tone" else paint.plain()
    canvas.flat(oval(x, y, wide, wide * tilt), used, light=(1.16, 1.0))
