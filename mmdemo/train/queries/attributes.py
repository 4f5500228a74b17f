"""Read which attribute tells what, and what its values say. Knows no trait's other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from mmdemo.catalog.dialects import usual_name
from mmdemo.records import Product
from mmdemo.train.queries.lexicon import Lexicon, words_of

_KIND_COVERAGE = 0.6  # of products that tell their kind, for an attribute to be the one that does
_MOST_WORDS = 4
_LEVELS = re.compile(r"\s*>\s*")
_SEVERAL = re.compile(r"\s*[;|,]\s*")
_NUMBERED = re.compile(r"(?:[02-9]|[1-9]\d)$")


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
    PURPOSE = "purpose"  # what its kind is for


ONE_ATTRIBUTE = (Role.BRAND, Role.COLOR, Role.AUDIENCE, Role.SEASON)
"""Told by the attribute that most products have; of other roles all attributes count."""

Found = dict[tuple[Role, str], dict[int, str]]
"""Role and key of a value → place of a product → the value as its seller writes it."""


def read_attributes(products: Sequence[Product], lexicon: Lexicon) -> Found:
    """What products tell of themselves in attributes, category and brand."""
    columns = _columns(products)
    found: Found = {}

    def add(role: Role, rows: Iterable[int], value: str) -> None:
        if _sayable(value, lexicon):
            told = found.setdefault((role, lexicon.key(value)), {})
            for row in rows:
                told[row] = value

    kind, *wider = [*_kind_columns(columns, len(products), lexicon), ""]
    for name in (kind, *wider):
        for value, rows in columns.get(name, {}).items():
            *above, leaf = _LEVELS.split(value)
            add(Role.TYPE if name == kind else Role.FAMILY, rows, leaf)
            for level in above:
                add(Role.FAMILY, rows, level)
    told_by = _one_attribute_each(columns, lexicon)
    for name, values in columns.items():
        role = _role(name, lexicon)
        if role is None or role is Role.TYPE or told_by.get(role, name) != name:
            continue
        for value, rows in values.items():
            for one in _said(name, value, role, lexicon):
                add(role, rows, one)
    return found


def _columns(products: Sequence[Product]) -> dict[str, dict[str, list[int]]]:
    """Attribute → value → the products that have it."""
    columns: dict[str, dict[str, list[int]]] = {}
    for row, product in enumerate(products):
        own = {"brand": product.brand, "category": product.category}
        for name, value in (*own.items(), *product.attributes.items()):
            if value and not (name in own and value is not own[name] and own[name]):
                columns.setdefault(name, {}).setdefault(value.strip(), []).append(row)
    for values in columns.values():
        values.pop("", None)
    return columns


def _role(name: str, lexicon: Lexicon) -> Role | None:
    """None for an attribute that nobody asks by, or that repeats another (``color_2``)."""
    usual = usual_name(name).replace("_", "")  # articleType is article_type
    if usual in lexicon.roles:
        role = lexicon.roles[usual]
        return None if role == "ignored" else Role(role)
    base = _NUMBERED.sub("", usual)
    return None if base != usual and base in lexicon.roles else Role.DETAIL


def _kind_columns(
    columns: Mapping[str, Mapping[str, Sequence[int]]], count: int, lexicon: Lexicon
) -> list[str]:
    """The attributes that tell the kind of most products, the one that tells it finest first."""
    names = [
        name
        for name, values in columns.items()
        if _role(name, lexicon) is Role.TYPE
        and sum(map(len, values.values())) >= _KIND_COVERAGE * count
        and len(values) <= max(2, count // 2)
    ]
    return sorted(names, key=lambda name: -len(columns[name]))


def _one_attribute_each(
    columns: Mapping[str, Mapping[str, Sequence[int]]], lexicon: Lexicon
) -> dict[Role, str]:
    def products(name: str) -> int:
        known = lexicon.audiences if _role(name, lexicon) is Role.AUDIENCE else None
        return sum(
            len(rows)
            for value, rows in columns[name].items()
            if known is None or lexicon.key(value) in known
        )

    told_by = {}
    for role in ONE_ATTRIBUTE:
        if names := [name for name in columns if _role(name, lexicon) is role]:
            told_by[role] = max(names, key=products)
    return told_by


def _sayable(value: str, lexicon: Lexicon) -> bool:
    return (
        0 < len(words_of(value)) <= _MOST_WORDS
        and value.lower() not in lexicon.unsaid
        and any(character.isalpha() for character in value)
    )


def _said(name: str, value: str, role: Role, lexicon: Lexicon) -> Sequence[str]:
    """What a shopper would say for a value of an attribute."""
    if role is not Role.DETAIL:
        return (value,) if role is Role.BRAND else _SEVERAL.split(value)
    label = words_of(name)
    if value.lower() in lexicon.yes:
        return (" ".join(label),) if len(label) < _MOST_WORDS else ()
    if any(character.isdigit() for character in value) or value.lower() in lexicon.unsaid:
        return ()
    if label and label[-1] in lexicon.after:
        return (" ".join((*label, value)),)  # made in Portugal
    if len(label) == 2 and label[1] in lexicon.parts and label[0] not in lexicon.key(value):
        return (f"{value} {label[0]}",)  # block heel
    return (value,)
