"""Draft queries that name a kind and wishes: *seen*, *written* and *both*. Knows no split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from random import Random

from studio.kinds import KINDS
from studio.plan import ProductPlan
from studio.queries.facts import FACT_ASKS, Asked
from studio.queries.phrases import phrase
from studio.queries.query import Draft
from studio.truth import (
    GROUPS,
    Ask,
    ColorWish,
    FormWish,
    Match,
    MaterialWish,
    PartWish,
    PatternWish,
    Wish,
)
from studio.truth.colors import COLOR_WORDS
from studio.truth.forms import FORM_WORDS, OWN_WORDS
from studio.truth.materials import MATERIAL_WORDS
from studio.vocabulary import MATERIALS, PATTERNS, PLAIN

COLORS = tuple(ColorWish(word) for word in COLOR_WORDS)
PATTERN_WISHES = tuple(PatternWish(name) for name in PATTERNS if name != PLAIN)
LOOKS = tuple(MaterialWish(word) for word, meaning in MATERIAL_WORDS.items() if meaning.seen)
PARTS = (
    *(PartWish("legs", material=name) for name in ("brass", "wooden", "steel", "oak", "walnut")),
    *(PartWish("shade", color=name) for name in ("white", "green", "blue", "pink", "brown")),
    *(PartWish("face", color=name) for name in ("white", "black", "green", "blue", "yellow")),
    PartWish("lid", material="wooden"),
    PartWish("lid", material="brass"),
    PartWish("rim", color="gold"),
    PartWish("stopper", material="wooden"),
    PartWish("stopper", material="brass"),
    PartWish("bedding", color="white"),
)
TELLING = (0.03, 0.4)
"""Share of its kind that has what a wish asks for: not all, and not next to nothing."""


def seen(products: Sequence[ProductPlan]) -> Iterator[Draft]:
    """A kind and what a photo shows of it: one or two wishes."""
    for name, kinds in _asked_kinds():
        wishes = [wish for wish in _visible(kinds) if telling(wish, kinds, products)]
        pairs = [pair for pair in combinations(wishes, 2) if _apart(*pair)]
        for chosen in (*((wish,) for wish in wishes), *pairs):
            yield _draft(name, kinds, chosen)


def written() -> Iterator[Draft]:
    """A kind and what only words tell: one or two wishes."""
    for kind, asks in FACT_ASKS.items():
        pairs = [p for p in combinations(asks, 2) if p[0].wish.needs != p[1].wish.needs]
        for chosen in (*((asked,) for asked in asks), *pairs):
            yield _draft(kind, (kind,), chosen)


def both(products: Sequence[ProductPlan]) -> Iterator[Draft]:
    """A kind, one thing that a photo shows and one that only words tell."""
    for kind, asks in FACT_ASKS.items():
        for wish, asked in product(_visible((kind,)), asks):
            known = {wish.needs, asked.wish.needs} == {"look", "material"}
            if telling(wish, (kind,), products) and not known:
                yield _draft(kind, (kind,), (wish, asked))


def telling(wish: Wish, kinds: Sequence[str], products: Sequence[ProductPlan]) -> bool:
    """Whether a wish divides its kinds: "wooden" says nothing of a coat rack."""
    found = [wish.match(product) is Match.EXACT for product in products if product.kind in kinds]
    low, high = TELLING
    return low <= sum(found) / len(found) <= high


def _apart(first: Wish, second: Wish) -> bool:
    """Whether neither says what the other says: walnut is dark brown as it is."""
    if {first.needs, second.needs} == {"color", "look"}:
        material = next(wish for wish in (first, second) if isinstance(wish, MaterialWish))
        names = MATERIAL_WORDS[material.word].exact
        return any(len(MATERIALS[name].colors) > 1 for name in names)
    return first.needs != second.needs


def _asked_kinds() -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind in KINDS:
        yield kind, (kind,)
    yield from GROUPS.items()


def _visible(kinds: Sequence[str]) -> tuple[Wish, ...]:
    shapes = [word for word, known in FORM_WORDS.items() if any(kind in known for kind in kinds)]
    if len(kinds) == 1:
        shapes += OWN_WORDS.get(kinds[0], {}).values()
    accents = {KINDS[kind].accent for kind in kinds} | {
        form.accent for kind in kinds for form in KINDS[kind].forms
    }
    parts = [part for part in PARTS if part.part in accents and len(kinds) == 1]
    return (*COLORS, *PATTERN_WISHES, *LOOKS, *map(FormWish, shapes), *parts)


def _draft(name: str, kinds: tuple[str, ...], chosen: Sequence[Wish | Asked]) -> Draft:
    wishes = tuple(item.wish if isinstance(item, Asked) else item for item in chosen)
    ask = Ask(kinds, wishes)
    return Draft(phrase(name, chosen, Random(ask.key)), ask, theme=name)
