"""The catalog on disk. Knows no source format and no model.

catalog.json            manifest, replaced last: what it names is complete
products-<hash>.jsonl   one product a line, in product_id order
images/ thumbnails/     photos by the hash of their bytes
import_report.json      what the last import could not take
lock                    held while products and manifest are replaced
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

from filelock import FileLock

from mmdemo.catalog.images import find_photo
from mmdemo.errors import CatalogError
from mmdemo.files import write_bytes, write_json
from mmdemo.records import Price, Product

_FORMAT = 1
_MANIFEST = "catalog.json"


class Catalog:
    """A catalog folder, read-only.

    Attributes:
        name: the folder's name.
        directory: the folder.
        fingerprint: hash of all products; changes with any of them.
        products: in `product_id` order.
    """

    def __init__(
        self, directory: Path, *, fingerprint: str = "", products: Iterable[Product] = ()
    ) -> None:
        self.directory = directory
        self.name = directory.resolve().name
        self.fingerprint = fingerprint
        self.products = tuple(products)

    @classmethod
    def open(cls, directory: Path) -> Catalog:
        """Read a catalog folder.

        Raises:
            CatalogError: it holds no catalog, or one this version cannot read.
        """
        content = _read_products(directory)
        fingerprint = hashlib.sha256(content).hexdigest()
        products = (_from_json(json.loads(line)) for line in content.splitlines())
        return cls(directory, fingerprint=fingerprint, products=products)

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
        path = find_photo(self.directory, key)
        if path is None:
            raise CatalogError(
                f"photo {key!r} is not in catalog {self.name}", remedy="run `mmdemo import` again"
            )
        return path

    def thumbnail_path(self, key: str) -> Path:
        """A file that browsers show, at most 384 px on its longer side.

        Raises:
            CatalogError: there is none under this key.
        """
        thumbnail = self.directory / "thumbnails" / key[:2] / f"{key}.webp"
        return thumbnail if thumbnail.is_file() else self.image_path(key)


def check_catalog(directory: Path) -> None:
    """Make sure that a folder holds a catalog, without reading its products.

    Raises:
        CatalogError: it holds none, or one this version cannot read.
    """
    _read_manifest(directory)


def write_catalog(directory: Path, products: Iterable[Product]) -> Catalog:
    """Replace the products of a catalog folder; a reader sees all old or all new ones."""
    ordered = sorted(products, key=lambda product: product.product_id)
    lines = [json.dumps(_to_json(product), ensure_ascii=False) + "\n" for product in ordered]
    content = "".join(lines).encode()
    fingerprint = hashlib.sha256(content).hexdigest()
    path = directory / f"products-{fingerprint[:16]}.jsonl"
    manifest = {
        "format": _FORMAT,
        "products": path.name,
        "sha256": fingerprint,
        "count": len(ordered),
    }
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / "lock"):  # two imports must not delete each other's products
        write_bytes(path, content)
        write_json(directory / _MANIFEST, manifest)
        for old in directory.glob("products-*.jsonl"):
            if old != path:
                old.unlink()
    return Catalog(directory, fingerprint=fingerprint, products=ordered)


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


def _read_products(directory: Path) -> bytes:
    """The products file that the manifest names, as it was written."""
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
    return content


def _to_json(product: Product) -> dict[str, object]:
    return {name: value for name, value in asdict(product).items() if value}


def _from_json(value: dict[str, object]) -> Product:
    price, images = value.pop("price", None), value.pop("images", ())
    return Product(
        **value,  # type: ignore[arg-type]  # written by _to_json
        price=Price(**price) if isinstance(price, dict) else None,
        images=tuple(images),  # type: ignore[arg-type]
    )
