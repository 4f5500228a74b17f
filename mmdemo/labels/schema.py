"""Lay out the tables of judgments and notes. Knows no rule about which event counts."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text

from mmdemo.labels.events import EventTable, UtcTime, append_only


def _sequence() -> Column[int]:
    return Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _versions(name: str, metadata: MetaData) -> Table:
    return Table(name, metadata, Column("version", Integer, nullable=False))


_judged = MetaData()

judgments = Table(
    "judgments",
    _judged,
    _sequence(),
    Column("client_event_id", Text, nullable=False, unique=True),
    Column("campaign", Text, nullable=False),
    Column("judge", Text, nullable=False),
    Column("query_id", Text, nullable=False),
    Column("query_text", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("grade", Integer),
    Column("supersedes", Text),
    Column("blind", Boolean, nullable=False),
    Column("clicked_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("context", JSON, nullable=False),
    # Not the whole key: PostgreSQL refuses index entries above 2704 bytes.
    Index("judgments_by_key", "campaign", "judge", "query_id"),
    Index("judgments_by_supersedes", "supersedes"),
    sqlite_autoincrement=True,
)
append_only(judgments)

JUDGMENTS = EventTable(
    "judgments",
    _judged,
    _versions("judgments_schema", _judged),
    version=1,
    table=judgments,
    noun="judgment",
    key=("campaign", "judge", "query_id", "product_id", "question", "repeat"),
)

_noted = MetaData()

notes = Table(
    "notes",
    _noted,
    _sequence(),
    Column("client_event_id", Text, nullable=False, unique=True),
    Column("scope", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("query_id", Text, nullable=False),
    Column("query_text", Text, nullable=False),
    Column("product_id", Text, nullable=False),  # empty for the query as a whole
    Column("tags", JSON, nullable=False),
    Column("comment", Text, nullable=False),
    Column("supersedes", Text),
    Column("clicked_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Index("notes_by_key", "scope", "author", "query_id"),
    Index("notes_by_supersedes", "supersedes"),
    sqlite_autoincrement=True,
)
append_only(notes)

NOTES = EventTable(
    "notes",
    _noted,
    _versions("notes_schema", _noted),
    version=1,
    table=notes,
    noun="note",
    key=("scope", "author", "query_id", "product_id"),
)
