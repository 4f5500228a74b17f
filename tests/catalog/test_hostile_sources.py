"""Files and rows as they should not be: each ends in the report, or in an error, under its reason.

Every case is made here. Expected are the ids that are taken and, for each reason, the rows it is
told of; what is not named is not in the report.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mmdemo.catalog import Catalog, import_catalog
from mmdemo.errors import CatalogError

MB = 1_000_000
LONG = b"x" * 400
IDS: list[object] = [1, 1.0, 2.5, True, None, ["x", "y"], {}]
SQUARES = [str(i * i) for i in range(5000)]
SECONDS = 10


@dataclass(frozen=True)
class Case:
    """A file, what is taken of it, and what is told."""

    name: str
    content: Callable[[], bytes]
    taken: tuple[str, ...] = ()
    problems: dict[str, list[int]] = field(default_factory=dict)
    error: str = ""
    suffix: str = ".csv"
    title: str = ""  # of the first product
    description: str | None = None


CASES: list[Case] = []


def case(
    name: str, content: str | bytes | Callable[[], bytes], *taken: str, **options: object
) -> None:
    """Add a case."""
    if isinstance(content, str):
        encoded = content.encode()
        CASES.append(Case(name, lambda: encoded, taken, **options))  # type: ignore[arg-type]
    elif isinstance(content, bytes):
        CASES.append(Case(name, lambda: content, taken, **options))  # type: ignore[arg-type]
    else:
        CASES.append(Case(name, content, taken, **options))  # type: ignore[arg-type]


def lines(*values: object) -> bytes:
    """JSON lines."""
    return "".join(json.dumps(value) + "\n" for value in values).encode()


def parquet(table: pa.Table) -> bytes:
    """A table as a Parquet file."""
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


# fmt: off
# Ids
case("no id", "id,title\n,A\nb,B\n", "b", problems={"no product id": [2]})
case("a word for no id", "id,title\nNaN,A\nnull,B\n-,C\nd,D\n", "d",
     problems={"no product id": [2, 3, 4]})
case("id twice", "id,title\na,A\nb,B\na,C\n", "a", "b", problems={"product id seen before": [4]})
case("id twice once cleaned", "id,title\na,A\na\u200b,B\n", "a",
     problems={"product id seen before": [3], "product id cleaned": [3]})
case("line break in id", 'id,title\n"a\nb",A\n', "a b", problems={"product id cleaned": [2]})
case("NUL in id", "id,title\na\0b,A\n", "ab", problems={"product id cleaned": [2]})
case("id of 10,000 characters", f"id,title\n{'x' * 10_000},A\nb,B\n", "b",
     problems={"product id is too long": [2]})
case("id rounded by a spreadsheet", "id,title\n1.23E+12,A\n", "1.23E+12",
     problems={"product id looks rounded by a spreadsheet": [2]})
case("id as a formula", 'id,title\n"=""0012""",A\n', "0012")

# Texts
case("no title", "id,title\na,\nb,B\n", "a", "b", problems={"no title": [2]})
case("no description", "id,title,description\na,A,\nb,B,x\n", "a", "b",
     problems={"no description": [2]})
case("a word for nothing", "id,title,description\na,A,N/A\nb,B,-\n", "a", "b",
     problems={"a word for nothing, taken as empty": [2, 3]}, description="")
case("titles twice", "id,title\na,A\nb,A\nc,A\n", "a", "b", "c",
     problems={"title of another product too": [3, 4]})
case("NA inside a description", "id,title,description\na,A,Wipe clean NA\n", "a",
     problems={"NA inside description": [2]}, description="Wipe clean NA")
case("HTML", 'id,title,description\na,A,"<p>One<br>two</p><ul><li>three &amp; more</li></ul>"\n',
     "a", problems={"HTML removed": [2]}, description="One\ntwo\n\nthree & more")
case("HTML in a title", "id,title\na,<b>Salt</b> &amp; pepper&nbsp;mill\n", "a",
     problems={"HTML removed": [2]}, title="Salt & pepper mill")
case("HTML escaped twice", "id,title,description\na,A,&lt;p&gt;Soft&lt;/p&gt;\n", "a",
     problems={"HTML removed": [2]}, description="Soft")
case("scripts and styles",
     "id,title,description\na,A,<style>p{color:red}</style>Soft<script>alert(1)</script>\n", "a",
     problems={"HTML removed": [2]}, description="Soft")
case("comment without end", "id,title,description\na,A,Soft<!-- never closed\n", "a",
     problems={"HTML removed": [2]}, description="Soft")
