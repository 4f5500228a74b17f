"""Decide which column of a source is which field of a product. Knows no file format."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mmdemo.errors import CatalogError
from mmdemo.records import Price, Product

# Usual names, best first; compared in lower case with every run of other characters as "_".
FIELD_NAMES: Mapping[str, tuple[str, ...]] = {
    "product_id": ("product_id", "id", "sku", "asin", "item_id", "productid", "handle"),
    "title": ("title", "name", "product_name", "product_title", "productdisplayname"),
    "description": ("description", "product_description", "body_html", "body", "details"),
    "brand": ("brand", "vendor", "manufacturer", "product_brand", "brand_name"),
    "category": ("category", "category_path", "product_type", "google_product_category"),
    "price": ("price", "sale_price", "list_price", "variant_price"),
    "currency": ("currency", "price_currency"),
    "image": ("image", "image_path", "image_file", "filename", "photo", "main_image"),
}

_PRICE_WITH_CURRENCY = re.compile(r"price_(?P<currency>[a-z]{3})")
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₹": "INR", "¥": "JPY"}
_EMPTY = frozenset({"", "nan", "none", "null", "n/a"})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column feeds which field.

    Attributes:
        fields: product field → column name.
        attributes: columns kept as attributes, in the source's order.
        currency: currency named by the price column itself (``price_inr``), or empty.
    """

    fields: Mapping[str, str]
    attributes: tuple[str, ...]
    currency: str = ""


@dataclass(slots=True)
class Row:
    """A source row on its way to a product: its 1-based number and what was odd about it."""

    number: int
    values: Mapping[str, str]
    notes: list[str] = field(default_factory=list)


def recognize_columns(columns: Sequence[str]) -> ColumnMap:
    """Match a source's columns to product fields by their usual names.

    Raises:
        CatalogError: no column can be the product id.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(re.sub(r"[^a-z0-9]+", "_", column.strip().casefold()), column)
    fields: dict[str, str] = {}
    for name, aliases in FIELD_NAMES.items():
        found = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if found is not None:
            fields[name] = found
    currency = ""
    if "price" not in fields:
        for name, column in by_name.items():
            if match := _PRICE_WITH_CURRENCY.fullmatch(name):
                fields["price"], currency = column, match["currency"].upper()
                break
    if "product_id" not in fields:
        raise CatalogError(
            "no column looks like a product id",
            got=", ".join(columns) or "no columns",
            expected=" or ".join(FIELD_NAMES["product_id"]),
            remedy="rename the column that identifies a product to 'id'",
        )
    taken = set(fields.values())
    return ColumnMap(fields, tuple(c for c in columns if c not in taken), currency)


def parse_price(text: str, *, currency: str = "") -> Price | None:
    """Read an amount as people write it: ``₹1,299``, ``1.299,00 €``, ``USD 12``.

    Returns:
        None if there is no amount in it or the amount is negative.
    """
    for symbol, code in _SYMBOLS.items():
        if symbol in text:
            currency = code
    if match := re.search(r"\b([A-Z]{3})\b", text):
        currency = match[1]
    match = re.search(r"-?\d[\d.,\s'’]*", text)
    if match is None:
        return None
    digits = re.sub(r"[\s'’]", "", match[0]).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    # The last separator is the decimal one unless it groups thousands: 1,299 but 1,29.
    if last >= 0 and len(digits) - last - 1 == 3 and len(set(re.findall(r"[.,]", digits))) == 1:
        whole, decimals = digits, ""
    else:
        whole, decimals = (digits[:last], digits[last + 1 :]) if last >= 0 else (digits, "")
    amount = float(re.sub(r"[.,]", "", whole) + ("." + decimals if decimals else ""))
    return None if amount < 0 else Price(amount, currency)


def clean(value: str | None) -> str:
    """Strip a cell; the usual words for "nothing" become empty."""
    text = (value or "").replace("\0", "").strip()
    return "" if text.casefold() in _EMPTY else text


def to_product(row: Row, columns: ColumnMap) -> Product:
    """Make a product of a row; its photos are added by the caller. Oddities go to `row.notes`.

    Raises:
        CatalogError: the row has no product id.
    """
    values = {name: clean(row.values.get(column)) for name, column in columns.fields.items()}
    if not values["product_id"]:
        raise CatalogError("no product id")
    price = None
    if text := values.get("price", ""):
        price = parse_price(text, currency=values.get("currency") or columns.currency)
        if price is None:
            row.notes.append("price not understood")
    attributes: dict[str, str] = {}
    for column in columns.attributes:
        text = clean(row.values.get(column))
        if text:
            attributes.update(_expand(column, text))
    return Product(
        product_id=values["product_id"],
        title=values.get("title", ""),
        description=values.get("description", ""),
        brand=values.get("brand", ""),
        category=values.get("category", ""),
        price=price,
        attributes=attributes,
    )


def _expand(column: str, text: str) -> dict[str, str]:
    """A cell that holds a JSON object becomes one attribute for each of its members."""
    if text.startswith("{"):
        try:
            members = json.loads(text)
        except ValueError:
            return {column: text}
        return {str(k): clean(str(v)) for k, v in members.items() if clean(str(v))}
    return {column: text}
