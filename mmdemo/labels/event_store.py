"""Open an event table and close it again. Knows no column of it."""

from __future__ import annotations

from types import TracebackType
from typing import ClassVar, Self

from mmdemo.labels.database import Database
from mmdemo.labels.events import EventTable


class EventStore:
    """An append-only table in SQLite or PostgreSQL.

    May be shared by threads, and the database by processes.
    """

    _events: ClassVar[EventTable]

    def __init__(self, url: str) -> None:
        """Open the database, making the file, its folder and the tables where they are missing.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.

        Raises:
            LabelError: the database cannot be used, and what to do about it.
        """
        self._database = Database(url)
        self._database.prepare(self._events)

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._database.name

    @property
    def database(self) -> Database:
        """The database, for what else is kept in it."""
        return self._database

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
