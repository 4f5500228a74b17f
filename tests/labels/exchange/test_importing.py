"""Others' judgments: every row is stored once, is there already, or is told with its number."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.errors import EvaluationError, LabelConflictError, LabelError
from mmdemo.labels import JudgmentStore, aggregated, export
from mmdemo.labels.exchange import (
    ImportResult,
    format_of,
    import_judgments,
    read_rows,
    rejected_rows,
)
from mmdemo.labels.formats import event_lines
from mmdemo.records import Judgment, Query

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def take(sqlite_store: JudgmentStore, tmp_path: Path) -> Callable[..., ImportResult]:
    """`take("q.txt", "q1 0 p1 3")` imports a file with this content as eva's."""

    def run(name: str, content: str, **options: object) -> ImportResult:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        options = {"campaign": "theirs", "judge": "eva", "source": name} | options
        rows = read_rows(path, format_of(path))
        return import_judgments(sqlite_store, rows, **options)  # type: ignore[arg-type]

    return run


Take = Callable[..., ImportResult]


def grades(store: JudgmentStore) -> dict[tuple[str, str, str], int | None]:
    return {
        (s.judgment.judge, s.judgment.query_id, s.judgment.product_id): s.judgment.grade
        for s in store.current()
    }


class TestQrels:
    def test_rows_become_blind_grades_of_a_named_judge(
        self, sqlite_store: JudgmentStore, take: Take
    ) -> None:
        result = take("trec.qrels", "q1 0 p1 3\n\nq1 0 p%202 0\r\nq2 Q0 p1 1", texts={"q1": "red"})
        assert result == ImportResult(rows=3, stored=3, known=0, rejected=())
        assert grades(sqlite_store) == {
            ("eva", "q1", "p1"): 3,
            ("eva", "q1", "p 2"): 0,
            ("eva", "q2", "p1"): 1,
        }
        (first, *_) = sqlite_store.current()
        judgment = first.judgment
        assert (judgment.campaign, judgment.blind, judgment.query_text) == ("theirs", True, "red")
        assert judgment.context == {"imported": {"file": "trec.qrels", "row": 1}}
        assert len(aggregated(sqlite_store.current())) == 3  # votes like any other

    def test_again_changes_nothing(self, sqlite_store: JudgmentStore, take: Take) -> None:
        content = "q1 0 p1 3\nq1 0 p2 0\n"
        take("a.txt", content)
        before = list(sqlite_store.events())
        assert take("a.txt", content) == ImportResult(2, 0, 2, ())
        assert take("copy.txt", content) == ImportResult(2, 0, 2, ())
        assert list(sqlite_store.events()) == before

    def test_a_corrected_file_and_back(self, sqlite_store: JudgmentStore, take: Take) -> None:
        # The first time p2 is new too.
        for grade, stored, known in [(3, 2, 0), (1, 1, 1), (3, 1, 1), (3, 0, 2)]:
            result = take("a.txt", f"q1 0 p1 {grade}\nq1 0 p2 2")
            assert result == ImportResult(2, stored, known, ())
            assert grades(sqlite_store)["eva", "q1", "p1"] == grade
        assert len(list(sqlite_store.events())) == 4

    def test_bad_rows_are_told_and_the_others_taken(
        self, sqlite_store: JudgmentStore, take: Take
    ) -> None:
        result = take(
            "a.txt",
            "q1 0 p1 3\n"
            "q1 0 p2\n"
            "q1 0 p3 two\n"
            "q1 0 p4 -1\n"
            "q1 0 p5 99\n"
            "q1 0 p1 3\n"  # the same grade again is no harm, but is no second judgment either
            "q1 0 p6 1.5\n"
            "q1 0 p7 2.0\n",
        )
        assert (result.rows, result.stored, result.known) == (8, 2, 0)
        told = [(row.number, row.reason) for row in result.rejected]
        assert [number for number, _ in told] == [2, 3, 4, 5, 6, 7]
        reasons = [reason for _, reason in told]
        assert reasons[0] == "not: query iteration product grade"
        assert reasons[1] == "grade is not a whole number from 0: two"
        assert "99" in reasons[3]
        assert reasons[4] == "row 1 grades this pair already"
        assert list(rejected_rows(result.rejected))[1] == [2, reasons[0], "q1 0 p2"]
        assert set(grades(sqlite_store)) == {("eva", "q1", "p1"), ("eva", "q1", "p7")}


