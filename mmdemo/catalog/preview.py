"""Tell what an import would take from where, without taking it. Knows no catalog and no photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mmdemo.catalog.columns import ColumnMap, recognize_columns
from mmdemo.catalog.dialects import FIELDS
from mmdemo.catalog.drafts import Draft, draft_product
from mmdemo.catalog.merging import merge_rows
from mmdemo.catalog.sources import open_source, source_name

SAMPLES = 5
LOOKED_AT = 1000  # products that the counts are of
_SHOWN = 120  # characters of a value


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would make of a source.

    Attributes:
        source: its name.
        kind: its format in words.
        estimate: about how many rows it has; 0 if unknown.
        columns: which of its columns would feed which field.
        looked_at: products that `filled` counts, the first of the source.
        filled: product field or attribute → how many of them have it.
        samples: the first products, photos as they are named.
        notes: what is odd about the source as a whole.
    """

    source: str
    kind: str
    estimate: int
    columns: ColumnMap
    looked_at: int
    filled: dict[str, int]
    samples: tuple[Draft, ...]
    notes: tuple[str, ...]

    def to_text(self) -> str:
        """A table of columns and the sample products."""
        columns = self.columns
        head = f"{self.source}: {self.kind}, about {self.estimate} rows"
        if columns.dialect.name:
            head += f", an export of {columns.dialect.name}"
        lines = [head, *self.notes, "", "field        from"]
        for name in FIELDS:
            found = ", ".join(columns.fields.get(name, ())) or "–"
            share = f"  (filled in {self.filled.get(name, 0)} of {self.looked_at})"
            lines.append(f"{name:<12} {found}{share if name in columns.fields else ''}")
        pairs = [f"{name} and {value}" for name, value in columns.named]
        lines.append("attributes   " + (", ".join([*columns.attributes, *pairs]) or "–"))
        ignored = [f"{column} ({why})" for column, why in columns.ignored.items()]
        lines.append("ignored      " + (", ".join(ignored) or "–"))
        for number, draft in enumerate(self.samples, start=1):
            lines += ["", f"product {number} of row {draft.number}", *_describe(draft)]
        return "\n".join([*lines, "", "Nothing was written."])


def preview_import(
    source: Path | str,
    *,
    mapping: Sequence[tuple[str, str]] = (),
    encoding: str | None = None,
) -> Preview:
    """Look at the first products of a source.

    Raises:
        CatalogError: it cannot be read at all, or no column can be the product id.
    """
    rows = open_source(source, encoding=encoding)
    columns = recognize_columns(rows.columns, mapping)
    drafts = merge_rows((draft_product(row, columns) for row in rows), columns)
    filled: dict[str, int] = {}
    samples: list[Draft] = []
    looked_at = 0
    for draft in islice((d for d in drafts if d.product.product_id), LOOKED_AT):
        looked_at += 1
        if len(samples) < SAMPLES:
            samples.append(draft)
        product = draft.product
        there = [name for name in FIELDS if getattr(product, name, None)]
        there += ["image"] if draft.references else []
        there += ["currency"] if product.price and product.price.currency else []
        for name in [*there, *product.attributes]:
            filled[name] = filled.get(name, 0) + 1
    return Preview(
        source=source_name(source),
        kind=rows.kind,
        estimate=rows.estimate,
        columns=columns,
        looked_at=looked_at,
        filled=filled,
        samples=tuple(samples),
        notes=rows.notes,
    )


def _describe(draft: Draft) -> list[str]:
    product = draft.product
    price = f"{product.price.amount:g} {product.price.currency}" if product.price else ""
    photos = [r if isinstance(r, str) else f"{len(r)} bytes" for r in draft.references]
    told = {
        "product_id": product.product_id,
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "category": product.category,
        "price": price,
        "photos": ", ".join(photos),
        "attributes": "; ".join(f"{name}: {text}" for name, text in product.attributes.items()),
        "noted": "; ".join(f"{note.reason}: {note.detail}" for _, note in draft.notes),
    }
    return [f"  {name:<11} {_short(text)}" for name, text in told.items() if text]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + " …"
