"""Compare what attributes say with what sellers write in titles. Knows no ask."""

from __future__ import annotations

from collections.abc import Sequence

from mmdemo.records import Product
from mmdemo.train.queries.attributes import Found, Role
from mmdemo.train.queries.lexicon import Lexicon, words_of

_TOLD = 0.03  # of the products that have a detail: titles with its words, for shoppers to use them
_LONGEST = 3  # words of a color, a material …
_ALSO_IN_TITLES = (Role.COLOR, Role.MATERIAL, Role.PATTERN, Role.AUDIENCE)


def drop_untold(found: Found, products: Sequence[Product], lexicon: Lexicon) -> None:
    """Leave out details and wider kinds that sellers themselves never put like this.

    What the lexicon knows stays: everybody says "short sleeves", few titles do. What has another
    role too goes: a detail called "cream" would be a color to whoever reads it.
    """
    titles: dict[int, str] = {}
    known = {
        Role.DETAIL: lexicon.other_names["detail"].keys(),
        Role.FAMILY: {lexicon.key(word) for word in lexicon.families},
    }
    for role, key in list(found):
        if role not in known or key in known[role]:
            continue
        rows = found[role, key]
        if key in lexicon.vague or any((other, key) in found for other in Role if other != role):
            del found[role, key]
            continue
        words = words_of(next(iter(rows.values())))
        lead = f" {' '.join([*words[:-1], lexicon.singular(words[-1])])}"
        told = 0
        for row in rows:
            if row not in titles:
                titles[row] = f" {' '.join(words_of(products[row].title))} "
            told += lead in titles[row]
        if told < max(2, _TOLD * len(rows)):
            del found[role, key]


def add_from_titles(found: Found, products: Sequence[Product], lexicon: Lexicon) -> None:
    """Read colors, materials, patterns and audiences of titles where no attribute tells them.

    Words are looked for that are the catalog's own values or the lexicon's, longest first, and
    only in kinds of product of which some attribute tells this: no lip gloss is made of metal.
    """
    kinds: dict[int, str] = {}
    for (role, key), rows in found.items():
        if role is Role.TYPE:
            kinds.update(dict.fromkeys(rows, key))
    for role in _ALSO_IN_TITLES:
        names = dict(lexicon.names[role])
        told: set[int] = set()
        for (of, key), rows in found.items():
            if of is role:
                names.setdefault(key, next(value for value in rows.values() if value))
                told.update(rows)
        told_of = {kinds.get(row) for row in told}
        for row, product in enumerate(products):
            if row not in told and (not told or kinds.get(row) in told_of):
                for name in _named(words_of(product.title), names, lexicon):
                    found.setdefault((role, lexicon.key(name)), {})[row] = name


def _named(words: Sequence[str], names: dict[str, str], lexicon: Lexicon) -> list[str]:
    named, at = [], 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            key = lexicon.key(" ".join(words[at : at + length]))
            if key in names:
                named.append(names[key])
                at += length - 1
                break
        at += 1
    return named
