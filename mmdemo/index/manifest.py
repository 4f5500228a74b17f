"""What an index was made of, checked before it is used. Knows no vector and no query."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmdemo.catalog import Catalog
from mmdemo.errors import IndexMismatchError
from mmdemo.towers import Towers

_FORMAT = 1
MANIFEST_NAME = "index.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made of; checked when it is loaded.

    Attributes:
        model: SPEC of the image half's model.
        text_model: SPEC of the text half's tower.
        text_fields: product fields that were searchable text.
        text_fingerprint, image_fingerprint, image_query_fingerprint: of the towers.
        catalog_fingerprint: of the products.
        build: folder that holds the files.
        fusions: learned fusions by name, with the fingerprint of the network.
    """

    model: str
    text_model: str
    text_fields: tuple[str, ...]
    text_fingerprint: str
    image_fingerprint: str
    image_query_fingerprint: str
    catalog_fingerprint: str
    count: int
    with_text: int
    with_image: int
    text_dimension: int
    image_dimension: int
    created: str
    build: str
    format: int = _FORMAT
    fusions: Mapping[str, str] = field(default_factory=dict)  # none in indexes made before them


def index_folder(catalog_dir: Path, name: str) -> Path:
    """Where a catalog keeps its index called `name`."""
    return catalog_dir / "indexes" / name


def read_manifest(catalog: Catalog, name: str = "default") -> Manifest:
    """Read an index's manifest and check that it belongs to the catalog as it is now.

    Raises:
        IndexMismatchError: there is no index, or it belongs to other products.
    """
    path = index_folder(catalog.directory, name) / MANIFEST_NAME
    option = "" if name == "default" else f" --name {name}"
    try:
        values = json.loads(path.read_bytes())
        if values.get("format") != _FORMAT:
            raise IndexMismatchError(
                f"{path} was written by another version of mmdemo",
                got=f"format {values.get('format')}",
                expected=_FORMAT,
                remedy="run `mmdemo index` again",
            )
        manifest = _from_json(values)
    except FileNotFoundError:
        raise IndexMismatchError(
            f"catalog {catalog.name} has no index {name!r}",
            remedy=f"run `mmdemo index --catalog {catalog.directory} --model SPEC{option}`",
        ) from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexMismatchError(
            f"{path} is damaged: {error}", remedy="run `mmdemo index` again"
        ) from error
    if manifest.catalog_fingerprint != catalog.fingerprint:
        raise IndexMismatchError(
            f"the index of {catalog.name} is older than its products",
            remedy=f"run `mmdemo index --catalog {catalog.directory} --model {manifest.model}"
            f"{option}` again; only what changed is encoded",
        )
    return manifest


def check_towers(manifest: Manifest, towers: Towers) -> None:
    """Refuse towers that the vectors were not made with.

    Raises:
        IndexMismatchError: a fingerprint differs.
    """
    for what, spec, got, expected in (
        ("text", manifest.text_model, towers.text.fingerprint, manifest.text_fingerprint),
        ("image", manifest.model, towers.image.fingerprint, manifest.image_fingerprint),
        (
            "query",
            manifest.model,
            towers.image_query.fingerprint,
            manifest.image_query_fingerprint,
        ),
    ):
        if got != expected:
            raise IndexMismatchError(
                f"the {what} tower of {spec} has changed since the catalog was indexed",
                got=got,
                expected=expected,
                remedy="run `mmdemo index` again",
            )


def all_manifests(catalog_dir: Path) -> Iterator[Manifest]:
    """Of all the catalog's indexes that can be read, of older products too."""
    for path in catalog_dir.glob(f"indexes/*/{MANIFEST_NAME}"):
        with suppress(OSError, ValueError, TypeError, KeyError):
            yield _from_json(json.loads(path.read_bytes()))


def _from_json(values: dict[str, Any]) -> Manifest:
    own = {"text_fields": tuple(values["text_fields"]), "fusions": dict(values.get("fusions", {}))}
    return Manifest(**{**values, **own})
