"""Grade a product for a vague query, by rules written for that query. Knows no other rule.

Each query lists what would delight (3), what would do (2) and what would at least help (1). The
first rule that a product keeps gives its grade.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from studio.plan import ProductPlan
from studio.truth.colors import basic_word
from studio.truth.grading import Aspect
from studio.vocabulary import MATERIALS


@dataclass(frozen=True, slots=True)
class Want:
    """Conditions that a product must meet together; an empty one is met.

    Attributes:
        kinds: what it may be.
        forms: its form.
        styles: its style.
        colors: its color, by its plain word (`basic_word`) or its name.
        materials: its material, or the family of it.
        patterns: its pattern.
        facts: hidden facts that must hold: name of a yes, or (name, words).
    """

    kinds: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    facts: tuple[str | tuple[str, tuple[str, ...]], ...] = ()

    def holds(self, product: ProductPlan) -> bool:
        """Whether the product meets them all."""
        material = MATERIALS[product.material]
        seen = (
            (self.kinds, {product.kind}),
            (self.forms, {product.form}),
            (self.styles, {product.style}),
            (self.colors, {product.color, basic_word(product.color)}),
            (self.materials, {material.name, material.family}),
            (self.patterns, {product.pattern}),
        )
        if any(wanted and not found & set(wanted) for wanted, found in seen):
            return False
        return all(_fact(product, fact) for fact in self.facts)

    @property
    def needs(self) -> frozenset[str]:
        """The attributes that decide it."""
        named = {
            "kind": self.kinds,
            "form": self.forms,
            "style": self.styles,
            "color": self.colors,
            "look": self.materials,
            "pattern": self.patterns,
        }
        facts = {f"fact:{f if isinstance(f, str) else f[0]}" for f in self.facts}
        return frozenset({name for name, wanted in named.items() if wanted} | facts)


def _fact(product: ProductPlan, fact: str | tuple[str, tuple[str, ...]]) -> bool:
    if isinstance(fact, str):
        return product.fact(fact) is True
    return str(product.fact(fact[0])) in fact[1]


@dataclass(frozen=True, slots=True)
class Mood:
    """The rules of one vague query."""

    delights: tuple[Want, ...]
    does: tuple[Want, ...] = ()
    helps: tuple[Want, ...] = ()

    @property
    def key(self) -> str:
        """Equal for queries that ask for the same in other words."""
        return repr(self.delights)

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What a ranker would have to know of a product."""
        needs = frozenset[str]().union(*(want.needs for want in self._wants))
        return tuple((name, _READ.get(name) or _reader(name)) for name in sorted(needs | {"kind"}))

    @property
    def _wants(self) -> tuple[Want, ...]:
        return (*self.delights, *self.does, *self.helps)

    def grade(self, product: ProductPlan) -> int:
        """The grade of the first rule that holds, 0 if none does."""
        for grade, wants in ((3, self.delights), (2, self.does), (1, self.helps)):
            if any(want.holds(product) for want in wants):
                return grade
        return 0


def _reader(name: str) -> Reader:
    fact = name.removeprefix("fact:")
    return lambda product: product.fact(fact)


Reader = Callable[[ProductPlan], Hashable]
_READ: dict[str, Reader] = {
    "kind": lambda product: product.kind,
    "form": lambda product: product.form,
    "style": lambda product: product.style,
    "color": lambda product: basic_word(product.color),
    "look": lambda product: MATERIALS[product.material].family,
    "pattern": lambda product: product.pattern,
}
