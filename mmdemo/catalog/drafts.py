"""Make products of rows, photos still to come. Knows no file format.

A product that cannot be made is a draft too, so that its rows are counted where they belong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mmdemo.catalog.cells import (
    Reference,
    category_path,
    packed_pairs,
    photo_references,
    plain_text,
    price_text,
)
from mmdemo.catalog.cleaning import clean, plain, text_of
from mmdemo.catalog.columns import ColumnMap
from mmdemo.catalog.notes import Note, Reason
from mmdemo.catalog.prices import parse_price
from mmdemo.catalog.sources import Row
from mmdemo.records import Price, Product

# Characters. A judge reads a title at a glance, and no text tower reads more of a description.
LONGEST: Mapping[str, int] = {
    "product_id": 500,
    "title": 500,
    "description": 20_000,
    "brand": 200,
    "category": 1_000,
    "attribute": 2_000,
}
MOST_ATTRIBUTES = 200
_NO_VARIANT = "Default Title"  # what Shopify writes for a product without variants
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
_LONE_NA = re.compile(r"(?<![\w/&.-])(?:NA|N/A|NaN|NULL)(?![\w/&-])")
# An id is refused only for being empty or too long; these words are no ids.
_NO_ID = frozenset({"nan", "none", "null", "n/a", "na", "-"})


_Said = dict[Reason, list[str]]  # with the fields it was found in


@dataclass(slots=True)
class Draft:
    """A product as far as its rows tell it.

    Attributes:
        product: without photos; its id is empty if the row has none.
        references: its photos: file names, addresses or bytes.
        notes: (row number, what was odd).
        rows: how many rows it was made of.
        number: of its first row.
        named: column of an attribute's value → the attribute's name, which the row tells.
        price_text: the price as it was written, if that was text and not a number.
        emptied: fields that held a word for "nothing".
        refused: why it is no product; None if it is one.
    """

    product: Product
    number: int
    references: list[Reference] = field(default_factory=list)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    rows: int = 1
    named: Mapping[str, str] = field(default_factory=dict)
    price_text: str = ""
    emptied: tuple[str, ...] = ()
    refused: Note | None = None


def draft_product(row: Row, columns: ColumnMap) -> Draft:
    """What one row tells of a product."""
    if row.broken is not None:
        return _refused(row, row.broken)
    said: _Said = {}
    product_id, why = _product_id(row, columns, said)
    if why is not None:
        return _refused(row, why)
    texts = {
        name: _text(name, _first(row, columns, name), said)
        for name in ("title", "description", "brand")
    }
    raw_category = _first(row, columns, "category")
    lists = columns.dialect.category_lists
    category = _text("category", category_path(raw_category, lists=lists), said)
    price_cell = _first(row, columns, "price")
    price = _price(price_cell, row, columns, said)
    named = {value: plain(text_of(row.values.get(name))) for name, value in columns.named}
    attributes = _attributes(row, columns, named, said)
    references: list[Reference] = []
    for column in columns.fields.get("image", ()):
        references += photo_references(row.values.get(column))
    if _has_lone_na(texts["description"]):
        said.setdefault(Reason.LONE_NA, []).append(_around(texts["description"]))
    product = Product(
        product_id=product_id,
        title=texts["title"],
        description=texts["description"],
        brand=texts["brand"],
        category=category,
        price=price,
        attributes=attributes,
    )
    notes = [(row.number, note) for note in row.notes]
    notes += [(row.number, Note(reason, ", ".join(where))) for reason, where in said.items()]
    emptied = tuple(where.split()[0] for where in said.get(Reason.PLACEHOLDER, ()))
    return Draft(
        product,
        row.number,
        list(dict.fromkeys(references)),
        notes,
        named=named,
        price_text=price_cell if isinstance(price_cell, str) else "",
        emptied=emptied,
    )


def _refused(row: Row, why: Note) -> Draft:
    notes = [(row.number, note) for note in row.notes]
    return Draft(Product(""), row.number, notes=notes, refused=why)


def _first(row: Row, columns: ColumnMap, name: str) -> object:
    """The cell of the first of a field's columns that is filled."""
    names = columns.fields.get(name, ())
    if len(names) == 1:
        return row.values.get(names[0])
    value: object = None
    for column in names:
        value = row.values.get(column)
        if value is not None and text_of(value).strip():
            return value
    return value


