"""Find what products can be asked for by: kind, color, audience … Knows no wording and no ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from mmdemo.catalog.dialects import usual_name
from mmdemo.records import Product
from mmdemo.train.queries.lexicon import Lexicon, words_of

IntArray = NDArray[np.int64]

_KIND_COVERAGE = 0.6  # of products that tell their kind, for an attribute to be the one that does
_TOO_BROAD = 0.3  # of the catalog: nobody asks a shop of clothes for "apparel"
_TOLD = 0.02  # of the products that have a detail: sellers who use its words, for a shopper to
_MOST_WORDS = 4
_LEVELS = re.compile(r"\s*>\s*")
_SEVERAL = re.compile(r"\s*[;|,]\s*")
_NUMBERED = re.compile(r"_?[02-9]\d*$")


class Role(StrEnum):
    """What a trait tells of a product."""

    TYPE = "type"
    FAMILY = "family"  # a wider word for several kinds
    BRAND = "brand"
    COLOR = "color"
    AUDIENCE = "audience"
    MATERIAL = "material"
    PATTERN = "pattern"
    USE = "use"
    SEASON = "season"
    DETAIL = "detail"


ONE_COLUMN = (Role.BRAND, Role.COLOR, Role.AUDIENCE, Role.SEASON)
"""Told by the attribute that most products have; of other roles all attributes count."""


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that products have and that can be asked for.

    Attributes:
        value: as the catalog writes it; of a family, the wider word.
        rows: places of the products that have it, rising.
        others: other ways to say it that mean no other trait of the catalog.
    """

    role: Role
    value: str
    rows: IntArray
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a catalog.

    Attributes:
        all: every trait, in an order that only the products decide.
        of: of each product, its traits as places in `all`.
    """

    all: tuple[Trait, ...]
    of: tuple[tuple[int, ...], ...]


def find_traits(products: Sequence[Product], lexicon: Lexicon, *, english: bool) -> Traits:
    """What products tell of themselves in attributes, category and brand.

    Args:
        english: whether names of another tongue than the catalog's may be found for its values.
    """
    columns = _columns(products)
    found: dict[tuple[Role, str], dict[int, str]] = {}

    def add(role: Role, row: int, value: str) -> None:
        if _sayable(value, lexicon):
            found.setdefault((role, lexicon.key(value)), {})[row] = value

    kind, wider = _kind_columns(columns, len(products), lexicon)
    for name in (kind, *wider) if kind else ():
        for row, value in columns[name].items():
            *above, leaf = _LEVELS.split(value)
            add(Role.TYPE if name == kind else Role.FAMILY, row, leaf)
            for level in above:
                add(Role.FAMILY, row, level)
    single: dict[Role, str] = {}
    for role in ONE_COLUMN:
        names = [name for name in columns if _role(name, lexicon) == role]
        if names:
            single[role] = max(names, key=lambda name: _telling(role, columns[name], lexicon))
    for name, values in columns.items():
        told = _role(name, lexicon)
        if told is None or told is Role.TYPE or single.get(told, name) != name:
            continue
        for row, value in values.items():
            for one in _values(name, value, told, lexicon):
                add(told, row, one)
    _drop_untold(found, products, lexicon)
    _add_contained(found, lexicon)
    return _named(found, len(products), lexicon, english=english)


def _columns(products: Sequence[Product]) -> dict[str, dict[int, str]]:
    columns: dict[str, dict[int, str]] = {}
    for row, product in enumerate(products):
        own = (("brand", product.brand), ("category", product.category))
        for name, value in (*own, *product.attributes.items()):
            if value and (text := value.strip()):
                columns.setdefault(name, {}).setdefault(row, text)
    return columns


def _role(name: str, lexicon: Lexicon) -> Role | None:
    """None for an attribute that nobody asks by, or that repeats another (``color_2``)."""
    usual = usual_name(name)
    if usual in lexicon.roles:
        role = lexicon.roles[usual]
        return None if role == "ignored" else Role(role)
    base = _NUMBERED.sub("", usual)
    return None if base != usual and base in lexicon.roles else Role.DETAIL


def _kind_columns(
    columns: Mapping[str, Mapping[int, str]], count: int, lexicon: Lexicon
) -> tuple[str, list[str]]:
    """The attribute that tells the kind most finely, and those that tell it more widely."""
    names = [
        name
        for name, values in columns.items()
        if _role(name, lexicon) is Role.TYPE and len(values) >= _KIND_COVERAGE * count
    ]
    different = {name: len(set(columns[name].values())) for name in names}
    names = [name for name in names if different[name] <= max(2, count // 2)]
    names.sort(key=lambda name: -different[name])
    return (names[0], names[1:]) if names else ("", [])


def _telling(role: Role, values: Mapping[int, str], lexicon: Lexicon) -> int:
    """How many products an attribute tells this of."""
    if role is not Role.AUDIENCE:
        return len(values)
    return sum(lexicon.key(value) in lexicon.audiences for value in values.values())


def _sayable(value: str, lexicon: Lexicon) -> bool:
    words = words_of(value)
    return (
        0 < len(words) <= _MOST_WORDS
        and value.lower() not in lexicon.unsaid
        and any(character.isalpha() for character in value)
    )


def _values(name: str, value: str, role: Role, lexicon: Lexicon) -> Iterable[str]:
    if role is not Role.DETAIL:
        return (value,) if role is Role.BRAND else _SEVERAL.split(value)
    label = words_of(name)
    if value.lower() in lexicon.yes:
        return (" ".join(label),) if len(label) < _MOST_WORDS else ()
    if any(character.isdigit() for character in value) or value.lower() in lexicon.unsaid:
        return ()
    if label[-1] in lexicon.after:
        return (" ".join((*label, value)),)  # made in Portugal
    if len(label) == 2 and label[1] in lexicon.parts and label[0] not in lexicon.key(value):
        return (f"{value} {label[0]}",)  # block heel
    return (value,)


def _drop_untold(
    found: dict[tuple[Role, str], dict[int, str]], products: Sequence[Product], lexicon: Lexicon
) -> None:
    """Leave out details that the sellers themselves never put like this."""
    texts: dict[int, str] = {}
    for role, key in list(found):
        if role is not Role.DETAIL or key in lexicon.other_names["detail"]:
            continue
        rows = found[role, key]
        phrase = f" {' '.join(words_of(next(iter(rows.values()))))} "
        told = 0
        for row in rows:
            if row not in texts:
                texts[row] = f" {' '.join(words_of(products[row].title))} "
            told += phrase in texts[row]
        if told < max(2, _TOLD * len(rows)):
            del found[role, key]


def _add_contained(found: dict[tuple[Role, str], dict[int, str]], lexicon: Lexicon) -> None:
    """Washed linen is linen too; synthetic leather is no leather."""
    told = {
        at: words_of(next(iter(rows.values())))
        for at, rows in found.items()
        if at[0] is Role.MATERIAL
    }
    for at, words in told.items():
        if lexicon.negating.isdisjoint(words):
            for within, fewer in told.items():
                if len(fewer) < len(words) and set(fewer) <= set(words):
                    for row in found[at]:
                        found[within].setdefault(row, "")


def _named(
    found: Mapping[tuple[Role, str], Mapping[int, str]],
    count: int,
    lexicon: Lexicon,
    *,
    english: bool,
) -> Traits:
    rows_of: dict[tuple[Role, str], IntArray] = {}
    value_of: dict[tuple[Role, str], str] = {}
    others: dict[tuple[Role, str], tuple[str, ...]] = {}
    for at, rows in found.items():
        rows_of[at] = np.array(sorted(rows), dtype=np.int64)
        spellings = [value for value in rows.values() if value]
        value_of[at] = max(dict.fromkeys(spellings), key=spellings.count)
    if english:
        _add_families(rows_of, value_of, lexicon)
        others = _other_names(rows_of, value_of, lexicon)
    kinds = {key for role, key in rows_of if role is Role.TYPE}
    kept = [
        at
        for at, rows in rows_of.items()
        if at[0] is not Role.FAMILY or (len(rows) <= _TOO_BROAD * count and at[1] not in kinds)
    ]
    traits = tuple(Trait(at[0], value_of[at], rows_of[at], others.get(at, ())) for at in kept)
    of: list[list[int]] = [[] for _ in range(count)]
    for place, trait in enumerate(traits):
        for row in trait.rows.tolist():
            of[row].append(place)
    return Traits(traits, tuple(map(tuple, of)))


def _add_families(
    rows_of: dict[tuple[Role, str], IntArray],
    value_of: dict[tuple[Role, str], str],
    lexicon: Lexicon,
) -> None:
    """Wider words: the lexicon's, and last words that kinds share (casual and sports *shoes*)."""
    kinds = {key: rows for (role, key), rows in rows_of.items() if role is Role.TYPE}
    members: dict[str, dict[str, None]] = {}
    for word, covered in lexicon.families.items():
        members[word] = dict.fromkeys(key for key in kinds if key in covered)
    for key in kinds:
        words = words_of(value_of[Role.TYPE, key])
        head = lexicon.singular(words[-1])
        if len(words) > 1 and "and" not in words and head not in lexicon.vague:
            members.setdefault(lexicon.plural(head), {})[key] = None
    for word, among in members.items():
        at = (Role.FAMILY, lexicon.key(word))
        if len(among) > 1:
            parts = [kinds[key] for key in among] + ([rows_of[at]] if at in rows_of else [])
            rows_of[at] = np.unique(np.concatenate(parts))
            value_of[at] = word


