"""Decide which column of a source is which field of a product. Knows no file format."""

from __future__ import annotations

import json
import math
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

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₹": "INR", "¥": "JPY"}
# ISO 4217 codes of most shops. Not every three letters are one: MRP, NEW, price_old.
_CODES = (
    "AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|KWD|MXN|MYR|NOK|NZD"
    "|PHP|PLN|QAR|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+")
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
        by_name.setdefault(re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_"), column)
    fields: dict[str, str] = {}
    for name, aliases in FIELD_NAMES.items():
        found = next((by_name[alias] for alias in aliases if alias in by_name), None)
        if found is not None:
            fields[name] = found
    currency = ""
    if "price" not in fields:
        for name, column in by_name.items():
            if match := re.fullmatch(rf"PRICE_({_CODES})", name.upper()):
                fields["price"], currency = column, match[1]
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

    Args:
        currency: what the source says elsewhere. A code beside the amount beats it; it beats a
            symbol, since many currencies write ``$``.

    Returns:
        None if there is no amount in it or the amount is negative.
    """
    match = re.search(r"\d[\d.,\s'’]*", text)
    if match is None or re.search(r"[-−]\W*$", text[: match.start()]):
        return None
    digits = re.sub(r"[\s'’]", "", match[0]).rstrip(".,")
    # The last separator is the decimal one unless it groups thousands: 1,299 but 1,29 and 0,299.
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or _THOUSANDS.fullmatch(digits):
        last = len(digits)
    whole, decimals = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
    amount = float(f"{whole}.{decimals}")
    named = _code(text) or _code(currency.upper())
    symbol = next((code for sign, code in _SYMBOLS.items() if sign in text + currency), "")
    return Price(amount, named or symbol) if math.isfinite(amount) else None


def _code(text: str) -> str:
    match = re.search(rf"(?<![A-Z])(?:{_CODES})(?![A-Z])", text)
    return match[0] if match else ""


def clean(value: str | None) -> str:
    """Strip a cell of what no text has; the usual words for "nothing" become empty."""
    # Half a surrogate pair, which JSON can spell, cannot be written to a file.
    text = (value or "").replace("\0", "").encode(errors="replace").decode().strip()
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
        except (ValueError, RecursionError):
            return {column: text}
        plain = {
            clean(name): clean(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False))
            for name, v in members.items()
        }
        return {name: value for name, value in plain.items() if value}
    return {column: text}
