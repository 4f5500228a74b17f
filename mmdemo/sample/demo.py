"""Make the drawn shop searchable: draw, import, train small towers, index. Knows no page.

Each step is skipped where its result is there, so that an interrupted first start goes on.
"""

from __future__ import annotations

import csv
import logging
import shutil
from dataclasses import replace
from pathlib import Path

from mmdemo.catalog import import_catalog
from mmdemo.files import write_bytes, write_json
from mmdemo.index import build_index
from mmdemo.sample.shop import draw_sample
from mmdemo.sample.wording import captions
from mmdemo.towers import load_towers
from mmdemo.train import DomainConfig, RecipeConfig, run_recipe
from mmdemo.train.card import CARD_NAME
from mmdemo.trec import read_topics

_log = logging.getLogger(__name__)

SHOP_PRODUCTS = 360
TRAINING_PRODUCTS = 2400
EXAMPLES = 7  # queries that the page offers
TEXT_FIELDS = ("title", "description")
# A small convolutional tower and a new text tower: about a minute on two cores.
CONFIG = RecipeConfig(
    text_tower="scratch",
    image_tower="resnet10t",
    image_size=(64, 64),
    text_fields=TEXT_FIELDS,
    queries=100,  # nothing is learned from them
    validation_products=200,
    domain=DomainConfig(epochs=16, batch_size=128),
)
_CAPTION = "caption {}"  # columns of the training products


def prepare_demo(directory: Path, *, device: str = "auto", again: bool = False) -> Path:
    """Make the demo's catalog ready; the first time this takes a few minutes.

    Args:
        directory: where to work and to keep the result.
        device: where to train.
        again: make it anew, as after an update that cannot read what is there.

    Returns:
        The catalog folder.
    """
    catalog_dir, model, mark = directory / "homeware", directory / "model", directory / "ready.json"
    if again:
        shutil.rmtree(directory, ignore_errors=True)
    if mark.is_file():
        return catalog_dir
    _log.info("first start: drawing a sample shop and training small towers on it")
    shop = directory / "drawn" / "shop"
    if not (shop / "products.csv").is_file():
        draw_sample(shop, count=SHOP_PRODUCTS)
    catalog, _ = import_catalog(shop / "products.csv", catalog_dir, images=shop)
    if not (model / CARD_NAME).is_file():
        _train(directory / "drawn" / "training", directory / "training", model, device)
    towers = load_towers(f"local-dir:{model}", device=device)
    build_index(catalog, towers, text_fields=TEXT_FIELDS)
    for name in ("queries.csv", "qrels.txt"):
        shutil.copyfile(shop / name, catalog_dir / name)
    examples = [topic.query.text for topic in read_topics(shop / "queries.csv")][:EXAMPLES]
    write_bytes(catalog_dir / "examples.txt", "\n".join(examples).encode())
    shutil.rmtree(directory / "drawn")
    shutil.rmtree(directory / "training", ignore_errors=True)
    write_json(mark, {"catalog": catalog.fingerprint})
    return catalog_dir


def _train(drawn: Path, catalog_dir: Path, model: Path, device: str) -> None:
    """Train on other products of the same shop, worded as shoppers and as sellers do."""
    if not (drawn / "products.csv").is_file():
        draw_sample(drawn, count=TRAINING_PRODUCTS, seed=11, id_prefix="T")
    captioned = drawn / "captioned.csv"
    wordings = _write_captions(drawn / "products.csv", captioned)
    catalog, _ = import_catalog(captioned, catalog_dir, images=drawn)
    config = replace(CONFIG, domain=replace(CONFIG.domain, wordings=wordings))
    result = run_recipe(catalog, config, model, until="domain", device=device)
    _log.info("trained in %.0f s, recall@10 %.2f", result.seconds, result.measure("domain"))


def _write_captions(products: Path, out: Path) -> tuple[tuple[str, ...], ...]:
    """Add what shoppers would call each product, a column each; returns all wordings."""
    with products.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        said = dict.fromkeys(captions(row))
        row |= {_CAPTION.format(n): text for n, text in enumerate(said, start=1)}
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    added = [(name,) for name in columns if name.startswith(_CAPTION.format(""))]
    return (*added, ("title",), TEXT_FIELDS)
