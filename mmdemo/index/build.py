"""Embed a catalog and keep its index beside it. Knows no query and no ranker.

<catalog>/vectors/<tower>/        vectors by content (towers.cache); unused ones go now and then
<catalog>/indexes/<name>/
index.json                    manifest, replaced last
<build>/vectors.npz           both halves and the query means
<build>/learned.npz           what the model's learned fusions made of them
<build>/bm25/                 the lexical index
"""

from __future__ import annotations

import math
import shutil
import time
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from filelock import FileLock

from mmdemo.catalog import TEXT_FIELDS, Catalog, product_text
from mmdemo.errors import IndexMismatchError, SettingsError
from mmdemo.files import replacing, write_json
from mmdemo.index.fused import fuse_catalog, store_fused
from mmdemo.index.lexical import LexicalIndex
from mmdemo.index.manifest import MANIFEST_NAME, Manifest, all_manifests, index_folder
from mmdemo.index.product_vectors import ProductVectors
from mmdemo.index.unused import drop_unused
from mmdemo.towers import FloatArray, TextTower, Towers, embed_photos, embed_texts

_TYPICAL_QUERIES = 1000  # titles that stand in for queries when means are measured


def check_text_fields(fields: Sequence[str]) -> tuple[str, ...]:
    """Refuse names that are no text field of a product.

    Raises:
        SettingsError: a name is unknown, or there is none.
    """
    wrong = [name for name in fields if name not in TEXT_FIELDS]
    if wrong or not fields:
        raise SettingsError(
            "text fields are not usable",
            got=", ".join(wrong) or "none",
            expected="some of " + ", ".join(TEXT_FIELDS),
        )
    return tuple(fields)


def build_index(
    catalog: Catalog, towers: Towers, *, text_fields: Sequence[str], name: str = "default"
) -> Manifest:
    """Embed what is new and replace the catalog's index called `name`.

    A killed run keeps the vectors it made and leaves the old index in place.
    """
    fields = check_text_fields(text_fields)
    texts = [product_text(product, fields) for product in catalog]
    cache = catalog.directory / "vectors"
    text = embed_texts(towers.text, texts, cache)
    photos = [product.images[0] if product.images else None for product in catalog]
    image = embed_photos(towers.image, photos, catalog.image_path, cache)
    vectors = ProductVectors(
        text,
        image,
        _query_mean(towers.text, catalog, cache),
        _query_mean(towers.image_query, catalog, cache),
    )
    return write_index(catalog, towers, vectors, text_fields=fields, name=name)


def write_index(
    catalog: Catalog,
    towers: Towers,
    vectors: ProductVectors,
    *,
    text_fields: Sequence[str],
    name: str = "default",
) -> Manifest:
    """Replace the catalog's index called `name` by vectors that were made with these towers."""
    fields = check_text_fields(text_fields)
    lexical = LexicalIndex.build([product_text(product, fields) for product in catalog])
    fused = fuse_catalog(towers, vectors)
    build = f"build-{uuid.uuid4().hex[:12]}"
    manifest = Manifest(
        model=towers.image.spec,
        text_model=towers.text.spec,
        text_fields=fields,
        text_fingerprint=towers.text.fingerprint,
        image_fingerprint=towers.image.fingerprint,
        image_query_fingerprint=towers.image_query.fingerprint,
        catalog_fingerprint=catalog.fingerprint,
        count=len(catalog),
        with_text=int(vectors.has_text.sum()),
        with_image=int(vectors.has_image.sum()),
        text_dimension=vectors.text.shape[1],
        image_dimension=vectors.image.shape[1],
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        build=build,
        fusions={ranker: one.fusion.fingerprint for ranker, one in fused.items()},
    )
    folder = index_folder(catalog.directory, name)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):  # another process may be publishing its own build
        lexical.save(folder / build / "bm25")
        with replacing(folder / build / "vectors.npz") as file:
            np.savez(file, **asdict(vectors))
        store_fused(folder / build, fused)
        write_json(folder / MANIFEST_NAME, asdict(manifest))
        for old in folder.glob("build-*"):
            if old.name != build:
                shutil.rmtree(old, ignore_errors=True)
    drop_unused(catalog, all_manifests(catalog.directory), _typical_queries(catalog))
    return manifest


def load_vectors(catalog: Catalog, manifest: Manifest, name: str = "default") -> ProductVectors:
    """Read the vectors a manifest names.

    Raises:
        IndexMismatchError: they are damaged or do not fit the manifest.
    """
    path = index_folder(catalog.directory, name) / manifest.build / "vectors.npz"
    try:
        with path.open("rb") as file, np.load(file) as stored:
            vectors = ProductVectors(**{key: stored[key] for key in stored.files})
    except (OSError, ValueError, TypeError, EOFError, BadZipFile, zlib.error) as error:
        raise IndexMismatchError(
            f"{path} cannot be read: {error}", remedy="run `mmdemo index` again"
        ) from error
    shapes = (vectors.text.shape, vectors.image.shape)
    expected = (
        (manifest.count, manifest.text_dimension),
        (manifest.count, manifest.image_dimension),
    )
    if shapes != expected:
        raise IndexMismatchError(
            f"{path} does not fit its manifest",
            got=shapes,
            expected=expected,
            remedy="run `mmdemo index` again",
        )
    return vectors


def load_lexical(catalog: Catalog, manifest: Manifest, name: str = "default") -> LexicalIndex:
    """Read the lexical index a manifest names."""
    return LexicalIndex.load(index_folder(catalog.directory, name) / manifest.build / "bm25")


def _typical_queries(catalog: Catalog) -> list[str]:
    """Without a query log, titles stand in for queries."""
    titles = [product.title for product in catalog if product.title]
    return titles[:: math.ceil(len(titles) / _TYPICAL_QUERIES)] if titles else []


def _query_mean(tower: TextTower, catalog: Catalog, cache: Path) -> FloatArray:
    """Mean vector of typical queries."""
    queries = _typical_queries(catalog)
    if not queries:
        return np.zeros(tower.dimension, np.float32)
    mean: FloatArray = embed_texts(tower, queries, cache, label="query mean").mean(axis=0)
    return mean
