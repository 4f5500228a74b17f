"""The whole server with a lead, two judges and a viewer, and a client signed in as each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle

PASSWORD = "correct horse battery"
ORIGIN = "http://127.0.0.1:7860"


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is who gets in, not how slowly."""
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("mmdemo.labels.accounts.passwords.PasswordHasher", quick)


@pytest.fixture
def accounts(store: JudgmentStore) -> Accounts:
    """As another process has them, such as `mmdemo users`."""
    return Accounts(store.database)


@pytest.fixture
def people(accounts: Accounts) -> Accounts:
    """olga leads, ann judges spring, bob judges fall, vic views."""
    roles = {"olga": Role.LEAD, "ann": Role.JUDGE, "bob": Role.JUDGE, "vic": Role.VIEWER}
    for name, role in roles.items():
        accounts.add(name, PASSWORD, role)
    accounts.members.add("ann", "spring", by="olga")
    accounts.members.add("bob", "fall", by="olga")
    return accounts


@pytest.fixture
def make_client(app: FastAPI) -> Iterator[Callable[..., TestClient]]:
    """`make_client("ann")` is a browser in which ann is signed in; without a name, nobody."""
    with contextlib.ExitStack() as opened:
        first = opened.enter_context(TestClient(app, base_url=ORIGIN))

        def make(name: str = "") -> TestClient:
            client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
            client.portal = first.portal  # one event loop for all
            if name:
                answer = client.post("/api/session", json={"name": name, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
            return client

        yield make


@pytest.fixture
def signed_in_app(
    people: Accounts, ready: EngineHandle, store: JudgmentStore, settings: Settings
) -> FastAPI:
    """The server, started when there were users already."""
    from mmdemo.web.app import create_app

    return create_app(ready, store, settings)
