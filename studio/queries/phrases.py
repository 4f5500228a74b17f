"""Put kinds and wishes into a shopper's words. Knows no product."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from studio.queries.facts import Asked
from studio.truth import ColorWish, FormWish, MaterialWish, PartWish, PatternWish, Wish

_PATTERNS = {
    "striped": ("striped", "with stripes"),
    "checked": ("checked", "with a check pattern"),
    "dotted": ("dotted", "with dots"),
    "floral": ("floral", "with flowers on it"),
    "leaf": ("leaf-print", "with a leaf pattern"),
    "speckled": ("speckled", "with speckles"),
    "zigzag": ("zigzag", "with a zigzag pattern"),
    "geometric": ("geometric", "with a geometric pattern"),
    "two-tone": ("two-tone", "in two tones"),
}
_NOUNS = {
    "desk lamp": "desk lamp",
    "reading lamp": "reading lamp",
    "paper lantern": "paper lantern floor lamp",
    "wine glass": "wine glass",
    "clothes rail": "clothes rail",
    "peg board": "peg board",
    "bar": "bar stool",
    "bar stool with a back": "bar stool with a back",
    "chest with a domed lid": "chest with a domed lid",
    "camping": "camping mug",
    "runner": "runner",
    "bolster": "bolster",
    "coupe": "coupe glass",
    "highball": "highball glass",
    "globe": "globe lamp",
}
"""Form words that say the kind as well."""
_WITH = {"with a drawer": "with a drawer", "cane": "with cane", "handled": "with handles"}


def phrase(kind: str, wishes: Sequence[Wish | Asked], random: Random) -> str:
    """A few words such as ``striped rug in blue`` or ``dishwasher-safe mug``."""
    before: list[str] = []
    after: list[str] = []
    color_after = len(wishes) > 1 and random.random() < 0.3
    beside: list[str] = []  # right before the kind: what it is for, and forms that are nouns
    for wish in sorted(wishes, key=_place):
        if isinstance(wish, Asked):
            said = random.choice(wish.words)
            place = beside if said in _BESIDE else before
            (after if said.startswith(LATER) else place).append(said)
        elif isinstance(wish, ColorWish):
            last = color_after and wish.word != "clear"
            (after if last else before).append(f"in {wish.word}" if last else wish.word)
        elif isinstance(wish, PatternWish):
            index = int(random.random() < 0.4)
            (after if index else before).append(_PATTERNS[wish.pattern][index])
        elif isinstance(wish, MaterialWish):
            before.append(wish.word)
        elif isinstance(wish, PartWish):
            after.append(_part(wish))
        elif isinstance(wish, FormWish):
            if wish.word in _NOUNS:
                kind = _NOUNS[wish.word]
            elif wish.word in _WITH:
                after.append(_WITH[wish.word])
            else:
                (beside if wish.word in _BESIDE else before).append(wish.word)
    return " ".join((*before, *beside, kind, *after))


_BESIDE = frozenset(
    [
        "laundry",
        "toy",
        "firewood",
        "blanket",
        "jewelry",
        "sewing",
        "serving",
        "dessert",
        "dinner",
        "hallway",
        "bathroom",
        "outdoor",
        "ladder",
        "tripod",
        "hairpin",
        "arc",
        "mushroom",
        "sunburst",
        "globe",
        "dome",
        "shell",
        "drum",
        "wingback",
        "corner",
        "chesterfield",
        "platform",
        "lumbar",
    ]
)
LATER = ("that ", "with ", "for ", "from ", "under ", "over ", "in ", "on ", "without ", "up to ",
          "weighing ", "of ", "holding ", "at ", "which ", "made ")  # fmt: skip


def _place(wish: Wish | Asked) -> int:
    """Adjectives in the order that English likes: form, color, pattern, material."""
    order = (Asked, FormWish, ColorWish, PatternWish, MaterialWish, PartWish)
    return next(i for i, kind in enumerate(order) if isinstance(wish, kind))


def _part(wish: PartWish) -> str:
    plural = wish.part in ("legs", "bedding")
    what = {"wooden": "wooden"}.get(wish.material, wish.material) or wish.color
    article = "" if plural else "an " if what[0] in "aeiou" else "a "
    return f"with {article}{what} {wish.part}"
