"""Take a product as its text describes it, mistakes and all. Knows no query."""

from __future__ import annotations

from dataclasses import replace

from studio.plan import ProductPlan
from studio.wording.lexicon import COLOR_WORDS


def believed(product: ProductPlan, wrong_color: str) -> ProductPlan:
    """The product in the color that its text names."""
    if not wrong_color:
        return product
    color = next(name for name, words in COLOR_WORDS.items() if wrong_color in words)
    return replace(product, color=color)
