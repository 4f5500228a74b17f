"""Users: names that can be told apart, roles, the last lead."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mmdemo.errors import AccountError
from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role


def test_a_database_without_users(accounts: Accounts) -> None:
    assert not accounts.exist()
    assert accounts.users.all() == []
    assert accounts.users.find("ann") is None


def test_accounts_live_beside_judgments(url: str, accounts: Accounts, password: str) -> None:
    accounts.add("ann", password, Role.LEAD)
    with JudgmentStore(url) as store:
        assert list(store.events()) == []
        again = Accounts(store.database)
        assert [user.name for user in again.users.all()] == ["ann"]


def test_the_first_user_turns_sign_in_on(
    accounts: Accounts, password: str, open_accounts: Callable[[], Accounts]
) -> None:
    assert not accounts.exist()
    accounts.add("ann", password, Role.LEAD)
    assert accounts.exist()
    assert open_accounts().exist()


def test_a_name_is_found_in_any_case_and_kept_as_it_was_given(
    accounts: Accounts, password: str
) -> None:
    accounts.add("  Zoë   de Vries ", password, Role.JUDGE)
    assert [user.name for user in accounts.users.all()] == ["Zoë de Vries"]
    found = accounts.users.find("ZOE\u0308 DE VRIES")  # composed by another keyboard
    assert found is not None
    assert (found.name, found.role) == ("Zoë de Vries", Role.JUDGE)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 61,
        "x" * 1_000_000,
        "ann\0",
        "ann\n",
        "ann\u202e",  # turns what follows around
        "an\u200bn",  # a space without width
        "ann/../bob",
        "<script>",
        "ann; DROP TABLE users",
        "ann\ud800",
        "-rf",
        "👕",
        "аnn",  # the first letter is Cyrillic
        "annα",
    ],
)
def test_names_that_cannot_be_used(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(AccountError, match="name"):
        accounts.add(name, password, Role.JUDGE)
    assert not accounts.exist()


@pytest.mark.parametrize(
    "name", ["ann", "Ann-Sofie O'Neil", "अनु", "Łukasz", "李小龙", "ann@x.org", "j1"]
)
def test_names_that_can_be_used(accounts: Accounts, name: str, password: str) -> None:
    assert accounts.add(name, password, Role.JUDGE).name == name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("anna", "ANNA"),
        ("anna", "ａｎｎａ"),  # letters of full width
        ("cope", "соре"),  # all Cyrillic
        ("judge1", "judgel"),
        ("bob", "b0b"),
        ("lan", "Ian"),
        ("кот", "kot"),
    ],
)
def test_a_name_like_that_of_somebody_else_is_refused(
    accounts: Accounts, name: str, other: str, password: str
) -> None:
    accounts.add(name, password, Role.JUDGE)
    with pytest.raises(AccountError, match=r"taken|looks like"):
        accounts.add(other, password, Role.LEAD)
    assert len(accounts.users.all()) == 1


def test_of_many_who_want_one_name_one_gets_it(
    open_accounts: Callable[[], Accounts], password: str
) -> None:
    processes = [open_accounts() for _ in range(4)]

    def add(accounts: Accounts) -> bool:
        try:
            accounts.add("ann", password, Role.JUDGE)
        except AccountError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, processes)) == [False, False, False, True]


def test_the_last_lead_stays(accounts: Accounts, password: str) -> None:
    accounts.add("ann", password, Role.LEAD)
    accounts.add("bob", password, Role.LEAD)
    accounts.set_role("bob", Role.VIEWER)
    with pytest.raises(AccountError, match="ann is the only lead"):
        accounts.set_role("ann", Role.JUDGE)
    with pytest.raises(AccountError, match="ann is the only lead"):
        accounts.set_disabled("ann", True)
    accounts.set_role("bob", Role.LEAD)
    accounts.set_disabled("ann", True)
    with pytest.raises(AccountError, match="bob is the only lead"):
        accounts.set_role("bob", Role.JUDGE)
    assert {u.name: (u.role, u.disabled_at is None) for u in accounts.users.all()} == {
        "ann": (Role.LEAD, False),
        "bob": (Role.LEAD, True),
    }


def test_changes_to_nobody(accounts: Accounts, password: str) -> None:
    with pytest.raises(AccountError, match="no such user"):
        accounts.set_role("eve", Role.LEAD)
    with pytest.raises(AccountError, match="no such user"):
        accounts.set_disabled("eve", True)
    with pytest.raises(AccountError, match="no such user"):
        accounts.set_password("eve", password)
    with pytest.raises(AccountError, match="no such user"):
        accounts.members.add("eve", "spring", by="ann")
