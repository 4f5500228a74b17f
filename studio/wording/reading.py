"""Read which attributes a text tells. Knows no voice: it looks at the finished words.

This is what `coverage` measures with: an attribute is told if one of the words for its true value
stands in the title or the description.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studio.kinds import KINDS, Form
from studio.plan import ProductPlan
from studio.truth.colors import basic_word
from studio.vocabulary import MATERIALS
from studio.wording.facts import SAYINGS, fragments, predicates, value_text
from studio.wording.lexicon import (
    COLOR_WORDS,
    KIND_WORDS,
    MATERIAL_WORDS,
    PATTERN_WORDS,
    form_word,
)

_BRITISH = {
    "grey": "gray", "colour": "color", "coloured": "colored", "jewellery": "jewelry",
    "cosy": "cozy", "favourite": "favorite", "centre": "center", "enamelled": "enameled",
    "moulded": "molded", "organiser": "organizer", "organise": "organize",
}  # fmt: skip


def american(text: str) -> str:
    """The text in lower case and American spelling."""
    folded = text.casefold()
    for british, ours in _BRITISH.items():
        folded = re.sub(rf"\b{british}", ours, folded)
    return folded


def british(text: str) -> str:
    """The text in British spelling."""
    for theirs, ours in _BRITISH.items():
        text = re.sub(rf"\b{ours}", theirs, text)
        text = re.sub(rf"\b{ours.capitalize()}", theirs.capitalize(), text)
    return text


def told(product: ProductPlan, text: str) -> frozenset[str]:
    """The attributes of a product that a text tells, named as `truth` names what it needs."""
    read = american(text)
    found = set()
    if says(read, *KIND_WORDS[product.kind]):
        found.add("kind")
    material = MATERIAL_WORDS[product.material]
    if says(read, *material):
        found |= {"material", "look"}
    if says(read, *COLOR_WORDS[product.color], basic_word(product.color)) or (
        "material" in found and len(MATERIALS[product.material].colors) == 1
    ):
        found.add("color")
    if says(read, *PATTERN_WORDS[product.pattern]):
        found.add("pattern")
    looks = next(form.looks for form in _forms(product.kind) if form.name == product.form)
    if says(read, form_word(product.kind, product.form), product.form, looks):
        found.add("form")
    if says(read, product.style):
        found.add("style")
    if product.accent_part and says(read, *accent_phrases(product)):
        found.add("accent")
    for fact in product.facts:
        ways = (*fragments(fact), *predicates(fact)) if fact.name in SAYINGS else ()
        if isinstance(fact.value, bool) or not ways:
            known = says(read, *ways)
        else:
            known = says(read, value_text(fact))
        if known:
            found.add(f"fact:{fact.name}")
    return frozenset(found)


def accent_phrases(product: ProductPlan) -> tuple[str, ...]:
    """How the part of its own material is told."""
    part = product.accent_part
    return tuple(
        f"{word} {part}"
        for word in (
            *MATERIAL_WORDS[product.accent_material],
            *COLOR_WORDS[product.accent_color],
        )
    )


def says(read: str, *phrases: str) -> bool:
    """Whether one of the phrases stands in a text as whole words."""
    return any(phrase and _pattern(phrase.casefold()).search(read) for phrase in phrases)


@lru_cache(maxsize=8192)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(phrase)}s?(?!\w)")


def _forms(kind: str) -> tuple[Form, ...]:
    return KINDS[kind].forms
