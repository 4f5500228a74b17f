"""What the server says of itself while the engine is loading, ready or failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.errors import ModelError
from mmdemo.web.loading import EngineHandle


def test_status_of_a_server_that_is_ready(client: TestClient, campaign: str) -> None:
    answer = client.get("/api/status")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    status = answer.json()
    rankers = status.pop("rankers")
    examples, samples = status.pop("examples"), status.pop("samples")
    assert status == {
        "state": "ready",
        "message": "",
        "remedy": "",
        "judge": "anna",
        "top_k_choices": [10, 20, 50],
        "top_k": 20,
        "max_rankers": 8,
        "max_characters": 512,
        "catalog": {"name": "shop", "products": 40, "with_photo": 39},
        "campaign": campaign,
        "models": ["words-model", "photo-model"],
        "models_told": ["words-model", "photo-model"],
        "text_weight": 0.75,
        "photo_weight": 0.75,
        "notes": [],
    }
    assert rankers[2] == {
        "name": "fused",
        "label": "Fused",
        "about": "Ranks by fused.",
        "weighted": True,
        "index": "",
        "unavailable": "",
    }
    assert examples[0] == {"text": "shirts", "photo": "", "story": ""}
    assert len(samples) == 18
    assert samples[0]["title"] == "`;window.hacked = 4;`" or samples[0]["photo"]


class Door:
    """An engine that opens, or fails to, when the test says so."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.gate = threading.Event()
        self.errors: list[Exception] = []

    def open(self) -> Any:
        assert self.gate.wait(10)
        self.gate.clear()
        if self.errors:
            raise self.errors.pop()
        return self.engine


def test_loading_failing_and_trying_again(
    engine: Any, make_client: Callable[[EngineHandle], TestClient]
) -> None:
    door = Door(engine)
    door.errors.append(ModelError("the model is gone", got="/x", remedy="fetch it"))
    client = make_client(EngineHandle(door.open))
    started = perf_counter()
    loading = client.get("/api/status?wait=0.2").json()
    assert 0.2 <= perf_counter() - started < 5
    assert (loading["state"], loading["catalog"], loading["rankers"]) == ("loading", None, [])
    search = client.post("/api/search", json={"text": "shirt"})
    assert (search.status_code, search.json()["error"]["code"]) == (503, "loading")
    assert search.headers["retry-after"] == "1"
    assert client.post("/api/reload", json={}).json()["state"] == "loading"

    door.gate.set()
    failed = client.get("/api/status?wait=20").json()
    assert (failed["state"], failed["message"], failed["remedy"]) == (
        "failed",
        "the model is gone: got /x",
        "fetch it",
    )
    search = client.post("/api/search", json={"text": "shirt"})
    assert search.status_code == 503
    assert search.json()["error"] == {
        "code": "failed",
        "message": "the model is gone: got /x; fetch it",
    }

    assert client.post("/api/reload", json={}).json()["state"] == "loading"
    door.gate.set()
    ready = client.get("/api/status?wait=20").json()
    assert (ready["state"], ready["message"]) == ("ready", "")
    assert client.post("/api/search", json={"text": "shirt"}).status_code == 200
    assert client.post("/api/reload", json={}).json()["state"] == "ready"  # nothing to do


def test_a_ready_server_does_not_wait(client: TestClient) -> None:
    client.get("/api/status")
    started = perf_counter()
    client.get("/api/status?wait=20")
    assert perf_counter() - started < 5


@pytest.mark.parametrize("wait", ["-1", "soon", "nan", "inf"])
def test_a_wait_that_is_none(client: TestClient, wait: str) -> None:
    answer = client.get("/api/status", params={"wait": wait})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")
