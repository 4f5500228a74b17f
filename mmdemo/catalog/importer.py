"""Bring a shop's export into a catalog folder. Knows no model.

Nothing stops at a bad row and nothing vanishes: what cannot be taken is in the report. Rows are
read, joined to products and given their photos as they come; products wait on disk until all are
there, and take the old ones' place at once. Nothing that depends on time, or on what an earlier
try left behind, goes into the catalog or its report.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from tqdm import tqdm

from mmdemo.catalog.columns import ColumnMap, recognize_columns
from mmdemo.catalog.drafts import Draft, draft_product, merge_rows
from mmdemo.catalog.notes import Note, Reason
from mmdemo.catalog.photos import Attached, PhotoStore
from mmdemo.catalog.report import REPORT_NAME, ImportReport
from mmdemo.catalog.sources import Source, open_source
from mmdemo.catalog.spool import Spool
from mmdemo.catalog.store import Catalog, Publication, product_line
from mmdemo.errors import CatalogError
from mmdemo.files import write_json
from mmdemo.records import Product

HISTORY_NAME = "import_history.jsonl"
_MISSING = {"title": Reason.NO_TITLE, "description": Reason.NO_DESCRIPTION}
_PRICE_EXAMPLES = 3
_AHEAD = 8  # products for each thread whose photos are read ahead of the one that is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How to read a source, where its defaults do not fit.

    Attributes:
        images: folder or archive of photos; without it photos come from addresses only.
        mapping: (field, column) that are decided already, see `parse_mapping`.
        encoding: of a text file; found out if None.
        allow_private: fetch photos from private addresses too.
        refresh_photos: ask servers whether photos that are kept have changed.
    """

    images: Path | None = None
    mapping: Sequence[tuple[str, str]] = ()
    encoding: str | None = None
    allow_private: bool = False
    refresh_photos: bool = False


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
        source=source if isinstance(source, str) else source.name,
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
        kept = _take(rows, columns, report, spool, _Photos(photos if wanted else None))
        if not len(spool):
            raise CatalogError(
                f"{source} has no usable product",
                got=f"{report.rows} rows",
                remedy=_most_frequent(report),
            )
        report.products, report.photos = len(spool), len(kept)
        report.notes += _without_column(report)
        photos.sync()
        with Publication(directory) as publication:
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
    rows: Source, columns: ColumnMap, report: ImportReport, spool: Spool, photos: _Photos
) -> set[str]:
    """Read everything into the spool and the report; returns the photos that products have."""
    kept: set[str] = set()
    expected = [name for name in _MISSING if name in columns.fields]
    account = _Account(report, expected)
    with tqdm(total=rows.estimate or None, desc="import", unit=" rows", delay=2) as progress:
        for draft, attached in photos.attach(_first_of_each(read_drafts(rows, columns))):
            product = replace(draft.product, images=attached.keys)
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


class _Account:
    """Counts every row, and what is odd about it, in the order of the source."""

    def __init__(self, report: ImportReport, expected: Sequence[str]) -> None:
        self._report = report
        self._expected = expected  # fields that a product should have
        self._titles: set[bytes] = set()
        self._prices = 0
        self._examples: list[str] = []

    def add(self, draft: Draft, product: Product, attached: Attached) -> None:
        """Count a product, or the rows that gave none."""
        report = self._report
        report.rows += draft.rows
        if draft.refused is not None:
            report.left_out += draft.rows
            report.add(draft.refused.reason, draft.number, draft.refused.detail, left_out=True)
        else:
            report.merged += draft.rows - 1
            self._look_at(draft, product)
        name = product.product_id
        for number, note in draft.notes:
            report.add(note.reason, number, _told(name, note.detail))
        for photo in attached.notes:
            report.add(photo.reason, draft.number, _told(name, photo.detail))

    def _look_at(self, draft: Draft, product: Product) -> None:
        report = self._report
        for name in ("title", "description", "brand", "category", "price"):
            if getattr(product, name):
                report.filled[name] = report.filled.get(name, 0) + 1
        if product.images:
            report.filled["image"] = report.filled.get("image", 0) + 1
        for name in self._expected:
            if not getattr(product, name) and name not in draft.emptied:
                report.add(_MISSING[name], draft.number, product.product_id)
        if product.title:
            title = blake2b(product.title.encode(), digest_size=8).digest()
            if title in self._titles:
                detail = f"{product.product_id}: {product.title}"
                report.add(Reason.SAME_TITLE, draft.number, detail)
            self._titles.add(title)
            report.different_titles = len(self._titles)
        if product.price and draft.price_text:
            self._prices += 1
            shown = f"{draft.price_text!r} as {product.price.amount:g} {product.price.currency}"
            if len(self._examples) < _PRICE_EXAMPLES and shown not in self._examples:
                self._examples.append(shown.strip())

    def notes(self) -> list[str]:
        """What is to say of the source as a whole."""
        if not self._prices:
            return []
        return [f"{self._prices} prices are text and were read: {', '.join(self._examples)}"]


def _told(product_id: str, detail: str) -> str:
    return f"{product_id}: {detail}" if product_id and detail else detail or product_id


class _Photos:
    """Attaches photos to products in their order, several at once."""

    def __init__(self, store: PhotoStore | None) -> None:
        self._store = store  # None where nothing tells of photos
        self._workers = store.workers if store is not None else 1

    def attach(self, drafts: Iterable[Draft]) -> Iterator[tuple[Draft, Attached]]:
        """Each product with its photos."""
        waiting: deque[tuple[Draft, Future[Attached] | Attached]] = deque()
        most = _AHEAD * self._workers
        with ThreadPoolExecutor(self._workers, thread_name_prefix="photos") as pool:
            try:
                for draft in drafts:
                    waiting.append((draft, self._begin(draft, pool)))
                    while waiting and (len(waiting) >= most or not _busy(waiting[0][1])):
                        first, attached = waiting.popleft()
                        yield first, _result(attached)
                while waiting:
                    first, attached = waiting.popleft()
                    yield first, _result(attached)
            except BaseException:
                for _, attached in waiting:
                    if isinstance(attached, Future):
                        attached.cancel()
                if self._store is not None:
                    self._store.stop()  # or the pool would wait for slow servers
                raise

    def _begin(self, draft: Draft, pool: ThreadPoolExecutor) -> Future[Attached] | Attached:
        if self._store is None or draft.refused is not None:
            return Attached()
        return pool.submit(self._store.attach, draft.references, draft.product.product_id)


def _busy(attached: Future[Attached] | Attached) -> bool:
    return isinstance(attached, Future) and not attached.done()


def _result(attached: Future[Attached] | Attached) -> Attached:
    return attached.result() if isinstance(attached, Future) else attached


def _most_frequent(report: ImportReport) -> str | None:
    if not report.problems:
        return None
    reason = max(report.problems, key=lambda r: report.problems[r].count)
    return f"most rows have this problem: {reason}"


def _without_column(report: ImportReport) -> list[str]:
    missing = [f for f in _MISSING if f not in report.columns]
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
