"""Make all queries of the shop, the same at every call. Knows no file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from studio.plan import SEED, Plan, make_plan
from studio.queries.choose import Chooser, Keep, Limits, split
from studio.queries.described import both, seen, written
from studio.queries.other_words import other_words
from studio.queries.photos import photo_alone, photo_and_words
from studio.queries.query import Draft, Family, ShopQuery
from studio.queries.vague import vague
from studio.wording import shop_texts, told


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a family is drafted and chosen."""

    family: Family
    code: str
    draft: Callable[[Plan], Iterable[Draft]]
    limits: Limits
    keep: Keep = lambda draft: True


UNTOLD = 0.34
"""Largest share of a *seen* query's right products that tell in words what it asks for."""


def untold(draft: Draft) -> bool:
    """Whether the texts of what is right for a query mostly leave out what it asks for."""
    needs = {name for name, _ in draft.truth.aspects} - {"kind"}
    right = [
        needs <= told(product, f"{text.title}\n{text.description}")
        for product, text in zip(make_plan(pack_size=0).shop, shop_texts(), strict=True)
        if draft.truth.grade(product) == 3
    ]
    return sum(right) <= UNTOLD * len(right)


_PHOTO = Limits(65, a_theme=4, exact=1, relevant=3)
RECIPES = (
    Recipe(Family.VAGUE, "vag", lambda _: vague(), Limits(65, a_theme=1)),
    Recipe(Family.OTHER_WORDS, "oth", lambda _: _purposes_first(), Limits(65, a_theme=3)),
    Recipe(Family.SEEN, "see", lambda plan: seen(plan.shop), Limits(70, told=0.4), untold),
    Recipe(Family.WRITTEN, "wri", lambda _: written(), Limits(65, a_theme=3, told=0.4)),
    Recipe(Family.BOTH, "bot", lambda plan: both(plan.shop), Limits(65, a_theme=3, told=0.35)),
    Recipe(
        Family.PHOTO_AND_WORDS,
        "paw",
        lambda plan: photo_and_words(plan.asked),
        Limits(65, a_theme=1, exact=2, relevant=3),
    ),
    Recipe(Family.PHOTO, "pho", lambda plan: photo_alone(plan.asked), _PHOTO),
)
"""In the order of choosing: what has fewest drafts comes first."""


@cache
def shop_queries(seed: int = SEED) -> tuple[ShopQuery, ...]:
    """All queries, family by family in the order of `Family`."""
    plan = make_plan(pack_size=0)
    chooser = Chooser(plan.shop)
    made: dict[Family, list[ShopQuery]] = {}
    for recipe in RECIPES:
        drafts = chooser.choose(recipe.draft(plan), recipe.limits, seed, keep=recipe.keep)
        splits = split(len(drafts), seed)
        made[recipe.family] = [
            ShopQuery(
                f"{recipe.code}-{number:03d}",
                recipe.family,
                part,
                draft.text,
                draft.truth,
                draft.photo,
            )
            for number, (draft, part) in enumerate(zip(drafts, splits, strict=True), start=1)
        ]
    return tuple(query for family in Family for query in made[family])


def _purposes_first() -> Iterable[Draft]:
    """Every need has a theme of its own: all of them are taken."""
    for draft in other_words():
        yield Draft(
            draft.text, draft.truth, draft.text if draft.theme == "purpose" else draft.theme
        )
