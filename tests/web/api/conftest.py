"""A client of the server whose engine is known by hand."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from PIL import Image

from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.api import (
    Context,
    Desk,
    Notebook,
    analysis_routes,
    api_routes,
    catalog_routes,
    note_routes,
)
from mmdemo.web.labels_api import label_routes
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos, labels_folder, photo_routes

MakeClient = Callable[[EngineHandle], TestClient]
Ask = Callable[..., Any]


@pytest.fixture
def make_client(settings: Settings, store: JudgmentStore) -> Iterator[MakeClient]:
    """`make_client(handle)`: the API, photos and judgments of an engine, without the page."""
    with contextlib.ExitStack() as opened:

        def make(handle: EngineHandle) -> TestClient:
            def who(request: Request) -> str:
                return settings.judge

            photos = QueryPhotos.beside_labels(settings)
            app = FastAPI()
            context = Context(handle, photos, store)
            notebook = Notebook(settings.labels)
            opened.callback(notebook.close)
            desk = Desk(store, labels_folder(settings) / "analyses")
            app.include_router(api_routes(context, who))
            app.include_router(catalog_routes(context, who))
            app.include_router(analysis_routes(context, desk, who))
            app.include_router(note_routes(context, notebook, who))
            app.include_router(photo_routes(photos, who))
            app.include_router(label_routes(store, who))
            client = TestClient(
                app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False
            )
            return opened.enter_context(client)

        yield make


@pytest.fixture
def client(make_client: MakeClient, ready: EngineHandle) -> TestClient:
    """Of the engine that is known by hand."""
    return make_client(ready)


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
