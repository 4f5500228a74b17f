"""Bring a shop's export into a catalog folder. Knows no model.

Nothing stops at a bad row and nothing vanishes: what cannot be taken is in the report. Rows are
read, joined to products and given their photos as they come; products wait on disk until all are
there, and take the old ones' place at once. Nothing that depends on time, or on what an earlier
try left behind, goes into the catalog or its report.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from mmdemo.catalog.account import Account
from mmdemo.catalog.attaching import attach_photos
from mmdemo.catalog.columns import ColumnMap, recognize_columns
from mmdemo.catalog.drafts import Draft, draft_product
from mmdemo.catalog.merging import merge_rows
from mmdemo.catalog.notes import Note, Reason
from mmdemo.catalog.photos import PhotoStore
from mmdemo.catalog.publication import Publication, product_line
from mmdemo.catalog.report import REPORT_NAME, ImportReport
from mmdemo.catalog.sources import Source, open_source, source_name
from mmdemo.catalog.spool import Spool
from mmdemo.catalog.store import Catalog
from mmdemo.errors import CatalogError
from mmdemo.files import write_json

HISTORY_NAME = "import_history.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How to read a source, where its defaults do not fit.

    Attributes:
        images: folder or archive of photos; without it photos come from addresses only.
        mapping: (field, column) that are decided already, see `parse_mapping`.
        encoding: of a text file; found out if None.
        allow_private: fetch photos from private addresses too.
        refresh_photos: ask servers whether photos that are kept have changed.
        catalog_id: of a catalog that is new; made of its products if empty.
    """

    images: Path | None = None
    mapping: Sequence[tuple[str, str]] = ()
    encoding: str | None = None
    allow_private: bool = False
    refresh_photos: bool = False
    catalog_id: str = ""


def import_catalog(
    source: Path | str,
    directory: Path,
    *,
    images: Path | None = None,
    options: ImportOptions | None = None,
) -> tuple[Catalog, ImportReport]:
    """`import_products`, and the catalog opened."""
    options = options or ImportOptions()
    if images is not None:
        options = replace(options, images=images)
    report = import_products(source, directory, options)
    return Catalog.open(directory), report


def import_products(
    source: Path | str, directory: Path, options: ImportOptions | None = None
) -> ImportReport:
    """Read products and photos into `directory`, replacing the products that were there.

    Args:
        source: CSV, TSV, JSON lines or Parquet, plain or gzipped; the folder of a HuggingFace
            dataset, or its name as ``hf:ORG/NAME``.
        directory: catalog folder; made if missing.
        options: how to read it.

    Raises:
        CatalogError: source or photos cannot be read at all, no product is left, or another
            import is at work in the folder.
    """
    options = options or ImportOptions()
    started = time.monotonic()
    rows = open_source(source, encoding=options.encoding)
    columns = recognize_columns(rows.columns, options.mapping)
    report = ImportReport(
        source=source_name(source),
        kind=rows.kind,
        dialect=columns.dialect.name,
        columns=columns.fields,
        attributes=columns.attributes,
        ignored=columns.ignored,
        notes=list(rows.notes),
    )
    with (
        PhotoStore(
            directory,
            options.images,
            allow_private=options.allow_private,
            refresh=options.refresh_photos,
        ) as photos,
        Spool(directory) as spool,
    ):
        report.notes += photos.notes
        wanted = options.images is not None or "image" in columns.fields
        kept = _take(rows, columns, report, spool, photos if wanted else None)
        if not len(spool):
            raise CatalogError(
                f"{source} has no usable product",
                got=f"{report.rows} rows",
                remedy=_most_frequent(report),
            )
        report.products, report.photos = len(spool), len(kept)
        report.notes += _without_column(report)
        photos.sync()
        with Publication(directory, catalog_id=options.catalog_id) as publication:
            publication.write(spool.lines())
            report.changes = publication.changes()
            # Before the manifest: a job killed in between is done again and says the same.
            write_json(directory / REPORT_NAME, report.to_json())
            publication.commit()
        photos.prune(kept)
    _remember(directory, report, publication.sha256, time.monotonic() - started)
    return report


def read_drafts(rows: Source, columns: ColumnMap) -> Iterator[Draft]:
    """Products of a source in the order of their first rows, photos still to come."""
    return merge_rows((draft_product(row, columns) for row in rows), columns)


def _take(
    rows: Source, columns: ColumnMap, report: ImportReport, spool: Spool, photos: PhotoStore | None
) -> set[str]:
    """Read everything into the spool and the report; returns the photos that products have."""
    kept: set[str] = set()
    account = Account(report)
    with tqdm(total=rows.estimate or None, desc="import", unit=" rows", delay=2) as progress:
        for draft, attached in attach_photos(photos, _first_of_each(read_drafts(rows, columns))):
            product = draft.product
            if attached.keys:
                product = replace(product, images=attached.keys)
            account.add(draft, product, attached)
            if draft.refused is None:
                kept.update(product.images)
                spool.add(product.product_id, product_line(product))
            progress.update(draft.rows)
        progress.total = report.rows
    report.notes += account.notes()
    return kept


def _first_of_each(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """All drafts; those without id and those whose id was there before are refused."""
    seen: set[str] = set()
    for draft in drafts:
        product_id = draft.product.product_id
        if draft.refused is None:
            if not product_id:
                draft.refused = Note(Reason.NO_ID, draft.product.title)
            elif product_id in seen:
                draft.refused = Note(Reason.SEEN_BEFORE, product_id)
            seen.add(product_id)
        yield draft


def _most_frequent(report: ImportReport) -> str | None:
    if not report.problems:
        return None
    reason = max(report.problems, key=lambda r: report.problems[r].count)
    return f"most rows have this problem: {reason}"


def _without_column(report: ImportReport) -> list[str]:
    missing = [f for f in ("title", "description") if f not in report.columns]
    return [f"no column for {name}; name one with --map {name}=COLUMN" for name in missing]


def _remember(directory: Path, report: ImportReport, fingerprint: str, seconds: float) -> None:
    """Add a line to the history, the only file that knows the time."""
    line = {
        "ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(seconds, 1),
        "source": report.source,
        "products": report.products,
        "added": report.changes.added,
        "changed": report.changes.changed,
        "removed": report.changes.removed,
        "fingerprint": fingerprint,
    }
    with (directory / HISTORY_NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
