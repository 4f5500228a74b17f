"""Write texts, truth and queries to ``assets/``. Knows no renderer.

    python -m studio.write

assets/shop/products.csv            the catalog, as `mmdemo import` takes it
assets/shop/truth/products.jsonl.gz all that is true of each product
assets/shop/truth/wrong_colors.csv  products whose text names a color they do not have
assets/shop/queries/SPLIT.csv       queries of a split: id, words, photo, family, split
assets/shop/queries/SPLIT.qrels.gz  grades of all products for them, TREC
assets/pack/texts.jsonl.gz          text, caption and attributes of the training pack
studio/queries/photos.txt           products that are asked with and need a photo
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from mmdemo.files import write_bytes
from studio.plan import ProductPlan, make_plan
from studio.queries import ShopQuery, shop_queries
from studio.queries.choose import SPLITS
from studio.wording import ShopText, pack_texts, shop_texts
from studio.wording.catalog import caption

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
PHOTOS = Path(__file__).parent / "queries" / "photos.txt"
PHOTO_FOLDER = "photos"
"""Where query photos lie, beside the query files."""
COLUMNS = (
    "product_id", "title", "description", "brand", "category", "price", "currency", "image",
    "image_2", "attributes",
)  # fmt: skip
VISIBLE = (
    "kind", "form", "material", "color", "pattern", "pattern_color", "accent_part",
    "accent_material", "accent_color", "style",
)  # fmt: skip


def write_all(assets: Path = ASSETS, photos: Path = PHOTOS) -> None:
    """Write every file of the list above."""
    shop = make_plan(pack_size=0).shop
    texts = shop_texts()
    _table(
        assets / "shop" / "products.csv",
        COLUMNS,
        (_row(product, text) for product, text in zip(shop, texts, strict=True)),
    )
    truth = assets / "shop" / "truth"
    _lines(truth / "products.jsonl.gz", (_true(product) for product in shop))
    _table(
        truth / "wrong_colors.csv",
        ("product_id", "told", "true"),
        (
            (product.product_id, text.wrong_color, product.color)
            for product, text in zip(shop, texts, strict=True)
            if text.wrong_color
        ),
    )
    for split in SPLITS:
        queries = [query for query in shop_queries() if query.split == split]
        _queries(assets / "shop" / "queries", split, queries, shop)
    asked = sorted({query.photo for query in shop_queries() if query.photo})
    write_bytes(photos, "".join(f"{name}\n" for name in asked).encode())
    _lines(
        assets / "pack" / "texts.jsonl.gz",
        (
            _packed(product, text)
            for product, text in zip(make_plan().pack, pack_texts(), strict=True)
        ),
    )


def _row(product: ProductPlan, text: ShopText) -> Sequence[str]:
    name = product.product_id
    return (
        name,
        text.title,
        text.description,
        text.brand,
        text.category,
        text.price,
        text.currency,
        f"{name}.webp" if product.has_photo else "",
        f"{name}_2.webp" if product.second_view else "",
        json.dumps(text.attributes, ensure_ascii=False) if text.attributes else "",
    )


def _true(product: ProductPlan) -> Mapping[str, object]:
    known = asdict(product)
    hidden = {
        fact.name: f"{fact.value} {fact.unit}" if fact.unit else fact.value
        for fact in product.facts
    }
    seen = {name: known[name] for name in VISIBLE if known[name]}
    return {
        "product_id": product.product_id,
        **seen,
        "size": product.size,
        "price": product.price,
        "has_photo": product.has_photo,
        "facts": hidden,
    }


def _packed(product: ProductPlan, text: ShopText) -> Mapping[str, object]:
    known = asdict(product)
    return {
        "product_id": product.product_id,
        "title": text.title,
        "description": text.description,
        "caption": caption(product),
        "category": text.category,
        "attributes": text.attributes,
        "visible": {name: known[name] for name in VISIBLE if known[name]},
    }


def _queries(
    folder: Path, split: str, queries: Sequence[ShopQuery], shop: Sequence[ProductPlan]
) -> None:
    _table(
        folder / f"{split}.csv",
        ("query_id", "query", "photo", "family", "split"),
        (
            (
                query.query_id,
                query.text,
                f"{PHOTO_FOLDER}/{query.photo}.webp" if query.photo else "",
                query.family,
                query.split,
            )
            for query in queries
        ),
    )
    qrels = "".join(
        f"{query.query_id} 0 {product.product_id} {query.truth.grade(product)}\n"
        for query in queries
        for product in shop
    )
    write_bytes(folder / f"{split}.qrels.gz", _zipped(qrels))


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode())


def _lines(path: Path, values: Iterable[Mapping[str, object]]) -> None:
    text = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    write_bytes(path, _zipped(text))


def _zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)  # the same text gives the same file


def main() -> None:
    """Write texts, truth and queries of the shop and its training pack to assets."""
    parser = argparse.ArgumentParser(prog="python -m studio.write", description=main.__doc__)
    parser.parse_args()
    write_all()


if __name__ == "__main__":
    main()