case("what only looks like HTML", "id,title\na,Shirt <XL> & size<M\n", "a",
     title="Shirt <XL> & size<M")
case("nested tags by the megabyte",
     lambda: b"id,title,description\na,A," + b"<div>" * 200_000 + b"x\n", "a",
     problems={"HTML removed": [2]}, description="x")
case("open tags by the megabyte",
     lambda: b"id,title,description\na,A," + b"<a '" * 250_000 + b"\nb,B,x\n", "a", "b",
     problems={"text cut": [2]})
case("open comments by the megabyte",
     lambda: b"id,title,description\na,A,x" + b"<!--" * 250_000 + b"\n", "a",
     problems={"HTML removed": [2]}, description="x")
case("ampersands by the megabyte", lambda: b"id,title,description\na,A,x" + b"&" * MB + b"\n", "a",
     problems={"text cut": [2]})
case("description of a megabyte",
     lambda: b"id,title,description\na,A," + b"word " * 200_000 + b"\n", "a",
     problems={"text cut": [2]})
case("title of a megabyte", lambda: b"id,title\na," + b"x" * MB + b"\n", "a",
     problems={"text cut": [2]}, title="x" * 500)
case("attribute of a megabyte", lambda: b"id,title,note\na,A," + b"x" * MB + b"\n", "a",
     problems={"text cut": [2]})
case("NUL in a title", "id,title\na,La\0mp\n", "a", problems={"control characters removed": [2]},
     title="Lamp")
case("terminal codes", "id,title\na,\x1b[31mLamp\x07\n", "a",
     problems={"control characters removed": [2]}, title="[31mLamp")
case("text that turns around", "id,title\na,Lamp \u202egpj.exe\n", "a",
     problems={"control characters removed": [2]}, title="Lamp gpj.exe")
case("line break in a title", 'id,title\na,"Lamp\r\nof oak"\n', "a",
     problems={"line break inside a line of text": [2]}, title="Lamp of oak")
case("joined emoji", "id,title\na,Mug \U0001f469\u200d\U0001f373\n", "a",
     title="Mug \U0001f469\u200d\U0001f373")

# Prices
case("prices that are none",
     f'id,title,price\na,A,1e400\nb,B,-5\nc,C,call us\nd,D,{"9" * MB}\ne,E,"1.299,00 €"\n', "a",
     "b", "c", "d", "e", problems={"price not understood": [2, 3, 4, 5]})

# Encodings
case("Windows-1252", "id,title\na,Stühle\nb,B\n".encode("cp1252"), "a", "b",
     problems={"bytes of another encoding": [2]}, title="Stühle")
case("two encodings", "id,title\na,Stühle\n".encode() + "b,Stühle 2\n".encode("cp1252"), "a", "b",
     problems={"bytes of another encoding": [3]}, title="Stühle")
case("bytes of no encoding", b"id,title\na,x\x81y\n", "a",
     problems={"bytes of another encoding": [2], "characters lost to a wrong encoding": [2]},
     title="x\ufffdy")
case("UTF-8 with its mark", codecs.BOM_UTF8 + b"id,title\na,A\n", "a")
case("UTF-16, little end first", codecs.BOM_UTF16_LE + "id,title\na,Stühle\n".encode("utf-16-le"),
     "a", title="Stühle")
case("UTF-16, big end first",
     codecs.BOM_UTF16_BE + "id,title\na,Stühle\n".encode("utf-16-be"), "a",
     title="Stühle")
case("UTF-16 without mark", "id,title\na,Stühle\n".encode("utf-16-le"), "a", title="Stühle")
case("UTF-16 cut in a character", codecs.BOM_UTF16_LE + "id,title\na,AB".encode("utf-16-le")[:-1],
     "a", problems={"bytes of another encoding": [2], "characters lost to a wrong encoding": [2]},
     title="A\ufffd")
case("read with a wrong encoding once", "id,title\na,StÃ¼hle â€“ Eiche\n", "a",
     problems={"wrong encoding mended": [2]}, title="Stühle – Eiche")

# Tables
case("ragged rows", "id,title,color\na,A\nb,B,red,extra\nc,C,blue\n", "a", "b", "c",
     problems={"fewer cells than columns": [2], "more cells than columns": [3]})
case("another delimiter in the rows", "id;title\na,A\nb;B\n", "a,A", "b",
     problems={"fewer cells than columns": [2], "no title": [2]})
case("quote never closed", 'id,title\na,"A\nb,B\nc,C\n', "a", "b", "c",
     problems={"quote never closed": [2]}, title="A")
