"""Draft queries in words that no text of the catalog or the training pack uses. Knows no split.

`FORBIDDEN` is what the texts must not say. A query here is made of such words, of function words
and of nothing else; tests hold both to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from studio.queries.query import Draft
from studio.queries.vague import read_moods
from studio.truth import Ask, ColorWish, FormWish, MaterialWish, PatternWish, Wish
from studio.truth.colors import Meaning

OTHER_KINDS: dict[str, tuple[str, tuple[Wish, ...]]] = {
    "couch": ("sofa", ()),
    "settee": ("sofa", ()),
    "loveseat": ("sofa", (FormWish("two-seater"),)),
    "pillow": ("cushion", ()),
    "carpet": ("rug", ()),
    "ottoman": ("pouf", ()),
    "timepiece": ("wall clock", ()),
    "flowerpot": ("planter", ()),
    "jug": ("pitcher", ()),
    "decanter": ("carafe", ()),
    "canister": ("jar", ()),
    "hamper": ("basket", ()),
    "credenza": ("sideboard", ()),
    "nightstand": ("side table", ()),
    "cup": ("mug", ()),
    "beaker": ("mug", ()),
    "candelabra": ("candle holder", ()),
    "urn": ("vase", ()),
    "casket": ("box", ()),
    "coverlet": ("throw", ()),
    "chandelier": ("pendant lamp", ()),
    "pew": ("bench", ()),
    "salver": ("tray", ()),
    "bookshelf": ("bookcase", ()),
    "crockery": ("plate", ()),
    "lounger": ("armchair", ()),
    "uplighter": ("floor lamp", ()),
}
"""Word → the kind it means, and what more it says."""

OTHER_COLORS: dict[str, Meaning] = {
    "crimson": Meaning(("red",), ("burgundy", "raspberry")),
    "scarlet": Meaning(("red",), ("orange",)),
    "maroon": Meaning(("burgundy",), ("plum", "red")),
    "azure": Meaning(("sky blue",), ("cobalt",)),
    "turquoise": Meaning(("teal",), ("mint", "emerald")),
    "sapphire": Meaning(("cobalt",), ("navy",)),
    "indigo": Meaning(("navy",), ("cobalt",)),
    "jade": Meaning(("emerald", "mint"), ("sage", "forest green")),
    "khaki": Meaning(("olive",), ("sage", "beige")),
    "lemon": Meaning(("yellow",), ("mustard",)),
    "ochre": Meaning(("mustard",), ("yellow", "honey")),
    "tangerine": Meaning(("orange",), ("terracotta", "amber")),
    "rust": Meaning(("terracotta",), ("orange", "reddish brown")),
    "fuchsia": Meaning(("raspberry",), ("rose",)),
    "salmon": Meaning(("rose", "blush")),
    "lilac": Meaning(("lavender",)),
    "violet": Meaning(("plum", "lavender")),
    "aubergine": Meaning(("plum",), ("burgundy",)),
    "ivory": Meaning(("cream",), ("white",)),
    "ebony": Meaning(("black",), ("charcoal", "dark brown")),
    "anthracite": Meaning(("charcoal",), ("black", "slate gray")),
    "chestnut": Meaning(("reddish brown", "brown"), ("dark brown",)),
    "chocolate": Meaning(("dark brown", "brown"), ("reddish brown",)),
    "gilded": Meaning(("gold",), ("copper",)),
    "transparent": Meaning(("clear",)),
}
OTHER_PATTERNS = {
    "gingham": "checked",
    "tartan": "checked",
    "spotted": "dotted",
    "pinstriped": "striped",
    "chevron": "zigzag",
    "flowery": "floral",
    "foliage": "leaf",
    "flecked": "speckled",
    "bicolor": "two-tone",
    "tessellated": "geometric",
}
OTHER_MATERIALS = {
    "timber": "wooden",
    "pottery": "ceramic",
    "plush": "velvet",
    "cowhide": "leather",
}

PURPOSES = read_moods("purposes.toml")
"""Needs, told by what one does."""

FUNCTION_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "it",
        "my",
        "of",
        "on",
        "or",
        "put",
        "the",
        "to",
        "under",
        "with",
        "i",
        "something",
        "somewhere",
        "hold",
        "tell",
        "have",
        "is",
        "be",
    ]
)
"""Words that every text has: they say nothing of a product."""


def other_words() -> Iterator[Draft]:
    """Kinds, colors, patterns and materials under other names, and needs."""
    for text, mood in PURPOSES.items():
        yield Draft(text, mood, theme="purpose")
    looks: list[tuple[str, Wish]] = [
        *((word, ColorWish(word, meaning)) for word, meaning in OTHER_COLORS.items()),
        *((word, PatternWish(pattern)) for word, pattern in OTHER_PATTERNS.items()),
        *((word, MaterialWish(material)) for word, material in OTHER_MATERIALS.items()),
    ]
    for (name, (kind, more)), (word, wish) in product(OTHER_KINDS.items(), looks):
        yield Draft(f"{word} {name}", Ask((kind,), (wish, *more)), theme=kind)


def content_words(text: str) -> set[str]:
    """The words of a text that are no function words, in lower case."""
    return set(re.findall(r"[a-zà-ÿ]+", text.casefold())) - FUNCTION_WORDS


FORBIDDEN = frozenset(
    {
        word
        for text in (*PURPOSES, *OTHER_KINDS, *OTHER_COLORS, *OTHER_PATTERNS, *OTHER_MATERIALS)
        for word in content_words(text)
    }
)
"""No text of the catalog or the pack uses these, in the singular or the plural."""
