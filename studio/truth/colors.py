"""Say which colors a shopper means by a color word. Knows no product.

What is listed as near is what a shopper who asked for the word would still look at.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vocabulary's values that a word means, and those next to them."""

    exact: tuple[str, ...]
    near: tuple[str, ...] = ()


COLOR_WORDS = {
    "white": Meaning(("white",), ("cream",)),
    "cream": Meaning(("cream",), ("white", "beige")),
    "beige": Meaning(("beige", "straw"), ("cream", "blond")),
    "brown": Meaning(("brown", "dark brown", "reddish brown", "tan"), ("honey",)),
    "dark brown": Meaning(("dark brown",), ("brown", "reddish brown")),
    "gray": Meaning(("light gray", "slate gray", "charcoal", "smoke"), ("silver",)),
    "light gray": Meaning(("light gray",), ("slate gray", "silver")),
    "charcoal": Meaning(("charcoal",), ("black", "slate gray", "smoke")),
    "black": Meaning(("black",), ("charcoal",)),
    "red": Meaning(("red",), ("burgundy",)),
    "burgundy": Meaning(("burgundy",), ("plum", "red")),
    "orange": Meaning(("orange",), ("terracotta", "amber")),
    "terracotta": Meaning(("terracotta",), ("orange", "reddish brown")),
    "amber": Meaning(("amber",), ("orange",)),
    "yellow": Meaning(("yellow", "mustard")),
    "mustard": Meaning(("mustard",), ("yellow",)),
    "green": Meaning(
        ("olive", "sage", "mint", "emerald", "forest green", "bottle green"), ("teal",)
    ),
    "dark green": Meaning(("forest green", "bottle green"), ("emerald", "olive")),
    "olive": Meaning(("olive",), ("forest green", "sage")),
    "sage": Meaning(("sage",), ("mint", "olive")),
    "mint": Meaning(("mint",), ("sage",)),
    "emerald": Meaning(("emerald",), ("forest green", "bottle green", "teal")),
    "teal": Meaning(("teal",), ("emerald",)),
    "blue": Meaning(("sky blue", "cobalt", "navy"), ("teal",)),
    "light blue": Meaning(("sky blue",)),
    "dark blue": Meaning(("navy",), ("cobalt",)),
    "navy": Meaning(("navy",), ("cobalt",)),
    "cobalt": Meaning(("cobalt",), ("navy",)),
    "purple": Meaning(("lavender", "plum")),
    "lavender": Meaning(("lavender",)),
    "plum": Meaning(("plum",), ("burgundy",)),
    "pink": Meaning(("blush", "rose", "raspberry")),
    "pale pink": Meaning(("blush",), ("rose",)),
    "rose": Meaning(("rose",), ("blush", "raspberry")),
    "raspberry": Meaning(("raspberry",), ("rose",)),
    "gold": Meaning(("gold",), ("copper",)),
    "copper": Meaning(("copper",), ("gold",)),
    "silver": Meaning(("silver",), ("light gray",)),
    "clear": Meaning(("clear",)),
}
"""The words of the catalog. Teal lies between green and blue: near to both."""

BASIC = (
    "white", "cream", "beige", "brown", "gray", "black", "red", "orange", "terracotta", "yellow",
    "green", "teal", "blue", "purple", "pink", "gold", "copper", "silver", "clear", "amber",
)  # fmt: skip
"""Words of which every color of the vocabulary has one; see `basic_word`."""


def basic_word(color: str) -> str:
    """The plain word for a color of the vocabulary."""
    own = color if color in BASIC else ""
    return own or next(
        (word for word in BASIC if color in COLOR_WORDS[word].exact),
        {"honey": "brown", "blond": "beige"}.get(color, color),
    )


def near_colors(color: str) -> tuple[str, ...]:
    """What a shopper takes for almost the same color: of its word, or next to it."""
    meaning = COLOR_WORDS.get(color) or COLOR_WORDS.get(basic_word(color), Meaning(()))
    return tuple(other for other in (*meaning.exact, *meaning.near) if other != color)