case("quote closed in another row", 'id,title,n\na,"A,1\nb,B,2\nc,"C,3\nd,D,4\n', "a", "b", "c",
     "d", problems={"quote never closed": [2, 4]})
case("quote never closed in megabytes",
     lambda: b'id,title\na,"A\n' + b"".join(b"%d,%d %s\n" % (i, i, LONG) for i in range(12_000)),
     *sorted(["a", *map(str, range(12_000))]), problems={"quote never closed": [2]})
case("a line of 20 megabytes", lambda: b"id,title,n\na,A," + b"x" * 20 * MB + b"\nb,B,y\n", "a",
     "b", problems={"line too long": [2], "text cut": [2]})
case("old line ends", b"id,title\ra,A\rb,B\r", "a", "b")
case("columns of one name", "id,title,title,color,color\na,A,B,red,blue\n", "a", title="A")
case("columns without name", "id,,title,\na,x,A,y\n", "a", title="A")
case("blank rows", "id,title\n\n,\na,A\n   ,\t\n", "a")
case("a word above the table", "sep=;\nid;title\na;A\n", "a")
case("no rows", "id,title\n", error="no usable product: got 0 rows")
case("no good row", "id,title\n,A\n,B\n", error="got 2 rows; most rows have this.*no product id")
case("no id column", "name,color\nA,red\n", error="no column looks like a product id")
case("nothing", b"", error="source is empty")
case("blank lines only", b"\n\n \n", error="source is empty")

# Values
case("an object of 300 members", "id\tspecs\na\t" + json.dumps({f"k{i}": 1 for i in range(300)}),
     "a", problems={"attributes left out": [2]}, suffix=".tsv")
case("braces that are no JSON", 'id,specs\na,"{""x"": "\nb,{{{{\n', "a", "b")

# JSON lines
case("lines that are no JSON", b'{"id": "a"}\noops\n{"id": "b",\n{"id": "c"}\n', "a", "c",
     problems={"not valid JSON": [2, 3]}, suffix=".jsonl")
case("lines that are no objects", lines({"id": "a"}, [1, 2], "x", 7, None, {"id": "b"}), "a", "b",
     problems={"not a JSON object": [2, 3, 4, 5]}, suffix=".jsonl")
case("a last line cut off", lines({"id": "a"}) + b'{"id": "b", "tit', "a",
     problems={"not valid JSON": [2]}, suffix=".jsonl")
case("numbers that are none",
     b'{"id": "a", "title": NaN, "price": Infinity}\n{"id": NaN}\n{"id": "b", "title": "B"}\n', "a",
     "b", problems={"no title": [2 - 1], "price not understood": [1], "no product id": [2]},
     suffix=".jsonl")
case("ids of all types",
     lines(*({"id": i, "n": n} for n, i in enumerate(IDS))),
     "1", "2.5", "true", "x, y", "{}",
     problems={"product id seen before": [2], "no product id": [5]}, suffix=".jsonl")
case("texts of all types",
     lines(*({"id": str(n), "title": t}
             for n, t in enumerate(["x", 5, ["a"], {"name": "b"}, True]))),
     "0", "1", "2", "3", "4", suffix=".jsonl", title="x")
case("nested without end", b'{"id": ' + b"[" * 100_000 + b'}\n{"id": "b"}\n', "b",
     problems={"not valid JSON": [1]}, suffix=".jsonl")
case("a number of a million digits", b'{"id": ' + b"9" * MB + b'}\n{"id": "b"}\n', "b",
     problems={"not valid JSON": [1]}, suffix=".jsonl")
case("half a character", b'{"id": "a", "title": "x\\ud83d"}\n', "a",
     problems={"characters lost to a wrong encoding": [1]}, suffix=".jsonl", title="x?")
case("names that are data", lines(*({"id": str(i), f"k{i}": 1} for i in range(1200))),
     *sorted(map(str, range(1200))), suffix=".jsonl")
case("one array", json.dumps([{"id": "a"}], indent=1).encode(), error="is one JSON array",
     suffix=".json")
case("no object at all", b"1\n2\n", error="has no JSON object", suffix=".jsonl")

# Parquet
case("Parquet of all types",
     lambda: parquet(pa.table({
         "id": pa.array([1, None, 3]),
         "title": pa.array(["A", "B", None]),
         "price": pa.array([Decimal("1.50"), None, Decimal("-2.00")]),
         "when": pa.array([2**40, 5, 6], pa.timestamp("s")),
         "tags": pa.array([["x", None], [], None]),
         "specs": pa.array([{"a": 1.0}, None, {"a": float("nan")}]),
     })),
     "1", "3", problems={"no product id": [2], "no title": [3], "price not understood": [3]},
     suffix=".parquet")
