"""Write the texts of the shop and of the training pack. Knows no file and no query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from studio.kinds import KINDS
from studio.plan import SEED, ProductPlan, make_plan
from studio.truth.colors import near_colors
from studio.vocabulary import COLORS, distance
from studio.wording.compose import Writer
from studio.wording.facts import fragments, value_text
from studio.wording.lexicon import (
    CATEGORIES,
    COLOR_WORDS,
    KIND_WORDS,
    MATERIAL_WORDS,
    PATTERN_WORDS,
    form_word,
    plural,
)
from studio.wording.sellers import RATES, pick_seller, series_name

WRONG_COLORS = 14
"""Products of the shop whose text names a color that they do not have."""
CLEARLY_WRONG = 45
"""CIELAB distance from which a told color is a mistake to anyone."""


@dataclass(frozen=True, slots=True)
class ShopText:
    """What a seller says of a product.

    Attributes:
        attributes: what stands in the attribute table of the page.
        wrong_color: the color word told where it is not the product's; else empty.
    """

    product_id: str
    title: str
    description: str
    brand: str
    category: str
    price: str
    currency: str
    attributes: dict[str, str]
    wrong_color: str = ""


@cache
def shop_texts(seed: int = SEED) -> tuple[ShopText, ...]:
    """A text for each product of the shop, in the plan's order."""
    shop = make_plan(pack_size=0).shop
    wrong = _wrong_colors(shop, seed)
    seen: set[tuple[str, str]] = set()
    return tuple(
        _write(product, f"shop/{seed}", seen, wrong.get(product.product_id, "")) for product in shop
    )


@cache
def pack_texts(seed: int = SEED) -> tuple[ShopText, ...]:
    """A text for each product of the training pack, in the plan's order."""
    seen: set[tuple[str, str]] = set()
    return tuple(_write(product, f"pack/{seed}", seen, "") for product in make_plan().pack)


def caption(product: ProductPlan) -> str:
    """What the photo shows, in plain words."""
    random = Random(f"caption/{product.product_id}")
    pattern = PATTERN_WORDS[product.pattern]
    patterned = product.pattern != "plain"
    words = [
        form_word(product.kind, product.form),
        random.choice(COLOR_WORDS[product.color]),
        *([pattern[0]] if patterned and random.random() < 0.7 else []),
        random.choice(MATERIAL_WORDS[product.material]),
        random.choice(KIND_WORDS[product.kind]),
    ]
    said = " ".join(words)
    if patterned and pattern[0] not in words:
        said += f" {pattern[1]}"
    if product.pattern_color and random.random() < 0.6:
        said += f" and {random.choice(COLOR_WORDS[product.pattern_color])}"
    if product.accent_part:
        color = random.choice(COLOR_WORDS[product.accent_color])
        material = random.choice(MATERIAL_WORDS[product.accent_material])
        what = random.choice((color, material))
        said += f", {what} {product.accent_part}"
    return said


def _write(
    product: ProductPlan, stream: str, seen: set[tuple[str, str]], wrong_color: str
) -> ShopText:
    for attempt in range(50):
        random = Random(f"{stream}/{product.product_id}/{attempt}")
        seller = pick_seller(random)
        writer = Writer(product, seller, series_name(random), random)
        text = writer.write(color=wrong_color)
        if (text.title, text.description) not in seen:
            break
    else:
        raise ValueError(f"{product.product_id}: every text has been written")
    seen.add((text.title, text.description))
    amount = product.price * RATES[seller.currency]
    return ShopText(
        product.product_id,
        text.title,
        text.description,
        seller.brand,
        _category(product, random),
        f"{amount:.2f}",
        seller.currency,
        _attributes(product, random),
        wrong_color,
    )


def _category(product: ProductPlan, random: Random) -> str:
    first, second = CATEGORIES[KINDS[product.kind].department]
    return " > ".join(dict.fromkeys((first, second, plural(product.kind))))


def _attributes(product: ProductPlan, random: Random) -> dict[str, str]:
    """A table of what is measured and known; what can be seen is not in it."""
    measures = [f for f in product.facts if f.name in ("width", "depth", "length", "height")]
    table = {}
    if random.random() < 0.7:
        table["Dimensions"] = " × ".join(f"{fact.value:g}" for fact in measures) + " cm"
    if random.random() < 0.5:
        table["Material"] = random.choice(MATERIAL_WORDS[product.material])
    for fact in product.facts:
        if fact in measures or not fragments(fact) or random.random() < 0.45:
            continue
        label = fact.name[:1].upper() + fact.name[1:]
        flag = isinstance(fact.value, bool)
        table[label] = ("yes" if fact.value else "no") if flag else value_text(fact)
    return table


def _wrong_colors(shop: Sequence[ProductPlan], seed: int) -> dict[str, str]:
    """Product id → a word for a color it does not have, for a few products with photos."""
    random = Random(f"wrong/{seed}")
    shown = [p for p in shop if p.has_photo and p.material not in ("glass", "art print")]
    wrong = {}
    for product in random.sample(shown, WRONG_COLORS):
        others = [
            name for name in COLORS
            if name not in near_colors(product.color)
            and distance(name, product.color) >= CLEARLY_WRONG
            and name not in (product.pattern_color, product.accent_color, "clear", "smoke", "amber")
        ]  # fmt: skip
        wrong[product.product_id] = COLOR_WORDS[random.choice(others)][0]
    return wrong
