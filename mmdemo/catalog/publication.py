"""Replace a catalog's products, so that a reader sees all old or all new ones. Knows no source."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from filelock import FileLock

from mmdemo.catalog.report import IDS, REPORT_NAME, Changes
from mmdemo.catalog.store import (
    FORMAT,
    ID_LENGTH,
    MANIFEST_NAME,
    Catalog,
    manifest_id,
    read_manifest,
)
from mmdemo.errors import CatalogError
from mmdemo.files import sync_folder, write_json
from mmdemo.records import Product

_PLAIN = ("product_id", "title", "description", "brand", "category")


def write_catalog(directory: Path, products: Iterable[Product]) -> Catalog:
    """Replace the products of a catalog folder; a reader sees all old or all new ones."""
    ordered = sorted(products, key=lambda product: product.product_id)
    with Publication(directory) as publication:
        publication.write(map(product_line, ordered))
        catalog_id = publication.commit()
    return Catalog(
        directory, fingerprint=publication.sha256, catalog_id=catalog_id, products=ordered
    )


def product_line(product: Product) -> bytes:
    """A product as its line of a products file."""
    return (json.dumps(_to_json(product), ensure_ascii=False) + "\n").encode()


class Publication:
    """Replaces a catalog's products, one process at a time: write, look at the changes, commit.

    Attributes:
        sha256: of the products file that was written.
        count: products in it.
    """

    def __init__(self, directory: Path, *, catalog_id: str = "") -> None:
        """`catalog_id` is for a catalog that is new; it is made of its products if empty."""
        self._directory = directory
        self._new_id = catalog_id
        self._fresh = directory / "products.new"
        directory.mkdir(parents=True, exist_ok=True)
        # Two imports must not delete each other's products.
        self._lock = FileLock(directory / "lock")
        self.sha256 = ""
        self.count = 0

    def __enter__(self) -> Publication:
        self._lock.acquire()
        for name in (MANIFEST_NAME, REPORT_NAME):  # what a killed process was writing
            for left in self._directory.glob(f".{name}.*"):
                left.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._fresh.unlink(missing_ok=True)
        self._lock.release()

    def write(self, lines: Iterable[bytes]) -> None:
        """Write the lines of all products, which are in the order of their ids."""
        digest, self.count = hashlib.sha256(), 0
        with self._fresh.open("wb") as file:
            for line in lines:
                file.write(line)
                digest.update(line)
                self.count += 1
            file.flush()
            os.fsync(file.fileno())
        self.sha256 = digest.hexdigest()

    def changes(self) -> Changes:
        """How what was written differs from what the catalog has."""
        try:
            old = (self._directory / str(read_manifest(self._directory)["products"])).open("rb")
        except (CatalogError, OSError):
            return Changes(added=self.count)
        with old, self._fresh.open("rb") as new:
            return _compare(old, new)

    def commit(self) -> str:
        """Make what was written the catalog's products; those it had go.

        Returns:
            The catalog's id, new or kept.
        """
        path = self._directory / f"products-{self.sha256[:16]}.jsonl"
        try:
            catalog_id = manifest_id(read_manifest(self._directory), self._directory)
        except CatalogError:
            catalog_id = self._new_id or self.sha256[:ID_LENGTH]
        self._fresh.replace(path)
        sync_folder(self._directory)
        manifest = {
            "format": FORMAT,
            "catalog_id": catalog_id,
            "products": path.name,
            "sha256": self.sha256,
            "count": self.count,
        }
        write_json(self._directory / MANIFEST_NAME, manifest)
        for old in self._directory.glob("products-*.jsonl"):
            if old != path:
                old.unlink()
        return catalog_id


def _compare(old_lines: Iterator[bytes], new_lines: Iterator[bytes]) -> Changes:
    """Merge two files of products, both in the order of their ids."""
    found: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    unchanged = 0
    old, new = next(old_lines, b""), next(new_lines, b"")
    while old or new:
        if old == new:
            unchanged += 1
            what = ""
        else:
            old_id, new_id = _product_id(old), _product_id(new)
            if old_id == new_id:
                what = "changed"
            elif not new or (old and old_id < new_id):
                what = "removed"
            else:
                what = "added"
            found[what].append(old_id if what == "removed" else new_id)
        if what != "added":
            old = next(old_lines, b"")
        if what != "removed":
            new = next(new_lines, b"")
    return Changes(
        added=len(found["added"]),
        changed=len(found["changed"]),
        removed=len(found["removed"]),
        unchanged=unchanged,
        examples={what: tuple(ids[:IDS]) for what, ids in found.items() if ids},
    )


def _product_id(line: bytes) -> str:
    return str(json.loads(line)["product_id"]) if line else ""


def _to_json(product: Product) -> dict[str, object]:
    """What of a product there is; faster than `dataclasses.asdict`, which copies deeply."""
    values: dict[str, object] = {name: getattr(product, name) for name in _PLAIN}
    if product.price is not None:
        values["price"] = {"amount": product.price.amount, "currency": product.price.currency}
    values["attributes"] = dict(product.attributes)
    values["images"] = product.images
    return {name: value for name, value in values.items() if value}
