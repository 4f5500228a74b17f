"""The catalog on disk. Knows no source format and no model.

catalog.json            manifest, replaced last: what it names is complete
products-<hash>.jsonl   one product a line, in product_id order
images/ …, photos.jsonl  photos in three sizes, and what is known of them (see `photos`)
import_report.json      what the last import took and could not take
import_history.jsonl    when each import ended, and what it changed
lock                    held while products and manifest are replaced
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType

from filelock import FileLock

from mmdemo.catalog.photos import find_large, find_photo, find_thumbnail
from mmdemo.catalog.report import IDS, REPORT_NAME, Changes
from mmdemo.errors import CatalogError
from mmdemo.files import sync_folder, write_json
from mmdemo.records import Price, Product

_FORMAT = 1
_MANIFEST = "catalog.json"
_PLAIN = ("product_id", "title", "description", "brand", "category")
_ID = 16  # hex digits


class Catalog:
    """A catalog folder, read-only.

    Attributes:
        name: the folder's name.
        catalog_id: 16 hex digits that name the catalog wherever its folder lies: made of the
            products it had first, and kept when it is imported again.
        directory: the folder.
        fingerprint: hash of all products; changes with any of them.
        products: in `product_id` order.
    """

    def __init__(
        self,
        directory: Path,
        *,
        fingerprint: str = "",
        catalog_id: str = "",
        products: Iterable[Product] = (),
    ) -> None:
        self.directory = directory
        self.name = directory.resolve().name
        self.fingerprint = fingerprint
        self.catalog_id = catalog_id or fingerprint[:_ID]
        self.products = tuple(products)

    @classmethod
    def open(cls, directory: Path) -> Catalog:
        """Read a catalog folder.

        Raises:
            CatalogError: it holds no catalog, or one this version cannot read.
        """
        manifest, content = _read_products(directory)
        products = (_from_json(json.loads(line)) for line in io.BytesIO(content))
        return cls(
            directory,
            fingerprint=str(manifest["sha256"]),
            catalog_id=_catalog_id(manifest, directory),
            products=products,
        )

    def __len__(self) -> int:
        return len(self.products)

    def __iter__(self) -> Iterator[Product]:
        return iter(self.products)

    @cached_property
    def rows(self) -> dict[str, int]:
        """product_id → place in `products`."""
        return {product.product_id: row for row, product in enumerate(self.products)}

    def get(self, product_id: str) -> Product:
        """One product.

        Raises:
            CatalogError: the catalog has no such product.
        """
        row = self.rows.get(product_id)
        if row is None:
            raise CatalogError(f"catalog {self.name} has no product {product_id!r}")
        return self.products[row]

    def image_path(self, key: str) -> Path:
        """The file of an original photo.

        Raises:
            CatalogError: there is none under this key.
        """
        return self._path(find_photo, key)

    def thumbnail_path(self, key: str) -> Path:
        """A file that browsers show, at most 384 px on its longer side.

        Raises:
            CatalogError: there is none under this key.
        """
        return self._path(find_thumbnail, key)

    def large_path(self, key: str) -> Path:
        """A file that browsers show, at most 1600 px on its longer side.

        Raises:
            CatalogError: there is none under this key.
        """
        return self._path(find_large, key)

    def _path(self, find: Callable[[Path, str], Path | None], key: str) -> Path:
        path = find(self.directory, key)
        if path is None:
            raise CatalogError(
                f"photo {key!r} is not in catalog {self.name}", remedy="run `mmdemo import` again"
            )
        return path


def check_catalog(directory: Path) -> None:
    """Make sure that a folder holds a catalog, without reading its products.

    Raises:
        CatalogError: it holds none, or one this version cannot read.
    """
    _read_manifest(directory)


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

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._fresh = directory / "products.new"
        directory.mkdir(parents=True, exist_ok=True)
        # Two imports must not delete each other's products.
        self._lock = FileLock(directory / "lock")
        self.sha256 = ""
        self.count = 0

    def __enter__(self) -> Publication:
        self._lock.acquire()
        for name in (_MANIFEST, REPORT_NAME):  # what a killed process was writing
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
            old = (self._directory / str(_read_manifest(self._directory)["products"])).open("rb")
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
            catalog_id = _catalog_id(_read_manifest(self._directory), self._directory)
        except CatalogError:
            catalog_id = self.sha256[:_ID]
        self._fresh.replace(path)
        sync_folder(self._directory)
        manifest = {
            "format": _FORMAT,
            "catalog_id": catalog_id,
            "products": path.name,
            "sha256": self.sha256,
            "count": self.count,
        }
        write_json(self._directory / _MANIFEST, manifest)
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
            old_id, new_id = _id_of(old), _id_of(new)
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


def _id_of(line: bytes) -> str:
    return str(json.loads(line)["product_id"]) if line else ""


def _catalog_id(manifest: Mapping[str, object], directory: Path) -> str:
    """A catalog from before there were ids goes by its folder's name, as its grades do."""
    return str(manifest.get("catalog_id") or directory.resolve().name)


def _read_manifest(directory: Path) -> dict[str, object]:
    try:
        manifest = json.loads((directory / _MANIFEST).read_bytes())
    except FileNotFoundError:
        raise CatalogError(
            f"{directory} holds no catalog",
            remedy="make one with `mmdemo import SOURCE --images PATH --catalog DIR`",
        ) from None
    except (OSError, ValueError) as error:
        raise CatalogError(f"{directory / _MANIFEST} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise CatalogError(
            f"{directory} was written by another version of mmdemo",
            got=f"format {manifest.get('format') if isinstance(manifest, dict) else '?'}",
            expected=_FORMAT,
            remedy="run `mmdemo import` again",
        )
    return manifest


def _read_products(directory: Path) -> tuple[dict[str, object], bytes]:
    """The manifest, and the products file that it names as it was written."""
    before: dict[str, object] = {}
    while True:
        manifest = _read_manifest(directory)
        path = directory / str(manifest.get("products"))
        try:
            content = path.read_bytes()
            break
        except FileNotFoundError as error:
            # An import may have replaced the catalog between the two reads: look again.
            if manifest == before:
                raise CatalogError(
                    f"{path} is missing", remedy="run `mmdemo import` again"
                ) from error
            before = manifest
    fingerprint = hashlib.sha256(content).hexdigest()
    if fingerprint != manifest.get("sha256"):
        raise CatalogError(
            f"{path} is damaged",
            got=f"hash {fingerprint[:12]}",
            expected=str(manifest.get("sha256"))[:12],
            remedy="run `mmdemo import` again",
        )
    return manifest, content


def _to_json(product: Product) -> dict[str, object]:
    """What of a product there is; faster than `dataclasses.asdict`, which copies deeply."""
    values: dict[str, object] = {name: getattr(product, name) for name in _PLAIN}
    if product.price is not None:
        values["price"] = {"amount": product.price.amount, "currency": product.price.currency}
    values["attributes"] = dict(product.attributes)
    values["images"] = product.images
    return {name: value for name, value in values.items() if value}


def _from_json(value: dict[str, object]) -> Product:
    price, images = value.pop("price", None), value.pop("images", ())
    return Product(
        **value,  # type: ignore[arg-type]  # written by _to_json
        price=Price(**price) if isinstance(price, dict) else None,
        images=tuple(images),  # type: ignore[arg-type]
    )
