"""Keep which judges belong to which campaign. Knows no campaign but its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from mmdemo.errors import AccountError
from mmdemo.labels.accounts.names import key_of
from mmdemo.labels.accounts.remembered import Remembered
from mmdemo.labels.accounts.tables import campaign_judges, users
from mmdemo.labels.accounts.users import Role, User, Users
from mmdemo.labels.database import Database

_LONGEST = 300  # characters of a campaign's name, as for judgments


class Members:
    """The judges of campaigns. A lead may judge in all, a viewer in none."""

    def __init__(self, database: Database, known: Users, now: Callable[[], datetime]) -> None:
        self._database, self._users, self._now = database, known, now
        self._campaigns_of = Remembered(self._look_up)

    def may_judge(self, name: str, campaign: str) -> bool:
        """Whether somebody may judge in a campaign; everybody while there are no users."""
        allowed = self._campaigns_of(name)
        return allowed is None or campaign in allowed

    def judges(self, campaign: str) -> list[str]:
        """Names of the judges that were added to a campaign and are not disabled, by name."""
        asked = (
            select(users.c.name)
            .join(campaign_judges, campaign_judges.c.judge == users.c.name)
            .where(campaign_judges.c.campaign == campaign, users.c.disabled_at.is_(None))
            .order_by(users.c.key)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(asked))

    def campaigns(self, name: str) -> list[str]:
        """Names of the campaigns that somebody was added to."""
        asked = select(campaign_judges.c.campaign).where(campaign_judges.c.judge == name)
        with self._database.reading() as connection:
            return sorted(connection.scalars(asked))

    def all(self) -> dict[str, list[str]]:
        """Campaigns of each judge who was added to any."""
        found: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(select(campaign_judges)):
                found.setdefault(row.judge, []).append(row.campaign)
        return {name: sorted(found[name]) for name in sorted(found)}

    def add(self, name: str, campaign: str, *, by: str) -> None:
        """Add a judge to a campaign; without effect if they are there.

        Raises:
            AccountError: there is no such user, or the campaign's name is not usable.
        """
        user = self._users.known(name)
        with self._database.writing() as connection:
            self.insert(connection, user.name, [campaign], by=by)
        self.forget()

    def insert(
        self, connection: Connection, name: str, campaigns: Iterable[str], *, by: str
    ) -> None:
        """Add a judge to campaigns, in a transaction; `forget` is to follow it."""
        wanted = checked_campaigns(campaigns)
        there = select(campaign_judges.c.campaign).where(campaign_judges.c.judge == name)
        for campaign in sorted(set(wanted) - set(connection.scalars(there))):
            values = {"campaign": campaign, "judge": name, "added_by": by, "added_at": self._now()}
            connection.execute(insert(campaign_judges).values(**values))

    def remove(self, name: str, campaign: str) -> None:
        """Take a judge out of a campaign; what they graded stays."""
        user = self._users.known(name)
        with self._database.writing() as connection:
            connection.execute(
                delete(campaign_judges).where(
                    campaign_judges.c.judge == user.name, campaign_judges.c.campaign == campaign
                )
            )
        self.forget()

    def set(self, name: str, campaigns: Iterable[str], *, by: str) -> None:
        """Make a judge one of these campaigns and of no others.

        Raises:
            AccountError: there is no such user, or a campaign's name is not usable.
        """
        user, wanted = self._users.known(name), checked_campaigns(campaigns)
        with self._database.writing() as connection:
            connection.execute(
                delete(campaign_judges).where(
                    campaign_judges.c.judge == user.name, campaign_judges.c.campaign.not_in(wanted)
                )
            )
            self.insert(connection, user.name, wanted, by=by)
        self.forget()

    def forget(self) -> None:
        """Look everything up again."""
        self._campaigns_of.forget()

    def _look_up(self, name: str) -> frozenset[str] | None:
        """Campaigns that somebody may judge in; None for all."""
        user: User | None = self._users.find(name)
        if user is None:
            return frozenset() if self._users.any() else None
        if user.disabled_at is not None or key_of(user.name) != key_of(name):
            return frozenset()
        match user.role:
            case Role.LEAD:
                return None
            case Role.VIEWER:
                return frozenset()
            case Role.JUDGE:
                return frozenset(self.campaigns(user.name))


def checked_campaigns(names: Iterable[str]) -> list[str]:
    """Names of campaigns, once each.

    Raises:
        AccountError: one cannot be a campaign's.
    """
    found = list(dict.fromkeys(names))
    for name in found:
        if not (name.strip() and len(name) <= _LONGEST and name.isprintable()):
            raise AccountError(
                "the campaign's name is not usable",
                got=repr(name[:40]),
                expected=f"1 to {_LONGEST} printable characters",
            )
    return found
