"""One shop in every format: each source gives the same rows, every time it is read."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.catalog import import_catalog
from mmdemo.catalog.sources import Source, open_source
from mmdemo.errors import CatalogError
from mmdemo.records import Price, Product

HEADER = ("id", "title", "price", "color")
ROWS = [("p1", "Stühle", "5 EUR", "red, blue"), ("p2", 'a "good" lamp', "7", "")]
PRODUCTS = (
    Product("p1", "Stühle", price=Price(5, "EUR"), attributes={"color": "red, blue"}),
    Product("p2", 'a "good" lamp', price=Price(7)),
)


def table(delimiter: str) -> bytes:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    return "".join(delimiter.join(map(quoted, row)) + "\n" for row in (HEADER, *ROWS)).encode()


def json_lines() -> bytes:
    return "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in ROWS).encode()


def parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(
        pa.table(dict(zip(HEADER, map(list, zip(*ROWS, strict=True)), strict=True))), file
    )
    return file.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "p.csv": lambda: table(","),
    "p.tsv": lambda: table("\t"),
    "semicolons.csv": lambda: table(";"),
    "bars.txt": lambda: table("|"),
    "p.jsonl": json_lines,
    "p.ndjson": json_lines,
    "without-suffix": json_lines,
    "p.parquet": parquet,
    "p.parquet.of-another-name": parquet,
}


@pytest.fixture(params=["dataset", "splits", *MAKERS, *(f"{name}.gz" for name in MAKERS)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file or folder with the two products."""
    name: str = request.param
    if name in {"dataset", "splits"}:
        datasets = pytest.importorskip("datasets")
        rows = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
        folder = tmp_path / name
        if name == "dataset":
            datasets.Dataset.from_list(rows).save_to_disk(folder)
        else:
            parts = {
                "train": datasets.Dataset.from_list(rows[:1]),
                "test": datasets.Dataset.from_list(rows[1:]),
            }
            datasets.DatasetDict(parts).save_to_disk(folder)
        return folder
    content = MAKERS[name.removesuffix(".gz")]()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def test_each_gives_the_same_rows_again_and_again(place: Path) -> None:
    source: Source = open_source(place)
    assert source.columns == HEADER
    for _ in range(2):
        rows = list(source)
        assert [tuple(row.values.values()) for row in rows] == ROWS
        assert [row.number for row in rows] in ([1, 2], [2, 3])
        assert not any(row.notes or row.broken for row in rows)
    assert 2 <= source.estimate <= 3
    assert source.kind


def test_each_gives_the_same_products(place: Path, tmp_path: Path) -> None:
    catalog, report = import_catalog(place, tmp_path / "shop")
    assert catalog.products == PRODUCTS
    assert report.problems == {}
    assert report.source == place.name
    assert import_catalog(str(place), tmp_path / "shop")[1].source == place.name


def test_photos_of_a_dataset_stay_the_bytes_they_are(
    tmp_path: Path, make_photo: Callable[..., bytes]
) -> None:
    datasets = pytest.importorskip("datasets")
    red, blue = make_photo("red", kind="PNG"), make_photo("blue", kind="PNG")
    features = datasets.Features(
        {
            "id": datasets.Value("string"),
            "image": datasets.Image(),
            "images": datasets.List(datasets.Image()),
        }
    )
    rows = [
        {"id": "a", "image": {"bytes": red, "path": None}, "images": []},
        {"id": "b", "image": None, "images": [{"bytes": blue, "path": None}, {"bytes": red}]},
    ]
    dataset = datasets.Dataset.from_list(rows, features=features)
    dataset.save_to_disk(tmp_path / "dataset")
    dataset.to_parquet(tmp_path / "p.parquet")
    for place in ("dataset", "p.parquet"):
        catalog, _ = import_catalog(tmp_path / place, tmp_path / "shop")
        found = [[catalog.image_path(key).read_bytes() for key in p.images] for p in catalog]
        assert found == [[red], [blue, red]]


def test_one_split_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    parts = {
        name: datasets.Dataset.from_list([{"id": name, "n": 1.0}]) for name in ("train", "test")
    }
    monkeypatch.setattr(datasets, "load_dataset", lambda name, **_: datasets.DatasetDict(parts))
    assert [row.values for row in open_source("hf:org/shop:test")] == [{"id": "test", "n": 1.0}]
    assert open_source("hf:org/shop").notes == (
        "all splits are read, one after the other: train, test",
    )
    with pytest.raises(CatalogError, match="no such split: got dev, expected train, test"):
        open_source("hf:org/shop:dev")


def test_without_the_library_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(CatalogError, match=r"pip install 'mmdemo\[datasets\]'"):
        open_source(tmp_path)


def test_a_folder_that_is_no_dataset(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    with pytest.raises(CatalogError, match="cannot be loaded"):
        open_source(tmp_path)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"source not found: got .*none\.csv, expected a CSV"):
        open_source(tmp_path / "none.csv")
