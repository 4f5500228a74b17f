from __future__ import annotations

import json

import pytest

from mmdemo.catalog.cells import category_path, packed_pairs, photo_references, price_text

A, B = "https://cdn.example/a,b.jpg?x=1;2", "http://cdn.example/b.jpg"


@pytest.mark.parametrize(
    ("cell", "references"),
    [
        ("a.jpg", ["a.jpg"]),
        (" a.jpg ", ["a.jpg"]),
        ("a, b.jpg", ["a, b.jpg"]),  # one name with a comma in it
        ("a.jpg, b.png", ["a.jpg", "b.png"]),
        ("a.jpg;b.jpg;c.webp", ["a.jpg", "b.jpg", "c.webp"]),
        ("a.jpg|b|a.jpg", ["a.jpg", "b"]),
        ("a.jpg\nb.jpg", ["a.jpg", "b.jpg"]),
        (A, [A]),
        (f"{A}, {B}", [A, B]),
        (f"{A},{B}", [A, B]),
        (f"{A} {B}", [A, B]),
        (f"{A}|{B}", [A, B]),
        (json.dumps([A, B]), [A, B]),
        (json.dumps({"src": A}), [A]),
        ("[a.jpg, b.jpg]", ["a.jpg", "b.jpg"]),
        ([A, None, "", "b.jpg"], [A, "b.jpg"]),
        ([{"url": A}, {"src": B}], [A, B]),
        ({"hi_res": [None, A], "large": [B], "thumb": ["t"]}, [A]),
        ({"bytes": b"x", "path": "a.jpg"}, [b"x"]),
        ({"bytes": None, "path": "a.jpg"}, ["a.jpg"]),
        (b"x", [b"x"]),
        ("", []),
        ("no_selection", []),
        ("NaN", []),
        (None, []),
        (3.5, []),
        (["x"] * 500, ["x"]),
        ([str(i) for i in range(500)], [str(i) for i in range(100)]),
    ],
)
def test_photos_that_a_cell_names(cell: object, references: list[str | bytes]) -> None:
    assert photo_references(cell) == references


@pytest.mark.parametrize(
    ("cell", "category"),
    [
        ("Mugs", "Mugs"),
        ("Home>Kitchen > Mugs", "Home > Kitchen > Mugs"),
        ("Home/Kitchen", "Home > Kitchen"),
        ("Tea / Coffee", "Tea / Coffee"),
        ("Home » Kitchen", "Home > Kitchen"),
        ('["Home", "Kitchen"]', "Home > Kitchen"),
        (["Home", "Kitchen"], "Home > Kitchen"),
        ([["Home", "Kitchen"], ["Sale"]], "Home > Kitchen | Sale"),
        (["Home > Kitchen", "Sale"], "Home > Kitchen | Sale"),
        ({"id": 3, "name": "Mugs"}, "Mugs"),
        (166, "166"),
        ("", ""),
        (None, ""),
        ([], ""),
        ("[broken", "[broken"),
    ],
)
def test_categories(cell: object, category: str) -> None:
    assert category_path(cell) == category


def test_several_categories_with_commas() -> None:
    assert category_path("Home > Mugs, Sale,Home > Mugs", lists=True) == "Home > Mugs | Sale"


def test_packed_pairs() -> None:
    assert packed_pairs("color=Red,has_sale=1,material=oak, steel,note=a=b") == {
        "color": "Red",
        "has_sale": "1",
        "material": "oak, steel",
        "note": "a=b",
    }
    assert packed_pairs("nothing") == {"nothing": ""}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5 EUR", ("5 EUR", "")),
        (5.0, ("5", "")),
        ({"amount": 5.5, "currency": "EUR"}, ("5.5", "EUR")),
        ({"value": "7", "currency_code": "USD"}, ("7", "USD")),
        ({"x": 1}, ("", "")),
        (None, ("", "")),
    ],
)
def test_prices_of_all_types(cell: object, expected: tuple[str, str]) -> None:
    assert price_text(cell) == expected
