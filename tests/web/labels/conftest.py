"""The routes of grades by themselves, asked as any judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.web.labels_api import label_routes

Body = Callable[..., dict[str, Any]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JudgmentStore]:
    with JudgmentStore(f"sqlite:///{tmp_path}/judgments.sqlite3") as store:
        yield store


@pytest.fixture
def who() -> Callable[[Request], str | None]:
    """Who is signed in, as the routes ask it."""

    def ask(request: Request) -> str | None:
        """The judge is the X-Judge header, ann without one; nobody if it is empty."""
        judge = request.headers.get("x-judge", "ann")
        if judge == "expired":
            raise HTTPException(401, "sign in again", headers={"WWW-Authenticate": "Session"})
        return judge

    return ask


@pytest.fixture
def client(store: JudgmentStore, who: Callable[[Request], str | None]) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(label_routes(store, who))
    with TestClient(app, base_url="http://shop.test:7860", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def body() -> Body:
    def make(event_id: str = "a", grade: int | None = 3, **changes: Any) -> dict[str, Any]:
        values = {
            "client_event_id": event_id,
            "campaign": "open/sample",
            "query_id": "q1",
            "query_text": "red shoes",
            "product_id": "p1",
            "grade": grade,
            "clicked_at": "2026-03-01T12:00:00.250Z",
        }
        return values | changes

    return make


@pytest.fixture
def refused() -> Callable[..., str]:
    """`refused(response, 422, "invalid")` checks an error answer; gives its message."""

    def check(response: Any, status: int, code: str) -> str:
        assert response.status_code == status
        assert response.headers["cache-control"] == "no-store"
        assert list(response.json()) == ["error"]
        error = response.json()["error"]
        assert list(error) == ["code", "message"]
        assert error["code"] == code
        return str(error["message"])

    return check
