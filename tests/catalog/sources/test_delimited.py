import gzip
from enum import StrEnum
from pathlib import Path

import pytest

from mmdemo.catalog.notes import Reason
from mmdemo.catalog.sources.delimited import DelimitedSource
from mmdemo.errors import CatalogError

ROWS = [{"id": "p1", "name": "Stühle"}, {"id": "p2", "name": "a, b"}]


def values(source: DelimitedSource) -> list[dict[str, object]]:
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
    source = DelimitedSource(path)
    assert source.columns == ("id", "name")
    assert values(source) == ROWS
    assert values(source) == ROWS, "a source can be read again"
    assert source.notes == ()


def test_commas_inside_quoted_header_cells_are_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('id;"size, in cm, and weight, in kg"\np1;3\n')
    assert DelimitedSource(path).columns == ("id", "size, in cm, and weight, in kg")


def noted(source: DelimitedSource) -> list[tuple[int, list[StrEnum]]]:
    return [(row.number, [note.reason for note in row.notes]) for row in source if row.notes]


def test_bytes_of_windows_1252_are_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(
        "id,name\np1,Stühle €\n".encode("cp1252") + "p2,Stühle\n".encode() + b"p3,\x81x\n"
    )
    source = DelimitedSource(path)
    assert values(source) == [
        {"id": "p1", "name": "Stühle €"},
        {"id": "p2", "name": "Stühle"},
        {"id": "p3", "name": "\ufffdx"},
    ]
    assert noted(source) == [(2, [Reason.OTHER_ENCODING]), (4, [Reason.OTHER_ENCODING])]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_recognized(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes('id,name\np1,Stühle\np2,"a, b"\n'.encode(encoding))
    assert values(DelimitedSource(path)) == ROWS


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("id,name\np1,Чашка\n".encode("cp1251"))
    source = DelimitedSource(path, encoding="cp1251")
    assert values(source) == [{"id": "p1", "name": "Чашка"}]
    assert source.kind == "CSV, CP1251"
    with pytest.raises(CatalogError, match="encoding is not known: got klingon"):
        DelimitedSource(path, encoding="klingon")


def test_ragged_rows_are_noted_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\np1\np2,b\np3,c,d\np4,d,,\n")
    rows = list(DelimitedSource(path))
    assert [(r.number, dict(r.values)) for r in rows] == [
        (2, {"id": "p1"}),
        (3, {"id": "p2", "name": "b"}),
        (4, {"id": "p3", "name": "c"}),
        (5, {"id": "p4", "name": "d"}),
    ]
    assert [[(n.reason, n.detail) for n in r.notes] for r in rows] == [
        [(Reason.FEWER_CELLS, "1 of 2")],
        [],
        [(Reason.MORE_CELLS, "not taken: d")],
        [],
    ]


def test_quotes_newlines_and_nul_inside_cells(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(b'id,name\np1,"two\nlines ""quoted"""\np2,x\x00y\np3,"never closed\n')
    assert values(DelimitedSource(path)) == [
        {"id": "p1", "name": 'two\nlines "quoted"'},
        {"id": "p2", "name": "x\0y"},
        {"id": "p3", "name": "never closed"},
    ]


def test_long_cells_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\np1," + "x" * 200_000 + "\n")  # csv's own limit is 131,072
    assert values(DelimitedSource(path))[0]["name"] == "x" * 200_000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_source_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match="source is empty"):
        DelimitedSource(path)


@pytest.mark.parametrize("cut", [12, 30])
def test_a_cut_gzip_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "p.csv.gz"
    path.write_bytes(gzip.compress(b"id,name\np1,Lamp of some length\n")[:cut])
    with pytest.raises(CatalogError, match=r"p\.csv\.gz cannot be read"):
        DelimitedSource(path)


def test_an_open_quote_costs_its_line_only(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text(
        'id,title,color\n1,"a ""good"" one\nof two lines",red\n2,"open,red\n3,b,red\n4,"c, d",red\n'
        '5,"19 inch,red\n6,"20"" inch",red\n'
    )
    source = DelimitedSource(path)
    assert [tuple(row.values.values()) for row in source] == [
        ("1", 'a "good" one\nof two lines', "red"),
        ("2", '"open', "red"),
        ("3", "b", "red"),
        ("4", "c, d", "red"),
        ("5", '"19 inch', "red"),
        ("6", '20" inch', "red"),
    ]
    assert noted(source) == [(3, [Reason.OPEN_QUOTE]), (6, [Reason.OPEN_QUOTE])]


def test_an_inch_after_a_cell_of_two_lines_is_no_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text('id,title,size\n1,"two\nlines",19"\n2,"said ""so""\nagain",5\n')
    source = DelimitedSource(path)
    assert [tuple(row.values.values()) for row in source] == [
        ("1", "two\nlines", '19"'),
        ("2", 'said "so"\nagain', "5"),
    ]
    assert noted(source) == []


def test_an_open_quote_does_not_take_the_rest_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    with path.open("w") as file:
        file.write('id,title\n1,"open\n')
        file.writelines(f"{i},{'x' * 1000}\n" for i in range(2, 6000))
    rows = list(DelimitedSource(path))
    assert [row.values["id"] for row in rows] == [str(i) for i in range(1, 6000)]
    assert rows[0].values["title"] == "open"
    assert [row.number for row in rows if row.notes] == [2]


def test_header_cells_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id, title ,,title,title\n1,a,b,c,d\n")
    source = DelimitedSource(path)
    assert source.columns == ("id", "title", "column 3", "title (2)", "title (3)")
    assert values(source) == [
        {"id": "1", "title": "a", "column 3": "b", "title (2)": "c", "title (3)": "d"}
    ]
    assert source.notes == (
        "column 3 has no name",
        "column 4 repeats the name 'title'; it is called 'title (2)'",
        "column 5 repeats the name 'title'; it is called 'title (3)'",
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("sep=;\nid;title\n1;a, b\n", 3),
        ("\n\nid;title\n1;a, b\n", 4),
        ("TemplateType=x\tVersion=1\nSKU\tName\nid\ttitle\n1\ta, b\n", 4),
    ],
    ids=["excel", "blank lines", "amazon"],
)
def test_what_stands_above_the_header_is_passed_over(
    tmp_path: Path, text: str, number: int
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(text)
    rows = list(DelimitedSource(path))
    assert [(row.number, dict(row.values)) for row in rows] == [
        (number, {"id": "1", "title": "a, b"})
    ]


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.catalog.sources.files.MAX_LINE", 20)
    path = tmp_path / "p.csv"
    path.write_text("id,title\n1," + "x" * 99 + "\n2,b\n")
    source = DelimitedSource(path)
    assert [row.values for row in source] == [
        {"id": "1", "title": "x" * 18},
        {"id": "2", "title": "b"},
    ]
    assert noted(source) == [(2, [Reason.LINE_TOO_LONG])]
