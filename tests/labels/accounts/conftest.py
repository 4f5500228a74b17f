"""Accounts in a database of either kind, with a clock that the test sets and a quick hash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from mmdemo.labels.accounts import Accounts, Passwords, Role
from mmdemo.labels.database import Database

PASSWORD = "correct horse battery"


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **units: float) -> None:
        self.time += timedelta(**units)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def quick() -> Passwords:
    """As few rounds as argon2 takes: what is tested is who gets in, not how slowly."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def open_accounts(url: str, clock: Clock, quick: Passwords) -> Iterator[Callable[[], Accounts]]:
    """Accounts of the same database, each as a process of its own would have them."""
    opened: list[Database] = []

    def open_() -> Accounts:
        opened.append(Database(url))
        return Accounts(opened[-1], passwords=quick, now=clock)

    yield open_
    for database in opened:
        database.close()


@pytest.fixture
def accounts(open_accounts: Callable[[], Accounts]) -> Accounts:
    return open_accounts()


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def ann(accounts: Accounts, password: str) -> str:
    return accounts.add("Ann", password, Role.LEAD).name
