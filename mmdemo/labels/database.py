"""Open the database of the judgments and say what is wrong with it. Knows no column of a table."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from mmdemo.errors import LabelError, LabelsBusyError

BUSY_TIMEOUT = 15.0  # seconds that a write waits for the writes of others
POOL_SIZE = 40  # as many as Starlette's thread pool can ask for at once
_WRITE_LOCK = 5_064_260_303  # any number, the same in every process that writes to one server
_WRITE = "mmdemo_write"

# What SQLite says → what is wrong, and what to do.
_SQLITE_TROUBLES = (
    ("not a database", "is not an SQLite database", "choose another file with --labels"),
    ("malformed", "is damaged", "keep a copy of it, then go back to a backup"),
    (
        "readonly",
        "cannot be written, or was moved while in use",
        "check the permissions of the file and of its folder",
    ),
    (
        "unable to open",
        "cannot be opened",
        "check that it is a file and the permissions of its folder",
    ),
    ("no such table", "lost its tables, was it moved while in use?", "put the file back"),
    ("disk is full", "does not fit on the disk", "free some space and try again"),
    ("locked", "is busy", "try again, and close other programs that have it open"),
)


class Tables(Protocol):
    """Tables that belong together, such as an event table."""

    def is_ready(self, connection: Connection) -> bool:
        """Tell whether they are there.

        Raises:
            LabelError: they are there, but of another version.
        """

    def create(self, connection: Connection) -> None:
        """Make them."""


class Database:
    """An SQLite file or a PostgreSQL database, with the settings that keep a commit safe."""

    def __init__(self, url: str) -> None:
        """Connect, making the parent folder of an SQLite file.

        Raises:
            LabelError: the URL, the driver or the database cannot be used.
        """
        self._engine = _engine(url)
        self.name = self._engine.url.render_as_string(hide_password=True)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        # SQLite's own queue for writers is a lottery; among threads of one process this is fair.
        self._turn = threading.Lock()
        if self._is_sqlite:
            self.name = self._engine.url.database or self.name
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            event.listen(self._engine, "connect", _set_up_postgresql)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction; keep it short, on SQLite it makes writers wait."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction, committed at the end; only one at a time in all processes.

        That makes the order of the sequence numbers the order of the commits.
        """
        engine = self._engine.execution_options(**{_WRITE: True})
        with self._translated(), self._one_by_one(), engine.begin() as connection:
            if not self._is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
            yield connection

    def prepare(self, tables: Tables) -> None:
        """Make tables if they are not there.

        Raises:
            LabelError: it is there, but of another version; connections are closed then.
        """
        try:
            with self.reading() as connection:
                ready = tables.is_ready(connection)
            if not ready:
                with self.writing() as connection:
                    if not tables.is_ready(connection):  # another process may have been faster
                        tables.create(connection)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _one_by_one(self) -> Iterator[None]:
        if not self._is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=2 * BUSY_TIMEOUT):
            raise LabelsBusyError(f"{self.name} is busy", remedy="try again")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as error:
            raise LabelsBusyError(f"{self.name} is busy", remedy="try again") from error
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
            said = str(cause).strip().partition("\n")[0]
            for words, what, remedy in _SQLITE_TROUBLES if self._is_sqlite else ():
                if words in said:
                    if words != "locked":  # a file moved away may be put back: open it anew
                        self._engine.dispose()
                    raise LabelsBusyError(f"{self.name} {what}", got=said, remedy=remedy) from error
            raise LabelsBusyError(
                f"{self.name} cannot be used",
                got=said,
                remedy="check that the database runs and that --labels names it rightly",
            ) from error


def _engine(url: str) -> Engine:
    expected = "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise LabelError("the database URL cannot be read", expected=expected) from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
        timeouts: dict[str, object] = {"connect_timeout": 10}
    elif backend == "sqlite":
        _make_folder(parsed.database, in_memory=parsed.query.get("mode") == "memory")
        timeouts = {"timeout": BUSY_TIMEOUT}
    else:
        raise LabelError("the database is of another kind", got=backend, expected=expected)
    try:
        return create_engine(
            parsed,
            connect_args=timeouts,
            pool_size=5,
            max_overflow=POOL_SIZE - 5,
            pool_timeout=BUSY_TIMEOUT,
            pool_pre_ping=backend != "sqlite",  # a server may have been restarted
        )
    except ImportError as error:
        raise LabelError(
            "the driver for PostgreSQL is missing",
            got=error,
            remedy="install it with: pip install 'mmdemo[postgres]'",
        ) from error


def _make_folder(database: str | None, *, in_memory: bool) -> None:
    if in_memory or not database or ":memory:" in database:
        raise LabelError(
            "judgments need a file", got="a database in memory", expected="sqlite:///FILE"
        )
    if database.startswith("file:"):  # SQLite's own form, for options such as mode=ro
        return
    folder = Path(database).absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabelError(
            "the folder for the judgments cannot be made",
            got=f"{folder} ({error.strerror})",
            remedy="choose another place with --labels",
        ) from error


def _set_up_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # no BEGIN behind our back, see _begin_sqlite
    cursor = connection.cursor()
    # WAL would be faster, but SQLite before 3.51.3 can lose a commit when a WAL is reset.
    # fullfsync is for macOS, whose fsync leaves the data in the drive's cache.
    for setting in ("journal_mode=TRUNCATE", "synchronous=EXTRA", "fullfsync=ON"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Taking the write lock at once is what lets a writer wait its turn instead of failing.
    wants_to_write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if wants_to_write else "BEGIN")


def _set_up_postgresql(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.execute(f"SET lock_timeout = '{BUSY_TIMEOUT:.0f}s'")
    cursor.close()
    connection.commit()
