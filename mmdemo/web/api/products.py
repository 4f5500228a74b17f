"""Products as JSON. Knows no ranking."""

from __future__ import annotations

from typing import TypedDict

from mmdemo.records import Price, Product

_SIGNS = {
    "AUD": "A$", "BRL": "R$", "CAD": "C$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "ILS": "₪",
    "INR": "₹", "JPY": "¥", "KRW": "₩", "NGN": "₦", "TRY": "₺", "USD": "$", "VND": "₫",
}  # fmt: skip


class ProductJson(TypedDict):
    """A product as a card shows it. `text` tells whether the text half knows it."""

    id: str
    title: str
    brand: str
    category: str
    price: str
    amount: float | None
    currency: str
    photos: list[str]
    text: bool


def product_json(product: Product, *, has_text: bool) -> ProductJson:
    """What a card needs."""
    return {
        "id": product.product_id,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "price": format_price(product.price),
        "amount": None if product.price is None else product.price.amount,
        "currency": "" if product.price is None else product.price.currency,
        "photos": list(product.images),
        "text": has_text,
    }


def format_price(price: Price | None) -> str:
    """``₹1,299``, ``€12.50``, ``649 CHF``; empty if unknown."""
    if price is None:
        return ""
    whole = float(price.amount).is_integer()
    amount = f"{price.amount:,.0f}" if whole else f"{price.amount:,.2f}"
    sign = _SIGNS.get(price.currency.upper())
    return f"{sign}{amount}" if sign else f"{amount} {price.currency}".strip()
