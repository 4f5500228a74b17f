"""Commit the writes of several threads together. Knows no table.

A commit waits for the disk, so what comes in meanwhile is put into one transaction. Whoever comes
first leads: it does its own work and that of all who wait, commits, and wakes them. The next to
come, or the first who is left over, leads the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from mmdemo.errors import LabelsBusyError
from mmdemo.labels.database import Database

MOST = 64  # pieces of work in one transaction
_T = TypeVar("_T")


class _Piece:
    """A piece of work that somebody waits for."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.woken = threading.Lock()  # held until there is a result, or the lead is handed over
        self.woken.acquire()
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def finish(self, result: object = None, error: BaseException | None = None) -> None:
        self.result, self.error, self.done = result, error, True
        self.woken.release()


class Together:
    """Runs pieces of work in writing transactions that several threads share."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: list[_Piece] = []
        self._is_led = False

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """Do `work` in a transaction and return its result when that is committed.

        Work that raises is rolled back alone: then every piece is done again, each in a
        transaction of its own. So it must change nothing but the database. Where the database
        itself cannot be used, all who wait are told at once.

        Raises:
            Exception: what `work` raised, or why the database could not commit.
        """
        piece = _Piece(work)
        with self._lock:
            self._waiting.append(piece)
            leads, self._is_led = not self._is_led, True
        if not leads:
            piece.woken.acquire()
            leads = not piece.done
        if leads:
            self._lead()
        if piece.error is not None:
            raise piece.error
        result: _T = piece.result
        return result

    def _lead(self) -> None:
        with self._lock:
            pieces, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            self._commit(pieces)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_led = following is not None
            if following is not None:
                following.woken.release()

    def _commit(self, pieces: Sequence[_Piece]) -> None:
        try:
            with self._database.writing() as connection:
                results = [piece.work(connection) for piece in pieces]
        except BaseException as error:
            if len(pieces) == 1 or _is_the_databases(error):
                for piece in pieces:
                    piece.finish(error=error)
                return
            for piece in pieces:
                self._commit([piece])
            return
        for piece, result in zip(pieces, results, strict=True):
            piece.finish(result)


def _is_the_databases(error: BaseException) -> bool:
    """Whether no piece is to blame, so that it would be no better alone, only later."""
    caused = error.__cause__
    return isinstance(error, LabelsBusyError) and not isinstance(caused, DataError | IntegrityError)
