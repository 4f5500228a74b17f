"""Grade a product for a query in words. Knows no text and no photo: the truth is the plan.

The rules, on the scale 3 exact, 2 substitute, 1 complement or far substitute, 0 irrelevant:

A product of the kind asked for is graded by its wishes, each exact, near or off.
    3   every wish exact
    2   nothing off and at most two near; or one off and at least one exact, nothing near
    1   any other product of the kind; where the word means several kinds ("tableware"), only one
        that has at least one wish almost
A product of a kind that would do instead (`NEAR_KINDS`): the kind is the one thing that is near.
    2   every wish exact
    1   one wish near or off, another exact
    0   else
A product of a kind that goes with it (`COMPLEMENTS`), where one kind is asked for:
    1   it has exactly all of the wishes that its kind can have, and at least one
    0   else
Anything else is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from studio.plan import ProductPlan
from studio.truth.kinds import COMPLEMENTS, NEAR_KINDS
from studio.truth.wishes import Match, Wish

Aspect = tuple[str, Callable[[ProductPlan], Hashable]]
"""An attribute that decides about a grade, and what matters of its value."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Kinds and wishes."""

    kinds: tuple[str, ...]
    wishes: tuple[Wish, ...]

    @property
    def key(self) -> str:
        """Equal for queries that ask for the same in other words."""
        return " ".join((*sorted(self.kinds), *sorted(wish.key for wish in self.wishes)))

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What a ranker would have to know of a product."""
        return (
            ("kind", lambda product: product.kind),
            *((wish.needs, wish.match) for wish in self.wishes),
        )

    def grade(self, product: ProductPlan) -> int:
        """The grade by the rules above."""
        return grade(self, product)


def grade(ask: Ask, product: ProductPlan) -> int:
    """Grade by the rules above."""
    if product.kind in ask.kinds:
        return _right_kind(ask, product)
    if any(product.kind in NEAR_KINDS.get(kind, ()) for kind in ask.kinds):
        return _near_kind(ask, product)
    if len(ask.kinds) == 1 and product.kind in COMPLEMENTS.get(ask.kinds[0], ()):
        applying = [wish for wish in ask.wishes if wish.applies(product.kind)]
        return int(bool(applying) and all(w.match(product) is Match.EXACT for w in applying))
    return 0


def _right_kind(ask: Ask, product: ProductPlan) -> int:
    found = Counter(wish.match(product) for wish in ask.wishes)
    exact, near, off = found[Match.EXACT], found[Match.NEAR], found[Match.OFF]
    if not near and not off:
        return 3
    if (not off and near <= 2) or (off == 1 and exact and not near):
        return 2
    return int(len(ask.kinds) == 1 or exact + near > 0)


def _near_kind(ask: Ask, product: ProductPlan) -> int:
    found = Counter(wish.match(product) for wish in ask.wishes)
    exact, missed = found[Match.EXACT], found[Match.NEAR] + found[Match.OFF]
    if not missed:
        return 2
    return int(missed == 1 and exact > 0)
