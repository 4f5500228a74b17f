"""Say what a kind of product can be. Knows no particular kind and no random choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Form:
    """A shape a shopper has a word for.

    Attributes:
        size: width, depth and height in cm of the medium size; the model is built to it.
        looks: what the photo shows, in a few words.
        materials: the only bodies it comes in; empty if all of its kind's.
        patterns: the only patterns; empty if all of its kind's.
        accent: the part that differs from the body; empty if its kind's.
        accent_materials: what that part is made of; empty if its kind's.
        styles: the styles it speaks for.
    """

    name: str
    size: tuple[float, float, float]
    looks: str
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    accent: str = ""
    accent_materials: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A hidden fact that is a number: drawn from low to high in steps, in a unit."""

    name: str
    low: float
    high: float
    step: float
    unit: str
    only: tuple[str, ...] = ()
    """The forms that have it; empty for all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A hidden fact that is a word."""

    name: str
    values: tuple[str, ...]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """A hidden fact that is yes or no; never yes for some materials or their families."""

    name: str
    chance: float
    never: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


FactRule = Number | Choice | Flag


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product.

    Attributes:
        code: three letters that its product ids begin with.
        department: where the shop keeps it.
        materials: what the body is made of.
        patterns: what can be on the body, as far as its material takes it.
        accent: the part that has a material and color of its own ("" for none).
        accent_materials: what that part is made of.
        accent_colors: the only colors of the accent; empty for all its material's.
        sizes: label → scale on the form's size.
        price: of a plain product of medium size, low to high, in EUR.
        share: how many the shop has.
        shot: how it is photographed: table, top, wall, hanging or floor.
    """

    name: str
    code: str
    department: str
    forms: tuple[Form, ...]
    materials: tuple[str, ...]
    price: tuple[float, float]
    patterns: tuple[str, ...] = ("plain",)
    accent: str = ""
    accent_materials: tuple[str, ...] = ()
    accent_colors: tuple[str, ...] = ()
    sizes: Mapping[str, float] = field(
        default_factory=lambda: {"small": 0.8, "medium": 1.0, "large": 1.25}
    )
    facts: tuple[FactRule, ...] = ()
    share: int = 20
    shot: str = "table"

    def form(self, name: str) -> Form:
        """The form of that name."""
        return next(form for form in self.forms if form.name == name)
