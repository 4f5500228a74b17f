"""Bring a shop's export into a catalog folder. Knows no model.

Nothing stops at a bad row and nothing vanishes: what cannot be taken is in the report.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from mmdemo.catalog.columns import ColumnMap, Row, clean, recognize_columns, to_product
from mmdemo.catalog.images import PhotoFinder, PhotoSource, keep_photo, open_photos
from mmdemo.catalog.report import ImportReport
from mmdemo.catalog.source import CsvSource
from mmdemo.catalog.store import Catalog, write_catalog
from mmdemo.errors import CatalogError
from mmdemo.files import write_json
from mmdemo.records import Product

_IN_FLIGHT = 64  # photos being read ahead of the row that waits for its own


def import_catalog(
    source: Path, directory: Path, *, images: Path | None = None
) -> tuple[Catalog, ImportReport]:
    """Read products and photos into `directory`, replacing the products that were there.

    Args:
        source: CSV file, plain or gzipped.
        directory: catalog folder; made if missing.
        images: folder or zip of photos; without it products are taken without photos.

    Raises:
        CatalogError: source or images cannot be read at all, or no product is left.
    """
    rows = CsvSource(source)
    columns = recognize_columns(rows.columns)
    photos = open_photos(images) if images is not None else None
    report = ImportReport(
        columns=columns.fields, attributes=columns.attributes, notes=list(rows.notes)
    )
    directory.mkdir(parents=True, exist_ok=True)
    products: dict[str, Product] = {}
    with tqdm(desc="import", unit=" rows", delay=2) as progress:
        for row, product in _with_photos(
            _products(rows, columns, report), photos, directory, columns
        ):
            products[product.product_id] = product
            for note in row.notes:
                reason, _, detail = note.partition("\t")
                report.add(reason, row.number, f"{product.product_id}: {detail}" if detail else "")
            progress.update()
    if not products:
        raise CatalogError(
            f"{source} has no usable product",
            got=f"{report.rows} rows",
            remedy=_most_frequent(report),
        )
    report.products = len(products)
    report.with_photo = sum(bool(p.images) for p in products.values())
    report.with_title = sum(bool(p.title) for p in products.values())
    report.with_description = sum(bool(p.description) for p in products.values())
    write_json(directory / "import_report.json", report.to_json())
    return write_catalog(directory, products.values()), report


def _products(
    rows: CsvSource, columns: ColumnMap, report: ImportReport
) -> Iterator[tuple[Row, Product]]:
    """Rows that make a product; the first of several with one id wins."""
    seen: set[str] = set()
    for row in rows:
        report.rows += 1
        try:
            product = to_product(row, columns)
        except CatalogError as error:
            report.add(str(error), row.number)
            continue
        if product.product_id in seen:
            report.add("product id seen before", row.number, product.product_id)
            continue
        seen.add(product.product_id)
        if not product.title:
            row.notes.append("no title")
        yield row, product


def _with_photos(
    products: Iterator[tuple[Row, Product]],
    photos: PhotoSource | None,
    directory: Path,
    columns: ColumnMap,
) -> Iterator[tuple[Row, Product]]:
    """Attach photos, in the rows' order, reading several at once."""
    if photos is None:
        yield from products
        return
    finder = PhotoFinder(photos.names())
    column = columns.fields.get("image", "")

    def attach(row: Row, product: Product) -> tuple[Row, Product]:
        reference = clean(row.values.get(column))
        name = finder.find(reference, product.product_id)
        if name is None:
            row.notes.append(f"photo not found\t{reference}" if reference else "no photo")
            return row, product
        try:
            key = keep_photo(directory, photos.read(name))
        except (CatalogError, OSError, ValueError) as error:
            row.notes.append(f"{error}\t{name}")
            return row, product
        return row, replace(product, images=(key,))

    workers = os.cpu_count() or 1
    waiting: deque[Future[tuple[Row, Product]]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="photos") as pool:
        try:
            for row, product in products:
                waiting.append(pool.submit(attach, row, product))
                if len(waiting) >= _IN_FLIGHT:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _most_frequent(report: ImportReport) -> str | None:
    if not report.problems:
        return None
    reason = max(report.problems, key=lambda r: len(report.problems[r]))
    return f"most rows have this problem: {reason}"
