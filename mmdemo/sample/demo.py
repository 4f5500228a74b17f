"""Make the sample shop searchable: import, gather its vectors, index. Knows no page.

    demo/homeware/       the catalog
    demo/ready.json      what it was made of, written last

What is there is made anew when shop, model or mmdemo have changed, in place: the catalog keeps its
id, by which grades belong to it. An interrupted run is done again; photos and vectors that it kept
cost nothing.
"""

from __future__ import annotations

import csv
import gzip
import json
import logging
import shutil
import time
from pathlib import Path

from filelock import FileLock

from mmdemo import __version__
from mmdemo.catalog import DEFAULT_INDEX, ImportOptions, import_catalog, serve_index
from mmdemo.errors import CatalogError
from mmdemo.files import write_bytes, write_json
from mmdemo.index import build_index
from mmdemo.sample.assets import assets_fingerprint, find_assets
from mmdemo.search import store_weight
from mmdemo.towers import Towers, load_towers

_log = logging.getLogger(__name__)

CATALOG_ID = "5a3b1e0c9d7f4826"  # of the shop, whatever products it has: grades are found by it
SPLIT = "test"  # queries that the demo brings its truth of
TEXT_FIELDS = ("title", "description")
_OLD = ("drawn", "training", "model")  # beside the catalog, by versions that drew their shop


def prepare_demo(
    directory: Path, *, assets: Path | None = None, device: str = "auto", again: bool = False
) -> Path:
    """Make the demo's catalog ready; takes some seconds the first time.

    Args:
        directory: where to keep it.
        assets: folder of shop and model; by default those that come with mmdemo.
        device: where to load the model.
        again: throw away what is there, as when it cannot be read.

    Returns:
        The catalog folder.

    Raises:
        CatalogError: there is no sample shop, or the folder cannot be written.
        ModelError: its model cannot be loaded.
    """
    assets = find_assets() if assets is None else assets.resolve()
    try:
        return _prepare(directory, assets, device=device, again=again)
    except OSError as error:
        raise CatalogError(
            f"the demo cannot be kept in {directory}",
            got=f"{error.strerror or error} ({error.filename or directory})",
            remedy="set MMDEMO_DATA to a folder that can be written",
        ) from error


def _prepare(directory: Path, assets: Path, *, device: str, again: bool) -> Path:
    catalog_dir, mark = directory / "homeware", directory / "ready.json"
    made_of = {
        "mmdemo": __version__,
        "assets": assets_fingerprint(assets),
        "model": str(assets / "model"),  # the index names it
    }
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / "lock"):  # two servers may start at once
        before = _read(mark)
        if before == made_of and not again:
            return catalog_dir
        started = time.monotonic()
        towers = load_towers(f"local-dir:{assets / 'model'}", device=device)  # nothing is lost yet
        if again or (before and "assets" not in before):
            for name in (catalog_dir.name, *_OLD):
                shutil.rmtree(directory / name, ignore_errors=True)
        _make(catalog_dir, assets / "shop", towers)
        write_json(mark, made_of)
    _log.info("the sample shop was made ready in %.1f s", time.monotonic() - started)
    return catalog_dir


def _make(catalog_dir: Path, shop: Path, towers: Towers) -> None:
    options = ImportOptions(images=shop / "images", catalog_id=CATALOG_ID)
    catalog, _ = import_catalog(shop / "products.csv", catalog_dir, options=options)
    _copy_vectors(shop / "vectors", catalog_dir / "vectors")
    build_index(catalog, towers, text_fields=TEXT_FIELDS)
    serve_index(catalog_dir, DEFAULT_INDEX)  # others may be of older products
    _copy_table(shop / "queries" / f"{SPLIT}.csv", catalog_dir / "queries.csv")
    with gzip.open(shop / "queries" / f"{SPLIT}.qrels.gz") as qrels:
        write_bytes(catalog_dir / "qrels.txt", qrels.read())
    _copy_table(shop / "examples.csv", catalog_dir / "examples.csv")
    for name in ("about.json", "results.json"):
        _copy(shop / name, catalog_dir / name)
    if results := _read(catalog_dir / "results.json"):
        how = {name: results[name] for name in ("measure", "split", "queries")}
        words = results["text_weight"]
        weights = [float(str(weight)) for weight in (words, results.get("photo_weight", words))]
        store_weight(catalog_dir, weights[0], {"measured": how}, photo_weight=weights[1])


def _copy_vectors(source: Path, target: Path) -> None:
    """Copy the caches of towers that have none yet, each as a whole."""
    target.mkdir(exist_ok=True)
    for cache in sorted(source.glob("*/")):
        if not (target / cache.name).exists():
            copying = target / f".{cache.name}"
            shutil.rmtree(copying, ignore_errors=True)
            shutil.copytree(cache, copying)
            copying.rename(target / cache.name)


def _copy_table(source: Path, target: Path) -> None:
    """Copy a CSV with the photos that its column `photo` names as paths from its folder."""
    if source.is_file():
        with source.open(newline="", encoding="utf-8") as file:
            photos = {row["photo"] for row in csv.DictReader(file)} - {""}
        for photo in sorted(photos):
            _copy(source.parent / photo, target.parent / photo)
    _copy(source, target)


def _copy(source: Path, target: Path) -> None:
    """Copy a file; where there is none, none is left."""
    if source.is_file():
        write_bytes(target, source.read_bytes(), sync=False)
    else:
        target.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, object]:
    """The object in a JSON file; empty if it cannot be read."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