def _other_names(
    rows_of: dict[tuple[Role, str], IntArray],
    value_of: dict[tuple[Role, str], str],
    lexicon: Lexicon,
) -> dict[tuple[Role, str], tuple[str, ...]]:
    """Other names of each trait; one that fits several traits is made a trait of its own."""
    others: dict[tuple[Role, str], list[str]] = {}
    fitting: dict[tuple[Role, str], list[tuple[Role, str]]] = {}
    for role, key in list(rows_of):
        for name in lexicon.other_names.get(role, {}).get(key, ()):
            named = lexicon.key(name)
            elsewhere = (role, named) in rows_of or (Role.FAMILY, named) in rows_of
            if elsewhere and named != key:
                continue
            others.setdefault((role, key), []).append(name)
            if named == key:  # another spelling
                continue
            fitting.setdefault((role, named), []).append((role, key))
            value_of.setdefault((role, named), name)
    for (role, named), fits in fitting.items():
        if len(set(fits)) == 1:
            continue
        for at in fits:
            others[at] = [name for name in others[at] if lexicon.key(name) != named]
        at = (Role.FAMILY if role is Role.TYPE else role, named)
        rows_of[at] = np.unique(np.concatenate([rows_of[fit] for fit in fits]))
        value_of[at] = value_of[role, named]
    return {at: tuple(names) for at, names in others.items()}
