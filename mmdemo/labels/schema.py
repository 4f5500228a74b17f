"""Lay out the event table and keep it append-only. Knows no rule about which grade counts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import TypeDecorator

from mmdemo.errors import LabelError

SCHEMA_VERSION = 1
KEY = ("campaign", "judge", "query_id", "product_id", "question", "repeat")


class UtcTime(TypeDecorator[datetime]):
    """An aware time, in UTC on disk and in Python; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


metadata = MetaData()

judgments = Table(
    "judgments",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
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

version_table = Table("judgments_schema", metadata, Column("version", Integer, nullable=False))

_REFUSAL = "judgments are append-only"
_GUARDS = {
    "sqlite": (
        f"""CREATE TRIGGER judgments_no_update BEFORE UPDATE ON judgments
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        f"""CREATE TRIGGER judgments_no_delete BEFORE DELETE ON judgments
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"""CREATE TRIGGER judgments_no_replace BEFORE INSERT ON judgments
            WHEN EXISTS (SELECT 1 FROM judgments WHERE sequence = NEW.sequence
                         OR client_event_id = NEW.client_event_id)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION judgments_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE TRIGGER judgments_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON judgments
           FOR EACH STATEMENT EXECUTE FUNCTION judgments_append_only()""",
    ),
}
for _dialect, _statements in _GUARDS.items():
    for _statement in _statements:
        _guard = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(judgments, "after_create", _guard.execute_if(dialect=_dialect))


def is_ready(connection: Connection) -> bool:
    """Tell whether the tables are there; False for a database without any of them.

    Raises:
        LabelError: they are there, but not as this version of mmdemo made them.
    """
    names = set(inspect(connection).get_table_names())
    if version_table.name not in names:
        if judgments.name in names:
            raise LabelError(
                "the database has a table 'judgments' that mmdemo did not make",
                remedy="choose another database with --labels",
            )
        return False
    versions = list(connection.scalars(select(version_table.c.version)))
    if versions != [SCHEMA_VERSION]:
        raise LabelError(
            "the judgments are kept in another format",
            got=f"version {', '.join(map(str, versions)) or 'none'}",
            expected=f"version {SCHEMA_VERSION}",
            remedy="use the mmdemo that wrote them",
        )
    return True


def create(connection: Connection) -> None:
    """Make tables, indexes and triggers, and note their version."""
    metadata.create_all(connection)
    connection.execute(insert(version_table).values(version=SCHEMA_VERSION))
