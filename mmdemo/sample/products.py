"""Invent products: their facts, then the text a seller would write. Knows no picture or file."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mmdemo.sample.drawing import DRAWINGS
from mmdemo.sample.kinds import BRANDS, COLOR_NAMES, KINDS, PATTERN_NAMES, SERIES
from mmdemo.sample.paint import COLORS
from mmdemo.sample.wording import Words

TELLS_COLOR = 0.55  # of the products; the photo alone tells it for the others
TELLS_PATTERN = 0.65  # of those that have one
# One product of so many, and which: sellers forget things.
NO_DESCRIPTION = (24, 7)
NO_PHOTO = (60, 23)
LONG_TITLE = (170, 40)


@dataclass(frozen=True, slots=True)
class Item:
    """A product of the sample shop with everything that is true of it.

    Attributes:
        kind: a key of `KINDS`.
        features: what is true of it and told by its text only.
    """

    product_id: str
    kind: str
    form: str
    color: str
    pattern: str
    material: str
    features: frozenset[str]
    brand: str
    title: str
    description: str
    price: float
    has_photo: bool

    def row(self) -> dict[str, str]:
        """The product as a line of the products file."""
        return {
            "id": self.product_id,
            "title": self.title,
            "description": self.description,
            "brand": self.brand,
            "category": KINDS[self.kind].category,
            "price": f"{self.price:.2f}",
            "currency": "USD",
            "color": self.color,
            "pattern": self.pattern,
            "material": self.material,
            "image": f"images/{self.product_id}.webp" if self.has_photo else "",
        }


def invent(count: int, *, seed: int, id_prefix: str) -> list[Item]:
    """Make up products, every kind about as often as the others."""
    rng = random.Random(f"{seed} products")
    kinds = _dealt(tuple(KINDS), count, rng)
    colors = _dealt(tuple(COLORS), count, rng)
    tells_color = _share(TELLS_COLOR, count, rng)
    tells_pattern = _share(TELLS_PATTERN, count, rng)
    return [
        _invent_one(
            number,
            random.Random(f"{seed} product {number}"),
            product_id=f"{id_prefix}{number:04d}",
            kind=kinds[number - 1],
            color=colors[number - 1],
            tells_color=tells_color[number - 1],
            tells_pattern=tells_pattern[number - 1],
        )
        for number in range(1, count + 1)
    ]


def _dealt(values: tuple[str, ...], count: int, rng: random.Random) -> list[str]:
    dealt = [values[i % len(values)] for i in range(count)]
    rng.shuffle(dealt)
    return dealt


def _share(share: float, count: int, rng: random.Random) -> list[bool]:
    flags = [i < round(share * count) for i in range(count)]
    rng.shuffle(flags)
    return flags


def _invent_one(
    number: int,
    rng: random.Random,
    *,
    product_id: str,
    kind: str,
    color: str,
    tells_color: bool,
    tells_pattern: bool,
) -> Item:
    drawing, facts = DRAWINGS[kind], KINDS[kind]
    form = rng.choice(drawing.forms)
    pattern = "plain"
    if form not in drawing.plain_forms and rng.random() > 0.3:
        # White checks over gray read as gray: nobody could tell the color from the photo.
        hidden = {"plain", "checked"} if color == "white" else {"plain"}
        pattern = rng.choice([p for p in drawing.patterns if p not in hidden])
    material = "wood" if form == "slatted" else rng.choice(facts.materials)
    described = not _is_one_of(NO_DESCRIPTION, number)
    feature = next(iter(facts.features)) if described and rng.random() < 0.5 else ""
    brand = rng.choice(BRANDS)
    low, high = facts.price
    price = low * (high / low) ** rng.random()
    price = round(price) - rng.choice((0.01, 0.05, 0.10, 0.50, 0.0))
    words = Words(
        noun=rng.choice(facts.form_nouns.get(form, facts.nouns)),
        series=rng.choice(SERIES),
        brand=brand,
        color=rng.choice((color, *COLOR_NAMES[color])) if tells_color else "",
        pattern=_pattern_word(pattern, rng) if tells_pattern else "",
        material=material,
        size=rng.choice(facts.form_sizes.get(form, facts.sizes)),
    )
    if _is_one_of(LONG_TITLE, number):
        title, color_in_title, pattern_in_title = words.long_title(), True, True
    else:
        color_in_title = not described or rng.random() < 0.85
        pattern_in_title = not described or rng.random() < 0.8
        title = words.title(
            rng, color=color_in_title, pattern=pattern_in_title, material=not described
        )
    description = words.description(kind, feature, rng) if described else ""
    return Item(
        product_id=product_id,
        kind=kind,
        form=form,
        color=color,
        pattern=pattern,
        material=material,
        features=frozenset({feature} - {""}),
        brand=brand if rng.random() > 0.03 else "",
        title=title,
        description=description,
        price=price,
        has_photo=not _is_one_of(NO_PHOTO, number),
    )


def _is_one_of(rule: tuple[int, int], number: int) -> bool:
    every, rest = rule
    return number % every == rest


def _pattern_word(pattern: str, rng: random.Random) -> str:
    return "" if pattern == "plain" and rng.random() < 0.7 else rng.choice(PATTERN_NAMES[pattern])
