"""The files in assets/ are what the code makes today; after a change run ``make shop``."""

from __future__ import annotations

import csv
from pathlib import Path

from studio.plan import make_plan
from studio.queries import shop_queries
from studio.queries.choose import SPLITS
from studio.wording import shop_texts
from studio.write import ASSETS, PHOTOS


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_catalog_is_todays() -> None:
    written = rows(ASSETS / "shop" / "products.csv")
    assert [(row["product_id"], row["title"], row["description"]) for row in written] == [
        (text.product_id, text.title, text.description) for text in shop_texts()
    ]
    for product, row in zip(make_plan(pack_size=0).shop, written, strict=True):
        assert row["image"] == (f"{product.product_id}.webp" if product.has_photo else "")
        assert row["image_2"] == (f"{product.product_id}_2.webp" if product.second_view else "")


def test_the_queries_are_todays() -> None:
    for split in SPLITS:
        written = rows(ASSETS / "shop" / "queries" / f"{split}.csv")
        assert [(row["query_id"], row["query"], row["family"]) for row in written] == [
            (query.query_id, query.text, query.family)
            for query in shop_queries()
            if query.split == split
        ]
    asked = {query.photo for query in shop_queries()} - {""}
    assert set(PHOTOS.read_text().split()) == asked
