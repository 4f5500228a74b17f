"""Copy all that is kept with the judgments, while the server runs, and back. Knows no judgment.

A backup is an SQLite file, whatever database it is of, so that it can be restored into either
kind, or be looked at as it is. Beside it lies a list of its tables with their rows and hashes.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Container, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text

from mmdemo.errors import LabelError
from mmdemo.files import sync_folder, write_json
from mmdemo.labels.accounts.tables import users
from mmdemo.labels.campaigns.tables import CAMPAIGNS
from mmdemo.labels.database import Database
from mmdemo.labels.exchange.hashing import ROWS, TableDigest, digest
from mmdemo.labels.schema import JUDGMENTS, NOTES

FORMAT = "mmdemo backup"
KNOWN: tuple[MetaData, ...] = (
    JUDGMENTS.metadata,
    NOTES.metadata,
    CAMPAIGNS.metadata,
    users.metadata,
)
PASSING = ("sessions", "sign_in_attempts")  # whoever is signed in signs in again
_OWN = ("sqlite_", "pg_")  # tables of the database itself


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, and found equal afterwards: each table with its rows and hash."""

    tables: Mapping[str, TableDigest]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())


def back_up(url: str, out: Path) -> Copied:
    """Copy the database into an SQLite file; judges may go on meanwhile.

    What is copied is the database at one moment, but for who is signed in. The copy is compared
    with it, table by table, before it gets its name. On SQLite writers wait until that is done.

    Raises:
        LabelError: a file of that name is there, the database cannot be read or the file not
            written, or a table is not known.
    """
    if out.exists():
        raise LabelError("the backup's file is there already", got=out, remedy="name another one")
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with _opened(url) as source:
            copied = _copy_out(source, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        tables = {name: asdict(found) for name, found in copied.tables.items()}
        write_json(_list_of(out), {"format": FORMAT, "tables": tables})
        temporary.replace(out)
        sync_folder(out.parent)
    except OSError as error:
        raise LabelError("the backup cannot be written", got=f"{out} ({error.strerror})") from error
    finally:
        for left in (temporary, temporary.with_name(f"{temporary.name}-journal")):
            left.unlink(missing_ok=True)
    return copied


def restore(backup: Path, url: str) -> Copied:
    """Put a backup into an empty database, all of it or nothing, and compare.

    Raises:
        LabelError: there is no such backup, it is damaged, or of another version; the database
            holds something already, or cannot be written.
    """
    if not backup.is_file():
        raise LabelError("there is no such backup", got=backup)
    with _opened(f"sqlite:///{backup.absolute()}") as source, source.reading() as old:
        tables = _tables(old)
        held = {table.name: digest(old, table) for table in tables}
        _check_list(backup, held)
        with _opened(url, make=True) as target, target.writing() as new:
            _refuse_full(new, target.name, coming=held)
            for metadata in KNOWN:
                if any(table.name in held for table in metadata.tables.values()):
                    metadata.create_all(new)
            _copy_rows(old, new, tables)
            found = {table.name: digest(new, table) for table in tables}
            _check_equal(held, found)
    return Copied(found)


def digests(url: str) -> dict[str, TableDigest]:
    """Rows and hash of each table of a database.

    Raises:
        LabelError: it cannot be read, or a table is not known.
    """
    with _opened(url) as database, database.reading() as connection:
        return {table.name: digest(connection, table) for table in _tables(connection)}


@contextmanager
def _opened(url: str, *, make: bool = False) -> Iterator[Database]:
    file = Path(url.removeprefix("sqlite:///"))
    if not make and url.startswith("sqlite:///") and not file.is_file():
        raise LabelError("there are no judgments", got=file, remedy="name their file with --labels")
    with closing(Database(url)) as database:
        yield database


def _copy_out(source: Database, path: Path) -> Copied:
    with source.reading() as old:
        if old.dialect.name == "postgresql":
            # All statements see the database as it is at the first one.
            old.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = _tables(old)
        held = {table.name: digest(old, table) for table in tables}
        if old.dialect.name == "sqlite":
            own = cast(sqlite3.Connection, old.connection.driver_connection)
            with closing(sqlite3.connect(path)) as copy:
                own.backup(copy)
                for name in {*PASSING} & set(inspect(old).get_table_names()):
                    copy.execute(f"DELETE FROM {name}")
                copy.commit()
        with closing(Database(f"sqlite:///{path.absolute()}")) as target, target.writing() as new:
            if old.dialect.name != "sqlite":
                for metadata in KNOWN:
                    if any(table.name in held for table in metadata.tables.values()):
                        metadata.create_all(new)
                _copy_rows(old, new, tables)
            found = {table.name: digest(new, table) for table in tables}
            _check_equal(held, found)
    return Copied(found)


def _tables(connection: Connection) -> list[Table]:
    """The tables that are there and worth keeping, those that others refer to first."""
    there = {n for n in inspect(connection).get_table_names() if not n.startswith(_OWN)}
    known = [table for metadata in KNOWN for table in metadata.sorted_tables]
    strange = sorted(there - {table.name for table in known})
    if strange:
        raise LabelError(
            "the database has tables that this version does not know",
            got=", ".join(strange[:5]),
            remedy="use the mmdemo that made them",
        )
    return [table for table in known if table.name in there and table.name not in PASSING]


def _copy_rows(old: Connection, new: Connection, tables: list[Table]) -> None:
    for table in tables:
        found = old.execution_options(yield_per=ROWS).execute(select(table))
        for part in found.partitions(ROWS):
            new.execute(insert(table), [dict(row._mapping) for row in part])
        if new.dialect.name == "postgresql":
            _go_on_counting(new, table)


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Have PostgreSQL number new rows after those that came with their numbers."""
    counter = table.autoincrement_column
    if counter is None:
        return
    highest = connection.execute(select(func.max(counter))).scalar_one()
    if highest is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, :counter), :highest)"),
            {"name": table.name, "counter": counter.name, "highest": highest},
        )


def _refuse_full(connection: Connection, name: str, *, coming: Container[str]) -> None:
    """Refuse a database with rows; versions of tables that come with the backup make room."""
    there = set(inspect(connection).get_table_names())
    for metadata in KNOWN:
        for table in metadata.tables.values():
            if table.name not in there:
                continue
            if table.name.endswith("_schema"):
                if table.name in coming:
                    connection.execute(table.delete())
            elif connection.execute(select(table).limit(1)).first() is not None:
                raise LabelError(
                    "the database is not empty",
                    got=f"rows in '{table.name}' of {name}",
                    expected="a new or empty database",
                    remedy="name another one with --labels; nothing was changed",
                )


def _check_equal(held: Mapping[str, TableDigest], found: Mapping[str, TableDigest]) -> None:
    for name, expected in held.items():
        if found[name] != expected:
            raise LabelError(
                f"the copy of table '{name}' is not equal",
                got=f"{found[name].rows} rows",
                expected=f"{expected.rows} rows of the same content",
                remedy="try again, and check the disk",
            )


def _check_list(backup: Path, held: Mapping[str, TableDigest]) -> None:
    """Hold a backup against the list that was written with it, where that is still there."""
    path = _list_of(backup)
    if not path.is_file():
        return
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())["tables"]
        expected = {name: TableDigest(**values) for name, values in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LabelError("the backup's list cannot be read", got=path) from None
    for name in sorted(expected.keys() | held.keys()):
        if held.get(name) != expected.get(name):
            raise LabelError(
                f"the backup is not as it was made: table '{name}' differs",
                got=f"{held[name].rows if name in held else 'no'} rows",
                expected=f"{expected[name].rows if name in expected else 'no'} rows of {path.name}",
                remedy="use another backup",
            )


def _list_of(backup: Path) -> Path:
    return backup.with_name(f"{backup.name}.json")