case("Parquet text that is none",
     lambda: parquet(pa.table({"id": ["a"], "title": pa.Array.from_buffers(pa.utf8(), 1, [
         None, pa.py_buffer(np.array([0, 2], np.int32)), pa.py_buffer(b"x\xfc"),
     ])})),
     "a", suffix=".parquet", title="xü")
case("Parquet with columns of one name",
     lambda: parquet(pa.Table.from_arrays([pa.array([x]) for x in "aAB"],
                                          ["id", "title", "title"])),
     "a", suffix=".parquet", title="A")
case("Parquet in gzip", lambda: gzip.compress(parquet(pa.table({"id": ["a"], "title": ["A"]}))),
     "a", suffix=".parquet.gz", title="A")
case("Parquet cut off", lambda: parquet(pa.table({"id": ["a"] * 999}))[:-50],
     error="damaged Parquet file", suffix=".parquet")
case("Parquet with a broken page",
     lambda: parquet(pa.table({"id": SQUARES})).replace(b"\x15", b"\x99", 3),
     error="damaged Parquet file", suffix=".parquet")

# Files of another kind
case("an Excel workbook", b"PK\x03\x04 rest", error="got an Excel workbook.*export it as CSV")
case("a PDF", b"%PDF-1.7", error="got a PDF")
case("a picture", b"\x89PNG\r\n\x1a\n", error="got a picture")
case("a page that asks to sign in", b"<!DOCTYPE html><html><form>", error="got an HTML or XML")
case("an XML feed", b'<?xml version="1.0"?><rss>', error="got an HTML or XML")
case("noise", lambda: np.random.default_rng(0).bytes(100_000),
     error="product id|is empty|no usable")
case("gzip cut off", lambda: gzip.compress(b"id,title\n" + b"a,A\n" * 999)[:-20],
     error="cannot be read", suffix=".csv.gz")
case("gzip with a flipped bit", lambda: _flip(gzip.compress(b"id,title\n" + b"a,A\n" * 999)),
     error="cannot be read", suffix=".csv.gz")
case("gzip in gzip", lambda: gzip.compress(gzip.compress(b"id,title\na,A\n")),
     error="gzipped twice", suffix=".csv.gz")
case("a decompression bomb", lambda: gzip.compress(b"id,title\n" + b"x" * 300 * MB),
     error="decompression bomb", suffix=".csv.gz")
case("gzip by another name", lambda: gzip.compress(b"id,title\na,A\n"), "a")
case("another name for no gzip", b"id,title\na,A\n", "a", suffix=".csv.gz")
# fmt: on


def _flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def test_the_corpus_is_large_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("hostile", CASES, ids=lambda case: case.name)
def test_every_case_ends_in_the_report(tmp_path: Path, hostile: Case) -> None:
    source = tmp_path / f"products{hostile.suffix}"
    source.write_bytes(hostile.content())
    started = time.monotonic()
    if hostile.error:
        with pytest.raises(CatalogError, match=hostile.error):
            import_catalog(source, tmp_path / "shop")
        assert not (tmp_path / "shop" / "catalog.json").exists()
    else:
        catalog, report = import_catalog(source, tmp_path / "shop")
        assert tuple(p.product_id for p in catalog) == hostile.taken
        assert {r: problem.rows for r, problem in report.problems.items()} == hostile.problems
        assert report.rows == report.products + report.merged + report.left_out
        assert not hostile.title or catalog.products[0].title == hostile.title
        assert hostile.description in {None, catalog.products[0].description}
        assert tuple(Catalog.open(tmp_path / "shop")) == catalog.products
    assert time.monotonic() - started < SECONDS


def test_the_largest_cases_take_less_than_a_gigabyte(
    tmp_path: Path, peak_memory: Callable[..., int]
) -> None:
    large = [case for case in CASES if "mega" in case.name or "bomb" in case.name]
    for number, hostile in enumerate(large):
        (tmp_path / f"{number}{hostile.suffix}").write_bytes(hostile.content())
    script = """
        import sys
        from pathlib import Path
        from mmdemo.catalog import import_catalog
        from mmdemo.errors import CatalogError
        for source in sorted(Path(sys.argv[1]).iterdir()):
            try:
                import_catalog(source, Path(sys.argv[2]))
            except CatalogError as error:
                print(error)
    """
    assert peak_memory(script, tmp_path, f"{tmp_path}-shop") < 1000
