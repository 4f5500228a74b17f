"""Tables of events that are only ever added to. Knows no column of what the events say.

An event table has `sequence`, `client_event_id`, `supersedes`, `clicked_at` and `received_at`;
its key is a set of further columns that say what the event is about. The rules are in
docs/LABELS.md: what is stored twice, what is a conflict, which event of a key is current.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    DDL,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Row,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    column,
    event,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

from mmdemo.errors import LabelConflictError
from mmdemo.labels.layout import Layout


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


def append_only(table: Table) -> None:
    """Have triggers made with the table that refuse to change or delete an event."""
    name = table.name
    refusal = f"{name} are append-only"
    guards = {
        "sqlite": (
            f"""CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name}
                BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
            f"""CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name}
                BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
            # INSERT OR REPLACE deletes without asking the trigger above.
            f"""CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}
                WHEN EXISTS (SELECT 1 FROM {name} WHERE sequence = NEW.sequence
                             OR client_event_id = NEW.client_event_id)
                BEGIN SELECT RAISE(ABORT, '{refusal}'); END""",
        ),
        "postgresql": (
            f"""CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$""",
            f"""CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}
               FOR EACH STATEMENT EXECUTE FUNCTION {name}_append_only()""",
        ),
    }
    for dialect, statements in guards.items():
        for statement in statements:
            guard = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", guard.execute_if(dialect=dialect))


@dataclass(frozen=True)
class EventTable(Layout):
    """An event table with its key and the version of its format.

    Attributes:
        table: the events.
        noun: what one of them is called.
        key: columns that say what an event is about.
    """

    table: Table
    noun: str
    key: tuple[str, ...]

    @cached_property
    def _by_id(self) -> Select[Any]:
        return select(self.table).where(self.table.c.client_event_id == bindparam("event_id"))

    @cached_property
    def _store(self) -> ReturningInsert[Any]:
        return insert(self.table).returning(self.table)

    def append(
        self, connection: Connection, values: dict[str, Any], same: Callable[[Row[Any]], bool]
    ) -> Row[Any]:
        """Store an event, or find it if it is stored already.

        Args:
            connection: in a writing transaction.
            values: of all columns but `sequence` and `received_at`.
            same: whether a stored event says exactly the same.

        Raises:
            LabelConflictError: the id is taken by an event that says something else, or the event
                and a stored one would supersede each other.
        """
        known = self.find(connection, values["client_event_id"])
        if known is None:
            return self.add(connection, values)
        if not same(known):
            raise self.taken(known)
        return known

    def find(self, connection: Connection, event_id: str) -> Row[Any] | None:
        """The stored event of this id, or None."""
        wanted = {"event_id": event_id}
        return connection.execute(self._by_id, wanted).one_or_none()

    def add(self, connection: Connection, values: dict[str, Any]) -> Row[Any]:
        """Store an event whose id is not taken, in a writing transaction.

        Raises:
            LabelConflictError: the event and a stored one would supersede each other.
        """
        if self._closes_circle(connection, values):
            raise LabelConflictError(
                f"the {self.noun} and one that supersedes it cannot supersede each other",
                got=values["client_event_id"],
                expected="supersedes to name an earlier event",
            )
        stored = values | {"received_at": datetime.now(UTC)}
        return connection.execute(self._store, stored).one()

    def taken(self, known: Row[Any]) -> LabelConflictError:
        """What to raise for an event that says something else under a stored one's id."""
        return LabelConflictError(
            f"the event id is taken by another {self.noun}",
            got=known.client_event_id,
            expected="a new id for every event",
        )

    def where(self, wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
        """Conditions for the columns that are asked for; None asks for all."""
        return [self.table.c[name] == value for name, value in wanted.items() if value is not None]

    def heads(self, wanted: dict[str, Any], *, until: int | None = None) -> Subquery:
        """Events that none of the same key supersedes; of each key the one of `place` 1 counts.

        Of several the one clicked last counts, where a click cannot be later than its receipt; at
        the same moment, the one stored last.

        Args:
            wanted: as for `where`.
            until: the last sequence number there is; as the table was then.
        """
        table, newer = self.table, self.table.alias("newer")
        known = [] if until is None else [newer.c.sequence <= until]
        superseded = exists(
            select(literal(1)).where(
                newer.c.supersedes == table.c.client_event_id,
                *(newer.c[name] == table.c[name] for name in self.key),
                *known,
            )
        )
        moment = case(
            (table.c.clicked_at < table.c.received_at, table.c.clicked_at),
            else_=table.c.received_at,
        )
        place = func.row_number().over(
            partition_by=[table.c[name] for name in self.key],
            order_by=[moment.desc(), table.c.sequence.desc()],
        )
        found = select(table, place.label("place")).where(*self.where(wanted), ~superseded)
        if until is not None:
            found = found.where(table.c.sequence <= until)
        return found.subquery()

    def current(
        self,
        connection: Connection,
        wanted: dict[str, Any],
        kept: Callable[[Subquery], Iterable[ColumnElement[bool]]] = lambda heads: (),
        *,
        until: int | None = None,
    ) -> Sequence[Row[Any]]:
        """The event that counts for each key, by sequence number, if `kept` holds for it."""
        heads = self.heads(wanted, until=until)
        return connection.execute(
            select(*(heads.c[name] for name in self.table.c.keys()))  # noqa: SIM118
            .where(heads.c.place == 1, *kept(heads))
            .order_by(heads.c.sequence)
        ).all()

    def _closes_circle(self, connection: Connection, values: dict[str, Any]) -> bool:
        """Follow what the new event supersedes, and tell whether that leads back to it.

        Without circles every key has a head, so no order of arrival can make a pair vanish.
        """
        table, event_id = self.table, values["client_event_id"]
        if values["supersedes"] is None:
            return False
        same_key = and_(*(table.c[name] == values[name] for name in self.key))
        named = select(table.c.sequence).where(table.c.supersedes == event_id, same_key)
        if connection.execute(named.limit(1)).first() is None:
            return False  # nearly always: nothing stored names an event that has yet to come
        chain = select(literal(values["supersedes"]).label("event_id"))
        linked = chain.cte("chain", recursive=True)
        linked = linked.union(
            select(table.c.supersedes).where(
                table.c.client_event_id == linked.c.event_id,
                table.c.supersedes.is_not(None),
                same_key,
            )
        )
        back = select(linked.c.event_id).where(column("event_id") == event_id)
        return connection.execute(back.limit(1)).first() is not None
