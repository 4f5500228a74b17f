"""Make a product's hidden facts agree with its form, size and material. Knows no random choice.

What a shopper would stumble over is put right here: a wooden bowl for the dishwasher, a table of
95 cm for eight, a cover that cannot come off and is machine-washed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from studio.kinds import KINDS, Form, Kind, Number
from studio.vocabulary import MATERIALS

Value = float | str | bool

FILL = {
    "mug": 0.72, "bowl": 0.62, "teapot": 0.55, "carafe": 0.6, "pitcher": 0.68,
    "drinking glass": 0.8, "jar": 0.75, "basket": 0.75,
}  # fmt: skip
"""Share of the cylinder around a vessel's body that it holds."""
STEMMED = ("wine", "coupe", "goblet")
"""Glasses whose bowl is the upper 40 % of their height."""
PICTURES = (
    ("A3", 29.7, 42.0),
    ("30 × 40 cm", 30.0, 40.0),
    ("A4", 21.0, 29.7),
    ("18 × 24 cm", 18.0, 24.0),
    ("13 × 18 cm", 13.0, 18.0),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a photo cannot show: a number in a unit, a word, or yes or no."""

    name: str
    value: Value
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What the facts have to agree with."""

    kind: Kind
    form: Form
    material: str
    size: str

    @property
    def family(self) -> str:
        """The wider word for the material."""
        return MATERIALS[self.material].family


def agree(body: Body, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts, as far as they can be true together."""
    values = {fact.name: fact.value for fact in facts}
    rule = _RULES.get(body.kind.name)
    changed = dict(values)
    if rule is not None:
        changed.update(rule(body, values))
    if "capacity" in values:
        changed["capacity"] = _capacity(body, values)
    if values.get("dishwasher safe") is True:
        changed.pop("care", None)
    return tuple(replace(fact, value=changed[fact.name]) for fact in facts if fact.name in changed)


def _capacity(body: Body, values: dict[str, Value]) -> float:
    """From the measures, within the kind's range and in its steps."""
    rule = next(r for r in KINDS[body.kind.name].facts if r.name == "capacity")
    if not isinstance(rule, Number):
        raise TypeError(f"{body.kind.name}: capacity is no number")
    width, depth, height = (float(values[name]) for name in ("width", "depth", "height"))
    base = width * depth if body.form.name == "rectangular" else math.pi / 4 * depth**2
    bowl = 0.4 if body.form.name in STEMMED else 1
    milliliters = base * height * bowl * FILL[body.kind.name]
    amount = milliliters if rule.unit == "ml" else milliliters / 1000
    steps = round((min(max(amount, rule.low), rule.high) - rule.low) / rule.step)
    value = round(rule.low + steps * rule.step, 2)
    return int(value) if value == int(value) else value


def _dining_table(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    width = float(values["width"])
    seats = next(
        (seats for limit, seats in ((115, "4"), (150, "4 to 6"), (180, "6"), (202, "6 to 8"))
         if width < limit), "8")  # fmt: skip
    return {"seats": seats}


def _bed(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    return {"width": int(str(values["mattress size"])[:3]) + round(body.form.size[0]) - 160}


def _picture_frame(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    sides = sorted((float(values["width"]), float(values["height"])))
    margin = 10 if body.form.name == "wide" else 6
    fitting = (
        name for name, short, long in PICTURES
        if short + margin <= sides[0] and long + margin <= sides[1]
    )  # fmt: skip
    return {"picture size": next(fitting, PICTURES[-1][0])}


def _planter(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    return {"fits pots up to": int(min(float(values["width"]), float(values["depth"])) - 3)}


def _vase(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    tight = values["watertight"] if body.family != "glass" else True
    if not tight:
        return {"good for": "dried stems"}
    narrow = body.form.name == "bottle-shaped"
    return {"watertight": True, "good for": "a single stem" if narrow else values["good for"]}


def _candle_holder(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    size = values["candle size"]
    if body.form.name != "bowl":
        size = "2.2 cm taper"
    elif size == "2.2 cm taper":
        size = "7 cm pillar"
    if body.material in ("brass", "copper"):
        care = "polish with a soft cloth"
    else:
        care = "hand wash" if body.family == "ceramic" else "wipe clean"
    return {"candle size": size, "care": care}


def _basket(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    if body.form.name == "lidded":
        return {"use": "laundry"}
    if values["use"] == "shopping" and body.form.name != "handled":
        return {"use": "blankets"}
    if values["use"] in ("laundry", "firewood") and body.size == "small":
        return {"use": "toys"}
    return {}


def _plate(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    if body.form.name == "oval" or body.size == "large":
        return {"use": "serving"}
    if body.size == "medium":
        return {"use": "dinner"}
    return {"use": "dessert" if values["use"] in ("dessert", "serving") else "breakfast"}


def _wood_care(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    if values["care"] == "oil once a year" and (
        body.family != "wood" or body.material == "painted wood"
    ):
        return {"care": "wipe with a damp cloth"}
    return {}


def _covered(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    changed: dict[str, Value] = {}
    if body.material == "leather" or (
        not values["removable cover"] and values["cover care"] != "dry clean only"
    ):
        changed["cover care"] = "vacuum and wipe"
    elif body.material == "wool":
        changed["cover care"] = "dry clean only"
    if body.form.name in ("chesterfield", "curved"):
        changed["sofa bed"] = False
    return changed


def _cushion(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    if body.material == "leather":
        return {"care": "dry clean only"}
    if body.material == "wool" and str(values["care"]).startswith("machine"):
        return {"care": "hand wash"}
    return {}


def _pouf(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    washed = str(values["care"]).startswith("machine")
    if body.material == "leather" or (washed and not values["removable cover"]):
        return {"care": "spot clean"}
    return {}


def _rug(body: Body, values: dict[str, Value]) -> dict[str, Value]:
    if values["machine washable"] and values["care"] == "professional cleaning":
        return {"care": "shake out and air"}
    return {}


_RULES: dict[str, Callable[[Body, dict[str, Value]], dict[str, Value]]] = {
    "dining table": _dining_table,
    "bed": _bed,
    "picture frame": _picture_frame,
    "planter": _planter,
    "vase": _vase,
    "candle holder": _candle_holder,
    "basket": _basket,
    "plate": _plate,
    "coffee table": _wood_care,
    "side table": _wood_care,
    "sofa": _covered,
    "armchair": _covered,
    "cushion": _cushion,
    "pouf": _pouf,
    "rug": _rug,
}