class TestCsv:
    def test_names_that_others_use(self, sqlite_store: JudgmentStore, take: Take) -> None:
        content = (
            "Query,docid,esci_label,annotator,remark\r\n"
            'red shoes,p1,E,ann,"two\r\nlines"\r\n'
            "red shoes,p1,s,ben,\r\n"
            "red shoes,'=p2,Irrelevant,ann,\r\n"
        )
        result = take("export.csv", content, judge=None)
        assert (result.rows, result.stored, result.rejected) == (3, 3, ())
        red = Query("red shoes").query_id
        assert grades(sqlite_store) == {
            ("ann", red, "p1"): 3,
            ("ben", red, "p1"): 2,
            ("ann", red, "=p2"): 0,
        }
        (first, *_) = sqlite_store.current()
        assert first.judgment.query_text == "red shoes"
        assert first.judgment.context["columns"] == {"remark": "two\r\nlines"}
        assert take("export.csv", content, judge=None).known == 3

    def test_our_own_spreadsheet_keeps_what_it_says(
        self, sqlite_store: JudgmentStore, click: Click, take: Take
    ) -> None:
        context = {"kind": "training", "answer": "grade"}
        sqlite_store.add(click("a", 3, blind=True, context=context, question="desirability"))
        out = io.BytesIO()
        export(sqlite_store, "csv", out)
        take("ours.csv", out.getvalue().decode(), judge=None)
        ours, theirs = sqlite_store.current()
        for name in ("judge", "query_id", "query_text", "question", "grade", "blind", "clicked_at"):
            assert getattr(theirs.judgment, name) == getattr(ours.judgment, name)
        assert theirs.judgment.context["kind"] == "training"
        assert aggregated(sqlite_store.current(campaign="theirs")) == {}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("q1,p1", "2 cells, where the header has 4"),
            (",p1,3,", "no query"),
            ("q1,,3,", "no product"),
            ("q1,p1,,", "no grade"),
            ("q1,p1,3,yesterday", "clicked_at is no time: yesterday"),
            ("q1,p1,3,2026-03-01T12:00:00", "clicked_at has no time zone: 2026-03-01T12:00:00"),
            (f"q1,{'p' * 2001},3,", "product_id is too long"),
            ("q1,p\0,3,", "NUL"),
        ],
    )
    def test_bad_rows(self, take: Take, row: str, reason: str) -> None:
        head = "query_id,product_id,grade,clicked_at\n"
        result = take("a.csv", f"{head}q1,good,3,\n{row}\nq1,fine,1,\n")
        assert (result.rows, result.stored) == (3, 2)
        (rejected,) = result.rejected
        assert rejected.number == 3
        assert reason in rejected.reason

    def test_quotes_that_never_close(self, take: Take) -> None:
        result = take("a.csv", 'query_id,product_id,grade\nq1,p1,3\nq1,"p2,3\nq1,p3,1\n')
        assert (result.rows, result.stored) == (2, 1)
        assert result.rejected[0].number == 3
        assert "nothing from here on was read" in result.rejected[0].reason

    def test_columns_that_are_missing(self, take: Take) -> None:
        with pytest.raises(LabelError, match=r"no column for grade.*expected grade or relevance"):
            take("a.csv", "query_id,product_id\nq1,p1\n")


