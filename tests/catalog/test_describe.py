"""The facts of a catalog."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog import describe, import_catalog, write_catalog
from mmdemo.catalog.facts import Alike, IndexFacts, Lacking
from mmdemo.errors import CatalogError
from mmdemo.records import Product

WriteCsv = Callable[..., Path]


def drawn(seed: int, *, side: int = 256, kind: str = "PNG") -> bytes:
    """A photo of sixteen gray fields, the same for a seed in any size and format."""
    fields = np.random.default_rng(seed).integers(0, 256, (4, 4), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(fields).resize((side, side * 2), Image.Resampling.BILINEAR).save(file, kind)
    return file.getvalue()


@pytest.fixture
def shop(tmp_path: Path, write_csv: WriteCsv) -> Path:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, content in {
        "a.png": drawn(1),
        "small.png": drawn(1, side=100),
        "other.png": drawn(2),
        "other.jpg": drawn(3, kind="JPEG"),
    }.items():
        (photos / name).write_bytes(content)
    rows: list[Sequence[str]] = [
        ["id", "title", "description", "price", "category", "color", "image", "image_2"],
        ["p1", "Red oak mug", "a mug for tea and coffee", "5 EUR", "Mugs", "red", "a.png", ""],
        ["p2", "Red oak mug", "", "7 EUR", "Mugs", "", "small.png", "other.png"],
        ["p3", "Mug, red (oak)", "", "9", "Bowls", "", "other.png", ""],
        ["p4", "Vase", "", "", "", "blue", "other.jpg", ""],
        ["p5", "", "", "", "", "", "lost.png", ""],
    ]
    import_catalog(write_csv(*rows), tmp_path / "shop", images=photos)
    return tmp_path / "shop"


def test_what_is_in_a_catalog(shop: Path) -> None:
    facts = describe(shop)
    assert (facts.name, facts.products, facts.source) == ("shop", 5, "products.csv")
    assert facts.filled == {
        "title": 4,
        "description": 1,
        "brand": 0,
        "category": 3,
        "price": 3,
        "images": 4,
    }
    assert facts.attributes == {"color": 2}
    assert facts.currencies == {"EUR": 2, "": 1}
    assert facts.categories == {"Mugs": 2, "Bowls": 1}
    assert facts.photos.count == 4
    assert facts.photos.formats == {"PNG": 3, "JPEG": 1}
    assert facts.photos.sides == (100, 256, 256)
    assert (facts.photos.small, facts.photos.several, facts.photos.unknown) == (1, 1, 0)
    assert facts.photos.size == sum(p.stat().st_size for p in shop.glob("images/*/*"))
    assert facts.languages_of == 5
    assert facts.same_title == Alike(1, 2, (("p1", "p2"),))
    assert facts.near_titles == Alike(1, 3, (("p1", "p2", "p3"),))
    assert facts.same_photo == Alike(1, 2, (("p2", "p3"),))
    assert facts.near_photos == Alike(1, 2, (("p1", "p2"),))
    assert facts.without_photo == Lacking(1, ("p5",))
    assert facts.without_text == Lacking(1, ("p5",))
    assert facts.indexes == ()
    assert json.loads(json.dumps(facts.to_json()))["same_photo"]["products"] == 2

    lines = facts.to_text().splitlines()
    assert lines[0] == f"shop: 5 products, id {facts.catalog_id}"
    assert "filled       title 4, description 1, brand 0, category 3, price 3, images 4" in lines
    assert "prices in    EUR 2, no currency 1" in lines
    assert "             shorter side 100 to 256 px, median 256; 1 under 200 px; " in "\n".join(
        lines
    )
    assert "       2 products share a title in 1 groups, such as p1 = p2" in lines
    assert "       1 products without photo, such as p5" in lines
    assert lines[-1] == "no index; make one with `mmdemo index`"


def test_its_indexes(shop: Path) -> None:
    from mmdemo.catalog import Catalog

    for name, fingerprint in {"a": Catalog.open(shop).fingerprint, "b": "older"}.items():
        (shop / "indexes" / name).mkdir(parents=True)
        (shop / "indexes" / name / "index.json").write_text(
            json.dumps(
                {
                    "model": "local-dir:m",
                    "text_model": "st:t",
                    "text_fields": ["title"],
                    "created": "2026-01-02T03:04:05Z",
                    "count": 5,
                    "catalog_fingerprint": fingerprint,
                }
            )
        )
    (shop / "indexes" / "torn").mkdir()
    (shop / "indexes" / "torn" / "index.json").write_text("{")
    facts = describe(shop)
    assert facts.indexes == tuple(
        IndexFacts(name, "local-dir:m", "st:t", ("title",), "2026-01-02T03:04:05Z", 5, current)
        for name, current in (("a", True), ("b", False))
    )
    assert facts.to_text().splitlines()[-2:] == [
        "index a: local-dir:m, text st:t, 5 products, 2026-01-02T03:04:05Z",
        "index b: local-dir:m, text st:t, 5 products, 2026-01-02T03:04:05Z "
        "(older than the products: run `mmdemo index` again)",
    ]


def test_a_catalog_without_photos_or_products(tmp_path: Path) -> None:
    write_catalog(tmp_path / "empty", [])
    assert describe(tmp_path / "empty").products == 0
    write_catalog(tmp_path / "old", [Product("a", images=("f" * 32,))])
    facts = describe(tmp_path / "old")
    assert (facts.photos.count, facts.photos.unknown, facts.imported) == (1, 1, "")
    assert "of 1 nothing is known" in facts.to_text()


def test_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="holds no catalog"):
        describe(tmp_path)
