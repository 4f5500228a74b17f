"""Fuse a catalog by its model's learned fusions, and keep what they gave. Knows no query.

A network is taken from its model's folder, as towers are, and vectors count only for the network
that made them. One that cannot be used says why, and breaks nothing.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from mmdemo.catalog import Catalog
from mmdemo.errors import IndexMismatchError, MmdemoError, ModelError
from mmdemo.files import replacing
from mmdemo.fusion import (
    LEARNED,
    FusionManifest,
    LearnedFusion,
    fuse_products,
    load_fusion,
    read_fusion,
    saved_fusions,
)
from mmdemo.index.manifest import Manifest, index_folder
from mmdemo.index.product_vectors import ProductVectors
from mmdemo.towers import FloatArray, Towers

_log = logging.getLogger(__name__)
_FILE = "learned.npz"
_AGAIN = "run `mmdemo index` again"
_CHANGED = f"its network has changed since the catalog was indexed; {_AGAIN}"


@dataclass(frozen=True, slots=True, eq=False)
class FusedVectors:
    """All products by one learned fusion.

    Attributes:
        fusion: the network, which queries go through too.
        rows: float32 (n, d), unit rows, zero where a product has neither half.
    """

    fusion: LearnedFusion
    rows: FloatArray


@dataclass(frozen=True, slots=True)
class Fusions:
    """The learned fusions of an index, by name.

    Attributes:
        ready: those that can be asked.
        unavailable: why each of the others cannot.
    """

    ready: Mapping[str, FusedVectors] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)


def fuse_catalog(towers: Towers, vectors: ProductVectors) -> dict[str, FusedVectors]:
    """Fuse by every network of the image half's model; leave out, and tell, what does not fit."""
    fused = {}
    for name, folder in saved_fusions(towers.image.spec).items():
        try:
            saved = read_fusion(folder)
            reason = _unfit(name, saved, towers.text.fingerprint, towers.image.fingerprint)
            if not reason:
                fusion = load_fusion(folder)
                rows = fuse_products(fusion, vectors.text, vectors.image)
                fused[name] = FusedVectors(fusion, rows)
        except ModelError as error:
            reason = str(error)
        if reason:
            _log.warning("%s is left out: %s", name, reason)
    return fused


def store_fused(build: Path, fused: Mapping[str, FusedVectors]) -> None:
    """Keep the vectors in a build's folder."""
    rows: dict[str, Any] = {name: one.rows for name, one in fused.items()}
    if rows:
        with replacing(build / _FILE) as file:
            np.savez(file, **rows)


def fusions_of(manifest: Manifest) -> dict[str, str]:
    """Learned fusions that an index or its model has, each with why it cannot be used.

    The reason is empty for one that can, as far as that is seen without loading it.
    """
    folders = saved_fusions(manifest.model)
    return {
        name: _unusable(name, folders.get(name), manifest)
        for name in LEARNED
        if name in folders or name in manifest.fusions
    }


def load_fused(catalog: Catalog, manifest: Manifest, name: str = "default") -> Fusions:
    """Load the networks and vectors that a manifest names."""
    path = index_folder(catalog.directory, name) / manifest.build / _FILE
    ready, unavailable = {}, {}
    for fusion, reason in fusions_of(manifest).items():
        if reason:
            unavailable[fusion] = reason
            continue
        try:
            network = load_fusion(saved_fusions(manifest.model)[fusion])
            if network.fingerprint != manifest.fusions[fusion]:  # replaced a moment ago
                raise IndexMismatchError(_CHANGED)
            ready[fusion] = FusedVectors(network, _rows(path, fusion, manifest))
        except MmdemoError as error:
            _log.warning("index %s of %s: %s", name, catalog.name, error)
            unavailable[fusion] = str(error)
    return Fusions(ready, unavailable)


def _rows(path: Path, fusion: str, manifest: Manifest) -> FloatArray:
    """Stored vectors of one network.

    Raises:
        IndexMismatchError: they are damaged or do not fit the manifest.
    """
    try:
        with path.open("rb") as file, np.load(file) as stored:
            rows: FloatArray = stored[fusion]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise IndexMismatchError(f"{path} cannot be read: {error}", remedy=_AGAIN) from error
    expected = (manifest.count, manifest.text_dimension)
    if rows.shape != expected:
        raise IndexMismatchError(
            f"{path} does not fit its manifest", got=rows.shape, expected=expected, remedy=_AGAIN
        )
    return rows


def _unusable(name: str, folder: Path | None, manifest: Manifest) -> str:
    if folder is None:
        return f"its network is gone from the model's folder; put it back or {_AGAIN}"
    try:
        saved = read_fusion(folder)
    except ModelError as error:
        return str(error)
    reason = _unfit(name, saved, manifest.text_fingerprint, manifest.image_fingerprint)
    if reason:
        return reason
    if name not in manifest.fusions:
        return f"its network is newer than the index; {_AGAIN}"
    if manifest.fusions[name] != saved.fingerprint:
        return _CHANGED
    return ""


def _unfit(name: str, saved: FusionManifest, text: str, image: str) -> str:
    """Why a network cannot fuse vectors of the towers with these fingerprints."""
    if saved.name != name:
        return f"its folder holds {saved.name}; train it again"
    if (saved.text_fingerprint, saved.image_fingerprint) != (text, image):
        return "its network learned to fuse vectors of other towers than this index has"
    return ""