def _product_id(row: Row, columns: ColumnMap, said: _Said) -> tuple[str, Note | None]:
    written = text_of(_first(row, columns, "product_id")).strip()
    if written.startswith('="') and written.endswith('"'):  # a spreadsheet's way to say text
        written = written[2:-1]
    if written.casefold() in _NO_ID:
        written = ""
    product_id = written
    if not (written.isascii() and written.isprintable()) or "  " in written:
        kept = "".join(c for c in written if c.isprintable() or c.isspace())
        product_id = " ".join(kept.encode(errors="replace").decode().split())
    if len(product_id) > LONGEST["product_id"]:
        return "", Note(Reason.ID_TOO_LONG, f"{len(product_id)} characters")
    if product_id != written:
        said[Reason.ID_CLEANED] = [repr(written[:60])]
    if _ROUNDED.fullmatch(product_id):
        said[Reason.ROUNDED_ID] = [product_id]
    return product_id, None


def _text(name: str, value: object, said: _Said) -> str:
    written = plain_text(value)
    if not written:
        return ""
    found: set[Reason] = set()
    text = clean(written, found, lines=name == "description")
    longest = LONGEST[name]
    if len(text) > longest:
        said.setdefault(Reason.TEXT_CUT, []).append(
            f"{name} from {len(text)} to {longest} characters"
        )
        text = text[:longest].rstrip()
    for reason in sorted(found):
        shown = f"{name} {written.strip()!r}" if reason == Reason.PLACEHOLDER else name
        said.setdefault(reason, []).append(shown)
    return text


def _price(value: object, row: Row, columns: ColumnMap, said: _Said) -> Price | None:
    amount, currency = price_text(value)
    text = plain(amount)
    if not text:
        return None
    said_elsewhere = currency or plain(text_of(_first(row, columns, "currency")))
    price = parse_price(text, currency=said_elsewhere or columns.currency)
    if price is None:
        said[Reason.PRICE] = [text[:60]]
    return price


def _attributes(
    row: Row, columns: ColumnMap, named: Mapping[str, str], said: _Said
) -> dict[str, str]:
    found: set[Reason] = set()
    attributes: dict[str, str] = {}
    for column in columns.attributes:
        value = row.values.get(column)
        if value is not None and value != "":
            for name, text in _members(column, value, columns):
                cleaned = clean(text, found)
                if cleaned:
                    attributes[name] = cleaned
    for column, name in named.items():
        cleaned = clean(text_of(row.values.get(column)), found)
        if cleaned and cleaned != _NO_VARIANT:
            attributes[name or column] = cleaned
    cut = [name for name, text in attributes.items() if len(text) > LONGEST["attribute"]]
    for name in cut:
        attributes[name] = attributes[name][: LONGEST["attribute"]].rstrip()
    if cut:
        said.setdefault(Reason.TEXT_CUT, []).append(
            f"{cut[0]} to {LONGEST['attribute']} characters"
        )
    if len(attributes) > MOST_ATTRIBUTES:
        said[Reason.ATTRIBUTES] = [f"{len(attributes) - MOST_ATTRIBUTES} of {len(attributes)}"]
        attributes = dict(list(attributes.items())[:MOST_ATTRIBUTES])
    for reason in sorted(found - {Reason.PLACEHOLDER}):
        said.setdefault(reason, []).append("attributes")
    return attributes


def _members(column: str, value: object, columns: ColumnMap) -> Iterable[tuple[str, str]]:
    """A cell that holds an object becomes one attribute for each of its members."""
    if isinstance(value, str):
        if value.lstrip()[:1] == "{":
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return [(column, str(value))]
        elif column == columns.packed:
            return list(packed_pairs(value).items())
        else:
            return [(column, value)]
    if isinstance(value, Mapping):
        return [(plain(text_of(name)) or column, text_of(item)) for name, item in value.items()]
    return [(column, text_of(value))]


def _has_lone_na(text: str) -> bool:
    # The pattern is slow, and nearly no text has its letters.
    return any(word in text for word in ("NA", "N/A", "NaN", "NULL")) and bool(
        _LONE_NA.search(text)
    )


def _around(text: str) -> str:
    match = _LONE_NA.search(text)
    start = max(0, match.start() - 30) if match else 0
    return "…" + text[start : start + 60].replace("\n", " ")
