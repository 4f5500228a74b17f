"""`mmdemo export`"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment, Query
from mmdemo.trec import read_qrels, read_topics

Run = Callable[..., Any]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RED_CUP = Query("red cup").query_id


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Two blind grades of a campaign, one with rankers in sight, and one of another campaign."""
    path = tmp_path / "judgments.sqlite3"
    given = [
        ("c1", "cup-red", 3, True),
        ("c1", "cup-blue", 1, True),
        ("c1", "lamp", 0, False),
        ("c2", "rug", 2, True),
    ]
    with JudgmentStore(f"sqlite:///{path}") as store:
        for i, (campaign, product_id, grade, blind) in enumerate(given):
            store.add(
                Judgment(
                    client_event_id=f"event-{i:032}",
                    campaign=campaign,
                    judge="ann",
                    query_id=RED_CUP,
                    query_text="red cup",
                    product_id=product_id,
                    grade=grade,
                    clicked_at=NOON,
                    blind=blind,
                )
            )
    return path


def test_qrels_and_queries_fit_together(run: Run, labels: Path, tmp_path: Path) -> None:
    qrels, queries = tmp_path / "qrels.txt", tmp_path / "queries.csv"
    c1 = ("--labels", labels, "--campaign", "c1")
    outcome = run("export", *c1, "--format", "qrels", "--out", qrels)
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err == (
        "1 grade from the open search page left out; --include-open includes them\n"
        f"2 lines in {qrels}\n"
    )
    assert run("export", *c1, "--format", "queries", "--out", queries).status == 0
    assert read_qrels(qrels) == {RED_CUP: {"cup-red": 3, "cup-blue": 1}}
    (topic,) = read_topics(queries)
    assert (topic.topic_id, topic.query.text) == (RED_CUP, "red cup")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--campaign", "c1", "--include-open"), {"cup-red": 3, "cup-blue": 1, "lamp": 0}),
        (("--campaign", "c1"), {"cup-red": 3, "cup-blue": 1}),
        (("--campaign", "c2"), {"rug": 2}),
    ],
)
def test_which_grades(
    run: Run, labels: Path, tmp_path: Path, options: tuple[str, ...], expected: dict[str, int]
) -> None:
    out = tmp_path / "qrels.txt"
    run("export", "--labels", labels, "--format", "qrels", "--out", out, *options)
    assert read_qrels(out) == {RED_CUP: expected}


def test_to_the_terminal(run: Run, labels: Path) -> None:
    outcome = run("export", "--labels", labels, "--format", "jsonl")
    assert (outcome.status, outcome.err) == (0, "")
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert [event["product_id"] for event in events] == ["cup-red", "cup-blue", "lamp", "rug"]


def test_mistakes(
    run: Run, labels: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    mixed = run("export", "--labels", labels, "--format", "qrels")
    assert_mistake(mixed, "several campaigns would be mixed: got c1, c2; name one with --campaign")
    nowhere = tmp_path / "typo.sqlite3"
    outcome = run("export", "--labels", nowhere, "--format", "csv")
    assert_mistake(outcome, "there are no judgments", "typo.sqlite3", "--labels")
    assert not nowhere.exists()
    (tmp_path / "folder").mkdir()
    outcome = run("export", "--labels", labels, "--format", "csv", "--out", tmp_path / "folder")
    assert_mistake(outcome, "the export cannot be written", "folder")
    assert_mistake(run("export", "--labels", "oracle://x/y", "--format", "csv"), "oracle")
    with pytest.raises(SystemExit) as ended:
        run("export", "--format", "xml")
    assert ended.value.code == 2
