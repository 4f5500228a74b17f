"""Keep notes on queries and products as durably as judgments. Knows no page, ranking or grade."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row

from mmdemo.errors import LabelError
from mmdemo.labels.checks import as_utc, check_event_ids, check_text
from mmdemo.labels.event_store import EventStore
from mmdemo.labels.schema import NOTES
from mmdemo.records import Note, StoredNote

MAX_TAGS = 50
_LONGEST = {
    "scope": 300,
    "author": 200,
    "query_id": 200,
    "query_text": 10_000,
    "product_id": 2000,
    "comment": 10_000,
}
_MAY_BE_EMPTY = ("query_text", "product_id", "comment")


class NoteStore(EventStore):
    """The notes, in the database of the judgments and under the same rules.

    The key of a note is (scope, author, query_id, product_id): each author has one current note
    on a query, and one on each of its products.
    """

    _events = NOTES

    def add(self, note: Note) -> StoredNote:
        """Store a note and return it after it has been committed; a retry is stored once.

        Raises:
            LabelConflictError: the id is taken by another note, or the note and a stored one
                would supersede each other. It can never be stored.
            LabelError: a value is not usable, or the database cannot take it.
        """
        note = checked_note(note)
        values = asdict(note) | {"tags": list(note.tags)}
        with self._database.writing() as connection:
            row = NOTES.append(connection, values, lambda row: _record(row).note == note)
        return _record(row)

    def current(
        self,
        *,
        scope: str | None = None,
        author: str | None = None,
        query_id: str | None = None,
        product_id: str | None = None,
        tag: str | None = None,
        until: int | None = None,
    ) -> list[StoredNote]:
        """Return the note that counts for each key, by sequence number; none taken back.

        Args:
            scope: only notes of this scope.
            author: only notes of this author.
            query_id: only notes on this query.
            product_id: only notes on this product; empty for those on queries as a whole.
            tag: only notes with this tag.
            until: as it was when this was the last sequence number.

        Raises:
            LabelError: the database cannot be read.
        """
        wanted = {"scope": scope, "author": author, "query_id": query_id, "product_id": product_id}
        with self._database.reading() as connection:
            found = [_record(row) for row in NOTES.current(connection, wanted, until=until)]
        return [
            stored
            for stored in found
            if (stored.note.tags or stored.note.comment)
            and (tag is None or tag in stored.note.tags)
        ]

    def tags(self, *, scope: str | None = None) -> dict[str, int]:
        """Tags in use with how many current notes have each, the commonest first."""
        counts: dict[str, int] = {}
        for stored in self.current(scope=scope):
            for tag in stored.note.tags:
                counts[tag] = counts.get(tag, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def checked_note(note: Note) -> Note:
    """Return the note as it will be stored: its time in UTC, its tags trimmed and once each.

    Raises:
        LabelError: a value is missing, too long or not text a database can keep.
    """
    check_event_ids("note", note.client_event_id, note.supersedes)
    for name, longest in _LONGEST.items():
        value = getattr(note, name)
        check_text(name, value, longest)
        if name not in _MAY_BE_EMPTY and not value.strip():
            raise LabelError(f"{name} is empty", expected=f"1 to {longest} characters")
    tags = []
    for tag in note.tags:
        check_text("tag", tag, 100)
        if tag.strip():
            tags.append(tag.strip())
    if len(tags) > MAX_TAGS:
        raise LabelError("there are too many tags", got=len(tags), expected=f"at most {MAX_TAGS}")
    return replace(note, tags=tuple(dict.fromkeys(tags)), clicked_at=as_utc(note.clicked_at))


def _record(row: Row[Any]) -> StoredNote:
    values = dict(row._mapping)
    sequence, received_at = values.pop("sequence"), values.pop("received_at")
    values["tags"] = tuple(values["tags"])
    return StoredNote(Note(**values), sequence, received_at)
