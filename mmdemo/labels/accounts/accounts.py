"""Sign people in and out, and change what they may do. Knows no cookie and no page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from mmdemo.errors import AccountError, SignInError
from mmdemo.labels.accounts.attempts import Attempts
from mmdemo.labels.accounts.invitations import Invitations
from mmdemo.labels.accounts.members import Members
from mmdemo.labels.accounts.names import key_of
from mmdemo.labels.accounts.passwords import Passwords
from mmdemo.labels.accounts.sessions import Sessions
from mmdemo.labels.accounts.tables import ACCOUNTS
from mmdemo.labels.accounts.users import Role, User, Users
from mmdemo.labels.database import Database

logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class SignedIn:
    """A user and the token of the session that has begun."""

    user: User
    token: str


class Accounts:
    """Everything about users in the database of the judgments.

    Attributes:
        users, members, invitations, sessions: the parts, to read from; changes that concern
            several of them are methods here.
        surely_exist: whether a user was seen; `exist` without asking the database.
    """

    def __init__(
        self,
        database: Database,
        *,
        passwords: Passwords | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Make the tables where they are missing.

        Raises:
            LabelError: the database cannot be used.
        """
        database.prepare(ACCOUNTS)
        passwords = passwords or Passwords()
        self.users = Users(database, passwords, now)
        self.members = Members(database, self.users, now)
        self.invitations = Invitations(database, passwords, self.users, self.members, now)
        self.sessions = Sessions(database, now)
        self._attempts = Attempts(database, now)
        self.surely_exist = False
        self._on_sign_out: list[Callable[[str], object]] = []

    def exist(self) -> bool:
        """Whether people have to sign in: as soon as there is a user, and from then on.

        Raises:
            LabelError: the database cannot be read.
        """
        self.surely_exist = self.surely_exist or self.users.any()
        return self.surely_exist

    def on_sign_out(self, hook: Callable[[str], object]) -> None:
        """Have `hook(name)` called when a user signs out or is kept out from now on."""
        self._on_sign_out.append(hook)

    def add(self, name: str, password: str, role: Role) -> User:
        """Add a user.

        Raises:
            AccountError: the name or the password cannot be used, or somebody has the name.
        """
        user = self.users.add(name, password, role)
        self._changed()
        return user

    def accept(self, token: str, name: str, password: str) -> SignedIn:
        """Make the user that an invitation is for, or renew their password, and sign them in.

        Raises:
            AccountError: the invitation, the name or the password cannot be used.
        """
        user = self.invitations.accept(token, name, password)
        self._renewed(user)
        self._changed()
        if user.disabled_at is not None:
            raise AccountError("this account is disabled", remedy="ask a lead")
        return SignedIn(user, self.sessions.open(user))

    def sign_in(self, name: str, password: str, *, address: str) -> SignedIn:
        """Begin a session, always a new one.

        Raises:
            AttemptsError: there were too many attempts.
            SignInError: name or password is wrong; it does not tell which.
            AccountError: the user is disabled.
        """
        user = self._fits(name, password, address)
        return SignedIn(user, self.sessions.open(user))

    def change_password(self, name: str, password: str, wanted: str, *, address: str) -> SignedIn:
        """Let a user choose another password; all their sessions end, and a new one begins.

        Raises:
            AttemptsError: there were too many attempts.
            SignInError: the old password is wrong.
            AccountError: the new one cannot be used.
        """
        user = self._fits(name, password, address)
        self.set_password(user.name, wanted)
        return SignedIn(user, self.sessions.open(user))

    def sign_out(self, token: str) -> None:
        """End a session; without effect if there is none."""
        user = self.sessions.who(token)
        self.sessions.close(token)
        if user is not None:
            self._signed_out(user)

    def set_password(self, name: str, password: str) -> User:
        """Give a user another password; all their sessions end.

        Raises:
            AccountError: there is no such user, or the password cannot be used.
        """
        user = self.users.set_password(name, password)
        self._renewed(user)
        return user

    def set_role(self, name: str, role: Role) -> User:
        """Give a user another role.

        Raises:
            AccountError: there is no such user, or it is the only lead.
        """
        user = self.users.set_role(name, role)
        self._changed()
        return user

    def set_disabled(self, name: str, disabled: bool) -> User:
        """Keep a user out, whose sessions all end, or let them in again.

        Raises:
            AccountError: there is no such user, or it is the only lead.
        """
        user = self.users.set_disabled(name, disabled)
        if disabled:
            self.sessions.close_all(name)
            self._signed_out(user)
        self._changed()
        return user

    def _fits(self, name: str, password: str, address: str) -> User:
        key = key_of(name)
        self._attempts.begin(key, address)
        user = self.users.fits(name, password)
        if user is None:
            raise SignInError("the name or the password is wrong")
        self._attempts.forget(key, address)
        if user.disabled_at is not None:
            raise AccountError("this account is disabled", remedy="ask a lead")
        return user

    def _renewed(self, user: User) -> None:
        """A password is new: whoever had the old one is out."""
        self._attempts.forget(key_of(user.name))
        self.sessions.close_all(user.name)
        self._signed_out(user)

    def _changed(self) -> None:
        self.sessions.forget()
        self.members.forget()
        self.exist()

    def _signed_out(self, user: User) -> None:
        for hook in self._on_sign_out:
            try:
                hook(user.name)
            except Exception:  # signing out works whatever else does not
                logger.exception("after %s signed out", user.name)
