"""Say what a photo cannot show: every hidden fact in fragments and in predicates. Knows no voice.

A fragment stands alone ("dishwasher safe"), a predicate follows "it" ("is dishwasher safe"). What
is written here is also how `reading` finds a fact in a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.sense import Fact

WORDS = {
    "tea light": "tealight", "tea bags": "teabags", "tea": "loose leaves",
    "indoor": "indoor use", "outdoor": "outdoor use",
    "indoor and outdoor": "indoor and outdoor use", "hallway": "the hallway",
    "dining table": "the dining table", "foot of the bed": "the foot of the bed",
}  # fmt: skip
"""Values under other words; "tea" is for queries alone."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Ways to say a fact; `{v}` is its value with unit.

    Attributes:
        fragments: stand alone.
        predicates: follow "it".
        no: fragments that deny a flag; empty where no seller would.
    """

    fragments: tuple[str, ...]
    predicates: tuple[str, ...]
    no: tuple[str, ...] = ()


def _flag(name: str, *no: str, predicate: str = "", more: tuple[str, ...] = ()) -> Saying:
    return Saying((name, *more), (predicate or f"is {name}",), no)


def _has(name: str, *no: str) -> Saying:
    return Saying((name, f"with {name}"), (f"has {name}", f"comes with {name}"), no)


SAYINGS: Mapping[str, Saying] = {
    "width": Saying(("{v} wide", "width {v}"), ("measures {v} in width", "is {v} wide")),
    "depth": Saying(("{v} deep", "depth {v}"), ("is {v} deep",)),
    "length": Saying(("{v} long", "length {v}"), ("is {v} long",)),
    "height": Saying(("{v} high", "height {v}"), ("stands {v} high", "is {v} high")),
    "capacity": Saying(
        ("holds {v}", "capacity {v}", "{v} capacity"), ("holds {v}", "takes {v}")
    ),
    "dishwasher safe": _flag("dishwasher safe", "not dishwasher safe", more=("dishwasher-safe",)),
    "microwave safe": _flag("microwave safe", "not microwave safe", more=("microwave-safe",)),
    "oven safe": _flag("oven safe", "not oven safe", more=("oven-safe",)),
    "stackable": _flag("stackable", predicate="stacks: it is stackable"),
    "made in": Saying(("made in {v}",), ("is made in {v}",)),
    "care": Saying(("care: {v}", "{v}"), ("asks for little care: {v}",)),
    "strainer included": _flag("strainer included", "strainer not included",
                               predicate="has its strainer included"),
    "works on induction": _flag("works on induction", "not for induction",
                                predicate="works on induction"),
    "fits the fridge door": _flag("fits the fridge door", predicate="fits the fridge door"),
    "heat-resistant to 100 °C": _flag("heat-resistant to 100 °C", "not heat-resistant"),
    "mouth-blown": _flag("mouth-blown"),
    "sold as": Saying(("sold as {v}", "{v}"), ("is sold as {v}",)),
    "airtight": _flag("airtight", "not airtight", predicate="closes airtight"),
    "good for": Saying(("good for {v}", "made for {v}"), ("is good for {v}",)),
    "load": Saying(("takes up to {v}", "load up to {v}"), ("takes a load of {v}",)),
    "non-slip surface": _has("non-slip surface"),
    "juice groove on the back": _has("juice groove on the back"),
    "food-safe oil finish": _has("food-safe oil finish"),
    "watertight": _flag("watertight", "not watertight"),
    "handmade": _flag("handmade"),
    "drainage hole": _has("drainage hole", "no drainage hole"),
    "frost-proof": _flag("frost-proof", "not frost-proof"),
    "use": Saying(("for {v}", "use: {v}"), ("is made for {v}",)),
    "fits pots up to": Saying(("fits pots up to {v}",), ("fits pots up to {v}",)),
    "plant included": _flag("plant included", "plant not included",
                            predicate="comes with the plant included"),
    "candle size": Saying(("for {v} candles", "candle size: {v}"), ("is made for {v} candles",)),
    "candle included": _flag("candle included", "candle not included",
                             predicate="has a candle included"),
    "felt base": _has("felt base"),
    "removable lining": _has("removable lining"),
    "foldable": _flag("foldable", predicate="is foldable when empty"),
    "inside": Saying(("inside: {v}", "{v} inside"), ("has {v} inside",)),
    "lockable": _flag("lockable", more=("lockable with a small key",)),
    "movement": Saying(("{v} movement", "movement: {v}"), ("runs on a {v} movement",)),
    "battery": Saying(("battery: {v}", "runs on {v}"), ("runs on {v}",)),
    "battery included": _flag("battery included", "battery not included",
                              predicate="has its battery included"),
    "glass cover": _has("glass cover"),
    "weight": Saying(("weighs {v}", "weight {v}"), ("weighs {v}",)),
    "hangs both ways": _flag("hangs both ways", predicate="hangs both ways"),
    "suitable for bathrooms": _flag("suitable for bathrooms", "not for bathrooms"),
    "shatterproof backing": _has("shatterproof backing"),
    "picture size": Saying(("for pictures in {v}", "picture size {v}"), ("shows pictures in {v}",)),
    "front": Saying(("{v} front", "front: {v}"), ("has an honest {v} front",)),
    "stand on the back": _has("stand on the back"),
    "mat removable": _flag("mat removable", predicate="has its mat removable"),
    "assembly required": Saying(
        ("assembly required", "some assembly required"),
        ("arrives in parts: assembly required",),
        ("no assembly required", "arrives fully assembled"),
    ),
    "socket": Saying(("{v} socket", "socket: {v}"), ("takes bulbs with {v} socket",)),
    "maximum wattage": Saying(("max. {v}", "bulbs up to {v}"), ("takes bulbs up to {v}",)),
    "dimmable": _flag("dimmable", "not dimmable"),
    "bulb included": _flag("bulb included", "bulb not included",
                           predicate="comes with its bulb included"),
    "cable length": Saying(("{v} cable", "cable {v}"), ("comes on a {v} cable",)),
    "USB charging port": _has("USB charging port"),
    "switch": Saying(("{v}", "switch: {v}"), ("is turned on by a {v}",)),
    "height adjustable": _flag("height adjustable", more=("height-adjustable",)),
    "seat height": Saying(("seat height {v}", "{v} seat height"), ("has a seat height of {v}",)),
    "seat depth": Saying(("seat depth {v}", "{v} seat depth"), ("has a seat depth of {v}",)),
    "maximum load": Saying(
        ("maximum load {v}", "takes up to {v}"), ("takes a maximum load of {v}", "takes up to {v}")
    ),
    "removable cover": _has("removable cover", "cover not removable"),
    "filling": Saying(("filling: {v}", "filled with {v}"), ("is filled with {v}",)),
    "cover care": Saying(("cover: {v}", "cover care: {v}"), ("wears an easy cover: {v}",)),
    "pet-friendly fabric": Saying(("pet-friendly fabric",), ("is covered in pet-friendly fabric",)),
    "floor protection": Saying(("floor protection: {v}", "with {v}"), ("comes with {v}",)),
    "sofa bed": Saying(
        ("sofa bed", "turns into a bed: sofa bed"), ("turns into a bed at night: a sofa bed",)
    ),
    "storage inside": _has("storage inside"),
    "seats": Saying(("seats {v}", "for {v} people"), ("seats {v}",)),
    "extendable": _flag("extendable", "not extendable"),
    "load per shelf": Saying(
        ("load per shelf {v}", "{v} load per shelf"), ("takes a load per shelf of {v}",)
    ),
    "adjustable shelves": _has("adjustable shelves"),
    "wall bracket included": _flag("wall bracket included",
                                   predicate="has a wall bracket included"),
    "soft-close": _flag("soft-close", predicate="closes with soft-close"),
    "cable outlet": _has("cable outlet"),
    "mattress size": Saying(
        ("for a {v} mattress", "mattress size {v}"), ("takes a {v} mattress",)
    ),
    "slats included": _flag("slats included", "slats not included",
                            predicate="has its slats included"),
    "storage under the bed": _has("storage under the bed"),
    "bedding included": _flag("bedding included", "bedding not included",
                              predicate="has the bedding included"),
    "closure": Saying(("closure: {v}", "closes with {v}"), ("closes with {v}",)),
    "suitable for outdoors": _flag("suitable for outdoors"),
    "suitable for sensitive skin": _flag("suitable for sensitive skin"),
    "pile height": Saying(("pile height {v}", "{v} pile"), ("has a pile height of {v}",)),
    "non-slip backing": _has("non-slip backing"),
    "suitable for underfloor heating": _flag("suitable for underfloor heating"),
    "machine washable": _flag("machine washable", "not machine washable"),
}  # fmt: skip
"""Fact → how it is said."""

ARTICLED = frozenset(
    [
        "non-slip surface",
        "juice groove on the back",
        "drainage hole",
        "felt base",
        "removable lining",
        "glass cover",
        "shatterproof backing",
        "stand on the back",
        "USB charging port",
        "removable cover",
        "cable outlet",
        "non-slip backing",
        "food-safe oil finish",
    ]
)
"""What takes "a" in a sentence."""


def value_text(fact: Fact) -> str:
    """The value as sellers write it, with its unit."""
    if isinstance(fact.value, str):
        return WORDS.get(fact.value, fact.value)
    number = f"{fact.value:g}"
    return f"{number} {fact.unit}".strip()


def fragments(fact: Fact) -> tuple[str, ...]:
    """Short forms; empty for a flag that no seller would deny."""
    saying = _saying(fact)
    if fact.value is False:
        return saying.no
    return tuple(text.format(v=value_text(fact)) for text in saying.fragments)


def predicates(fact: Fact) -> tuple[str, ...]:
    """Forms that follow "it"."""
    saying = _saying(fact)
    if fact.value is False:
        return tuple(_denied(text) for text in saying.no)
    articled = f"a {fact.name}" if fact.name in ARTICLED else fact.name
    return tuple(
        text.format(v=value_text(fact)).replace(fact.name, articled)
        if fact.name in ARTICLED
        else text.format(v=value_text(fact))
        for text in saying.predicates
    )


def _saying(fact: Fact) -> Saying:
    if fact.value == "cover only":
        return Saying(("cover only", "sold without filling"), ("comes as cover only",))
    if fact.value == "none":
        return Saying((), ())
    return SAYINGS[fact.name]


def _denied(text: str) -> str:
    for start, verb in (("not ", "is "), ("no ", "has "), ("arrives", "")):
        if text.startswith(start):
            return verb + text
    return f"is sold with {text}"
