"""What the opened card tells, and products like it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.records import Product
from mmdemo.web.api.product import photo_json

Ask = Callable[..., Any]


def test_all_of_a_product(ask: Ask, catalog: Catalog) -> None:
    answer = ask("product", id="p09", text="The red MUG of number 9", text_weight=0.5)
    assert answer["product"] == {
        "id": "p09",
        "title": "Product 9",
        "description": "A red shirt, number 9.",
        "brand": "A & <B>",
        "category": "Shirts",
        "price": "₹658",
        "amount": 658,
        "currency": "INR",
        "text": True,
        "attributes": [{"name": "half", "value": "first"}],
        "photos": [{"key": catalog.get("p09").images[0], "width": 60, "height": 80}],
    }
    assert answer["words"] == {
        "query": ["red", "mug", "number"],  # without the, of, and single characters
        "found": ["red", "number"],
        "fields": {
            "title": [["Product 9", None]],
            "description": [
                ["A ", None],
                ["red", "red"],
                [" shirt, ", None],
                ["number", "number"],
                [" 9.", None],
            ],
            "brand": [["A & <B>", None]],
            "category": [["Shirts", None]],
        },
        "attributes": {"half": [["first", None]]},
    }
    assert answer["places"] == [
        {
            "ranker": "text",
            "missing": "",
            "rank": 10,
            "score": 1 - 9 / 40,
            "text_part": 1 - 9 / 40,
            "image_part": None,
        },
        {
            "ranker": "image",
            "missing": "",
            "rank": 31,
            "score": 9 / 40,
            "text_part": None,
            "image_part": 9 / 40,
        },
        {
            "ranker": "fused",
            "missing": "",
            "rank": 10,  # all are equal at this weight
            "score": pytest.approx(0.5),
            "text_part": pytest.approx(0.5 * 31 / 40),
            "image_part": pytest.approx(0.5 * 9 / 40),
        },
    ]


def test_places_within_filters(ask: Ask) -> None:
    filters = {"fields": {"half": ["second"]}}
    answer = ask("product", id="p21", text="shirt", filters=filters)
    assert {place["ranker"]: place["rank"] for place in answer["places"]} == {
        "text": 2,
        "image": 19,
        "fused": 2,
    }
    answer = ask("product", id="p03", text="shirt", filters=filters)  # does not pass
    assert {place["rank"] for place in answer["places"]} == {None}


def test_a_ranker_without_an_answer(ask: Ask, photo_key: str) -> None:
    text, image, _ = ask("product", id="p39", photo=photo_key)["places"]
    assert text == {"ranker": "text", "missing": "The query has no words.", "rank": None}
    assert (image["missing"], image["rank"]) == ("", 1)


def test_a_product_found_by_no_query(ask: Ask) -> None:
    answer = ask("product", id="p08")
    assert answer["places"] == []
    assert answer["product"]["photos"] == []
    assert answer["words"]["query"] == answer["words"]["found"] == []


def test_no_such_product(refused: Callable[..., str]) -> None:
    for route in ("product", "similar"):
        message = refused(404, "no_product", route, id="p99")
        assert message == "catalog shop has no product 'p99'"


def test_a_photo_is_as_large_as_a_person_sees_it(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    Image.new("RGB", (40, 30)).save(buffer, "JPEG", exif=exif)
    key = keep_photo(tmp_path, buffer.getvalue())
    catalog = write_catalog(tmp_path, [Product("p1", images=(key,))])
    assert photo_json(catalog, key) == {"key": key, "width": 30, "height": 40}
    catalog.image_path(key).write_bytes(b"damaged")
    assert photo_json(catalog, key) == {"key": key, "width": None, "height": None}
    assert photo_json(catalog, "0" * 32)["width"] is None


def test_more_like_this(ask: Ask, refused: Callable[..., str]) -> None:
    answer = ask("similar", id="p00", by="text", top_k=2)
    assert (answer["id"], answer["by"], answer["missing"]) == ("p00", "text", "")
    assert [(hit["id"], hit["rank"]) for hit in answer["hits"]] == [("p01", 1), ("p02", 2)]
    assert set(answer["products"]) == {"p01", "p02"}
    assert answer["products"]["p02"]["price"] == "₹651"
    answer = ask("similar", id="p08", by="image")
    assert (answer["missing"], answer["hits"]) == ("this product has no photo", [])
    assert refused(422, "invalid", "similar", id="p00", by="smell").startswith("by: ")
