"""A client of the server whose engine is known by hand."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient
from PIL import Image

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts
from mmdemo.labels.campaigns import CampaignStore, Example, Gold, Judging, PoolQuery, State
from mmdemo.labels.campaigns.definition import parse_definition
from mmdemo.labels.campaigns.presets import REASONS, relevance
from mmdemo.settings import Settings
from mmdemo.web.api import (
    CampaignsDesk,
    Context,
    Desk,
    JudgesDesk,
    Notebook,
    about_routes,
    analysis_routes,
    api_routes,
    campaign_routes,
    catalog_routes,
    judging_routes,
    note_routes,
)
from mmdemo.web.labels_api import label_routes
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos, labels_folder, photo_routes

MakeClient = Callable[[EngineHandle], TestClient]
Ask = Callable[..., Any]
AT = "2026-03-01T12:00:00.250Z"


def _who(request: Request) -> str:
    """The judge is the X-Judge header."""
    judge = request.headers.get("x-judge", "")
    if not judge:
        raise HTTPException(401, "sign in")
    return judge


class Site:
    """The routes of judges and leads, and what is behind them."""

    def __init__(self, handle: EngineHandle, store: JudgmentStore, settings: Settings) -> None:
        self.store = store
        self.campaigns = CampaignStore(store.database)
        self.judging = Judging(store.database)
        self.accounts = Accounts(store.database)
        self.notebook = Notebook(settings.labels)
        context = Context(handle, QueryPhotos.beside_labels(settings), store, settings.catalog)
        self.barred: set[tuple[str, str]] = set()
        judges = JudgesDesk(
            context,
            self.campaigns,
            self.judging,
            self.notebook,
            may_judge=lambda judge, campaign: (judge, campaign) not in self.barred,
        )
        leads = CampaignsDesk(context, self.campaigns, self.notebook, self.accounts, alone="anna")
        app = FastAPI()
        app.include_router(judging_routes(judges, _who))
        app.include_router(campaign_routes(leads, _who))
        self.client = TestClient(
            app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False
        )

    def make(self, name: str = "autumn", *, gold: tuple[Gold, ...] = (), **changes: Any) -> None:
        """Text finds p00 p01 p02 of red, fused p02 p03; of blue both find p05."""
        definition = parse_definition(
            {
                "questions": [relevance().model_dump()],
                "reasons": [reason.model_dump() for reason in REASONS],
                "rankers": ["text", "fused"],
                "judges_per_pair": 1,
                "gold_share": 0,
                "repeat_share": 0,
                "random_share": 1e-12,
            }
            | changes
        )
        queries = [
            PoolQuery("q1", "red", {"text": ["p00", "p01", "p02"], "fused": ["p02", "p03"]}),
            PoolQuery("q2", "blue", {"text": ["p05"], "fused": ["p05"]}),
        ]
        self.campaigns.create(
            name,
            definition,
            queries,
            by="lea",
            title="Autumn 2026",
            gold=gold,
            markdown="# Grade",
            examples=[Example("red", "p01", 3, "it is red")],
            seed=1,
        )
        self.campaigns.set_state(name, State.OPEN)

    def get(self, judge: str, path: str) -> Any:
        return self.client.get(f"/api/judging{path}", headers={"x-judge": judge})

    def post(self, judge: str, path: str, /, **body: Any) -> Any:
        return self.client.post(f"/api/judging{path}", headers={"x-judge": judge}, json=body)

    def next(self, judge: str, **body: Any) -> Any:
        answer = self.post(judge, "/autumn/next", **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pairs(self, judge: str) -> dict[str, int]:
        """What a judge holds of the first block: product → pair."""
        return {pair["product"]["id"]: pair["pair"] for pair in self.next(judge)["pairs"]}

    def answer(
        self, judge: str, pair: int, event_id: str, grade: int = 3, /, **changes: Any
    ) -> Any:
        body = {
            "client_event_id": event_id,
            "pair": pair,
            "answer": "grade",
            "answers": {"relevance": grade},
            "clicked_at": AT,
        }
        return self.post(judge, "/autumn/answer", **(body | changes))

    @staticmethod
    def refused(answer: Any, status: int, code: str) -> str:
        """Check an error answer and return its message."""
        assert answer.status_code == status, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert list(answer.json()) == ["error"]
        assert answer.json()["error"]["code"] == code
        return str(answer.json()["error"]["message"])


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
            photos = QueryPhotos.beside_labels(settings)
            desk = Desk(store, labels_folder(settings) / "analyses", photos)
            app.include_router(api_routes(context, who))
            app.include_router(catalog_routes(context, who))
            app.include_router(about_routes(context, who))
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


@pytest.fixture
def make_site(store: JudgmentStore, settings: Settings) -> Iterator[Callable[..., Site]]:
    """`make_site(handle, catalog=folder)`: the site of an engine; closed at the end."""
    with contextlib.ExitStack() as opened:

        def make(handle: EngineHandle, **changes: Any) -> Site:
            site = Site(handle, store, replace(settings, **changes))
            opened.callback(site.notebook.close)
            opened.enter_context(site.client)
            return site

        yield make


@pytest.fixture
def site(make_site: Callable[..., Site], ready: EngineHandle) -> Site:
    """Of the engine that is known by hand."""
    return make_site(ready)
