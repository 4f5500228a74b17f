"""`mmdemo users`: the first lead, invitations, changes, and passwords that no option holds."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from mmdemo.labels.accounts import Accounts, Role
from mmdemo.labels.database import Database

Run = Callable[..., Any]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("mmdemo.labels.accounts.passwords.PasswordHasher", quick)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return tmp_path / "judgments.sqlite3"


@pytest.fixture
def users(run: Run, labels: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`users("add", "ann", typed="…")` with what is typed as the input."""

    def call(*arguments: object, typed: str = "") -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return run("users", *arguments, "--labels", labels)

    return call


@pytest.fixture
def add(users: Run) -> Run:
    def call(name: str, role: str, *more: object) -> Any:
        typed = f"{PASSWORD}\n"
        outcome = users("add", name, "--role", role, "--password-stdin", *more, typed=typed)
        assert outcome.status == 0, outcome.err
        return outcome

    return call


def opened(labels: Path) -> Accounts:
    return Accounts(Database(f"sqlite:///{labels}"))


def test_the_first_user(add: Run, labels: Path) -> None:
    outcome = add("olga", "lead")
    assert outcome.out == "olga may sign in as lead\neverybody has to sign in from now on\n"
    assert PASSWORD not in outcome.out + outcome.err
    opened(labels).sign_in("olga", PASSWORD, address="")


def test_a_first_user_who_is_no_lead(add: Run) -> None:
    assert "there is no lead yet" in add("ann", "judge").out


def test_a_judge_with_campaigns_and_the_list(add: Run, users: Run, labels: Path) -> None:
    add("olga", "lead")
    add("ann", "judge", "--campaign", "spring", "--campaign", "fall")
    assert opened(labels).members.may_judge("ann", "fall")
    users("disable", "ann")
    listed = users("list").out.splitlines()
    assert [re.split(r" {2,}", line) for line in listed] == [
        ["ann", "judge", "disabled", "fall, spring"],
        ["olga", "lead", "not signed in"],
    ]


def test_an_invitation(users: Run, labels: Path) -> None:
    outcome = users("invite", "--role", "lead", "--url", "https://judge.example/")
    found = re.fullmatch(r"https://judge\.example/invitation#(\S{43})\n", outcome.out)
    assert found, outcome.out
    assert "for a lead" in outcome.err
    accepted = opened(labels).accept(found[1], "olga", PASSWORD)
    assert accepted.user.role is Role.LEAD
    assert "link" not in users("list").out


def test_changes(add: Run, users: Run, labels: Path, assert_mistake: Run) -> None:
    add("olga", "lead")
    add("ann", "judge")
    assert users("role", "ann", "viewer").out == "ann may sign in as viewer\n"
    assert users("disable", "ANN").out == "ann is disabled\n"
    assert users("enable", "ann").out == "ann may sign in as viewer\n"
    assert users("password", "ann", "--password-stdin", typed="plum rocket window\n").status == 0
    opened(labels).sign_in("ann", "plum rocket window", address="")
    assert_mistake(users("role", "olga", "judge"), "olga is the only lead")
    assert_mistake(users("disable", "eve"), "no such user")
    assert_mistake(users("password", "eve", "--password-stdin", typed="x\n"), "no such user")


def test_mistakes(users: Run, labels: Path, assert_mistake: Run) -> None:
    assert_mistake(users("list"), "there are no users", str(labels))
    assert_mistake(users("add", "olga"), "nobody to ask", "--password-stdin")
    short = users("add", "olga", "--password-stdin", typed="short\n")
    assert_mistake(short, "the password is too short")
    assert_mistake(users("add", "<b>", "--password-stdin", typed=f"{PASSWORD}\n"), "name")
    assert users("list").out == "there are no users: nobody has to sign in\n"
    with pytest.raises(SystemExit):
        users("add", "olga", "--role", "admin")
    with pytest.raises(SystemExit):
        users("add", "olga", "--password", PASSWORD)


def test_the_password_is_asked_twice(
    users: Run, labels: Path, monkeypatch: pytest.MonkeyPatch, assert_mistake: Run
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def typing(*answers: str) -> None:
        given = iter(answers)
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(given))
        monkeypatch.setattr("io.StringIO", Terminal)

    typing(PASSWORD, "something else")
    assert_mistake(users("add", "olga", "--role", "lead"), "differ")
    typing(PASSWORD, PASSWORD)
    assert users("add", "olga", "--role", "lead").status == 0
