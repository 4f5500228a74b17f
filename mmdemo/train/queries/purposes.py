"""Read what things are for, and word it in place of a noun. Knows no catalog and no grade."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from mmdemo.train.queries.lexicon import read_lexicon, with_article

_SENTENCE = 0.35
_BEFORE, _LAST = 0.15, 0.15  # ceramic something for soup, something for soup ceramic
_SOMEWHERE = "somewhere "
_THE = "for the "
_SAID = {"for": "for ", "to": "to ", "somewhere": "somewhere to "}


@dataclass(frozen=True, slots=True)
class Purposes:
    """The words of `purposes.toml`.

    Attributes:
        of: "for soup", "to drink from", "somewhere to nap" → keys of the kinds it is said of.
        things: words that a purpose follows: "something".
        somewhere: the same for places.
        openers: sentences, with ``{}`` for the rest.
    """

    of: Mapping[str, frozenset[str]]
    things: tuple[str, ...]
    somewhere: tuple[str, ...]
    openers: tuple[str, ...]


@cache
def read_purposes() -> Purposes:
    """The purposes that come with the package."""
    data = tomllib.loads(files(__package__).joinpath("purposes.toml").read_text("utf-8"))
    key = read_lexicon().key
    of: dict[str, set[str]] = {}
    spelled: dict[str, str] = {}
    for block in data["things"]:
        kinds = set(map(key, block["kinds"]))
        for how, lead in _SAID.items():
            for told in block.get(how, ()):
                purpose = lead + told
                of.setdefault(spelled.setdefault(key(purpose), purpose), set()).update(kinds)
    wording = data["wording"]
    return Purposes(
        of={purpose: frozenset(kinds) for purpose, kinds in of.items()},
        things=tuple(wording["things"]),
        somewhere=tuple(wording["somewhere"]),
        openers=tuple(wording["openers"]),
    )


def stands_in(purpose: str) -> bool:
    """Whether it says enough without a kind: "for the hallway" may be nearly anything."""
    return not purpose.startswith(_THE)


def goes_beside(purpose: str) -> bool:
    """Whether it follows a kind of product: "bowl for soup", but no "sofa somewhere to nap"."""
    return not is_place(purpose)


def is_place(purpose: str) -> bool:
    """Whether one asks for a place by it, as by "somewhere to nap"."""
    return purpose.startswith(_SOMEWHERE)


def word_purpose(
    purpose: str,
    before: Sequence[str],
    after: Sequence[str],
    purposes: Purposes,
    draw: random.Random,
) -> str:
    """A purpose in place of a noun: "ceramic something for soup", "somewhere to nap in velvet".

    Args:
        before: what adjectives say, in their order.
        after: what follows in any case: "in oak", "with drawer".
    """
    adjectives = " ".join(before)
    if is_place(purpose):
        thing, purpose = draw.choice(purposes.somewhere), purpose.removeprefix(_SOMEWHERE)
        parts = [thing, purpose]
        after = [*after, *([f", {adjectives}"] if adjectives else [])]
    else:
        thing = draw.choice(purposes.things)
        parts = _with_adjectives(thing, purpose, adjectives, draw)
    text = " ".join([*filter(None, parts), *after]).replace(" ,", ",")
    return draw.choice(purposes.openers).format(text) if draw.random() < _SENTENCE else text


def _with_adjectives(thing: str, purpose: str, adjectives: str, draw: random.Random) -> list[str]:
    *article, noun = thing.split(" ")
    if article:  # a thing: its adjectives stand before it
        return [with_article(" ".join(filter(None, (adjectives, noun)))), purpose]
    if not noun.endswith("thing"):  # things, stuff
        return [adjectives, noun, purpose]
    shape = draw.random()
    if shape < _BEFORE and noun == "something":
        return [adjectives, noun, purpose]
    return [noun, purpose, adjectives] if shape > 1 - _LAST else [noun, adjectives, purpose]
