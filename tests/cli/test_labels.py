"""`mmdemo labels import`, `backup` and `restore`"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore

Run = Callable[..., Any]


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.qrels"
    path.write_text("d1 0 cup-red 3\nd1 0 cup-blue\nd2 0 =lamp high\n", encoding="utf-8")
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "labels" / "judgments.sqlite3"


def test_others_judgments(run: Run, qrels: Path, database: Path, tmp_path: Path) -> None:
    queries = tmp_path / "queries.csv"
    queries.write_text("query_id,query\nd1,red cup\n", encoding="utf-8")
    rejected = tmp_path / "rejected.csv"
    outcome = run(
        *("labels", "import", qrels, "--labels", database, "--campaign", "theirs"),
        *("--judge", "trec", "--queries", queries, "--rejected", rejected),
    )
    assert outcome.status == 0
    assert outcome.out == "3 rows: 1 stored, 0 there already, 2 rejected\n"
    assert outcome.err == (
        "row 2: not: query iteration product grade: 'd1 0 cup-blue'\n"
        "row 3: grade is not a whole number from 0: high: 'd2 0 =lamp high'\n"
    )
    with rejected.open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["row", "2", "3"]
    with JudgmentStore(f"sqlite:///{database}") as store:
        (stored,) = store.current()
    judgment = stored.judgment
    assert (judgment.campaign, judgment.judge, judgment.query_text) == ("theirs", "trec", "red cup")
    assert (judgment.grade, judgment.blind, judgment.question) == (3, True, "relevance")


def test_many_rejected_rows_are_not_all_shown(run: Run, database: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_text("bad\n" * 30, encoding="utf-8")
    named = ("--labels", database, "--campaign", "c", "--judge", "j", "--open", "--format", "qrels")
    outcome = run("labels", "import", path, *named)
    assert outcome.out == "30 rows: 0 stored, 0 there already, 30 rejected\n"
    lines = outcome.err.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 10 more; --rejected OUT.csv writes them down"


def test_backup_and_restore(run: Run, qrels: Path, database: Path, tmp_path: Path) -> None:
    named = ("--campaign", "c", "--judge", "j", "--question", "desirability")
    run("labels", "import", qrels, "--labels", database, *named)
    copy, new = tmp_path / "copy.sqlite3", tmp_path / "new.sqlite3"
    outcome = run("labels", "backup", copy, "--labels", database)
    assert outcome.status == 0
    assert outcome.out.endswith(f"2 rows of 2 tables, equal to the original, in {copy}\n")
    outcome = run("labels", "restore", copy, "--labels", new)
    assert outcome.out.endswith(f"2 rows of 2 tables, equal to the backup, in {new}\n")
    with JudgmentStore(f"sqlite:///{new}") as store:
        (stored,) = store.current()
    assert (stored.judgment.product_id, stored.judgment.question) == ("cup-red", "desirability")


def test_mistakes(
    run: Run, qrels: Path, database: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    outcome = run("labels", "import", qrels, "--labels", database, "--campaign", "c")
    assert_mistake(outcome, "nobody is known to have judged this", "--judge")
    outcome = run("labels", "import", tmp_path / "no", "--labels", database, "--judge", "j")
    assert_mistake(outcome, "cannot read")
    outcome = run("labels", "backup", tmp_path / "b", "--labels", tmp_path / "typo.sqlite3")
    assert_mistake(outcome, "there are no judgments", "typo.sqlite3")
    outcome = run("labels", "restore", tmp_path / "b", "--labels", database)
    assert_mistake(outcome, "there is no such backup")
    with pytest.raises(SystemExit) as ended:
        run("labels")
    assert ended.value.code == 2
