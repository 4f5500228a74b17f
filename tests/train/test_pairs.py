from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog, product_text
from mmdemo.errors import TrainingError
from mmdemo.records import Product
from mmdemo.train.pairs import Pairs, catalog_pairs, make_pairs


def true_of(pairs: Pairs) -> set[tuple[int, int]]:
    """(photo, text) of every first wording that is true of another pair's photo."""
    places = np.arange(len(pairs))
    right = pairs.right(places, places, np.zeros_like(places))
    assert right.diagonal().all()
    return {(i, j) for i, j in np.argwhere(right).tolist() if i != j}


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
        Product("b", title="Chair", attributes={"color": "red"}),
        Product("c", images=("3",)),
        Product("d", description="Soft", images=("4",)),
        Product("e", title="Sofa", description="Sofa", images=("5",)),
    ]
    pairs, rows = catalog_pairs(
        Catalog(Path("shop"), products=products), [["title"], ["title", "description"], ["color"]]
    )
    assert pairs.photos == ("1", "4", "5")
    assert pairs.texts == (("Lamp", "Lamp\nWarm"), ("Soft",), ("Sofa", "Sofa\nSofa"))
    assert len(pairs) == 3
    assert rows.tolist() == [0, 3, 4]


def test_a_field_that_no_product_has_is_refused() -> None:
    products = [Product("a", title="Lamp", attributes={"color": "red"}, images=("1",))]
    with pytest.raises(
        TrainingError, match=r"got 'descripton', expected title, description, brand, .*, color"
    ):
        catalog_pairs(Catalog(Path("shop"), products=products), [["title", "descripton"]])


def test_too_few_pairs_are_refused() -> None:
    catalog = Catalog(Path("shop"), products=[Product("a", title="Lamp", images=("1",))])
    with pytest.raises(TrainingError, match=r"catalog shop has too few pairs .*got 1 products"):
        catalog_pairs(catalog, [["title"]])


@pytest.mark.parametrize(
    ("photos", "texts", "expected"),
    [
        ("123", ["a", "b", "c"], set()),
        ("123", ["a", "b", "a"], {(0, 2), (2, 0)}),
        ("121", ["a", "b", "c"], {(0, 2), (2, 0)}),
        ("123", ["Red  Lamp", "x", "red lamp"], {(0, 2), (2, 0)}),
        # 0 and 1 share a text, 1 and 2 a photo: of 0 and 2 nothing is known.
        ("122", ["a", "a", "b"], {(0, 1), (1, 0), (1, 2), (2, 1)}),
        # "mug" is true of the red mug; "red mug" is not known to be true of the mug.
        ("12", ["mug", "red mug|mug"], {(1, 0)}),
    ],
)
def test_a_text_is_true_of_each_photo_it_is_a_wording_of(
    photos: str, texts: list[str], expected: set[tuple[int, int]]
) -> None:
    assert true_of(make_pairs(photos, [tuple(text.split("|")) for text in texts])) == expected


def test_the_drawn_wording_counts() -> None:
    pairs = make_pairs("12", [("mug",), ("red mug", "mug")])
    both = np.array([0, 1])
    assert pairs.right(both, both, np.array([0, 0])).tolist() == [[True, False], [True, True]]
    assert pairs.right(both, both, np.array([0, 1])).tolist() == [[True, True], [True, True]]


def test_twins_share_the_photo_or_all_wordings() -> None:
    pairs = make_pairs("12134", [("a",), ("b", "c"), ("d",), ("c", "b"), ("b",)])
    assert pairs.twins(np.array([0])).tolist() == [True, False, True, False, False]
    assert pairs.twins(np.array([3])).tolist() == [False, True, False, True, False]


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
