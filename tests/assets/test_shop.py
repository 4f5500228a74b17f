"""The shop's files: whole, consistent, and a catalog like any other."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mmdemo.catalog import import_catalog
from mmdemo.trec import read_qrels, read_topics
from studio.manifest import differences, listing, write_manifest
from studio.queries.choose import SPLITS

ASSETS = Path(__file__).parents[2] / "assets"
SHOP = ASSETS / "shop"
MOST_BYTES = 45_000_000  # without the model
MOST_BYTES_OF_MODEL = 65_000_000


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


PRODUCTS = {row["product_id"]: row for row in rows(SHOP / "products.csv")}
QUERIES = {split: rows(SHOP / "queries" / f"{split}.csv") for split in SPLITS}


def images() -> Path | None:
    """The folder or zip of the shop's photos, if they have been rendered."""
    found = (SHOP / "images", SHOP / "images.zip", SHOP / "photos.zip")
    return next((path for path in found if path.exists()), None)


def test_the_manifest_lists_every_file_as_it_is() -> None:
    assert differences() == []


def test_a_changed_file_does_not_pass(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "shop" / name).write_text(name)
    write_manifest(tmp_path)
    (tmp_path / "shop" / "a").write_text("other")
    (tmp_path / "shop" / "b").unlink()
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "d").write_text("new")
    assert differences(tmp_path) == ["missing: shop/b", "not listed: model/d", "changed: shop/a"]


def test_all_of_it_is_small() -> None:
    sizes = {name: int(str(entry["bytes"])) for name, entry in listing().items()}
    model = sum(size for name, size in sizes.items() if name.startswith("model/"))
    assert model <= MOST_BYTES_OF_MODEL
    assert sum(sizes.values()) - model <= MOST_BYTES


def test_catalog_and_truth_are_of_the_same_products() -> None:
    truth = lines(SHOP / "truth" / "products.jsonl.gz")
    assert len(PRODUCTS) >= 700
    assert [product["product_id"] for product in truth] == list(PRODUCTS)
    assert len({product["kind"] for product in truth}) >= 24
    for product in truth:
        assert product["has_photo"] == bool(PRODUCTS[product["product_id"]]["image"])


def test_every_query_grades_every_product_of_the_catalog() -> None:
    for split, queries in QUERIES.items():
        qrels = read_qrels(SHOP / "queries" / f"{split}.qrels.gz")
        assert list(qrels) == [query["query_id"] for query in queries]
        for judged in qrels.values():
            assert set(judged) == set(PRODUCTS)
            assert set(judged.values()) <= {0, 1, 2, 3}


def test_families_and_splits_are_disjoint() -> None:
    everything = [query for queries in QUERIES.values() for query in queries]
    assert len(everything) >= 400
    assert max(Counter(query["query_id"] for query in everything).values()) == 1
    assert max(Counter((query["query"], query["photo"]) for query in everything).values()) == 1
    for split, queries in QUERIES.items():
        assert {query["split"] for query in queries} == {split}
        assert len({query["family"] for query in queries}) == 7


def test_wrong_colors_are_listed_with_the_true_one() -> None:
    truth = {p["product_id"]: p for p in lines(SHOP / "truth" / "products.jsonl.gz")}
    wrong = rows(SHOP / "truth" / "wrong_colors.csv")
    assert 5 <= len(wrong) <= 30
    for row in wrong:
        product = PRODUCTS[row["product_id"]]
        text = f"{product['title']} {product['description']}".casefold().replace("grey", "gray")
        assert row["told"] in text
        assert truth[row["product_id"]]["color"] == row["true"] != row["told"]


def test_no_two_products_share_their_text_or_photo() -> None:
    texts = Counter((row["title"], row["description"]) for row in PRODUCTS.values())
    assert max(texts.values()) == 1
    named = Counter(row[name] for row in PRODUCTS.values() for name in ("image", "image_2"))
    del named[""]
    assert max(named.values()) == 1
    shown = Counter(entry["sha256"] for name, entry in listing().items() if name.endswith(".webp"))
    assert not shown or max(shown.values()) == 1


def test_the_pack_has_a_text_and_a_caption_for_each_product_and_none_of_the_shops() -> None:
    pack = lines(ASSETS / "pack" / "texts.jsonl.gz")
    assert len(pack) >= 5000
    assert max(Counter(product["product_id"] for product in pack).values()) == 1
    assert not {product["product_id"] for product in pack} & set(PRODUCTS)
    assert all(product["title"] and product["caption"] for product in pack)


def test_it_imports_like_any_catalog(tmp_path: Path) -> None:
    catalog, report = import_catalog(SHOP / "products.csv", tmp_path / "shop")
    assert len(catalog) == len(PRODUCTS)
    assert report.with_title == len(PRODUCTS)
    assert {"title", "description", "brand", "category", "price"} <= set(report.columns)
    one = catalog.get(next(iter(PRODUCTS)))
    assert one.price is not None
    assert one.price.currency in ("EUR", "USD", "GBP")


def test_it_imports_with_its_photos(tmp_path: Path) -> None:
    found = images()
    if found is None:
        pytest.skip("the shop's photos have not been rendered")
    catalog, report = import_catalog(SHOP / "products.csv", tmp_path / "shop", images=found)
    assert report.with_photo == sum(bool(row["image"]) for row in PRODUCTS.values())
    keys = [key for product in catalog for key in product.images]
    assert len(keys) == len(set(keys))
    names = {
        Path(name).name
        for name in (
            zipfile.ZipFile(found).namelist() if found.is_file() else map(str, found.rglob("*"))
        )
    }
    for row in PRODUCTS.values():
        assert {row["image"], row["image_2"]} - {""} <= names


@pytest.mark.parametrize("split", SPLITS)
def test_query_files_are_read_by_evaluate(split: str) -> None:
    photos = SHOP / "queries" / "photos"
    if not photos.is_dir():
        pytest.skip("the query photos have not been rendered")
    topics = read_topics(SHOP / "queries" / f"{split}.csv")
    assert [topic.topic_id for topic in topics] == [row["query_id"] for row in QUERIES[split]]
    assert {topic.split for topic in topics} == {split}
    for topic, row in zip(topics, QUERIES[split], strict=True):
        assert (topic.query.image is None) == (not row["photo"])
