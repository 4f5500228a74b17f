"""Attempts to sign in are counted: of a name, and from an address."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mmdemo.errors import AccountError, AttemptsError, SignInError
from mmdemo.labels.accounts import Accounts
from mmdemo.labels.database import Database

HOME = "192.0.2.1"


def test_attempts_of_a_name_are_limited_whoever_tries(
    accounts: Accounts, ann: str, password: str, clock: Any
) -> None:
    for number in range(10):
        with pytest.raises(SignInError):
            accounts.sign_in("Ann" if number % 2 else "ANN", "wrong", address=f"192.0.2.{number}")
    with pytest.raises(AttemptsError, match=r"try again in 15 minutes$"):
        accounts.sign_in("ann", password, address="198.51.100.7")  # even with the right one
    clock.pass_(minutes=14, seconds=30)
    with pytest.raises(AttemptsError, match=r"try again in 1 minute$") as caught:
        accounts.sign_in("ann", password, address=HOME)
    assert math.isclose(caught.value.wait.total_seconds(), 30)
    clock.pass_(seconds=31)
    accounts.sign_in("ann", password, address=HOME)


def test_whoever_goes_on_does_not_keep_the_database_busy(
    accounts: Accounts, ann: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        with pytest.raises(SignInError):
            accounts.sign_in("ann", "wrong", address=HOME)
    with pytest.raises(AttemptsError):
        accounts.sign_in("ann", "wrong", address=HOME)
    writes: list[Database] = []
    writing = Database.writing

    def counted(database: Database) -> Any:
        writes.append(database)
        return writing(database)

    monkeypatch.setattr(Database, "writing", counted)
    clock.pass_(seconds=2)
    for _ in range(5):
        with pytest.raises(AttemptsError):
            accounts.sign_in("ann", "wrong", address=HOME)
    assert writes == []
    clock.pass_(seconds=4)  # another process may have lifted it
    with pytest.raises(AttemptsError):
        accounts.sign_in("ann", "wrong", address=HOME)
    assert len(writes) == 1


def test_unknown_names_are_limited_alike(accounts: Accounts, ann: str) -> None:
    for _ in range(10):
        with pytest.raises(SignInError):
            accounts.sign_in("nobody", "wrong", address=HOME)
    with pytest.raises(AttemptsError):
        accounts.sign_in("nobody", "wrong", address=HOME)


def test_success_forgets_the_failures(accounts: Accounts, ann: str, password: str) -> None:
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(SignInError):
                accounts.sign_in("ann", "wrong", address=HOME)
        accounts.sign_in("ann", password, address=HOME)


def test_a_new_password_forgets_the_failures(accounts: Accounts, ann: str) -> None:
    for _ in range(10):
        with pytest.raises(SignInError):
            accounts.sign_in("ann", "wrong", address=HOME)
    accounts.set_password("ann", "another horse battery")
    accounts.sign_in("ann", "another horse battery", address=HOME)


@pytest.mark.parametrize(
    ("addresses", "limited"),
    [
        (lambda n: "192.0.2.9", True),
        (lambda n: f"2001:db8::{n:x}", True),  # one machine may have all of these
        (lambda n: f"2001:db8:0:{n:x}::1", False),
    ],
)
def test_attempts_from_an_address_are_limited_whatever_the_name(
    accounts: Accounts, ann: str, password: str, addresses: Callable[[int], str], limited: bool
) -> None:
    for number in range(100):
        with pytest.raises(SignInError):
            accounts.sign_in(f"name {number}", "wrong", address=addresses(number))
    if limited:
        with pytest.raises(AttemptsError):
            accounts.sign_in("ann", password, address=addresses(100))
    accounts.sign_in("ann", password, address=HOME)


def test_an_office_that_signs_in_at_once_is_not_limited(
    accounts: Accounts, ann: str, password: str
) -> None:
    for _ in range(120):
        accounts.sign_in("ann", password, address=HOME)


def test_many_attempts_at_once_are_no_way_round_the_limit(accounts: Accounts, ann: str) -> None:
    def attempt(_: int) -> type[Exception]:
        try:
            accounts.sign_in("ann", "wrong", address=HOME)
        except AccountError as error:
            return type(error)
        raise AssertionError("signed in")

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(30)))
    assert outcomes.count(SignInError) == 10
    assert outcomes.count(AttemptsError) == 20
