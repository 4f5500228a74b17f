"""A client of the server whose engine is known by hand."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

Ask = Callable[..., Any]


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """`ask("search", text="shirt")` posts JSON and returns the answer's, which must be a 200."""

    def post(route: str, **body: Any) -> Any:
        answer = client.post(f"/api/{route}", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    return post


@pytest.fixture
def refused(client: TestClient) -> Callable[..., str]:
    """`refused(422, "query", "search", text="")` checks an error answer; gives its message."""

    def check(status: int, code: str, route: str, **body: Any) -> str:
        answer = client.post(f"/api/{route}", json=body)
        assert answer.status_code == status, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert list(answer.json()) == ["error"]
        assert answer.json()["error"]["code"] == code
        return str(answer.json()["error"]["message"])

    return check


@pytest.fixture
def photo_key(client: TestClient) -> str:
    """The key of a photo that can be searched with."""
    buffer = io.BytesIO()
    Image.new("RGB", (30, 40), "red").save(buffer, "PNG")
    headers = {"content-type": "image/png"}
    answer = client.post("/api/query-photos", content=buffer.getvalue(), headers=headers)
    return str(answer.json()["key"])
