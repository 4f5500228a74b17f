"""Join rows that tell of one product: its further photos and its variants. Knows no file format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mmdemo.catalog.columns import ColumnMap
from mmdemo.catalog.drafts import Draft
from mmdemo.records import Product

MOST_VALUES = 50  # of an attribute whose product has several rows


def merge_rows(drafts: Iterable[Draft], columns: ColumnMap) -> Iterator[Draft]:
    """Drafts in the order of their first rows; those of one product as one."""
    current: Draft | None = None
    for draft in drafts:
        if current is not None and _goes_on(current, draft, columns):
            _add(current, draft)
            continue
        if current is not None:
            yield current
        current = draft
    if current is not None:
        yield current


def _goes_on(current: Draft, draft: Draft, columns: ColumnMap) -> bool:
    if current.refused is not None or draft.refused is not None:
        return False
    product = draft.product
    if not product.product_id:
        without = columns.dialect.rows_without_id and not product.title
        return without and bool(current.product.product_id)
    if product.product_id != current.product.product_id:
        return False
    if columns.dialect.rows_of_one_id:
        return True
    told = product.title or product.description or product.brand or product.price
    return bool(draft.references) and not told and bool(current.product.title)


def _add(current: Draft, draft: Draft) -> None:
    """Photos and attributes are added, fields are filled where they were empty."""
    ours, theirs = current.product, draft.product
    attributes = dict(ours.attributes)
    for column, value in theirs.attributes.items():
        name = current.named.get(column) or column  # only the first row may tell the name
        values = attributes[name].split(" | ") if name in attributes else []
        if value not in values and len(values) < MOST_VALUES:
            attributes[name] = " | ".join([*values, value])
    current.product = Product(
        product_id=ours.product_id,
        title=ours.title or theirs.title,
        description=ours.description or theirs.description,
        brand=ours.brand or theirs.brand,
        category=ours.category or theirs.category,
        price=ours.price or theirs.price,
        attributes=attributes,
    )
    current.references = list(dict.fromkeys([*current.references, *draft.references]))
    current.notes += draft.notes
    current.rows += draft.rows
