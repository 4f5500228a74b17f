"""What other programs get: qrels, queries, a spreadsheet, every event."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.errors import LabelError
from mmdemo.labels import ExportResult, JudgmentStore, export, read_events
from mmdemo.labels.aggregate import majority
from mmdemo.labels.formats import csv_lines, event_lines, guarded
from mmdemo.records import Judgment, Query, StoredJudgment

Click = Callable[..., Judgment]

HOSTILE = [
    "=HYPERLINK(1)",
    "quote \" and ' comma, semicolon;",
    "two\r\nlines\rand\nmore",
    "👟 emoji",
    "\u202eright to left שלום",
    "@SUM(1)",
    "<script>${1}</script>",
    "\u2028 line separator",
]


def exported(store: JudgmentStore, format: str, **options: object) -> tuple[str, ExportResult]:
    out = io.BytesIO()
    result = export(store, format, out, **options)  # type: ignore[arg-type]
    return out.getvalue().decode(), result


class TestQrels:
    def test_one_line_per_pair_by_query_and_product(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        for name, query_id, product_id, grade in [
            ("a", "q2", "p1", 0),
            ("b", "q1", "p2", 3),
            ("c", "q1", "p10", 1),
            ("d", "q1", "é", 2),
        ]:
            sqlite_store.add(
                click(name, grade, query_id=query_id, product_id=product_id, blind=True)
            )
        text, result = exported(sqlite_store, "qrels")
        assert text == "q1 0 p10 1\nq1 0 p2 3\nq1 0 é 2\nq2 0 p1 0\n"
        assert result == ExportResult(written=4)

    def test_other_tools_can_read_it(
        self, sqlite_store: JudgmentStore, click: Click, tmp_path: Path
    ) -> None:
        sqlite_store.add(click("a", 3, product_id="p 1", blind=True))
        path = tmp_path / "grades.qrels"
        export(sqlite_store, "qrels", path)
        (qrel,) = ir_measures.read_trec_qrels(str(path))
        assert (qrel.query_id, qrel.doc_id, qrel.relevance) == ("q1", "p%201", 3)

    def test_judges_vote_and_a_tie_goes_to_the_lower_grade(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        votes = {"p1": [3, 1, 3], "p2": [3, 1], "p3": [0, 2, 2, 3, 3]}
        for product_id, grades in votes.items():
            for n, grade in enumerate(grades):
                name = f"{product_id}-{n}"
                sqlite_store.add(
                    click(name, grade, product_id=product_id, judge=f"judge{n}", blind=True)
                )
        assert exported(sqlite_store, "qrels")[0] == "q1 0 p1 3\nq1 0 p2 1\nq1 0 p3 2\n"

    def test_hidden_repeats_and_other_questions_are_no_votes(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", 1, judge="ann", blind=True))
        sqlite_store.add(click("b", 3, judge="bob", blind=True))
        sqlite_store.add(click("c", 3, judge="bob", blind=True, repeat=1))
        sqlite_store.add(click("d", 3, judge="bob", blind=True, question="desirability"))
        assert exported(sqlite_store, "qrels")[0] == "q1 0 p1 1\n"
        assert exported(sqlite_store, "qrels", question="desirability")[0] == "q1 0 p1 3\n"

    def test_only_current_grades_of_the_campaign_count(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", 3, blind=True))
        sqlite_store.add(click("b", 0, at=1, supersedes="a", blind=True))
        sqlite_store.add(click("c", 3, product_id="p2", blind=True))
        sqlite_store.add(click("d", None, product_id="p2", at=1, supersedes="c", blind=True))
        sqlite_store.add(click("e", 2, campaign="autumn", blind=True))
        assert exported(sqlite_store, "qrels", campaign="spring")[0] == "q1 0 p1 0\n"

    def test_open_grades_stay_out_unless_asked_for(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", 3, blind=True))
        sqlite_store.add(click("b", 1, product_id="p2", blind=False))
        text, result = exported(sqlite_store, "qrels")
        assert text == "q1 0 p1 3\n"
        assert (result.written, result.left_out) == (1, 1)
        assert result.notes == (
            "1 grade from the open search page left out; --include-open includes them",
        )
        text, result = exported(sqlite_store, "qrels", include_open=True)
        assert text == "q1 0 p1 3\nq1 0 p2 1\n"
        assert result == ExportResult(written=2)

    def test_says_so_if_only_open_grades_are_there(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        for name in "abc":
            sqlite_store.add(click(name, product_id=name))
        with pytest.raises(LabelError, match=r"got 3 from the open search page.*--include-open"):
            exported(sqlite_store, "qrels")

    def test_campaigns_are_not_mixed(self, sqlite_store: JudgmentStore, click: Click) -> None:
        sqlite_store.add(click("a", 3, blind=True))
        sqlite_store.add(click("b", 0, campaign="autumn", blind=True))
        with pytest.raises(LabelError, match="got autumn, spring; name one with --campaign"):
            exported(sqlite_store, "qrels")

    def test_white_space_in_ids_is_encoded_and_told(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", 3, product_id="p 1\n\u2003", blind=True))
        sqlite_store.add(click("b", 2, product_id="50%", blind=True))
        text, result = exported(sqlite_store, "qrels")
        assert text == "q1 0 50%25 2\nq1 0 p%201%0A%E2%80%83 3\n"
        assert result.notes == (
            "2 lines hold ids with white space or %, written as in a URL (%20)",
        )

    def test_two_products_never_become_one(self, sqlite_store: JudgmentStore, click: Click) -> None:
        sqlite_store.add(click("a", 3, product_id="p 1", blind=True))
        sqlite_store.add(click("b", 0, product_id="p%201", blind=True))
        text, _ = exported(sqlite_store, "qrels")
        assert text == "q1 0 p%201 3\nq1 0 p%25201 0\n"


class TestQueries:
    def test_words_are_written_as_they_were_first_typed(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        for n, words in enumerate(["Red  Shoes", "red shoes", '-50% sale, "new"']):
            query_id = Query(words).query_id
            sqlite_store.add(
                click(f"e{n}", query_id=query_id, query_text=words, judge=f"judge{n}", blind=True)
            )
        text, result = exported(sqlite_store, "queries")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert rows == sorted(
            [
                {"query_id": Query("red shoes").query_id, "query": "Red  Shoes"},
                {"query_id": Query('-50% sale, "new"').query_id, "query": '-50% sale, "new"'},
            ],
            key=lambda row: row["query_id"],
        )
        assert result == ExportResult(written=2)

    def test_the_same_queries_as_in_the_qrels(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", query_id="q1", blind=True))
        sqlite_store.add(click("b", query_id="q2", blind=False))
        text, result = exported(sqlite_store, "queries")
        assert text == "query_id,query\r\nq1,red shoes\r\n"
        assert result.left_out == 1
        text, _ = exported(sqlite_store, "queries", include_open=True)
        assert text == "query_id,query\r\nq1,red shoes\r\nq2,red shoes\r\n"

    def test_photo_queries_are_left_out_and_counted(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        both = Query("red shoes", b"a photo")
        sqlite_store.add(click("a", query_id=Query("", b"x").query_id, query_text="", blind=True))
        sqlite_store.add(click("b", query_id=both.query_id, query_text=both.text, blind=True))
        text, result = exported(sqlite_store, "queries")
        assert text == "query_id,query\r\n"
        assert result.written == 0
        assert result.notes == (
            "2 queries have a photo and cannot be asked by words: not in this list",
        )


class TestSpreadsheet:
    def test_current_grades_with_all_columns(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        sqlite_store.add(click("a", 3))
        stored = sqlite_store.add(click("b", 1, at=1.5, supersedes="a", context={"rank": 2}))
        text, result = exported(sqlite_store, "csv")
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        assert row == {
            "sequence": "2",
            "client_event_id": "b",
            "campaign": "spring",
            "judge": "ann",
            "query_id": "q1",
            "query_text": "red shoes",
            "product_id": "p1",
            "question": "relevance",
            "repeat": "0",
            "grade": "1",
            "supersedes": "a",
            "blind": "False",
            "clicked_at": "2026-03-01T12:00:01.500000+00:00",
            "received_at": stored.received_at.isoformat(),
            "context": '{"rank": 2}',
        }
        assert result == ExportResult(written=1)

    def test_hostile_text_stays_in_its_cell(
        self, sqlite_store: JudgmentStore, click: Click
    ) -> None:
        for n, words in enumerate(HOSTILE):
            sqlite_store.add(click(f"e{n}", query_text=words, product_id=words, judge=words))
        text, result = exported(sqlite_store, "csv")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        expected = [("'" if words[0] in "=@" else "") + words for words in HOSTILE]
        for name in ("query_text", "product_id", "judge"):
            assert [row[name] for row in rows] == expected
        assert result.written == len(HOSTILE)

    @pytest.mark.parametrize(
        "cell",
        [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\ttab",
            "\rreturn",
            "\nline",
            "  =1",
            "\u00a0=1",
            "\u3000＝1",
            "＝1",
            "＋1",
            "－1",
            "＠SUM",
            "\ufeff=1",
            "\u200b\u202e=1",
            "﹣1",
        ],
    )
    def test_formulas_are_disarmed(self, cell: str) -> None:
        assert guarded(cell) == f"'{cell}"

    @pytest.mark.parametrize("cell", ["", "red", "a=b", "1-2", "é", "x@example.org", " x", "'=1"])
    def test_other_text_is_left_alone(self, cell: str) -> None:
        assert guarded(cell) == cell


class TestEvents:
    def test_every_event_comes_back_equal(self, sqlite_store: JudgmentStore, click: Click) -> None:
        for n, words in enumerate(HOSTILE):
            sqlite_store.add(
                click(
                    f"e{n}",
                    n % 4 or None,
                    query_text=words,
                    product_id=words,
                    context={words: [words, 0.1, None]},
                    supersedes=f"e{n - 1}" if n else None,
                )
            )
        text, result = exported(sqlite_store, "jsonl")
        assert list(read_events(io.StringIO(text))) == list(sqlite_store.events())
        assert result == ExportResult(written=len(HOSTILE))
        assert len(text.splitlines()) == len(HOSTILE)
        assert json.loads(text.splitlines()[1])["product_id"] == HOSTILE[1]

    @given(
        text=st.text(st.characters(exclude_categories=["Cs"])),
        number=st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
        at=st.datetimes(timezones=st.just(UTC)),
    )
    def test_round_trip_of_any_event(self, text: str, number: float, at: datetime) -> None:
        context = {text: number}
        judgment = Judgment("a", text, text, text, text, text, None, at, context=context)
        event = StoredJudgment(judgment, 7, at)
        assert list(read_events(event_lines([event]))) == [event]

    @pytest.mark.parametrize("line", ["", "[]", "{}", '{"sequence": 1}', "not json"])
    def test_a_line_that_is_no_event_is_named(
        self, sqlite_store: JudgmentStore, click: Click, line: str
    ) -> None:
        sqlite_store.add(click("a"))
        good, _ = exported(sqlite_store, "jsonl")
        with pytest.raises(LabelError, match="line 2 is not an event"):
            list(read_events([good, line]))


@pytest.mark.parametrize("format", ["qrels", "queries", "csv", "jsonl"])
def test_a_file_gets_the_same_bytes_as_a_stream(
    sqlite_store: JudgmentStore, click: Click, tmp_path: Path, format: str
) -> None:
    sqlite_store.add(click("a", query_text="é\r\n", blind=True))
    path = tmp_path / "new" / "export"
    in_file = export(sqlite_store, format, path)
    text, in_stream = exported(sqlite_store, format)
    assert in_file == in_stream
    assert path.read_bytes().decode() == text
    assert [file.name for file in path.parent.iterdir()] == ["export"]


def test_a_failed_export_leaves_the_old_file(
    sqlite_store: JudgmentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "grades.qrels"
    path.write_text("old")

    def fail(**_: object) -> None:
        raise LabelError("the disk is gone")

    monkeypatch.setattr(sqlite_store, "current", fail)
    with pytest.raises(LabelError, match="disk is gone"):
        export(sqlite_store, "qrels", path)
    assert path.read_text() == "old"


def test_a_file_that_cannot_be_written_is_named(
    sqlite_store: JudgmentStore, tmp_path: Path
) -> None:
    with pytest.raises(LabelError, match="export cannot be written"):
        export(sqlite_store, "csv", tmp_path)


def test_an_unknown_format_lists_the_known_ones(
    sqlite_store: JudgmentStore, tmp_path: Path
) -> None:
    with pytest.raises(LabelError, match="got 'xml', expected qrels, queries, csv, jsonl"):
        export(sqlite_store, "xml", tmp_path / "file")


@pytest.mark.parametrize(
    ("grades", "expected"), [([2], 2), ([3, 0], 0), ([0, 3, 3], 3), ([1, 2, 2, 1, 3], 1)]
)
def test_majority(grades: list[int], expected: int) -> None:
    assert majority(grades) == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_csv_rows_come_back(cells: list[str]) -> None:
    text = "".join(csv_lines([cells, ["last"]]))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [cells, ["last"]]
