"""What a shopper can ask for beside the kind, and how well a product has it. Knows no grade.

A wish says which knowledge decides it: `needs` is an attribute of the plan, ``fact:NAME`` for a
hidden one. What a photo shows is in `VISIBLE`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from studio.plan import ProductPlan
from studio.truth.colors import COLOR_WORDS, Meaning
from studio.truth.forms import FORM_WORDS, OWN_WORDS
from studio.truth.materials import MATERIAL_WORDS

VISIBLE = frozenset({"kind", "form", "look", "color", "pattern", "accent", "style"})
"""What a photo tells. "look" is the material as far as the eye can tell it."""


class Match(IntEnum):
    """How well a wish is met."""

    OFF = 0
    NEAR = 1
    EXACT = 2


class Wish(Protocol):
    """One thing asked for; two equal wishes have equal keys."""

    @property
    def needs(self) -> str:
        """The attribute that decides it."""

    @property
    def key(self) -> str:
        """Names the wish whatever words ask for it."""

    def applies(self, kind: str) -> bool:
        """Whether products of the kind can have it at all."""

    def match(self, product: ProductPlan) -> Match:
        """How well the product has it."""


def _level(value: str, exact: tuple[str, ...], near: tuple[str, ...]) -> Match:
    if value in exact:
        return Match.EXACT
    return Match.NEAR if value in near else Match.OFF


PROMINENT = ("shade", "seat", "face", "bedding")
"""Parts so large that their color is almost the product's."""


@dataclass(frozen=True, slots=True)
class ColorWish:
    """A color word. The second color of a pattern, and a large part's, count as near."""

    word: str
    meaning: Meaning | None = None
    """What the word means, where it is none of the catalog's."""
    needs: str = field(default="color", init=False)

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        exact = self._meaning.exact
        return f"color={'/'.join(exact)}"

    @property
    def _meaning(self) -> Meaning:
        return self.meaning or COLOR_WORDS[self.word]

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return True

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        meaning = self._meaning
        found = _level(product.color, meaning.exact, meaning.near)
        beside = [product.pattern_color]
        if product.accent_part in PROMINENT:
            beside.append(product.accent_color)
        if found is Match.OFF and any(color in meaning.exact for color in beside):
            return Match.NEAR
        return found


NEAR_PATTERNS = {
    "striped": ("zigzag",),
    "zigzag": ("striped", "geometric"),
    "checked": ("geometric",),
    "geometric": ("zigzag", "checked"),
    "dotted": ("speckled",),
    "speckled": ("dotted",),
    "floral": ("leaf",),
    "leaf": ("floral",),
}


@dataclass(frozen=True, slots=True)
class PatternWish:
    """A pattern of the vocabulary."""

    pattern: str
    needs: str = field(default="pattern", init=False)

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        return f"pattern={self.pattern}"

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return True

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        return _level(product.pattern, (self.pattern,), NEAR_PATTERNS.get(self.pattern, ()))


@dataclass(frozen=True, slots=True)
class MaterialWish:
    """A material word; `needs` says whether a photo can tell it."""

    word: str

    @property
    def needs(self) -> str:
        """As `Wish.needs`."""
        return "look" if MATERIAL_WORDS[self.word].seen else "material"

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        return f"material={'/'.join(MATERIAL_WORDS[self.word].exact)}"

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return True

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        meaning = MATERIAL_WORDS[self.word]
        return _level(product.material, meaning.exact, meaning.near)


@dataclass(frozen=True, slots=True)
class FormWish:
    """A shape word of several kinds, or the own word of one kind's form."""

    word: str
    needs: str = field(default="form", init=False)

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        return f"form={self.word}"

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return kind in FORM_WORDS.get(self.word, {}) or self._own(kind) != ""

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        exact, near = FORM_WORDS.get(self.word, {}).get(product.kind, ((), ()))
        return _level(product.form, (*exact, self._own(product.kind)), near)

    def _own(self, kind: str) -> str:
        words = OWN_WORDS.get(kind, {})
        return next((form for form, word in words.items() if word == self.word), "")


ON_OWN_LEGS = {"dining chair": ("spindle-back", "ladder-back", "cane-back")}
"""Kind → forms whose legs are of the body's material."""


@dataclass(frozen=True, slots=True)
class PartWish:
    """A part of a material or color of its own: brass legs, a white shade, a cork lid."""

    part: str
    material: str = ""
    color: str = ""
    needs: str = field(default="accent", init=False)

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        return f"{self.part}={self.material or self.color}"

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return True

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        own_legs = self.part == "legs" and product.form in ON_OWN_LEGS.get(product.kind, ())
        if product.accent_part != self.part and not own_legs:
            return Match.OFF
        if self.material:
            meaning = MATERIAL_WORDS[self.material]
            material = product.material if own_legs else product.accent_material
            return _level(material, meaning.exact, meaning.near)
        color = COLOR_WORDS[self.color]
        return _level(product.accent_color, color.exact, color.near)


@dataclass(frozen=True, slots=True)
class FactWish:
    """A hidden fact: yes, one of several words, or a number from low to high.

    Attributes:
        near: other words that would still do.
        slack: how far a number may miss and still be near, as a share.
    """

    name: str
    values: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    slack: float = 0.12

    @property
    def needs(self) -> str:
        """As `Wish.needs`."""
        return f"fact:{self.name}"

    @property
    def key(self) -> str:
        """As `Wish.key`."""
        wanted = self.values or (f"{self.low}-{self.high}" if self._number else "yes",)
        return f"{self.name}={'/'.join(wanted)}"

    @property
    def _number(self) -> bool:
        return self.low is not None or self.high is not None

    def applies(self, kind: str) -> bool:
        """As `Wish.applies`."""
        return True

    def match(self, product: ProductPlan) -> Match:
        """As `Wish.match`."""
        value = product.fact(self.name)
        if value is None:
            return Match.OFF
        if self.values:
            return _level(str(value), self.values, self.near)
        if not self._number:
            return Match.EXACT if value is True else Match.OFF
        number = float(value)
        low, high = self.low or 0.0, self.high or float("inf")
        if low <= number <= high:
            return Match.EXACT
        close = low * (1 - self.slack) <= number <= high * (1 + self.slack)
        return Match.NEAR if close else Match.OFF
