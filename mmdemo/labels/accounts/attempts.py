"""Limit how often a password can be guessed. Knows no password and no user.

An attempt is counted before its password is looked at, so that many at once are no way round, and
a name that nobody has is counted as any other.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import delete, func, insert, select

from mmdemo.errors import AttemptsError
from mmdemo.labels.accounts.remembered import SECONDS
from mmdemo.labels.accounts.tables import attempts
from mmdemo.labels.database import Database

WINDOW = timedelta(minutes=15)
PER_NAME = 10  # in a window; far more than one who mistypes needs
PER_ADDRESS = 100  # a whole office may share an address
_REMEMBERED = timedelta(seconds=SECONDS)
_MOST = 10_000  # names and addresses


class Attempts:
    """Attempts to sign in of the last minutes, in the database: several servers count together."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._refused: dict[str, tuple[datetime, datetime]] = {}  # when it was, and until when

    def begin(self, key: str, address: str) -> None:
        """Count an attempt.

        Raises:
            AttemptsError: there were too many, and how long to wait.
        """
        now = self._now()
        limits = {
            _hashed("name", key): PER_NAME,
            _hashed("address", _network(address)): PER_ADDRESS,
        }
        for name in limits:  # whoever goes on does not make those wait who write grades
            at, until = self._refused.get(name, (now, now))
            if now - at < _REMEMBERED and now < until:
                raise AttemptsError(until - now)
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.at <= now - WINDOW))
            for name, most in limits.items():
                count, first = connection.execute(
                    select(func.count(), func.min(attempts.c.at)).where(attempts.c.key == name)
                ).one()
                if count >= most:
                    self._refuse(name, now, first + WINDOW)
            connection.execute(insert(attempts), [{"key": name, "at": now} for name in limits])

    def forget(self, key: str, address: str = "") -> None:
        """Forget those of a name: it was signed in, or its password is new.

        With the address given, one of its attempts is forgotten too: it was none.
        """
        self._refused.pop(_hashed("name", key), None)
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == _hashed("name", key)))
            if address:
                same = attempts.c.key == _hashed("address", _network(address))
                last = select(func.max(attempts.c.id)).where(same).scalar_subquery()
                connection.execute(delete(attempts).where(attempts.c.id == last))

    def _refuse(self, name: str, now: datetime, until: datetime) -> NoReturn:
        if len(self._refused) >= _MOST:
            self._refused.clear()
        self._refused[name] = (now, until)
        raise AttemptsError(until - now)


def _hashed(kind: str, text: str) -> str:
    """Somebody may have typed their password for their name: neither is kept as it is."""
    return hashlib.sha256(f"{kind}\0{text}".encode(errors="replace")).hexdigest()


def _network(address: str) -> str:
    """An IPv6 address without the half that one machine may choose freely."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
