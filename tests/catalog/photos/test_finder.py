from __future__ import annotations

import pytest

from mmdemo.catalog.photos.finder import PhotoFinder
from mmdemo.catalog.photos.records import Fault
from mmdemo.catalog.photos.sources import Entry

NAMES = [
    "img/a.jpg",
    "deep/a.jpg",
    "b.png",
    "b.txt",
    "notes.txt",
    "k1.jpg",
    "K1.jpg",
    "2024/shoes/1/main.jpg",
    "2024/shoes/2/main.jpg",
    "c.jpg",
    "thumbs/c.jpg",
    "__MACOSX/._c.jpg",
    "win\\dows\\d.jpg",
    "cafe\u0301.jpg",
    "large/e.jpg",
    "small/e.jpg",
]
SIZES = {"large/e.jpg": 900, "small/e.jpg": 90}


@pytest.fixture
def finder() -> PhotoFinder:
    return PhotoFinder([Entry(name, SIZES.get(name, 50), name) for name in sorted(NAMES)])


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("img/a.jpg", "img/a.jpg"),
        ("IMG/A.JPG", "img/a.jpg"),
        ("img\\a.jpg", "img/a.jpg"),
        ("./img/a.jpg", "img/a.jpg"),
        ("../images/img/a.jpg", "img/a.jpg"),
        ("/home/me/export/img/a.jpg", "img/a.jpg"),
        ("/img/b.png", "b.png"),
        ("notes.txt", "notes.txt"),  # named, so it is tried, and reported as no photo
        ("1/main.jpg", "2024/shoes/1/main.jpg"),
        ("2/main.jpg", "2024/shoes/2/main.jpg"),
        ("elsewhere/2/main.jpg", "2024/shoes/2/main.jpg"),
        ("c.jpg", "c.jpg"),
        ("thumbs/c.jpg", "thumbs/c.jpg"),
        ("d.jpg", "win\\dows\\d.jpg"),
        ("dows/d.jpg", "win\\dows\\d.jpg"),
        ("café.jpg", "cafe\u0301.jpg"),
        ("k1.jpg", "k1.jpg"),
        ("K1.jpg", "K1.jpg"),
        ("notes", None),
        ("b", "b.png"),
        ("lost.jpg", None),
        ("", None),
        ("..", None),
        ("/", None),
    ],
)
def test_photos_are_found_by_path_or_name(
    finder: PhotoFinder, reference: str, found: str | None
) -> None:
    match = finder.by_path(reference)
    assert (match[0].name if match else None) == found
    assert match is None or match[1] == ()


@pytest.mark.parametrize(
    ("reference", "found", "rivals"),
    [
        ("a.jpg", "deep/a.jpg", "deep/a.jpg, img/a.jpg"),
        ("main.jpg", "2024/shoes/1/main.jpg", "2024/shoes/1/main.jpg, 2024/shoes/2/main.jpg"),
        ("e.jpg", "large/e.jpg", "large/e.jpg, small/e.jpg"),
    ],
)
def test_of_several_the_largest_is_taken_and_that_is_said(
    finder: PhotoFinder, reference: str, found: str, rivals: str
) -> None:
    match = finder.by_path(reference)
    assert match is not None
    assert match[0].name == found
    assert [(note.reason, note.detail) for note in match[1]] == [(Fault.AMBIGUOUS, rivals)]


@pytest.mark.parametrize(
    ("product_id", "found"),
    [("b", "b.png"), ("B", "b.png"), ("k1", "k1.jpg"), ("K1", "K1.jpg"), ("notes", None),
     ("", None), ("a.jpg", None)],
)  # fmt: skip
def test_photos_are_found_by_the_products_id(
    finder: PhotoFinder, product_id: str, found: str | None
) -> None:
    match = finder.by_id(product_id)
    assert (match[0].name if match else None) == found
    assert match is None or match[1] == ()
