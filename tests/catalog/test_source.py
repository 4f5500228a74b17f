import gzip
from pathlib import Path

import pytest

from mmdemo.catalog.source import CsvSource
from mmdemo.errors import CatalogError

ROWS = [{"id": "p1", "name": "Stühle"}, {"id": "p2", "name": "a, b"}]


def values(source: CsvSource) -> list[dict[str, str]]:
    return [dict(row.values) for row in source]


@pytest.mark.parametrize(
    "content",
    [
        'id,name\np1,Stühle\np2,"a, b"\n'.encode(),
        'id,name\r\np1,Stühle\r\np2,"a, b"\r\n'.encode(),
        'id,name\rp1,Stühle\rp2,"a, b"'.encode(),
        'id,name\np1,Stühle\np2,"a, b"\n'.encode("utf-8-sig"),
        'id,name\np1,Stühle\np2,"a, b"\n'.encode("utf-16"),
        "id;name\np1;Stühle\np2;a, b\n".encode(),
        "id\tname\np1\tStühle\np2\ta, b\n".encode(),
        "id|name\np1|Stühle\np2|a, b\n".encode(),
        "id;name\np1;Stühle\n\n;\np2;a, b\n".encode(),
    ],
    ids=["plain", "crlf", "cr", "bom", "utf-16", "semicolon", "tab", "pipe", "blank lines"],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_every_flavor_gives_the_same_rows(tmp_path: Path, content: bytes, zipped: bool) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes(gzip.compress(content) if zipped else content)
    source = CsvSource(path)
    assert source.columns == ("id", "name")
    assert values(source) == ROWS
    assert values(source) == ROWS, "a source can be read again"
    assert source.notes == []


def test_commas_inside_quoted_header_cells_are_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('id;"size, in cm, and weight, in kg"\np1;3\n')
    assert CsvSource(path).columns == ("id", "size, in cm, and weight, in kg")


def test_windows_1252_is_read_and_noted_even_with_bytes_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("id,name\np1,Stühle €\n".encode("cp1252") + b"p2,\x81x\n")
    source = CsvSource(path)
    assert source.notes == ["not UTF-8: read as Windows-1252"]
    assert values(source) == [
        {"id": "p1", "name": "Stühle €"},
        {"id": "p2", "name": "\ufffdx"},
    ]


def test_ragged_rows_are_noted_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\np1\np2,b\np3,c,d\n")
    rows = list(CsvSource(path))
    assert [(r.number, dict(r.values), r.notes) for r in rows] == [
        (2, {"id": "p1"}, ["wrong number of cells"]),
        (3, {"id": "p2", "name": "b"}, []),
        (4, {"id": "p3", "name": "c"}, ["wrong number of cells"]),
    ]


def test_quotes_newlines_and_nul_inside_cells(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b'id,name\np1,"two\nlines ""quoted"""\np2,x\x00y\np3,"never closed\n')
    assert values(CsvSource(path)) == [
        {"id": "p1", "name": 'two\nlines "quoted"'},
        {"id": "p2", "name": "x\0y"},
        {"id": "p3", "name": "never closed\n"},
    ]


def test_long_cells_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\np1," + "x" * 200_000 + "\n")  # csv's own limit is 131,072
    assert len(values(CsvSource(path))[0]["name"]) == 200_000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_source_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match="source is empty"):
        CsvSource(path)


@pytest.mark.parametrize("cut", [12, 30])
def test_a_cut_gzip_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "p.csv.gz"
    path.write_bytes(gzip.compress(b"id,name\np1,Lamp of some length\n")[:cut])
    with pytest.raises(CatalogError, match=r"p\.csv\.gz cannot be read"):
        CsvSource(path)


def test_a_folder_or_nothing_is_not_a_source(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(CatalogError, match="source not found"):
            CsvSource(path)


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text('id,title\n1,"a ""good"" one\nof two lines"\n2,"unclosed\n3,b\n4,c\n')
    rows = list(CsvSource(path))
    assert [(row.number, row.notes) for row in rows] == [
        (2, []),
        (3, ["quote never closed\ttook the last 3 lines as one cell"]),
    ]
