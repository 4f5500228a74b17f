"""Draft queries with a photo, alone or with words. Knows no split.

The photos show products of the plan that neither the shop nor the training pack has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from studio.plan import ProductPlan
from studio.queries.described import LOOKS, PATTERN_WISHES
from studio.queries.facts import FACT_ASKS
from studio.queries.phrases import LATER
from studio.queries.query import Draft
from studio.truth import COMPLEMENTS, ColorWish, Likeness, Wish
from studio.truth.colors import BASIC

_ASK = {
    "color": ("like this but {}", "the same in {}", "this one in {}", "something like this in {}"),
    "pattern": ("like this but {}", "the same but {}", "a {} one like this"),
    "look": ("like this but {}", "the same but {}", "a {} version of this"),
    "fact": ("like this but {}", "the same but {}"),
    "later": ("like this {}", "one like this {}", "similar to this {}", "this one {}"),
    "match": ("{} to match this", "{} in the same look", "{} with this look"),
    "hue": ("{} in this color", "{} in the same color"),
}
_ALIKE = {"match": ("color", "pattern", "look"), "hue": ("color",)}
_PATTERN = {"leaf": "leaf-print"}


def photo_alone(products: Sequence[ProductPlan]) -> Iterator[Draft]:
    """Find what looks like it."""
    for product in products:
        yield Draft("", Likeness(product), theme=product.kind, photo=product.product_id)


def photo_and_words(products: Sequence[ProductPlan]) -> Iterator[Draft]:
    """Find what looks like it but for one thing; several drafts of each photo."""
    for product in products:
        random = Random(product.product_id)
        changes: list[tuple[str, str, Likeness]] = [
            *(
                _changed("color", word, ColorWish(word), product)
                for word in BASIC
                if word != "clear"
            ),
            *(
                _changed("pattern", _PATTERN.get(wish.pattern, wish.pattern), wish, product)
                for wish in PATTERN_WISHES
            ),
            *(_changed("look", wish.word, wish, product) for wish in LOOKS),
            *(
                _changed("fact", asked.words[-1], asked.wish, product)
                for asked in FACT_ASKS[product.kind]
                if asked.wish.needs.startswith("fact:")
            ),
            *(
                (what, f"a {kind}", Likeness(product, kind=kind, alike=alike))
                for kind in COMPLEMENTS.get(product.kind, ())
                for what, alike in _ALIKE.items()
            ),
        ]
        random.shuffle(changes)
        for what, words, truth in changes:
            if truth.change is not None and truth.change.match(product):
                continue  # the photo has it already, or almost
            how = "later" if words.startswith(LATER) else what
            text = random.choice(_ASK[how]).format(words)
            theme = f"{product.kind}/{what}"
            yield Draft(text, truth, theme=theme, photo=product.product_id)


def _changed(what: str, words: str, wish: Wish, product: ProductPlan) -> tuple[str, str, Likeness]:
    return what, words, Likeness(product, change=wish)
