from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from mmdemo.errors import LabelConflictError, LabelError
from mmdemo.labels import JudgmentStore, NoteStore
from mmdemo.records import Judgment, Note

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def notes(url: str) -> Iterator[NoteStore]:
    with NoteStore(url) as store:
        yield store


def note(event_id: str, *, at: float = 0, **changes: Any) -> Note:
    values: dict[str, Any] = {
        "scope": "shop",
        "author": "ann",
        "query_id": "q1",
        "query_text": "red shoes",
        "product_id": "p1",
        "tags": ("wrong color",),
        "comment": "it is orange",
        "clicked_at": NOON + timedelta(seconds=at),
    }
    return Note(event_id, **(values | changes))


def test_a_note_comes_back_as_it_was_written(notes: NoteStore) -> None:
    east = timezone(timedelta(hours=2))
    written = note("e1", clicked_at=datetime(2026, 3, 1, 14, tzinfo=east), comment="naïve 😀 ${x}")
    stored = notes.add(written)
    assert stored.note == note("e1", comment="naïve 😀 ${x}")
    assert notes.current() == [stored]
    assert notes.add(written) == stored  # a retry
    assert len(notes.current()) == 1


def test_a_later_note_of_the_same_author_replaces_the_older(notes: NoteStore) -> None:
    notes.add(note("e2", at=2, comment="second", supersedes="e1"))
    notes.add(note("e1", at=1, comment="first"))  # a late retry
    notes.add(note("e3", author="ben", comment="other"))
    notes.add(note("e4", product_id="", comment="the query"))
    assert [found.note.comment for found in notes.current()] == ["second", "other", "the query"]
    assert [found.note.comment for found in notes.current(product_id="")] == ["the query"]
    assert [found.note.comment for found in notes.current(author="ben")] == ["other"]
    assert notes.current(scope="elsewhere") == []


def test_a_note_without_tag_and_comment_is_taken_back(notes: NoteStore) -> None:
    notes.add(note("e1"))
    notes.add(note("e2", at=1, tags=(), comment="", supersedes="e1"))
    assert notes.current() == []


def test_notes_by_tag_and_how_often_tags_are_used(notes: NoteStore) -> None:
    notes.add(note("e1", tags=(" wrong color ", "photo", "wrong color", " ")))
    notes.add(note("e2", product_id="p2", tags=("photo",)))
    assert [found.note.product_id for found in notes.current(tag="wrong color")] == ["p1"]
    assert notes.current(tag="wrong") == []
    assert notes.tags(scope="shop") == {"photo": 2, "wrong color": 1}


def test_an_id_is_taken_once_and_circles_are_refused(notes: NoteStore) -> None:
    notes.add(note("e1", supersedes="e2"))
    with pytest.raises(LabelConflictError, match="taken by another note"):
        notes.add(note("e1", comment="else"))
    with pytest.raises(LabelConflictError, match="supersede each other"):
        notes.add(note("e2", supersedes="e1"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scope": " "}, "scope is empty"),
        ({"author": ""}, "author is empty"),
        ({"comment": "x" * 10_001}, "comment is too long"),
        ({"comment": "a\0b"}, "NUL"),
        ({"tags": ("x" * 101,)}, "tag is too long"),
        ({"tags": tuple(map(str, range(51)))}, "too many tags"),
        ({"tags": (3,)}, "tag is not usable"),
        ({"supersedes": "e1"}, "supersede itself"),
        ({"clicked_at": datetime(2026, 3, 1)}, "time zone"),
    ],
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with NoteStore(f"sqlite:///{tmp_path}/n.sqlite3") as store:
        with pytest.raises(LabelError, match=told):
            store.add(note("e1", **changes))
        assert store.current() == []


def test_notes_live_beside_judgments_and_cannot_be_changed(
    url: str, click: Callable[..., Judgment]
) -> None:
    with JudgmentStore(url) as judgments, NoteStore(url) as notes:
        judgments.add(click("j1"))
        notes.add(note("e1"))
        assert len(judgments.current()) == len(notes.current()) == 1
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with pytest.raises(DBAPIError, match="notes are append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE notes SET comment = 'x'"))
    engine.dispose()
    with JudgmentStore(url) as judgments, NoteStore(url) as notes:
        assert len(judgments.current()) == len(notes.current()) == 1
