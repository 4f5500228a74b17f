import json
from pathlib import Path

import pytest

from mmdemo.catalog import Changes, ImportReport, Problem, read_report
from mmdemo.errors import CatalogError


def test_a_report_of_many_bad_rows_stays_small() -> None:
    report = ImportReport()
    for row in range(2, 100_002):
        report.add("no title", row, f"p{row}: {'x' * 1000}")
    problem = report.problems["no title"]
    assert problem.count == 100_000
    assert problem.rows == list(range(2, 102))
    assert [len(example) for example in problem.examples] == [301] * 5
    assert len(json.dumps(report.to_json())) < 4000


def test_a_row_is_named_once_for_a_reason() -> None:
    report = ImportReport()
    report.add("photo not found", 7, "a.jpg")
    report.add("photo not found", 7, "b.jpg")
    assert report.problems["photo not found"] == Problem(2, [7], ["a.jpg", "b.jpg"])


def test_it_comes_back_from_its_file(tmp_path: Path) -> None:
    report = ImportReport(
        source="p.csv",
        kind="CSV, UTF-8",
        rows=3,
        products=2,
        left_out=1,
        filled={"title": 2, "image": 1},
        columns={"image": ("a", "b")},
        attributes=("color",),
        ignored={"x": "as asked"},
        changes=Changes(added=2, examples={"added": ("p1", "p2")}),
        notes=["odd"],
    )
    report.add("no product id", 2, left_out=True)
    (tmp_path / "import_report.json").write_text(json.dumps(report.to_json()))
    assert read_report(tmp_path) == report
    assert (report.with_title, report.with_photo, report.with_description) == (2, 1, 0)


def test_a_report_of_an_older_version_is_read(tmp_path: Path) -> None:
    older = {
        "rows": 2,
        "products": 1,
        "with_photo": 1,
        "columns": {"title": "Name"},
        "attributes": ["color"],
        "notes": [],
        "problems": {"no title": {"count": 1, "rows": [2], "examples": []}},
    }
    (tmp_path / "import_report.json").write_text(json.dumps(older))
    report = read_report(tmp_path)
    assert (report.rows, report.columns) == (2, {"title": ("Name",)})
    assert report.problems == {"no title": Problem(1, [2])}


@pytest.mark.parametrize(
    "content", [b"{", b"\xff", b'{"problems": 3}', b'{"changes": {"x": 1}}', b'{"columns": [1]}']
)
def test_a_damaged_report_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "import_report.json").write_bytes(content)
    with pytest.raises(CatalogError, match=r"cannot be read|no import report"):
        read_report(tmp_path)


def test_no_report(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="has no import report; make one with `mmdemo import`"):
        read_report(tmp_path)


def test_what_the_terminal_shows() -> None:
    report = ImportReport(
        kind="CSV, UTF-8",
        dialect="Shopify",
        rows=9,
        products=6,
        merged=2,
        left_out=1,
        different_titles=4,
        filled={"title": 5, "description": 6},
        columns={"title": ("Title",), "image": ("a", "b")},
        changes=Changes(added=1, changed=2, unchanged=3, examples={"added": ("x",)}),
        notes=["all splits are read"],
    )
    report.add("no title", 3, "p3")
    report.add("no product id", 2, "A", left_out=True)
    assert report.to_text().splitlines() == [
        "6 products from 9 rows: 0 with photo, 5 with title (4 different), 6 with description",
        "2 rows joined to the product above them, 1 rows left out",
        "1 added, 2 changed, 0 removed, 3 unchanged",
        "read as CSV, UTF-8, an export of Shopify",
        "columns: title ← Title; image ← a, b",
        "all splits are read",
        "left out:",
        "       1 × no product id (rows 2)",
        "           A",
        "taken, but:",
        "       1 × no title (rows 3)",
        "           p3",
    ]
