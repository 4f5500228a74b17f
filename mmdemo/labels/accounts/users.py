"""Keep users, their roles and passwords. Knows no session and no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from mmdemo.errors import AccountError
from mmdemo.labels.accounts.names import checked_name, key_of, skeleton_of
from mmdemo.labels.accounts.passwords import Passwords
from mmdemo.labels.accounts.tables import users
from mmdemo.labels.database import Database


class Role(StrEnum):
    """What a user is here for."""

    JUDGE = "judge"
    LEAD = "lead"
    VIEWER = "viewer"


@dataclass(frozen=True)
class User:
    """A person who can sign in.

    Attributes:
        name: what their judgments are stored under; it never changes.
        disabled_at: since when they cannot sign in.
    """

    name: str
    role: Role
    made_at: datetime
    disabled_at: datetime | None = None


class Users:
    """The users of a database; nobody is ever deleted, for judgments bear their names."""

    def __init__(
        self, database: Database, passwords: Passwords, now: Callable[[], datetime]
    ) -> None:
        self._database, self._passwords, self._now = database, passwords, now

    def all(self) -> list[User]:
        """Everybody, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(users).order_by(users.c.key)).all()
        return [_user(row) for row in rows]

    def find(self, name: str) -> User | None:
        """Who has this name, in whatever case it is written."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.key == key_of(name))).one_or_none()
        return None if row is None else _user(row)

    def any(self) -> bool:
        """Whether there is a user at all."""
        with self._database.reading() as connection:
            return connection.execute(select(users.c.key).limit(1)).first() is not None

    def add(self, name: str, password: str, role: Role) -> User:
        """Add a user.

        Raises:
            AccountError: the name or the password cannot be used, or somebody has the name.
        """
        name = checked_name(name)
        hashed = self._passwords.hashed(password, name=name)
        with self._database.writing() as connection:
            return self.insert(connection, name, hashed, role)

    def insert(self, connection: Connection, name: str, hashed: str, role: Role) -> User:
        """Add a user whose name is checked and whose password is hashed, in a transaction.

        Raises:
            AccountError: somebody has the name, or one that looks alike.
        """
        key, skeleton = key_of(name), skeleton_of(name)
        alike = or_(users.c.key == key, users.c.skeleton == skeleton)
        taken = connection.execute(select(users.c.name).where(alike)).scalars().first()
        if taken is not None:
            raise AccountError(
                "the name is taken"
                if key_of(taken) == key
                else "the name looks like that of somebody else",
                got=name,
                remedy="choose another one",
            )
        values = {"key": key, "name": name, "skeleton": skeleton, "password": hashed}
        row = connection.execute(
            insert(users).values(**values, role=role, made_at=self._now()).returning(users)
        ).one()
        return _user(row)

    def fits(self, name: str, password: str) -> User | None:
        """The user of this name if the password is theirs; as slow if there is no such user."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.key == key_of(name))).one_or_none()
        stored = None if row is None else row.password
        if not self._passwords.fits(password, stored) or row is None:
            return None
        if self._passwords.is_dated(row.password):
            renewed = self._passwords.hashed(password, name="")
            with self._database.writing() as connection:
                self.store(connection, name, renewed)
        return _user(row)

    def set_password(self, name: str, password: str) -> User:
        """Give a user another password.

        Raises:
            AccountError: there is no such user, or the password cannot be used.
        """
        hashed = self._passwords.hashed(password, name=self.known(name).name)
        with self._database.writing() as connection:
            return self.store(connection, name, hashed)

    def set_role(self, name: str, role: Role) -> User:
        """Give a user another role.

        Raises:
            AccountError: there is no such user, or it is the only lead.
        """
        return self._change(name, loses_lead=role is not Role.LEAD, role=role)

    def set_disabled(self, name: str, disabled: bool) -> User:
        """Keep a user out, or let them in again.

        Raises:
            AccountError: there is no such user, or it is the only lead.
        """
        at = self._now() if disabled else None
        return self._change(name, loses_lead=disabled, disabled_at=at)

    def known(self, name: str) -> User:
        """The user of this name.

        Raises:
            AccountError: there is none.
        """
        user = self.find(name)
        if user is None:
            raise AccountError("there is no such user", got=repr(name[:60]))
        return user

    def _change(self, name: str, *, loses_lead: bool, **values: object) -> User:
        user = self.known(name)
        with self._database.writing() as connection:
            others = (
                select(func.count())
                .select_from(users)
                .where(
                    users.c.role == Role.LEAD,
                    users.c.disabled_at.is_(None),
                    users.c.key != key_of(name),
                )
            )
            is_lead = user.role is Role.LEAD and user.disabled_at is None
            if is_lead and loses_lead and not connection.execute(others).scalar_one():
                raise AccountError(
                    f"{user.name} is the only lead", remedy="make somebody else a lead first"
                )
            row = connection.execute(
                update(users).where(users.c.key == key_of(name)).values(**values).returning(users)
            ).one()
        return _user(row)

    def store(self, connection: Connection, name: str, hashed: str) -> User:
        """Give a user who is there a password that is hashed, in a transaction."""
        same = users.c.key == key_of(name)
        row = connection.execute(
            update(users).where(same).values(password=hashed).returning(users)
        ).one()
        return _user(row)


def _user(row: Row[Any]) -> User:
    return User(row.name, Role(row.role), row.made_at, row.disabled_at)