class TestEvents:
    @pytest.fixture
    def exported(self, tmp_path: Path, click: Click) -> Path:
        """Two judges' events of another database: a change of mind, and a grade taken back."""
        path = tmp_path / "events.jsonl"
        with JudgmentStore(f"sqlite:///{tmp_path}/other.sqlite3") as other:
            other.add(click("a", 3, context={"kind": "regular", "é": [1, None]}))
            other.add(click("b", 1, at=1, supersedes="a"))
            other.add(click("c", 2, judge="ben", blind=True))
            other.add(click("d", None, at=2, judge="ben", supersedes="c"))
            export(other, "jsonl", path)
        return path

    def test_come_back_without_loss(
        self, sqlite_store: JudgmentStore, exported: Path, take: Take
    ) -> None:
        content = exported.read_text(encoding="utf-8")
        result = take("a.jsonl", content, judge=None, campaign=None)
        assert result == ImportResult(4, 4, 0, ())
        with JudgmentStore(f"sqlite:///{exported.parent}/other.sqlite3") as other:
            assert [e.judgment for e in sqlite_store.events()] == [
                e.judgment for e in other.events()
            ]
            current = [e.judgment for e in other.current(withdrawn=True)]
            assert [e.judgment for e in sqlite_store.current(withdrawn=True)] == current
        assert take("a.jsonl", content, judge=None, campaign=None) == ImportResult(4, 0, 4, ())

    def test_in_another_campaign_they_are_others(
        self, sqlite_store: JudgmentStore, exported: Path, take: Take
    ) -> None:
        content = exported.read_text(encoding="utf-8")
        take("a.jsonl", content, judge=None, campaign=None)
        for _ in range(2):
            take("a.jsonl", content, judge=None, campaign="copy")
        assert grades(sqlite_store) == {("ann", "q1", "p1"): 1}
        copied = list(sqlite_store.events(campaign="copy"))
        assert [e.judgment.grade for e in copied] == [3, 1, 2, None]
        assert copied[1].judgment.supersedes == copied[0].judgment.client_event_id
        (only,) = sqlite_store.current(campaign="copy")
        assert only.judgment.grade == 1

    def test_one_judge_may_be_named_anew(
        self, sqlite_store: JudgmentStore, exported: Path, take: Take
    ) -> None:
        lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
        take("a.jsonl", "".join(lines[:2]), judge="a colleague", campaign=None)
        assert grades(sqlite_store) == {("a colleague", "q1", "p1"): 1}
        with pytest.raises(
            LabelError, match="several judges would become those of one: got ann, ben"
        ):
            take("a.jsonl", "".join(lines), judge="a colleague", campaign=None)

    def test_bad_lines_and_taken_ids(
        self, sqlite_store: JudgmentStore, click: Click, exported: Path, take: Take
    ) -> None:
        sqlite_store.add(click("b", 0, judge="eva"))  # the same id, but another event
        lines = exported.read_text(encoding="utf-8").splitlines()
        broken = json.loads(lines[2]) | {"surprise": 1}
        naive = json.loads(lines[2]) | {"clicked_at": "2026-03-01"}
        few = {"client_event_id": "x", "grade": 1}
        content = "\n".join(
            [lines[0], "{", "[]", lines[1], *map(json.dumps, (broken, naive, few)), lines[3]]
        )
        result = take("a.jsonl", content, judge=None, campaign=None)
        assert (result.rows, result.stored, result.known) == (8, 2, 0)
        assert [row.number for row in result.rejected] == [2, 3, 4, 5, 6, 7]
        assert "taken by another judgment" in result.rejected[2].reason
        assert "surprise" in result.rejected[3].reason
        assert "no time zone" in result.rejected[4].reason
        assert "without campaign, judge" in result.rejected[5].reason

    def test_grades_in_json(self, sqlite_store: JudgmentStore, take: Take) -> None:
        rows = [
            {"query": "red", "product_id": 7, "grade": 2, "judge": "ann", "extra": {"a": 1}},
            {"query": "red", "product_id": "8", "grade": True, "judge": "ann"},
        ]
        result = take("a.jsonl", "\n".join(map(json.dumps, rows)), judge=None)
        assert (result.stored, [row.number for row in result.rejected]) == (1, [2])
        assert grades(sqlite_store) == {("ann", Query("red").query_id, "7"): 2}


class TestNames:
    def test_somebody_must_have_judged(self, sqlite_store: JudgmentStore, take: Take) -> None:
        with pytest.raises(LabelError, match="name a judge with --judge"):
            take("a.txt", "q1 0 p1 3", judge=None)
        with pytest.raises(LabelError, match="name one with --campaign"):
            take("a.txt", "q1 0 p1 3", campaign=None)
        assert list(sqlite_store.events()) == []

    def test_another_judge_of_the_same_pairs(self, sqlite_store: JudgmentStore, take: Take) -> None:
        take("a.txt", "q1 0 p1 3")
        assert take("a.txt", "q1 0 p1 3", judge="ben").stored == 1
        assert take("a.txt", "q1 0 p1 3", question="desirability").stored == 1
        assert len(list(sqlite_store.current())) == 3

    def test_a_judge_s_later_change_is_superseded(
        self, sqlite_store: JudgmentStore, click: Click, take: Take
    ) -> None:
        sqlite_store.add(click("a", 0, judge="eva", campaign="theirs"))
        sqlite_store.add(click("b", 1, at=5, judge="eva", campaign="theirs"))
        content = "query_id,product_id,grade,clicked_at\nq1,p1,3,2019-01-01T00:00:00Z\n"
        assert take("a.csv", content).stored == 1
        assert grades(sqlite_store) == {("eva", "q1", "p1"): 3}


