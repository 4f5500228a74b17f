"""`mmdemo campaign export`: all of a campaign, and the same again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore, NoteStore
from mmdemo.labels.campaigns import CampaignStore, Definition, PoolQuery, Question
from mmdemo.labels.campaigns.presets import ESCI
from mmdemo.labels.exchange import read_manifest
from mmdemo.records import Judgment, Note
from mmdemo.trec import read_qrels, read_run

Run = Callable[..., Any]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def judgment(judge: str, product_id: str, grade: int, **context: object) -> Judgment:
    return Judgment(
        client_event_id=f"{judge}-{product_id}",
        campaign="spring",
        judge=judge,
        query_id="q1",
        query_text="red cup",
        product_id=product_id,
        grade=grade,
        clicked_at=NOON,
        blind=True,
        context=context,
    )


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "judgments.sqlite3"
    with JudgmentStore(f"sqlite:///{path}") as store, NoteStore(f"sqlite:///{path}") as notes:
        definition = Definition(
            questions=(Question(name="relevance", scale=ESCI),), rankers=("text", "image"), depth=2
        )
        asked = PoolQuery("q1", "red cup", {"text": ["cup", "lamp"], "image": ["lamp"]})
        CampaignStore(store.database).create("spring", definition, [asked], by="lead", seed=5)
        store.add_all(
            [judgment("ann", "cup", 3), judgment("ben", "cup", 1), judgment("ann", "lamp", 0)]
        )
        store.add(judgment("lead", "cup", 2, kind="adjudication"))
        notes.add(
            Note("n", "campaign:spring", "ann", "q1", "red cup", NOON, tags=("no good result",))
        )
    return path


def test_a_folder_that_comes_out_the_same_again(run: Run, labels: Path, tmp_path: Path) -> None:
    folder = tmp_path / "spring"
    export = ("campaign", "export", "spring", "--labels", labels)
    outcome = run(*export, "--out", folder, "--rule", "adjudicated")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"11 files in {folder}\n"
    assert read_qrels(folder / "qrels.txt") == {"q1": {"cup": 2, "lamp": 0}}
    run_of_text = read_run(folder / "runs" / "text.trec")
    assert [hit.product_id for hit in run_of_text["q1"]] == ["cup", "lamp"]
    manifest = read_manifest(folder)
    assert (manifest["seed"], manifest["rule"]) == (5, "adjudicated")
    assert manifest["until"] == {"event": 4, "note": 1}
    with (
        JudgmentStore(f"sqlite:///{labels}") as store,
        NoteStore(f"sqlite:///{labels}") as notes,
    ):
        store.add(judgment("eva", "cup", 0))
        notes.add(Note("n2", "campaign:spring", "eva", "q1", "red cup", NOON, tags=("later",)))
    outcome = run(*export, "--check", folder)
    assert (outcome.status, outcome.out) == (0, "the same 11 files come out\n")


def test_a_zip_and_a_check_that_fails(
    run: Run, labels: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    archive = tmp_path / "out" / "spring.zip"
    export = ("campaign", "export", "spring", "--labels", labels)
    assert run(*export, "--out", archive).out == f"11 files in {archive}\n"
    other = tmp_path / "other.sqlite3"
    with JudgmentStore(f"sqlite:///{other}") as store:
        store.add(judgment("ann", "cup", 3))
    outcome = run("campaign", "export", "spring", "--labels", other, "--check", archive)
    assert outcome.status == 2
    assert "campaign.json: differs" in outcome.err
    assert "pool.csv: is not made any more" in outcome.err
    assert "qrels.txt: differs" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("mmdemo: the export does not come out the same")


def test_mistakes(
    run: Run, labels: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    export = ("campaign", "export", "spring", "--labels", labels)
    assert_mistake(run(*export), "--out FOLDER or --check MANIFEST")
    outcome = run(*export, "--check", tmp_path / "nowhere")
    assert_mistake(outcome, "the manifest cannot be read")
    outcome = run("campaign", "export", "winter", "--labels", labels, "--out", tmp_path / "w")
    assert_mistake(outcome, "there is nothing to export", "winter")
    outcome = run("campaign", "export", "spring", "--labels", tmp_path / "typo", "--out", "x")
    assert_mistake(outcome, "there are no judgments")
    run(*export, "--out", tmp_path / "spring")
    outcome = run(
        *("campaign", "export", "winter", "--labels", labels, "--check", tmp_path / "spring")
    )
    assert_mistake(outcome, "the manifest is of another campaign: got spring, expected winter")
