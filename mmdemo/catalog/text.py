"""Join the words of a product. Knows no file and no model."""

from __future__ import annotations

from collections.abc import Sequence

from mmdemo.records import Product

TEXT_FIELDS = ("title", "description", "brand", "category")


def product_text(product: Product, fields: Sequence[str]) -> str:
    """The named fields, a line each; a name that is none of `TEXT_FIELDS` is an attribute's."""
    values = (
        getattr(product, name) if name in TEXT_FIELDS else product.attributes.get(name, "")
        for name in fields
    )
    return "\n".join(value for value in values if value)
