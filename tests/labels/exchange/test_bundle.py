"""A campaign's export: everything is in it, and others can make the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.errors import LabelError
from mmdemo.labels import Aggregation, JudgmentStore, NoteStore, read_events
from mmdemo.labels.exchange import (
    Bundle,
    GuidelinesVersion,
    Plan,
    PlannedPair,
    PlannedQuery,
    bundle,
    differences,
    read_manifest,
    write_folder,
    write_zip,
)
from mmdemo.labels.exchange.parquet import events_parquet
from mmdemo.records import Judgment, Note, StoredJudgment
from mmdemo.trec import read_qrels, read_run, read_topics

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

PLAN = Plan(
    name="spring",
    title="Spring shoes",
    catalog_id="shop",
    seed=7,
    definition={"depth": 2},
    questions=("relevance", "desirability"),
    guidelines=(GuidelinesVersion(1, "# Grade"), GuidelinesVersion(2, "# Grade well")),
    queries=(PlannedQuery("q1", "red shoes", topic_id="d1"), PlannedQuery("q2", "blue hat")),
    pool=(
        PlannedPair("q1", "p2", {"text": 2, "run:mine": 1}, needed=2),
        PlannedPair("q1", "p1", {"text": 1}, needed=2),
        PlannedPair("q2", "p 3", {"run:mine": 1}, needed=2),
        PlannedPair("q2", "=gold", {}, gold=3, training=True),
    ),
)


@pytest.fixture
def graded(sqlite_store: JudgmentStore, click: Click) -> JudgmentStore:
    """Two judges, a changed grade, a repeat, an extra, an adjudication, a second question."""

    def add(name: str, judge: str, product: str, grade: int | None, **more: object) -> None:
        context = {"kind": more.pop("kind", "regular"), "answer": more.pop("said", "grade")}
        values = {"judge": judge, "product_id": product, "blind": True, "context": context}
        sqlite_store.add(click(name, grade, **values | more))

    add("a", "ann", "p1", 0)
    add("b", "ann", "p1", 3, at=1, supersedes="a")
    add("c", "ben", "p1", 2)
    add("d", "lead", "p1", 1, kind="adjudication")
    add("e", "ann", "p2", 1)
    add("f", "ann", "p2", 0, kind="repeat", repeat=1)
    add("g", "cid", "p2", 3, kind="extra")
    add("h", "ben", "p2", None, said="cant_tell")
    add("i", "ann", "=gold", 3, kind="training", query_id="q2")
    add("j", "ann", "p 3", 2, query_id="q2")
    add("k", "ann", "p1", 1, question="desirability")
    add("l", "ann", "p1", 3, campaign="autumn")
    return sqlite_store


@pytest.fixture
def notes(tmp_path: Path, graded: JudgmentStore) -> Iterator[NoteStore]:
    with NoteStore(f"sqlite:///{graded.name}") as store:
        yield store


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_every_event_and_what_is_current(graded: JudgmentStore) -> None:
    files = bundle(graded, PLAN).files
    events = list(read_events(files["events.jsonl"].decode().splitlines()))
    assert events == list(graded.events(campaign="spring"))
    assert len(events) == 11
    current = rows(files["current.csv"])
    assert [row[1] for row in current[1:]] == list("bcdefghijk")  # a was changed


def test_parquet_holds_the_same_events(graded: JudgmentStore) -> None:
    table = pq.read_table(io.BytesIO(bundle(graded, PLAN).files["events.parquet"])).to_pylist()
    assert [event_of(row) for row in table] == list(graded.events(campaign="spring"))


def event_of(row: dict[str, Any]) -> StoredJudgment:
    sequence, received_at = row.pop("sequence"), row.pop("received_at")
    return StoredJudgment(
        Judgment(**row | {"context": json.loads(row["context"])}), sequence, received_at
    )


@pytest.mark.parametrize(
    ("rule", "extras", "p1", "p2"),
    [
        ("majority", False, 2, 1),  # a tie of 3 and 2; the extra 3 stays out
        ("majority", True, 2, 1),
        ("mean", True, 2, 2),
        ("lowest", False, 2, 1),
        ("adjudicated", False, 1, 1),
    ],
)
def test_qrels_follow_the_rule(
    graded: JudgmentStore, tmp_path: Path, rule: str, extras: bool, p1: int, p2: int
) -> None:
    made = bundle(graded, PLAN, rule=Aggregation(rule), extras=extras)
    path = tmp_path / "qrels.txt"
    path.write_bytes(made.files["qrels.txt"])
    assert read_qrels(path) == {"q1": {"p1": p1, "p2": p2}, "q2": {"p 3": 2}}
    assert made.files["qrels.desirability.txt"] == b"q1 0 p1 1\n"
    assert (made.manifest["rule"], made.manifest["extras"]) == (rule, extras)


def test_what_was_asked(graded: JudgmentStore, tmp_path: Path) -> None:
    files = bundle(graded, PLAN).files
    for name in ("queries.csv", "runs/text.trec", "runs/run_mine.trec"):
        (tmp_path / Path(name).name).write_bytes(files[name])
    topics = read_topics(tmp_path / "queries.csv")
    assert [(t.topic_id, t.query.text) for t in topics] == [("q1", "red shoes"), ("q2", "blue hat")]
    text = read_run(tmp_path / "text.trec")
    assert {q: [h.product_id for h in hits] for q, hits in text.items()} == {"q1": ["p1", "p2"]}
    mine = read_run(tmp_path / "run_mine.trec")
    assert {q: [h.product_id for h in hits] for q, hits in mine.items()} == {
        "q1": ["p2"],
        "q2": ["p 3"],
    }
    assert rows(files["pool.csv"]) == [
        ["query_id", "product_id", "run:mine", "text", "needed", "gold", "training", "batch"],
        ["q1", "p1", "", "1", "2", "", "0", "0"],
        ["q1", "p2", "1", "2", "2", "", "0", "0"],
        ["q2", "'=gold", "", "", "0", "3", "1", "0"],
        ["q2", "p 3", "1", "", "2", "", "0", "0"],
    ]
    told = json.loads(files["campaign.json"])
    assert told["guidelines"][1] == {"version": 2, "markdown": "# Grade well", "examples": None}
    assert (told["seed"], told["definition"]) == (7, {"depth": 2})


def test_training_pairs_have_judged_negatives(graded: JudgmentStore) -> None:
    made = bundle(graded, PLAN, rule=Aggregation.MEDIAN)
    lines = [json.loads(line) for line in made.files["training_pairs.jsonl"].splitlines()]
    # p1 has 2, p2 has 1; q2's only product has nothing to be told apart from.
    assert lines == [
        {
            "query_id": "q1",
            "query": "red shoes",
            "product_id": "p1",
            "grade": 2,
            "negatives": [{"product_id": "p2", "grade": 1}],
        }
    ]


def test_the_manifest_counts_and_hashes(graded: JudgmentStore) -> None:
    made = bundle(graded, PLAN)
    manifest = json.loads(made.all()["manifest.json"])
    assert manifest["counts"] == {
        "queries": 2,
        "pool": 4,
        "judges": 4,
        "events": 11,
        "grades": 9,
        "graded_pairs": 4,
        "votes": 5,
        "adjudications": 1,
        "extras": 1,
        "repeats": 1,
        "training": 1,
        "cant_tell": 1,
        "skipped": 0,
    }
    assert (manifest["guidelines"], manifest["until"]) == ([1, 2], {"event": 11, "note": 0})
    assert manifest["files"].keys() == made.files.keys()
    for name, told in manifest["files"].items():
        content = made.files[name]
        expected = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        assert told == expected


class TestAgain:
    """Another person, later: the same bytes."""

    def again(
        self, store: JudgmentStore, manifest: dict[str, object], plan: Plan = PLAN
    ) -> list[str]:
        told = json.loads(json.dumps(manifest))
        made = bundle(
            store,
            plan,
            rule=Aggregation(told["rule"]),
            extras=told["extras"],
            until=told["until"]["event"],
        )
        return differences(told, made)

    def test_though_more_was_judged(self, graded: JudgmentStore, click: Click) -> None:
        first = bundle(graded, PLAN, rule=Aggregation.DAWID_SKENE)
        graded.add(click("late", 0, judge="ann", at=9, supersedes="b", blind=True))
        graded.add(click("new", 0, judge="eva", blind=True))
        assert self.again(graded, dict(first.manifest)) == []
        assert write_zip(first) == write_zip(
            bundle(graded, PLAN, rule=Aggregation.DAWID_SKENE, until=11)
        )

    def test_says_what_differs(self, graded: JudgmentStore) -> None:
        first = bundle(graded, PLAN)
        grown = replace(PLAN, pool=(*PLAN.pool, PlannedPair("q1", "p9", {"new": 1})))
        found = self.again(graded, dict(first.manifest), grown)
        assert [line.split(":")[0] for line in found] == ["pool.csv", "runs/new.trec"]
        assert "was not there" in found[1]
        fewer = replace(PLAN, pool=PLAN.pool[2:])
        found = self.again(graded, dict(first.manifest), fewer)
        assert found[0] == "runs/text.trec: is not made any more"
        changed = {**first.manifest, "rule": "lowest"}
        assert self.again(graded, changed) == []  # no pair's grade depends on it here
        other = {**first.manifest, "rule": "adjudicated", "made_with": {"mmdemo": "0"}}
        found = self.again(graded, other)
        assert [line.split(":")[0] for line in found[:-1]] == ["qrels.txt", "training_pairs.jsonl"]
        assert "mmdemo 0 then" in found[-1]


class TestNotes:
    def test_the_campaign_s_own(self, graded: JudgmentStore, notes: NoteStore) -> None:
        def note(name: str, scope: str, tags: tuple[str, ...]) -> Note:
            return Note(name, scope, "ann", "q2", "blue hat", NOON, tags=tags)

        first = notes.add(note("n1", "campaign:spring", ("no good result",)))
        notes.add(note("n2", "shop", ("else",)))
        made = bundle(graded, PLAN, notes=notes)
        (line,) = made.files["notes.jsonl"].decode().splitlines()
        assert (json.loads(line)["tags"], json.loads(line)["query_id"]) == (
            ["no good result"],
            "q2",
        )
        notes.add(note("n3", "campaign:spring", ()))  # taken back
        assert "notes.jsonl" not in bundle(graded, PLAN, notes=notes).files
        then = bundle(graded, PLAN, notes=notes, notes_until=first.sequence)
        assert then.files["notes.jsonl"] == made.files["notes.jsonl"]


class TestFiles:
    def test_a_folder(self, graded: JudgmentStore, tmp_path: Path) -> None:
        made, folder = bundle(graded, PLAN), tmp_path / "out"
        write_folder(made, folder)
        found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.*")}
        assert found == made.all()
        assert read_manifest(folder) == read_manifest(folder / "manifest.json") == made.manifest
        (folder / "mine.txt").write_text("keep", encoding="utf-8")
        small = Plan(name="spring")
        write_folder(bundle(graded, small), folder)
        left = {str(p.relative_to(folder)) for p in folder.rglob("*.*")}
        assert left == {*bundle(graded, small).all(), "mine.txt"}

    def test_not_over_something_else(self, graded: JudgmentStore, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
        with pytest.raises(LabelError, match="not empty"):
            write_folder(bundle(graded, PLAN), tmp_path)
        with pytest.raises(LabelError, match="cannot be written"):
            write_folder(bundle(graded, PLAN), tmp_path / "thesis.txt" / "in")

    def test_a_zip(self, graded: JudgmentStore, tmp_path: Path) -> None:
        made = bundle(graded, PLAN)
        path = tmp_path / "spring.zip"
        path.write_bytes(write_zip(made))
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
        assert found == {f"spring/{name}": content for name, content in made.all().items()}
        assert read_manifest(path) == made.manifest

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("no json", "this is no manifest"),
            ("[]", "this is no manifest"),
            ('{"format": "mmdemo campaign", "version": 9, "files": {}}', "another format"),
        ],
    )
    def test_what_is_no_manifest(self, tmp_path: Path, content: str, message: str) -> None:
        path = tmp_path / "m.json"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(LabelError, match=message):
            read_manifest(path)
        with pytest.raises(LabelError, match="cannot be read"):
            read_manifest(tmp_path / "nowhere.json")


def test_judgments_without_a_campaign(graded: JudgmentStore) -> None:
    made = bundle(graded, Plan(name="autumn"))
    assert made.files["qrels.txt"] == b"q1 0 p1 3\n"
    assert rows(made.files["queries.csv"])[1] == ["q1", "red shoes", "", ""]
    assert "pool.csv" not in made.files
    with pytest.raises(LabelError, match="nothing to export"):
        bundle(graded, Plan(name="winter"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.builds(
            Judgment,
            client_event_id=st.uuids().map(str),
            campaign=TEXT,
            judge=TEXT,
            query_id=TEXT,
            query_text=TEXT,
            product_id=TEXT,
            grade=st.none() | st.integers(0, 10),
            clicked_at=st.datetimes(
                datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)
            ),
            question=TEXT,
            repeat=st.integers(0, 999),
            supersedes=st.none() | st.uuids().map(str),
            blind=st.booleans(),
            context=st.dictionaries(TEXT, JSON, max_size=3),
        ),
        max_size=5,
    )
)
def test_any_event_comes_back_from_parquet(judgments: list[Judgment]) -> None:
    events = [StoredJudgment(j, i, NOON) for i, j in enumerate(judgments, start=1)]
    content = events_parquet(events)
    assert content == events_parquet(events)
    table = pq.read_table(io.BytesIO(content)).to_pylist()
    assert [event_of(row) for row in table] == events


def test_a_bundle_is_what_it_says() -> None:
    made = Bundle({"a.txt": b"1"}, {"campaign": "x"})
    assert list(made.all()) == ["a.txt", "manifest.json"]
