"""Invitations: for one, once, for some days; and which campaigns a judge belongs to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mmdemo.errors import AccountError
from mmdemo.labels.accounts import Accounts, Role


def test_an_invitation_makes_a_user_with_its_role_and_campaigns(
    accounts: Accounts, password: str
) -> None:
    invitation, token = accounts.invitations.make(Role.JUDGE, ["spring", "fall"], by="lea")
    assert accounts.invitations.look(token) == invitation
    assert accounts.invitations.open() == [invitation]
    signed_in = accounts.accept(token, "Ann", password)
    assert (signed_in.user.name, signed_in.user.role) == ("Ann", Role.JUDGE)
    assert accounts.sessions.who(signed_in.token) == signed_in.user
    assert accounts.members.campaigns("Ann") == ["fall", "spring"]
    assert accounts.invitations.open() == []
    assert accounts.exist()


def test_it_works_once(accounts: Accounts, password: str) -> None:
    _, token = accounts.invitations.make(Role.LEAD, by="lea")
    accounts.accept(token, "ann", password)
    with pytest.raises(AccountError, match="has been used; sign in, or ask for a new one"):
        accounts.accept(token, "eve", password)
    with pytest.raises(AccountError, match="has been used"):
        accounts.invitations.look(token)
    assert [user.name for user in accounts.users.all()] == ["ann"]


def test_of_many_at_once_one_is_let_in(
    open_accounts: Callable[[], Accounts], password: str
) -> None:
    processes = [open_accounts() for _ in range(6)]
    _, token = processes[0].invitations.make(Role.LEAD, by="lea")

    def accept(number: int) -> str | None:
        try:
            return processes[number].accept(token, f"ann{'abcdef'[number]}", password).user.name
        except AccountError as error:
            assert "has been used" in str(error)
            return None

    with ThreadPoolExecutor(6) as pool:
        names = [name for name in pool.map(accept, range(6)) if name]
    assert len(names) == 1
    assert [user.name for user in processes[0].users.all()] == names


def test_it_ends(accounts: Accounts, password: str, clock: Any) -> None:
    _, token = accounts.invitations.make(Role.JUDGE, by="lea", days=3)
    clock.pass_(days=2, hours=23)
    accounts.invitations.look(token)
    clock.pass_(hours=1)
    assert accounts.invitations.open() == []
    with pytest.raises(AccountError, match="too old"):
        accounts.accept(token, "ann", password)
    assert not accounts.exist()


def test_it_can_be_taken_back(accounts: Accounts, password: str) -> None:
    invitation, token = accounts.invitations.make(Role.JUDGE, by="lea")
    accounts.invitations.withdraw(invitation.id)
    assert accounts.invitations.open() == []
    with pytest.raises(AccountError, match="taken back"):
        accounts.accept(token, "ann", password)


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "x" * 100_000, "' OR 1=1 --"])
def test_a_guessed_token(accounts: Accounts, password: str, token: str) -> None:
    accounts.invitations.make(Role.LEAD, by="lea")
    with pytest.raises(AccountError, match="not known here"):
        accounts.accept(token, "eve", password)


def test_the_id_in_lists_is_no_token(accounts: Accounts, password: str) -> None:
    invitation, _ = accounts.invitations.make(Role.LEAD, by="lea")
    with pytest.raises(AccountError, match="not known here"):
        accounts.accept(invitation.id, "eve", password)


def test_a_refused_name_or_password_does_not_use_it_up(accounts: Accounts, password: str) -> None:
    accounts.add("lea", password, Role.LEAD)
    _, token = accounts.invitations.make(Role.JUDGE, by="lea")
    for name, given in (("lea", password), ("", password), ("ann", "short")):
        with pytest.raises(AccountError):
            accounts.accept(token, name, given)
    assert accounts.accept(token, "ann", password).user.name == "ann"


@pytest.mark.parametrize("days", [0, -1, 91])
def test_how_long_it_may_last(accounts: Accounts, days: int) -> None:
    with pytest.raises(AccountError, match="1 to 90"):
        accounts.invitations.make(Role.JUDGE, by="lea", days=days)


@pytest.mark.parametrize("campaign", ["", " ", "x" * 301, "spring\0", "spring\n"])
def test_campaigns_that_cannot_be(accounts: Accounts, campaign: str) -> None:
    with pytest.raises(AccountError, match="campaign"):
        accounts.invitations.make(Role.JUDGE, [campaign], by="lea")


def test_everybody_may_judge_while_there_are_no_users(accounts: Accounts) -> None:
    assert accounts.members.may_judge("whoever", "spring")


def test_who_may_judge_what(accounts: Accounts, password: str) -> None:
    for name, role in (("ann", Role.JUDGE), ("vic", Role.VIEWER), ("lea", Role.LEAD)):
        accounts.add(name, password, role)
    may = accounts.members.may_judge
    assert [may(name, "spring") for name in ("ann", "vic", "lea", "eve")] == [
        False, False, True, False,
    ]  # fmt: skip
    accounts.members.add("ANN", "spring", by="lea")
    accounts.members.add("ann", "spring", by="lea")  # again, without effect
    accounts.members.add("vic", "spring", by="lea")
    assert [may("ann", "spring"), may("ann", "fall"), may("vic", "spring")] == [True, False, False]
    assert accounts.members.judges("spring") == ["ann", "vic"]
    assert accounts.members.all() == {"ann": ["spring"], "vic": ["spring"]}
    accounts.members.remove("ann", "spring")
    assert not may("ann", "spring")
    accounts.members.add("ann", "spring", by="lea")
    assert may("ann", "spring")
    accounts.set_disabled("ann", True)
    assert not may("ann", "spring")
    assert accounts.members.judges("spring") == ["vic"]
