"""Keep who is signed in. Knows no cookie and no password.

A session is named by a random token that only its browser has; the database keeps its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from mmdemo.labels.accounts.names import key_of
from mmdemo.labels.accounts.remembered import Remembered
from mmdemo.labels.accounts.tables import sessions, users
from mmdemo.labels.accounts.users import Role, User
from mmdemo.labels.database import Database

LONGEST = timedelta(days=30)  # from signing in
UNUSED = timedelta(days=7)  # from the last request
_NOTED = timedelta(hours=1)  # how exactly the last request is known: a write each would be dear
_LONGEST_TOKEN = 200  # characters; ours have 43


class Sessions:
    """Who is signed in. May be shared by threads, and the database by processes.

    What another process changes is seen after `remembered.SECONDS`.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._found = Remembered(self._look_up)

    def open(self, user: User) -> str:
        """Begin a session; returns its token, which is nowhere else."""
        token, now = secrets.token_urlsafe(32), self._now()
        values = {"token": hashed(token), "key": key_of(user.name), "made_at": now, "seen_at": now}
        with self._database.writing() as connection:
            old = (sessions.c.made_at <= now - LONGEST) | (sessions.c.seen_at <= now - UNUSED)
            connection.execute(delete(sessions).where(old))
            connection.execute(insert(sessions).values(**values))
        return token

    def who(self, token: str) -> User | None:
        """Who has this token; None for one that is unknown, expired, closed or of a disabled user.

        Raises:
            LabelError: the database cannot be read.
        """
        if not 0 < len(token) <= _LONGEST_TOKEN:
            return None
        return self._current(self._found(hashed(token)))

    def known(self, token: str) -> tuple[User | None] | None:
        """What `who` says if that takes no reading, in a tuple; else None."""
        if not 0 < len(token) <= _LONGEST_TOKEN:
            return (None,)
        found = self._found.peek(hashed(token))
        return None if found is None else (self._current(found[0]),)

    def close(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token == hashed(token)))
        self.forget()

    def close_all(self, name: str) -> None:
        """End all sessions of a user."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.key == key_of(name)))
        self.forget()

    def last_seen(self) -> dict[str, datetime]:
        """When each user who is signed in was last here, about; by name."""
        asked = (
            select(users.c.name, sessions.c.seen_at)
            .join(sessions, sessions.c.key == users.c.key)
            .order_by(sessions.c.seen_at)
        )
        with self._database.reading() as connection:
            return {name: at for name, at in connection.execute(asked)}  # noqa: C416

    def forget(self) -> None:
        """Look everybody up again: a user changed."""
        self._found.forget()

    def _current(self, found: tuple[User, datetime] | None) -> User | None:
        if found is None or found[1] <= self._now():
            return None
        return found[0]

    def _look_up(self, token: str) -> tuple[User, datetime] | None:
        """The user, and when the session ends."""
        asked = (
            select(users, sessions.c.made_at.label("began"), sessions.c.seen_at)
            .join(sessions, sessions.c.key == users.c.key)
            .where(sessions.c.token == token, users.c.disabled_at.is_(None))
        )
        with self._database.reading() as connection:
            row = connection.execute(asked).one_or_none()
        if row is None:
            return None
        now = self._now()
        ends = min(row.began + LONGEST, row.seen_at + UNUSED)
        if ends > now and row.seen_at < now - _NOTED:
            with self._database.writing() as connection:
                same = sessions.c.token == token
                connection.execute(update(sessions).where(same).values(seen_at=now))
            ends = min(row.began + LONGEST, now + UNUSED)
        return User(row.name, Role(row.role), row.made_at), ends


def hashed(token: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
