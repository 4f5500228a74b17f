from pathlib import Path

import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Product
from mmdemo.train.pairs import Pairs, catalog_pairs, make_pairs, product_text


def groups(pairs: Pairs) -> list[set[int]]:
    found: dict[int, set[int]] = {}
    for i, twin in enumerate(pairs.twins.tolist()):
        found.setdefault(twin, set()).add(i)
    return sorted(found.values(), key=min)


def test_the_text_of_a_product_joins_fields_and_attributes() -> None:
    product = Product(
        "p", title="Lamp", description="Warm.", attributes={"color": "red", "empty": ""}
    )
    assert product_text(product, ["title", "description"]) == "Lamp\nWarm."
    assert product_text(product, ["color", "brand", "empty", "title"]) == "red\nLamp"
    assert product_text(product, ["price", "product_id"]) == ""


def test_pairs_are_products_with_photo_and_text() -> None:
    products = [
        Product("a", title="Lamp", description="Warm", images=("1", "2")),
        Product("b", title="Chair"),
        Product("c", images=("3",)),
        Product("d", description="Soft", images=("4",)),
        Product("e", title="Sofa", description="Sofa", images=("5",)),
    ]
    pairs = catalog_pairs(
        Catalog(Path("shop"), products=products), [["title"], ["title", "description"], ["nope"]]
    )
    assert pairs.photos == ("1", "4", "5")
    assert pairs.texts == (("Lamp", "Lamp\nWarm"), ("Soft",), ("Sofa", "Sofa\nSofa"))
    assert len(pairs) == 3


def test_too_few_pairs_are_refused() -> None:
    catalog = Catalog(Path("shop"), products=[Product("a", title="Lamp", images=("1",))])
    with pytest.raises(TrainingError, match=r"catalog shop has too few pairs .*got 1 products"):
        catalog_pairs(catalog, [["title"]])


@pytest.mark.parametrize(
    ("photos", "texts", "expected"),
    [
        ("123", ["a", "b", "c"], [{0}, {1}, {2}]),
        ("123", ["a", "b", "a"], [{0, 2}, {1}]),
        ("121", ["a", "b", "c"], [{0, 2}, {1}]),
        ("123", ["Red  Lamp", "x", "red lamp"], [{0, 2}, {1}]),
        # 0 and 1 share a text, 1 and 2 a photo; so 0 and 2 are twins too.
        ("1223", ["a", "a", "b", "c"], [{0, 1, 2}, {3}]),
        # A chain that is joined last.
        ("12345", ["a", "b", "c|a", "d|b", "d|c"], [{0, 1, 2, 3, 4}]),
        ("123", ["a|b", "c|d", "d|e"], [{0}, {1, 2}]),
    ],
)
def test_twins_share_a_photo_or_a_wording(
    photos: str, texts: list[str], expected: list[set[int]]
) -> None:
    pairs = make_pairs(photos, [tuple(text.split("|")) for text in texts])
    assert groups(pairs) == expected


def test_a_photo_is_never_taken_for_a_text() -> None:
    assert groups(make_pairs(["x", "y"], [("photo y",), ("x",)])) == [{0}, {1}]


def test_the_fingerprint_follows_photos_and_wordings() -> None:
    names = [
        make_pairs(photos, texts).fingerprint
        for photos, texts in (
            (["1", "2"], [("a",), ("b",)]),
            (["1", "3"], [("a",), ("b",)]),
            (["1", "2"], [("a",), ("c",)]),
            (["1", "2"], [("a", "b"), ("b",)]),
            (["2", "1"], [("b",), ("a",)]),
        )
    ]
    assert len(set(names)) == len(names)
    assert make_pairs(["1", "2"], [("a",), ("b",)]).fingerprint == names[0]
