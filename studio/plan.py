"""Plan every product before anything is drawn. Knows no renderer, text or query.

The same seed gives the same products. Those of the shop, of the training pack and those that are
only asked with never share what a photo shows: kind, form, materials, colors and pattern together
are unique over all, and within the shop already without the legs, lids and shades.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from random import Random

from studio.kinds import KINDS, Choice, FactRule, Flag, Form, Kind
from studio.sense import Body, Fact, agree
from studio.vocabulary import LOOKALIKES, MATERIALS, PLAIN, STYLES, distance, lab

SEED = 2026
PACK_SIZE = 5300
PACK_START = 5001
"""Numbers of the pack's product ids begin here; those of the shop at 1."""
ASKED_START = 9001
"""Numbers of the ids of products that are only asked with begin here."""
ASKED_PER_KIND = 24
"""Drawn for each kind; `studio.queries` says which of them are asked with and need a photo."""
CONTRAST = 38
"""CIELAB distance from which a pattern is told from its ground at 128 px."""
LIGHTNESS = 14
"""How much lighter or darker it must be as well: navy specks on cobalt are lost."""

TRIES = 80
"""Draws of a form before the next one is tried."""

PATTERN_COLORS = (
    "white", "cream", "charcoal", "black", "navy", "mustard", "terracotta", "sage",
    "forest green", "sky blue", "blush", "red", "brown", "cobalt",
)  # fmt: skip
PRICE_FACTORS = {
    "marble": 1.4, "leather": 1.4, "brass": 1.2, "walnut": 1.25, "copper": 1.2, "velvet": 1.1,
    "travertine": 1.3, "wool": 1.15, "porcelain": 1.1, "painted wood": 0.85, "cotton": 0.9,
    "birch": 0.9, "boucle": 1.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """How the photographer stands: degrees around and above, and the warmth of the backdrop."""

    azimuth: float
    elevation: float
    backdrop: str


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """One product: all that is true of it.

    Visible in the photo: kind to `accent_color`, and `style`, which follows from them. Not visible:
    size, facts, price. `pattern_color` is the second color of a pattern, empty for plain;
    `accent_part` is a part with its own material and color (legs, lid, shade …), else empty.
    """

    product_id: str
    kind: str
    form: str
    material: str
    color: str
    pattern: str
    pattern_color: str
    accent_part: str
    accent_material: str
    accent_color: str
    style: str
    size: str
    facts: tuple[Fact, ...]
    price: float
    has_photo: bool
    second_view: bool
    view: View
    seed: int

    def fact(self, name: str) -> float | str | bool | None:
        """The value of a hidden fact, None if this product has no such fact."""
        return next((fact.value for fact in self.facts if fact.name == name), None)

    @property
    def look(self) -> tuple[str, ...]:
        """What a photo shows of its body; two products of the shop never agree in it."""
        material = LOOKALIKES.get(self.material, self.material)
        return (self.kind, self.form, material, self.color, self.pattern, self.pattern_color)

    @property
    def full_look(self) -> tuple[str, ...]:
        """`look` with its accent; no two products agree in it."""
        accent = LOOKALIKES.get(self.accent_material, self.accent_material)
        return (*self.look, self.accent_part, accent, self.accent_color)

    @property
    def digest(self) -> str:
        """12 hex digits that change when anything of the plan changes."""
        return hashlib.sha256(repr(sorted(asdict(self).items())).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Plan:
    """The shop's products, the training pack's, and those whose photos are queries."""

    shop: tuple[ProductPlan, ...]
    pack: tuple[ProductPlan, ...]
    asked: tuple[ProductPlan, ...]


@cache
def make_plan(seed: int = SEED, pack_size: int = PACK_SIZE) -> Plan:
    """Plan all products.

    Args:
        seed: another seed gives another shop.
        pack_size: products of the training pack, fewer where a kind has no more looks.
    """
    shop: list[ProductPlan] = []
    pack: list[ProductPlan] = []
    asked: list[ProductPlan] = []
    total = sum(kind.share for kind in KINDS.values())
    for kind in KINDS.values():
        for_pack = round(kind.share * pack_size / total)
        looks: set[tuple[str, ...]] = set()
        full_looks: set[tuple[str, ...]] = set()
        for products, start, count in (
            (shop, 1, kind.share),
            (asked, ASKED_START, ASKED_PER_KIND),
            (pack, PACK_START, for_pack),
        ):
            for number in range(count):
                product = _draw(kind, start + number, seed, looks, full_looks)
                if product is None:
                    break
                looks.add(product.look)
                full_looks.add(product.full_look)
                products.append(product)
    return Plan(tuple(shop), tuple(pack), tuple(asked))


def _draw(
    kind: Kind,
    serial: int,
    seed: int,
    looks: set[tuple[str, ...]],
    full_looks: set[tuple[str, ...]],
) -> ProductPlan | None:
    """Draw until the product looks like no other: the shop's strictly, others if it can be.

    None: every look of this kind has been had.
    """
    random = Random(f"{seed}/{kind.name}/{serial}")
    spare: ProductPlan | None = None
    for attempt in range(TRIES * len(kind.forms)):
        form = kind.forms[(serial - 1 + attempt // TRIES) % len(kind.forms)]
        product = _candidate(kind, form, serial, random)
        if product.look not in looks:
            return product
        if product.full_look not in full_looks:
            spare = spare or product
    if serial < PACK_START:
        raise ValueError(f"{kind.name}: no look left for product {serial}; give it more forms")
    return spare


def _candidate(kind: Kind, form: Form, serial: int, random: Random) -> ProductPlan:
    in_shop = serial < PACK_START
    names = form.materials or kind.materials
    weights = [1 + len(MATERIALS[name].colors) / 14 for name in names]
    material = MATERIALS[random.choices(names, weights)[0]]
    color = random.choice(material.colors)
    pattern, pattern_color = _pattern(kind, form, material.name, color, random)
    part, accent_material, accent_color = _accent(kind, form, material.name, random)
    size = random.choice(tuple(kind.sizes))
    style = style_of(kind.name, form.name, material.name, accent_material)
    low, high = kind.price
    price = random.uniform(low, high) * kind.sizes[size] * PRICE_FACTORS.get(material.name, 1)
    facts = (
        *_measures(kind, form, size, random),
        *(_fact(rule, material.name, random) for rule in kind.facts if _applies(rule, form)),
    )
    has_photo = not in_shop or random.random() > 0.025
    return ProductPlan(
        product_id=f"{kind.code}-{serial:04d}",
        kind=kind.name,
        form=form.name,
        material=material.name,
        color=color,
        pattern=pattern,
        pattern_color=pattern_color,
        accent_part=part,
        accent_material=accent_material,
        accent_color=accent_color,
        style=style,
        size=size,
        facts=agree(Body(kind, form, material.name, size), facts),
        price=_round_price(price, random),
        has_photo=has_photo,
        second_view=in_shop and has_photo and random.random() < 0.34,
        view=View(
            azimuth=round(random.uniform(-1, 1), 3),
            elevation=round(random.uniform(-1, 1), 3),
            backdrop=random.choice(("white", "white", "warm", "cool", "gray")),
        ),
        seed=random.randrange(2**31),
    )


def _pattern(kind: Kind, form: Form, material: str, color: str, random: Random) -> tuple[str, str]:
    """The pattern and its second color."""
    allowed = form.patterns or kind.patterns
    choices = [name for name in MATERIALS[material].patterns if name in allowed and name != PLAIN]
    if not choices or random.random() < 0.2:
        return PLAIN, ""
    light = lab(color)[0]
    partners = [
        name
        for name in PATTERN_COLORS
        if distance(name, color) >= CONTRAST and abs(lab(name)[0] - light) >= LIGHTNESS
    ]
    return random.choice(choices), random.choice(partners)


def _accent(kind: Kind, form: Form, material: str, random: Random) -> tuple[str, str, str]:
    """The part, material and color of the accent; three times empty if there is none."""
    part = form.accent or kind.accent
    names = form.accent_materials or kind.accent_materials
    if part == "inlay":  # one of its own wood would not be seen
        names = tuple(name for name in names if name != material)
    if part in ("", "none") or not names:
        return "", "", ""
    name = material if material in names and random.random() < 0.5 else random.choice(names)
    if not name:
        return "", "", ""
    allowed = kind.accent_colors
    colors = [c for c in MATERIALS[name].colors if not allowed or c in allowed]
    return part, name, random.choice(colors or list(MATERIALS[name].colors))


def style_of(kind: str, form: str, material: str, accent_material: str = "") -> str:
    """The style that form and materials speak for most; the first named wins a tie."""
    shape = next(item for item in KINDS[kind].forms if item.name == form)
    votes = Counter(shape.styles * 2 + MATERIALS[material].styles)
    if accent_material:
        votes.update(MATERIALS[accent_material].styles)
    if not votes:
        return STYLES[0]
    best = max(votes.values())
    return next(style for style in votes if votes[style] == best)


def _measures(kind: Kind, form: Form, size: str, random: Random) -> tuple[Fact, ...]:
    """Width, depth (length for what lies flat) and height in cm, a little off the form's."""
    scale = kind.sizes[size]
    names = ("width", "length", "height") if kind.name in ("throw", "rug") else (
        "width", "depth", "height")  # fmt: skip
    facts = []
    round_form = form.size[0] == form.size[1]
    stretch = [random.uniform(0.93, 1.07) for _ in range(3)]
    if round_form:
        stretch[1] = stretch[0]
    for name, base, factor in zip(names, form.size, stretch, strict=True):
        value = base * scale * factor
        facts.append(Fact(name, round(value) if value >= 20 else round(value * 2) / 2 or 0.5, "cm"))
    return tuple(facts)


def _applies(rule: FactRule, form: Form) -> bool:
    return not rule.only or form.name in rule.only


def _fact(rule: FactRule, material: str, random: Random) -> Fact:
    if isinstance(rule, Choice):
        return Fact(rule.name, random.choice(rule.values))
    if isinstance(rule, Flag):
        forbidden = material in rule.never or MATERIALS[material].family in rule.never
        return Fact(rule.name, random.random() < rule.chance and not forbidden)
    steps = round((rule.high - rule.low) / rule.step)
    value = round(rule.low + random.randint(0, steps) * rule.step, 2)
    return Fact(rule.name, int(value) if value == int(value) else value, rule.unit)


def _round_price(price: float, random: Random) -> float:
    """A price as shops write it."""
    if price >= 100:
        return float(round(price / 10) * 10 - random.choice((0, 1, 5)))
    return float(int(price)) + random.choice((0.0, 0.5, 0.9, 0.95, 0.99))
