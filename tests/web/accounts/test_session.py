"""Signing in and out over HTTP, cookies, and what hostile input does to them."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from time import monotonic
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.settings import Settings
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle

Make = Callable[..., TestClient]


def cookie_of(answer: Any, name: str = "mmdemo") -> Any:
    """The cookie that an answer sets, with its attributes."""
    (header,) = answer.headers.get_list("set-cookie")
    return SimpleCookie(header)[name]


def test_alone(make_client: Make) -> None:
    anybody = make_client()
    assert anybody.get("/api/session").json() == {
        "name": "anna",
        "role": "lead",
        "accounts": False,
        "open": False,
    }
    refused = anybody.post("/api/session", json={"name": "anna", "password": "x"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_accounts")
    assert anybody.post("/api/invitations", json={}).status_code == 409
    assert anybody.get("/api/users").json() == {"accounts": False, "users": [], "invitations": []}


def test_open_to_others_without_users_is_told(
    ready: EngineHandle, store: JudgmentStore, settings: Settings
) -> None:
    public = Settings(labels=settings.labels, judge="anna", host="0.0.0.0")
    with TestClient(create_app(ready, store, public)) as client:
        assert client.get("/api/session").json()["open"] is True


def test_sign_in_and_out(people: Accounts, make_client: Make, password: str) -> None:
    browser = make_client()
    assert browser.get("/api/session").json() == {
        "name": None,
        "role": None,
        "accounts": True,
        "open": False,
    }
    answer = browser.post("/api/session", json={"name": "ANN", "password": password})
    assert answer.json() == {"name": "ann", "role": "judge", "accounts": True, "home": "judge"}
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    assert not cookie["secure"]
    assert not cookie["domain"]
    assert int(cookie["max-age"]) == 30 * 24 * 3600
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/api/status").json()["judge"] == "ann"
    assert browser.get("/api/session").json()["name"] == "ann"
    gone = browser.delete("/api/session")
    assert gone.status_code == 200
    assert cookie_of(gone)["max-age"] == "0"
    stolen = make_client()
    stolen.cookies.set("mmdemo", cookie.value)
    assert stolen.get("/api/status").status_code == 401  # it is not the browser that forgets


def test_over_https_the_cookie_is_secure(people: Accounts, app: FastAPI, password: str) -> None:
    with TestClient(app, base_url="https://localhost") as browser:
        answer = browser.post("/api/session", json={"name": "ann", "password": password})
        cookie = cookie_of(answer, "__Host-mmdemo")
        assert cookie["secure"]
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert browser.get("/api/status").status_code == 200


def test_the_hosts_own_prefix_keeps_others_cookies_out(
    people: Accounts, app: FastAPI, make_client: Make
) -> None:
    ann = make_client("ann")
    with TestClient(app, base_url="https://localhost") as browser:
        browser.cookies.set("mmdemo", ann.cookies["mmdemo"])  # as a page without TLS could
        assert browser.get("/api/status").status_code == 401


def test_a_session_that_was_planted_is_not_taken_over(
    people: Accounts, make_client: Make, password: str
) -> None:
    bob = make_client("bob")
    planted = bob.cookies["mmdemo"]
    for token in (planted, "chosen-by-the-attacker"):
        victim = make_client()
        victim.cookies.set("mmdemo", token)
        answer = victim.post("/api/session", json={"name": "ann", "password": password})
        assert cookie_of(answer).value not in (planted, token)
        attacker = make_client()
        attacker.cookies.set("mmdemo", token)
        assert attacker.get("/api/session").json()["name"] is None


_WRONG = (
    ("ann", "wrong horse battery"),
    ("eve", "correct horse battery"),
    ("", ""),
    ("ann\0", "correct horse battery"),
    ("ann'--", "correct horse battery"),
    ("x" * 5_000, "correct horse battery"),
    ("ann", "x" * 5_000),
    ("аnn", "correct horse battery"),
)


def test_wrong_names_and_passwords_are_answered_alike(people: Accounts, make_client: Make) -> None:
    browser = make_client()
    for name, given in _WRONG:
        answer = browser.post("/api/session", json={"name": name, "password": given})
        assert answer.status_code == 401
        assert answer.json() == {
            "error": {"code": "wrong_password", "message": "the name or the password is wrong"}
        }
        assert "set-cookie" not in answer.headers


_SENSELESS = (
    (b"", 422),
    (b"[]", 422),
    (b"{}", 422),
    (b'{"name": 1, "password": 2}', 422),
    (b'{"name": "ann", "password": null}', 422),
    (b'{"name": "ann", "password": "x", "role": "lead"}', 422),
    (b'{"name": "\\ud800", "password": "x"}', 422),
    (b"\xff\xfe", 422),
    (b'{"name": "' + b"x" * 20_000 + b'"}', 413),
)


def test_bodies_that_make_no_sense(people: Accounts, make_client: Make) -> None:
    browser, headers = make_client(), {"content-type": "application/json"}
    for content, status in _SENSELESS:
        answer = browser.post("/api/session", content=content, headers=headers)
        assert answer.status_code == status, content[:50]
        assert "error" in answer.json()


def test_forms_and_other_sites_cannot_sign_anybody_in_or_out(
    people: Accounts, make_client: Make, password: str
) -> None:
    ann = make_client("ann")
    form = ann.post("/api/session", data={"name": "bob", "password": password})
    assert form.status_code == 415
    foreign = {"origin": "https://evil.example"}
    for method, path in (
        ("DELETE", "/api/session"),
        ("POST", "/api/session"),
        ("POST", "/api/session/password"),
        ("POST", "/api/users"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/component_server"),
        ("PUT", "/new"),
    ):
        for headers in (foreign, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
            answer = ann.request(method, path, headers=headers)
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "foreign_origin"
    read = ann.get("/api/status", headers=foreign)
    assert read.status_code == 403
    assert "access-control-allow-origin" not in read.headers
    preflight = {**foreign, "access-control-request-method": "POST"}
    assert ann.options("/gradio_api/queue/join", headers=preflight).status_code == 403
    link = ann.get("/judge", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    assert link.status_code != 403  # a mailed link opens
    assert ann.get("/api/session").json()["name"] == "ann"


def test_too_many_attempts(people: Accounts, make_client: Make, password: str) -> None:
    browser = make_client()
    for _ in range(10):
        wrong = browser.post("/api/session", json={"name": "ann", "password": "x"})
        assert wrong.status_code == 401
    answer = browser.post("/api/session", json={"name": "ann", "password": password})
    assert answer.status_code == 429
    assert answer.json()["error"] == {
        "code": "too_many_attempts",
        "message": "too many attempts to sign in; try again in 15 minutes",
    }
    assert 890 <= int(answer.headers["retry-after"]) <= 900
    other = browser.post("/api/session", json={"name": "bob", "password": password})
    assert other.status_code == 200


def test_grades_of_a_lead_are_stored_under_their_name(
    people: Accounts, make_client: Make, store: JudgmentStore
) -> None:
    olga = make_client("olga")
    judgment = {
        "client_event_id": "one",
        "campaign": "open/shop",
        "query_id": "q1",
        "query_text": "red shirt",
        "product_id": "p00",
        "grade": 3,
        "clicked_at": "2026-03-01T12:00:00Z",
    }
    assert olga.post("/api/labels", json=judgment).status_code == 200
    assert [event.judgment.judge for event in store.events()] == ["olga"]
    as_other = olga.post("/api/labels", json={**judgment, "judge": "ann"})
    assert as_other.json()["error"]["code"] == "other_judge"


def test_users_made_by_another_process_turn_sign_in_on(
    app: FastAPI,
    accounts: Accounts,
    make_client: Make,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anybody = make_client()
    assert anybody.get("/api/catalog").status_code == 200
    accounts.add("olga", password, Role.LEAD)
    now = monotonic()
    monkeypatch.setattr("mmdemo.web.access.monotonic", lambda: now + 5)  # five seconds later
    assert anybody.get("/api/catalog").status_code == 401


def test_a_database_that_fails_keeps_everybody_out(
    people: Accounts, make_client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmdemo.errors import LabelError
    from mmdemo.labels.accounts import Sessions

    ann = make_client("ann")

    def fail(*_: object) -> None:
        raise LabelError("the database is busy")

    monkeypatch.setattr(Sessions, "_look_up", fail)
    monkeypatch.setattr(Sessions, "known", lambda *_: None)
    monkeypatch.setattr(Sessions, "who", fail)
    answer = ann.get("/api/status")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert ann.get("/api/session").status_code == 503
    assert ann.get("/healthz").status_code == 200
