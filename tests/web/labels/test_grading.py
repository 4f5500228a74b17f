"""Grades over HTTP: who gives them, and what an answer means to the outbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mmdemo.errors import LabelError
from mmdemo.labels import JudgmentStore
from mmdemo.web.labels_api import label_routes

Body = Callable[..., dict[str, Any]]
Refused = Callable[..., str]
Who = Callable[..., str | None]


def test_answer_comes_after_the_grade_is_stored(
    client: TestClient, store: JudgmentStore, body: Body
) -> None:
    sent = body(
        supersedes="z",
        question="desirability",
        repeat=2,
        blind=True,
        context={"ranks": {"text": 3}, "weight": 0.5},
        judge="ann",
    )
    response = client.post("/api/labels", json=sent)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    (event,) = store.events()
    assert response.json() == {
        "client_event_id": "a",
        "sequence": event.sequence,
        "received_at": event.received_at.isoformat(),
        "current": {"grade": 3, "client_event_id": "a"},
    }
    stored = event.judgment
    assert stored.judge == "ann"
    assert stored.clicked_at == datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    for name in sent.keys() - {"clicked_at"}:
        assert getattr(stored, name) == sent[name]


def test_retry_gets_the_same_answer(client: TestClient, store: JudgmentStore, body: Body) -> None:
    first = client.post("/api/labels", json=body())
    again = client.post("/api/labels", json=body())
    assert again.status_code == 200
    assert again.json() == first.json()
    assert len(list(store.events())) == 1


def test_late_retry_is_stored_and_told_which_grade_is_current(
    client: TestClient, store: JudgmentStore, body: Body
) -> None:
    client.post("/api/labels", json=body("b", 0, supersedes="a"))
    response = client.post("/api/labels", json=body("a", 3))
    assert response.status_code == 200
    assert response.json()["client_event_id"] == "a"
    assert response.json()["current"] == {"grade": 0, "client_event_id": "b"}
    assert len(list(store.events())) == 2


def test_the_judge_is_the_signed_in_one(
    client: TestClient, store: JudgmentStore, body: Body
) -> None:
    client.post("/api/labels", json=body("a"), headers={"X-Judge": "bob"})
    assert [event.judgment.judge for event in store.events()] == ["bob"]


def test_a_grade_of_another_judge_is_kept_by_the_browser(
    client: TestClient, store: JudgmentStore, body: Body, refused: Refused
) -> None:
    response = client.post("/api/labels", json=body(judge="ann"), headers={"X-Judge": "bob"})
    message = refused(response, 409, "other_judge")
    assert "'ann'" in message
    assert "'bob'" in message
    assert list(store.events()) == []


def test_an_event_id_cannot_be_used_twice(
    client: TestClient, store: JudgmentStore, body: Body, refused: Refused
) -> None:
    client.post("/api/labels", json=body("a", 3))
    refused(client.post("/api/labels", json=body("a", 0)), 409, "conflict")
    other = client.post("/api/labels", json=body("a", 3), headers={"X-Judge": "bob"})
    assert "ann" not in refused(other, 409, "conflict")
    assert [event.judgment.grade for event in store.events()] == [3]


def test_a_circle_is_never_to_be_retried(client: TestClient, body: Body, refused: Refused) -> None:
    client.post("/api/labels", json=body("a", supersedes="b"))
    response = client.post("/api/labels", json=body("b", supersedes="a"))
    refused(response, 409, "conflict")


class TestWhenTheStoreFails:
    @pytest.fixture
    def failing(self, store: JudgmentStore, monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
        """The error that the store raises from now on."""
        errors: list[Exception] = [LabelError("judgments.sqlite3 is busy", remedy="try again")]

        def fail(*_: object, **__: object) -> None:
            raise errors[0]

        monkeypatch.setattr(store, "add", fail)
        monkeypatch.setattr(store, "current", fail)
        return errors

    def test_the_page_is_told_to_retry(
        self, client: TestClient, body: Body, failing: list[Exception], refused: Refused
    ) -> None:
        for response in (
            client.post("/api/labels", json=body()),
            client.get("/api/labels?query_id=q1&campaign=c"),
        ):
            assert "is busy; try again" in refused(response, 503, "unavailable")
            assert response.headers["retry-after"] == "1"

    def test_a_bug_tells_nothing_about_itself_but_to_retry(
        self,
        client: TestClient,
        body: Body,
        failing: list[Exception],
        caplog: pytest.LogCaptureFixture,
        refused: Refused,
    ) -> None:
        failing[0] = ZeroDivisionError("secret detail")
        message = refused(client.post("/api/labels", json=body()), 500, "bug")
        assert "secret" not in message
        assert "secret detail" in caplog.text

    def test_stored_but_not_acknowledged_is_stored_once(
        self,
        client: TestClient,
        store: JudgmentStore,
        body: Body,
        monkeypatch: pytest.MonkeyPatch,
        refused: Refused,
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(store, "current", lambda **_: (_ for _ in ()).throw(LabelError("gone")))
            refused(client.post("/api/labels", json=body()), 503, "unavailable")
        assert client.post("/api/labels", json=body()).status_code == 200
        assert len(list(store.events())) == 1


def test_a_slow_database_does_not_stop_the_server(
    store: JudgmentStore, body: Body, monkeypatch: pytest.MonkeyPatch, who: Who
) -> None:
    """Handlers run in the thread pool: two requests can wait inside the store together."""
    both = threading.Barrier(2, timeout=10)
    add = store.add

    def slow(judgment: Any) -> Any:
        both.wait()
        return add(judgment)

    monkeypatch.setattr(store, "add", slow)
    app = FastAPI()
    app.include_router(label_routes(store, who))
    statuses = []
    with TestClient(app, raise_server_exceptions=False) as client:

        def post(event_id: str) -> None:
            statuses.append(client.post("/api/labels", json=body(event_id)).status_code)

        threads = [threading.Thread(target=post, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200, 200]


class TestReading:
    def test_current_grades_of_the_asking_judge(self, client: TestClient, body: Body) -> None:
        for sent in (
            body("a", 3),
            body("b", 1, supersedes="a"),
            body("c", 0, product_id="p/2 é"),
            body("d", 2, query_id="q2"),
            body("e", 2, campaign="open/autumn"),
            body("f", 2, product_id="p3", question="desirability"),
            body("g", 2, product_id="p3", repeat=1),
        ):
            assert client.post("/api/labels", json=sent).status_code == 200
        client.post("/api/labels", json=body("h", 2), headers={"X-Judge": "bob"})

        response = client.get("/api/labels", params={"query_id": "q1", "campaign": "open/sample"})
        assert response.status_code == 200
        assert response.headers["cache-control"] == "no-store"
        assert response.json() == {
            "labels": {
                "p1": {"grade": 1, "client_event_id": "b"},
                "p/2 é": {"grade": 0, "client_event_id": "c"},
            }
        }
        response = client.get(
            "/api/labels",
            params={"query_id": "q1", "campaign": "open/sample"},
            headers={"X-Judge": "bob"},
        )
        assert response.json() == {"labels": {"p1": {"grade": 2, "client_event_id": "h"}}}

    def test_a_grade_taken_back_is_null(self, client: TestClient, body: Body) -> None:
        """So that the next grade can name the event it supersedes."""
        client.post("/api/labels", json=body("a", 3))
        taken_back = client.post("/api/labels", json=body("b", None, supersedes="a"))
        expected = {"grade": None, "client_event_id": "b"}
        assert taken_back.json()["current"] == expected
        response = client.get("/api/labels?query_id=q1&campaign=open/sample")
        assert response.json() == {"labels": {"p1": expected}}

    @pytest.mark.parametrize(
        "query", ["", "query_id=q1", "campaign=c", "query_id=q1&campaign=c&repeat=x"]
    )
    def test_what_is_asked_has_to_be_said(
        self, client: TestClient, query: str, refused: Refused
    ) -> None:
        refused(client.get(f"/api/labels?{query}"), 422, "invalid")


def test_a_clock_ahead_of_the_servers_is_no_reason_to_refuse(
    client: TestClient, store: JudgmentStore, body: Body
) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=400)).isoformat()
    assert client.post("/api/labels", json=body(clicked_at=ahead)).status_code == 200
    assert len(list(store.events())) == 1
