"""Draw a product's photo from its facts. Knows no text, file or catalog."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from mmdemo.sample import furniture, textiles, vessels
from mmdemo.sample.canvas import Canvas
from mmdemo.sample.paint import COLORS, Paint, accent_for, vary
from mmdemo.sample.scene import DEEP_WALLS, WALLS, Stand, compose

Drawer = Callable[[Canvas, Paint, str, random.Random], Stand | None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a kind of product is drawn.

    Attributes:
        forms: names of its shapes.
        patterns: those that can be seen on it.
        scale: of the pattern on it.
        plain_forms: forms with too little surface for a pattern.
    """

    draw: Drawer
    forms: tuple[str, ...]
    patterns: tuple[str, ...]
    scale: float = 1.0
    plain_forms: tuple[str, ...] = ()


_ALL = ("plain", "striped", "checked", "dotted", "two-tone", "speckled")
_CLOTH = ("plain", "striped", "checked", "dotted", "two-tone")

DRAWINGS: dict[str, Drawing] = {
    "mug": Drawing(vessels.draw_mug, ("straight", "tapered", "rounded", "espresso"), _ALL),
    "bowl": Drawing(vessels.draw_bowl, ("deep", "shallow", "footed", "flared"), _ALL),
    "plate": Drawing(
        vessels.draw_plate, ("round", "coupe", "square", "oval"), _ALL, 1.15, ("coupe",)
    ),
    "vase": Drawing(vessels.draw_vase, ("bottle", "amphora", "bud", "trumpet", "column"), _ALL),
    "teapot": Drawing(vessels.draw_teapot, ("round", "tall", "squat"), _ALL),
    "planter": Drawing(vessels.draw_planter, ("tapered", "cylinder", "round", "legged"), _ALL),
    "table lamp": Drawing(
        furniture.draw_table_lamp, ("gourd", "column", "tripod", "mushroom"), _CLOTH
    ),
    "floor lamp": Drawing(furniture.draw_floor_lamp, ("straight", "drum", "tripod", "arc"), _CLOTH),
    "chair": Drawing(
        furniture.draw_chair,
        ("upholstered", "shell", "slatted", "armchair"),
        _CLOTH,
        0.9,
        ("slatted",),
    ),
    "stool": Drawing(furniture.draw_stool, ("round", "low", "bar", "pouf"), _CLOTH, 0.9),
    "cushion": Drawing(
        textiles.draw_cushion, ("square", "lumbar", "round", "tasseled", "button"), _CLOTH, 1.2
    ),
    "rug": Drawing(textiles.draw_rug, ("classic", "wide", "runner", "round"), _ALL, 1.15),
    "clock": Drawing(textiles.draw_clock, ("round", "square", "sunburst", "arch"), _ALL, 0.9),
}


def draw_product(
    kind: str, form: str, *, color: str, pattern: str, rng: random.Random
) -> Image.Image:
    """Draw one product: RGB, 320 pixels square.

    Args:
        kind: a key of `DRAWINGS`.
        form: one of the kind's forms.
        color: a key of `COLORS`.
        pattern: one of the kind's patterns.
        rng: decides what no fact fixes, such as the wall behind it.
    """
    drawing = DRAWINGS[kind]
    direction = rng.choice((0, 0, 1, 2) if kind not in {"table lamp", "floor lamp"} else (0, 1))
    paint = Paint(
        vary(COLORS[color], rng),
        accent_for(color, pattern, rng),
        pattern,
        scale=drawing.scale * rng.uniform(0.9, 1.12),
        direction=direction,
        split=rng.uniform(0.56, 0.66),
    )
    canvas = Canvas()
    stand = drawing.draw(canvas, paint, form, rng)
    return compose(canvas, stand, rng.choice(DEEP_WALLS if color == "white" else WALLS), rng)
