"""Decide which column of a source is which field of a product. Knows no file format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mmdemo.catalog.dialects import (
    FIELDS,
    FURTHER_IMAGES,
    NAME_COLUMN,
    NO_DIALECT,
    NUMBERED_IMAGE,
    USUAL_NAMES,
    VALUE_COLUMN,
    Dialect,
    find_dialect,
    usual_name,
)
from mmdemo.catalog.prices import CODES
from mmdemo.errors import CatalogError

ATTRIBUTE, IGNORE = "attribute", "ignore"  # what a column can be mapped to besides a field
_LISTED = 30
MAPPED = (*FIELDS, ATTRIBUTE, IGNORE)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column feeds which field.

    Attributes:
        fields: product field → columns. Photos are taken from all of them; of any other field the
            first that is filled counts.
        attributes: columns kept as attributes, in the source's order.
        ignored: column → why nothing is taken from it.
        named: pairs of columns, one with an attribute's name and one with its value.
        packed: column of ``name=value`` pairs, or empty.
        currency: currency named by the price column itself (``price_inr``), or empty.
        dialect: how the source's shop writes its exports.
    """

    fields: Mapping[str, tuple[str, ...]]
    attributes: tuple[str, ...] = ()
    ignored: Mapping[str, str] = field(default_factory=dict)
    named: tuple[tuple[str, str], ...] = ()
    packed: str = ""
    currency: str = ""
    dialect: Dialect = NO_DIALECT


def parse_mapping(options: Sequence[str]) -> list[tuple[str, str]]:
    """Read ``title=product_name`` as a field and a column.

    Raises:
        CatalogError: an option is not of this form, or names no field.
    """
    pairs = []
    for option in options:
        name, equals, column = option.partition("=")
        name = {"id": "product_id", "images": "image"}.get(name.strip(), name.strip())
        if not equals or not column.strip() or name not in MAPPED:
            raise CatalogError(
                "a column cannot be mapped like this",
                got=repr(option),
                expected=f"FIELD=COLUMN with FIELD one of {', '.join(MAPPED)}",
            )
        pairs.append((name, column.strip()))
    return pairs


def recognize_columns(columns: Sequence[str], mapping: Sequence[tuple[str, str]] = ()) -> ColumnMap:
    """Match a source's columns to product fields by their usual names.

    Args:
        columns: the source's.
        mapping: (field, column) that are decided already.

    Raises:
        CatalogError: a mapped column is not there, or no column can be the product id.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(usual_name(column), column)
    dialect = find_dialect(tuple(by_name))
    given = [(name, _existing(column, columns, by_name)) for name, column in mapping]
    decided = {column for _, column in given}
    free = {name: column for name, column in by_name.items() if column not in decided}

    fields: dict[str, tuple[str, ...]] = {}
    for name in FIELDS:
        mapped = tuple(column for to, column in given if to == name)
        found = mapped or _recognized(name, free, dialect)
        if found:
            fields[name] = found
    currency = ""
    if "price" not in fields:
        for name, column in free.items():
            if match := re.fullmatch(rf"PRICE_({CODES})", name.upper()):
                fields["price"], currency = (column,), match[1]
                break
    if "product_id" not in fields:
        raise CatalogError(
            "no column looks like a product id",
            got=_listed(columns),
            expected=" or ".join(USUAL_NAMES["product_id"][:4]),
            remedy="name the column that identifies a product with --map product_id=COLUMN",
        )
    ignored = {column: "as asked" for to, column in given if to == IGNORE}
    for name, why in dialect.ignored.items():
        if name in free:
            ignored[free[name]] = why
    named = _named_pairs(free)
    # A second choice is read where the first is empty, and is an attribute all the same.
    taken = {cs[0] for cs in fields.values()} | set(fields.get("image", ()))
    taken |= {column for pair in named for column in pair} | set(ignored)
    attributes = tuple(column for column in columns if column not in taken)
    packed = free.get(dialect.packed, "")
    return ColumnMap(fields, attributes, ignored, named, packed, currency, dialect)


def _listed(columns: Sequence[str]) -> str:
    """Names for a message: of a file that is no table they can be anything."""
    names = ("".join(c for c in name[:40] if c.isprintable()) for name in columns[:_LISTED])
    return ", ".join(names) + (" …" if len(columns) > _LISTED else "") or "no columns"


def _existing(column: str, columns: Sequence[str], by_name: Mapping[str, str]) -> str:
    found = column if column in columns else by_name.get(usual_name(column))
    if found is None:
        raise CatalogError(
            "the source has no such column", got=repr(column), expected=_listed(columns)
        )
    return found


def _recognized(name: str, free: Mapping[str, str], dialect: Dialect) -> tuple[str, ...]:
    if name in dialect.fields:
        found = [free[alias] for alias in dialect.fields[name] if alias in free]
    else:
        found = [free[alias] for alias in USUAL_NAMES[name] if alias in free][:1]
    if name == "image":
        found += [free[alias] for alias in FURTHER_IMAGES if alias in free]
        numbered = [(m, c) for n, c in free.items() if (m := NUMBERED_IMAGE.fullmatch(n))]
        found += [c for _, c in sorted(numbered, key=lambda pair: int(pair[0][1]))]
    return tuple(dict.fromkeys(found))


def _named_pairs(free: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    values = {m[1]: c for n, c in free.items() if (m := VALUE_COLUMN.fullmatch(n))}
    return tuple(
        (column, values[match[1]])
        for name, column in free.items()
        if (match := NAME_COLUMN.fullmatch(name)) and match[1] in values
    )