def test_formats_by_name() -> None:
    names = ["a.csv", "b.CSV.gz", "c.jsonl", "d.ndjson.gz", "qrels.dev.txt.gz", "qrels"]
    found = [format_of(Path(name)) for name in names]
    assert found == ["csv", "csv", "jsonl", "jsonl", "qrels", "qrels"]


def test_gzipped_and_unreadable(sqlite_store: JudgmentStore, tmp_path: Path) -> None:
    path = tmp_path / "q.txt.gz"
    path.write_bytes(gzip.compress(b"q1 0 p1 3\n"))
    rows = read_rows(path, format_of(path))
    assert import_judgments(sqlite_store, rows, campaign="c", judge="j").stored == 1
    with pytest.raises(EvaluationError, match="cannot read"):
        list(read_rows(tmp_path / "nowhere.txt", format_of(path)))


def test_many_rows_and_a_race(
    sqlite_store: JudgmentStore, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else stores one of the rows while the import runs: nothing else is lost."""
    add_all = sqlite_store.add_all

    def raced(judgments: Iterator[Judgment]) -> object:
        ready = list(judgments)
        sqlite_store.add(replace(ready[7], grade=0))
        monkeypatch.setattr(sqlite_store, "add_all", add_all)
        return add_all(ready)

    monkeypatch.setattr(sqlite_store, "add_all", raced)
    result = take("a.txt", "".join(f"q{i} 0 p1 3\n" for i in range(1200)))
    assert (result.rows, result.stored, result.known) == (1200, 1199, 0)
    assert [row.number for row in result.rejected] == [8]
    assert len(sqlite_store.current()) == 1200


@contextmanager
def fresh(folder: Path, name: str) -> Iterator[JudgmentStore]:
    path = folder / f"{name}.sqlite3"
    path.unlink(missing_ok=True)
    with JudgmentStore(f"sqlite:///{path}") as store:
        yield store


TEXT = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=8
).filter(str.strip)
EVENTS = st.lists(
    st.builds(
        Judgment,
        client_event_id=st.sampled_from([f"e{i}" for i in range(9)]),
        campaign=st.sampled_from(["one", "two"]),
        judge=st.sampled_from(["ann", "ben", " Zoë\n"]),
        query_id=TEXT,
        query_text=st.just("") | TEXT,
        product_id=st.sampled_from(["p1", "p2"]) | TEXT,
        grade=st.none() | st.integers(0, 3),
        clicked_at=st.datetimes(
            datetime(2000, 1, 1),
            datetime(2030, 1, 1),
            timezones=st.just(UTC),
        ),
        repeat=st.integers(0, 2),
        supersedes=st.none() | st.sampled_from([f"e{i}" for i in range(9)]),
        blind=st.booleans(),
        context=st.dictionaries(TEXT, st.none() | st.integers(-9, 9) | TEXT, max_size=2),
    ),
    max_size=6,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(EVENTS)
def test_any_export_comes_back(tmp_path: Path, judgments: list[Judgment]) -> None:
    """Export as JSON lines, import elsewhere: the same events in the same order, twice or once."""
    path = tmp_path / "events.jsonl"
    with fresh(tmp_path, "from") as source, fresh(tmp_path, "to") as target:
        for judgment in judgments:
            try:
                source.add(judgment)
            except LabelError as error:  # an id twice, or an event that supersedes itself
                assert isinstance(error, LabelConflictError) or "supersede itself" in str(error)
        path.write_text("".join(event_lines(source.events())), encoding="utf-8")
        expected = [event.judgment for event in source.events()]
        for times in range(2):
            result = import_judgments(target, read_rows(path, format_of(path)))
            stored = len(expected) if times == 0 else 0
            assert result == ImportResult(len(expected), stored, len(expected) - stored, ())
        assert [event.judgment for event in target.events()] == expected
