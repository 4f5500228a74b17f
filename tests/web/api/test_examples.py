"""Examples of a catalog: from its file, whatever somebody wrote into it, or from its products."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.records import Product
from mmdemo.web.api.examples import Example, examples_of
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos

Read = Callable[[str | bytes], tuple[list[Example], list[str]]]


@pytest.fixture
def mugs(tmp_path: Path) -> Catalog:
    """A catalog of ten mugs in one category, with a photo to ask by beside it."""
    directory = tmp_path / "mugs"
    directory.mkdir()
    products = [Product(f"m{n}", title=f"Mug No. {n}", category="Mugs") for n in range(10)]
    catalog = write_catalog(directory, products)
    (directory / "ask").mkdir()
    Image.new("RGB", (20, 20), "pink").save(directory / "ask" / "mug.png")
    (tmp_path / "secret.png").write_bytes((directory / "ask" / "mug.png").read_bytes())
    return catalog


@pytest.fixture
def photos(tmp_path: Path) -> QueryPhotos:
    return QueryPhotos(tmp_path / "kept")


@pytest.fixture
def read(mugs: Catalog, photos: QueryPhotos) -> Read:
    """Write the file and read it."""

    def read(content: str | bytes) -> tuple[list[Example], list[str]]:
        path = mugs.directory / "examples.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return examples_of(mugs, photos)

    return read


def test_words_photos_and_stories(read: Read, mugs: Catalog, photos: QueryPhotos) -> None:
    examples, notes = read(
        "query,photo,story\n"
        'pink mug,,"Text alone fails: no seller, anywhere, wrote it."\n'
        ",ask/mug.png,No words.\n"
        "like this but blue,ask/mug.png,\n"
    )
    key = hashlib.sha256((mugs.directory / "ask" / "mug.png").read_bytes()).hexdigest()
    assert notes == []
    assert examples == [
        Example("pink mug", "", "Text alone fails: no seller, anywhere, wrote it."),
        Example("", key, "No words."),
        Example("like this but blue", key, ""),
    ]
    assert photos.read(key) == (mugs.directory / "ask" / "mug.png").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        "query\nred mug\nblue mug\n",
        "\ufeffquery\r\nred mug\r\n\r\nblue mug",
        "Story;QUERY\n;red mug\n;blue mug\n",
        "query\tphoto\n red  mug \t\nblue mug\n",
        "query,note\nred mug,a\nblue mug,b\n",
    ],
)
def test_only_the_query_is_needed_and_spreadsheets_may_write_it(read: Read, content: str) -> None:
    assert read(content) == ([Example("red mug"), Example("blue mug")], [])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a mug, blue,,no quotes", "more cells than there are columns; quote a text"),
        (",,only a story", "neither words nor a photo"),
        ("mug,gone.png,", "the photo gone.png cannot be read: No such file"),
        ("mug,../secret.png,", "outside the catalog's folder: got ../secret.png"),
        ("mug,examples.csv,", "not a photo"),
        (f"{'x' * 513},,", "the query is too long: got 513 characters, expected at most 512"),
        (f"mug,,{'x' * 241}", "the story is too long: got 241 characters, expected at most 240"),
        ("good mug,,again", "the query stands in a row above"),
    ],
)
def test_a_bad_row_is_left_out_and_told(read: Read, row: str, told: str) -> None:
    examples, (note,) = read(f"query,photo,story\ngood mug,,yes\n{row}\nlast mug,,yes\n")
    assert [example.text for example in examples] == ["good mug", "last mug"]
    assert note.startswith("examples.csv, row 3 is left out: ")
    assert told in note


def test_twelve_fit_on_the_page(read: Read) -> None:
    examples, notes = read("query\n" + "".join(f"mug {n}\n" for n in range(14)))
    assert [example.text for example in examples] == [f"mug {n}" for n in range(12)]
    assert [note.partition(":")[0] for note in notes] == [
        "examples.csv, row 14 is left out",
        "examples.csv, row 15 is left out",
    ]


MADE_UP = ["mugs", "mug no. 0", "mug no. 1", "mug no. 2", "mug no. 3"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "examples.csv cannot be read: source is empty"),
        ("words,picture\na,b\n", "examples.csv has no column called query: got words, picture"),
        (b"\x00\xff\xfe\x00" * 50, "examples.csv"),
    ],
)
def test_a_file_that_is_none_gives_way_to_the_products(
    read: Read, content: str | bytes, told: str
) -> None:
    examples, notes = read(content)
    assert [example.text for example in examples][:5] == MADE_UP
    assert notes[0].startswith(told)


def test_without_a_file_queries_are_made_from_the_products(
    mugs: Catalog, photos: QueryPhotos
) -> None:
    examples, notes = examples_of(mugs, photos)
    assert notes == []
    assert [example.text for example in examples][:5] == MADE_UP
    assert {(example.photo, example.story) for example in examples} == {("", "")}


def test_the_page_gets_them_as_they_are_now(
    mugs: Catalog, engine: Any, make_client: Callable[[EngineHandle], TestClient]
) -> None:
    handle = EngineHandle(lambda: type(engine)(mugs))
    handle.wait(10)
    client = make_client(handle)
    path = mugs.directory / "examples.csv"
    path.write_text("query,story\nred mug,Look: red\n,nothing\n")
    status = client.get("/api/status").json()
    assert status["examples"] == [{"text": "red mug", "photo": "", "story": "Look: red"}]
    assert status["notes"] == ["examples.csv, row 3 is left out: it has neither words nor a photo"]
    path.write_text("query,photo\n,ask/mug.png\n")
    (example,) = client.get("/api/status").json()["examples"]
    kept = client.get(f"/api/query-photos/{example['photo']}")
    assert Image.open(io.BytesIO(kept.content)).size == (20, 20)


def test_made_up_queries_are_what_a_shopper_would_type(tmp_path: Path, photos: QueryPhotos) -> None:
    titles = [
        "Basket (42 × 22 cm)",
        "Oak stool [new], 45 cm",
        "Vase 1,5 l",
        "Rug 120x180 cm - wool",
        "(2026)",
        "Lamp E27",
    ]
    products = [
        Product(f"p{n}", title=title, category="Furniture > Seating / Armchairs")
        for n, title in enumerate(titles)
    ]
    examples, _ = examples_of(write_catalog(tmp_path, products), photos)
    assert [example.text for example in examples] == [
        "armchairs",
        "basket",
        "oak stool",
        "vase",
        "rug - wool",
        "lamp e27",
    ]
