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
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from mmdemo.catalog.photos import find_large, find_photo, find_thumbnail
from mmdemo.errors import CatalogError
from mmdemo.records import Price, Product

FORMAT = 1
MANIFEST_NAME = "catalog.json"
ID_LENGTH = 16  # hex digits


class Catalog:
    """A catalog folder, read-only.

    Attributes:
        name: the folder's name.
        catalog_id: 16 hex digits that name the catalog wherever its folder lies: made of the
            products it had first unless it was given, and kept when it is imported again.
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
        self.catalog_id = catalog_id or fingerprint[:ID_LENGTH]
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
            catalog_id=manifest_id(manifest, directory),
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
    read_manifest(directory)


def manifest_id(manifest: Mapping[str, object], directory: Path) -> str:
    """A catalog from before there were ids goes by its folder's name, as its grades do."""
    return str(manifest.get("catalog_id") or directory.resolve().name)


def read_manifest(directory: Path) -> dict[str, object]:
    """What `catalog.json` says.

    Raises:
        CatalogError: there is none, or one this version cannot read.
    """
    try:
        manifest = json.loads((directory / MANIFEST_NAME).read_bytes())
    except FileNotFoundError:
        raise CatalogError(
            f"{directory} holds no catalog",
            remedy="make one with `mmdemo import SOURCE --images PATH --catalog DIR`",
        ) from None
    except (OSError, ValueError) as error:
        raise CatalogError(f"{directory / MANIFEST_NAME} cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise CatalogError(
            f"{directory} was written by another version of mmdemo",
            got=f"format {manifest.get('format') if isinstance(manifest, dict) else '?'}",
            expected=FORMAT,
            remedy="run `mmdemo import` again",
        )
    return manifest


def _read_products(directory: Path) -> tuple[dict[str, object], bytes]:
    """The manifest, and the products file that it names as it was written."""
    before: dict[str, object] = {}
    while True:
        manifest = read_manifest(directory)
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


def _from_json(value: dict[str, object]) -> Product:
    price, images = value.pop("price", None), value.pop("images", ())
    return Product(
        **value,  # type: ignore[arg-type]  # written by _to_json
        price=Price(**price) if isinstance(price, dict) else None,
        images=tuple(images),  # type: ignore[arg-type]
    )
