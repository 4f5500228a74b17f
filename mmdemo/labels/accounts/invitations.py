"""Invite people with a link that works once. Knows no page and no address."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from mmdemo.errors import AccountError
from mmdemo.labels.accounts.members import Members, checked_campaigns
from mmdemo.labels.accounts.names import checked_name
from mmdemo.labels.accounts.passwords import Passwords
from mmdemo.labels.accounts.sessions import hashed
from mmdemo.labels.accounts.tables import invitations
from mmdemo.labels.accounts.users import Role, User, Users
from mmdemo.labels.database import Database

DAYS = 7
MOST_DAYS = 90


@dataclass(frozen=True)
class Invitation:
    """An offer to become a user, or to a user to choose another password.

    Attributes:
        id: names it in lists; it opens nothing.
        campaigns: those that the new user becomes a judge of.
        renews: the user whose password it renews; empty for a new user.
    """

    id: str
    role: Role
    campaigns: tuple[str, ...]
    renews: str
    made_by: str
    expires_at: datetime


class Invitations:
    """Invitations of a database; each can be accepted once, by whoever has its token."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        known: Users,
        members: Members,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._passwords = database, passwords
        self._users, self._members, self._now = known, members, now

    def make(
        self, role: Role, campaigns: Sequence[str] = (), *, by: str, days: int = DAYS
    ) -> tuple[Invitation, str]:
        """Invite somebody new; returns the invitation and its token, which is nowhere else.

        Raises:
            AccountError: a campaign's name is not usable, or it would last too long.
        """
        return self._make(role, checked_campaigns(campaigns), by=by, days=days)

    def renew(self, name: str, *, by: str, days: int = DAYS) -> tuple[Invitation, str]:
        """Have a user choose another password; the old one counts until they do.

        Raises:
            AccountError: there is no such user, or it would last too long.
        """
        user = self._users.known(name)
        return self._make(user.role, (), by=by, days=days, renews=user.name)

    def _make(
        self, role: Role, campaigns: Sequence[str], *, by: str, days: int, renews: str = ""
    ) -> tuple[Invitation, str]:
        if not 1 <= days <= MOST_DAYS:
            raise AccountError("days are not usable", got=days, expected=f"1 to {MOST_DAYS}")
        token, now = secrets.token_urlsafe(32), self._now()
        values = {
            "id": secrets.token_hex(8),
            "token": hashed(token),
            "role": role,
            "campaigns": list(campaigns),
            "renews": renews,
            "made_by": by,
            "made_at": now,
            "expires_at": now + timedelta(days=days),
        }
        with self._database.writing() as connection:
            row = connection.execute(
                insert(invitations).values(**values).returning(invitations)
            ).one()
        return _invitation(row), token

    def open(self) -> list[Invitation]:
        """Those that can still be accepted, the newest first."""
        asked = (
            select(invitations)
            .where(
                invitations.c.accepted_at.is_(None),
                invitations.c.withdrawn_at.is_(None),
                invitations.c.expires_at > self._now(),
            )
            .order_by(invitations.c.made_at.desc(), invitations.c.id)
        )
        with self._database.reading() as connection:
            return [_invitation(row) for row in connection.execute(asked)]

    def look(self, token: str) -> Invitation:
        """What a token invites to.

        Raises:
            AccountError: it is unknown, used, withdrawn or too old.
        """
        with self._database.reading() as connection:
            row = connection.execute(_with(token)).one_or_none()
        return self._checked(row)

    def accept(self, token: str, name: str, password: str) -> User:
        """Make the user, or renew their password; used up, however many try at once.

        Raises:
            AccountError: the invitation, the name or the password cannot be used.
        """
        renews = self.look(token).renews  # before time is spent on the password
        name = renews or checked_name(name)
        password = self._passwords.hashed(password, name=name)
        with self._database.writing() as connection:
            invitation = self._checked(connection.execute(_with(token)).one_or_none())
            if renews:
                user = self._users.store(connection, name, password)
            else:
                user = self._users.insert(connection, name, password, invitation.role)
                by = invitation.made_by
                self._members.insert(connection, user.name, invitation.campaigns, by=by)
            connection.execute(
                update(invitations)
                .where(invitations.c.id == invitation.id)
                .values(accepted_by=user.name, accepted_at=self._now())
            )
        self._members.forget()
        return user

    def withdraw(self, invitation_id: str) -> None:
        """Take an invitation back; without effect on one that was accepted."""
        with self._database.writing() as connection:
            same = (invitations.c.id == invitation_id) & invitations.c.accepted_at.is_(None)
            connection.execute(update(invitations).where(same).values(withdrawn_at=self._now()))

    def _checked(self, row: Row[Any] | None) -> Invitation:
        ask = "ask for a new one"
        if row is None:
            raise AccountError("this invitation is not known here", remedy=ask)
        if row.accepted_at is not None:
            raise AccountError("this invitation has been used", remedy="sign in, or " + ask)
        if row.withdrawn_at is not None:
            raise AccountError("this invitation was taken back", remedy=ask)
        if row.expires_at <= self._now():
            raise AccountError("this invitation is too old", remedy=ask)
        return _invitation(row)


def _with(token: str) -> Any:  # noqa: ANN401
    return select(invitations).where(invitations.c.token == hashed(token))


def _invitation(row: Row[Any]) -> Invitation:
    campaigns = tuple(row.campaigns)
    return Invitation(row.id, Role(row.role), campaigns, row.renews, row.made_by, row.expires_at)
