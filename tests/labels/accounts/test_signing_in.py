"""Sign in and out: passwords, and sessions that end."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from mmdemo.errors import AccountError, SignInError
from mmdemo.labels.accounts import Accounts, Passwords, Role
from mmdemo.labels.accounts.remembered import SECONDS, Remembered
from mmdemo.labels.accounts.tables import sessions, users
from mmdemo.labels.database import Database

HOME = "192.0.2.1"


def test_sign_in_with_name_and_password(accounts: Accounts, ann: str, password: str) -> None:
    signed_in = accounts.sign_in("ann", password, address=HOME)
    assert signed_in.user.name == "Ann"
    found = accounts.sessions.who(signed_in.token)
    assert found is not None
    assert (found.name, found.role) == ("Ann", Role.LEAD)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ann", "wrong horse battery"),
        ("ann", ""),
        ("ann", "correct horse battery "),
        ("ann", "Correct horse battery"),
        ("ann", "correct horse battery\0"),
        ("ann", "\ud800" * 20),
        ("ann", "x" * 1_000_000),
        ("nobody", "correct horse battery"),
        ("", "correct horse battery"),
        ("ann\0", "correct horse battery"),
        ("\ud800", "correct horse battery"),
        ("ann' OR '1'='1", "correct horse battery"),
        ("x" * 1_000_000, "correct horse battery"),
        ("аnn", "correct horse battery"),  # Cyrillic
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    accounts: Accounts, ann: str, name: str, given: str
) -> None:
    with pytest.raises(SignInError, match=r"^the name or the password is wrong$"):
        accounts.sign_in(name, given, address=HOME)


def test_unknown_names_take_as_long_as_wrong_passwords(url: str, password: str) -> None:
    database = Database(url)
    hasher = PasswordHasher(time_cost=2, memory_cost=16_384, parallelism=1)  # some 15 ms
    accounts = Accounts(database, passwords=Passwords(hasher))
    accounts.add("ann", password, Role.LEAD)

    def seconds(name: str) -> float:
        started = time.perf_counter()
        assert accounts.users.fits(name, "wrong horse battery") is None
        return time.perf_counter() - started

    seconds("nobody")  # the hash of nobody is made at the first need
    known, unknown = (
        statistics.median(seconds(name) for _ in range(9)) for name in ("ann", "nobody")
    )
    database.close()
    assert 0.5 < unknown / known < 2


def test_the_database_holds_neither_password_nor_token(
    accounts: Accounts, ann: str, password: str, url: str
) -> None:
    token = accounts.sign_in("ann", password, address=HOME).token
    _, invitation = accounts.invitations.make(Role.JUDGE, by="Ann")
    with pytest.raises(SignInError):
        accounts.sign_in("my secret instead of a name", "x", address=HOME)
    database = Database(url)
    with database.reading() as connection:
        stored = str(connection.execute(select(users)).all())
        assert "$argon2id$" in stored
        assert password not in stored
        kept = connection.execute(select(sessions.c.token)).scalars().all()
    assert len(kept) == 1
    assert token not in kept
    database.close()
    if url.startswith("sqlite:///"):
        content = Path(url.removeprefix("sqlite:///")).read_bytes()
        for secret in (password, token, invitation, "my secret instead of a name"):
            assert secret.encode() not in content


def test_the_default_hash_is_argon2id_as_rfc_9106_recommends(password: str) -> None:
    stored = Passwords().hashed(password, name="ann")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # section 4, second choice


def test_a_hash_of_weaker_parameters_is_renewed(url: str, ann: str, password: str) -> None:
    database = Database(url)
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    accounts = Accounts(database, passwords=Passwords(stronger))
    for _ in range(2):
        accounts.sign_in("ann", password, address=HOME)
        with database.reading() as connection:
            assert "m=16,t=2,p=1" in connection.execute(select(users.c.password)).scalar_one()
    database.close()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "brevity",
        "elevenchars",
        "x" * 201,
        "aaaaaaaaaaaaaaaa",
        "Ann-Sofie123",
        "half \ud800 character",
    ],
)
def test_passwords_that_are_refused_and_never_repeated(accounts: Accounts, given: str) -> None:
    with pytest.raises(AccountError, match="password") as caught:
        accounts.add("Ann-Sofie", given, Role.LEAD)
    assert not given or given not in str(caught.value)
    assert not accounts.exist()


def test_a_password_typed_on_another_keyboard(accounts: Accounts) -> None:
    accounts.add("Ann", "cafe\u0301 au lait, s'il te plaît", Role.LEAD)
    accounts.sign_in("Ann", "caf\u00e9 au lait, s'il te plaît", address=HOME)


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\0", "\ud800", "' OR 1=1 --"])
def test_tokens_that_nobody_was_given(accounts: Accounts, ann: str, token: str) -> None:
    assert accounts.sessions.who(token) is None
    accounts.sign_out(token)


def test_a_stored_hash_is_no_token(accounts: Accounts, ann: str, password: str, url: str) -> None:
    accounts.sign_in("ann", password, address=HOME)
    database = Database(url)
    with database.reading() as connection:
        stored = connection.execute(select(sessions.c.token)).scalar_one()
    database.close()
    assert accounts.sessions.who(stored) is None


def test_sign_out_ends_this_session_only(accounts: Accounts, ann: str, password: str) -> None:
    one, other = (accounts.sign_in("ann", password, address=HOME).token for _ in range(2))
    assert one != other
    accounts.sign_out(one)
    assert accounts.sessions.who(one) is None
    assert accounts.sessions.who(other) is not None


def test_a_new_password_ends_all_sessions(accounts: Accounts, ann: str, password: str) -> None:
    token = accounts.sign_in("ann", password, address=HOME).token
    assert accounts.sessions.who(token) is not None
    accounts.set_password("ANN", "another horse battery")
    assert accounts.sessions.who(token) is None
    with pytest.raises(SignInError):
        accounts.sign_in("ann", password, address=HOME)
    accounts.sign_in("ann", "another horse battery", address=HOME)


def test_a_disabled_user_is_out_and_stays_out(accounts: Accounts, ann: str, password: str) -> None:
    accounts.add("Bob", password, Role.JUDGE)
    token = accounts.sign_in("bob", password, address=HOME).token
    accounts.set_disabled("bob", True)
    assert accounts.sessions.who(token) is None
    with pytest.raises(AccountError, match="disabled; ask a lead"):
        accounts.sign_in("bob", password, address=HOME)
    with pytest.raises(SignInError):  # that it is disabled is told to its owner only
        accounts.sign_in("bob", "wrong horse battery", address=HOME)
    accounts.set_disabled("bob", False)
    assert accounts.sessions.who(token) is None
    accounts.sign_in("bob", password, address=HOME)


def test_a_role_counts_at_once(accounts: Accounts, ann: str, password: str) -> None:
    accounts.add("Bob", password, Role.VIEWER)
    token = accounts.sign_in("bob", password, address=HOME).token
    accounts.set_role("bob", Role.JUDGE)
    found = accounts.sessions.who(token)
    assert found is not None
    assert found.role is Role.JUDGE


def test_sessions_end(accounts: Accounts, ann: str, password: str, clock: Any) -> None:
    token = accounts.sign_in("ann", password, address=HOME).token
    clock.pass_(days=6, hours=23)
    assert accounts.sessions.who(token) is not None
    accounts.sessions.forget()
    assert accounts.sessions.who(token) is not None  # used, so it lasts seven days more
    for _ in range(3):
        clock.pass_(days=6, hours=23)
        accounts.sessions.forget()
        assert accounts.sessions.who(token) is not None
    clock.pass_(days=2, hours=5)
    assert accounts.sessions.who(token) is None  # thirty days after signing in, though in use


def test_a_session_that_nobody_uses_ends(
    accounts: Accounts, ann: str, password: str, clock: Any
) -> None:
    token = accounts.sign_in("ann", password, address=HOME).token
    accounts.sessions.who(token)
    clock.pass_(days=7, seconds=1)
    assert accounts.sessions.who(token) is None  # remembered or not
    accounts.sessions.forget()
    assert accounts.sessions.who(token) is None


def test_another_process_sees_a_change_after_some_seconds(
    accounts: Accounts,
    ann: str,
    password: str,
    open_accounts: Callable[[], Accounts],
) -> None:
    server = open_accounts()
    token = accounts.sign_in("ann", password, address=HOME).token
    assert server.sessions.who(token) is not None
    accounts.set_password("ann", "another horse battery")
    server.sessions.forget()  # as five seconds later
    assert server.sessions.who(token) is None
    assert SECONDS <= 5


def test_what_is_remembered() -> None:
    asked: list[str] = []
    now = 0.0

    def look_up(key: str) -> int:
        asked.append(key)
        return len(asked)

    remembered = Remembered(look_up, seconds=5, clock=lambda: now)
    assert [remembered("a"), remembered("a"), remembered("b")] == [1, 1, 2]
    now = 4.9
    assert remembered("a") == 1
    assert remembered.peek("c") is None
    now = 5.0
    assert remembered.peek("a") is None
    assert remembered("a") == 3
    remembered.forget()
    assert remembered("a") == 4


def test_an_answer_from_before_a_change_is_not_remembered() -> None:
    value = "before"

    def look_up(_: str) -> str:
        found = value
        if value == "before":
            change()
        return found

    def change() -> None:
        nonlocal value
        value = "after"
        remembered.forget()

    remembered: Remembered[str, str] = Remembered(look_up)
    assert remembered("a") == "before"
    assert remembered("a") == "after"


def test_hooks_hear_of_a_sign_out(accounts: Accounts, ann: str, password: str) -> None:
    heard: list[str] = []

    def broken(name: str) -> None:
        raise RuntimeError("no")

    accounts.on_sign_out(broken)
    accounts.on_sign_out(heard.append)
    accounts.sign_out("unknown")
    assert heard == []
    accounts.sign_out(accounts.sign_in("ANN", password, address=HOME).token)
    accounts.set_password("ann", "another horse battery")
    accounts.add("bob", password, Role.JUDGE)
    accounts.set_disabled("bob", True)
    assert heard == ["Ann", "Ann", "bob"]


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE users (id INTEGER)")
    connection.close()
    with pytest.raises(Exception, match="a table 'users' that mmdemo did not make"):
        Accounts(Database(f"sqlite:///{file}"))
