"""The server as a whole over HTTP: health, headers, whom it answers, its endpoint for programs."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gradio_client import Client, handle_file

from mmdemo.catalog import Catalog
from mmdemo.errors import ModelError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle
from mmdemo.web.page_files import PageFiles
from mmdemo.web.security import host_name, is_loopback


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


def test_health_of_a_server_that_is_ready(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "message": "", "catalog": "shop", "products": 40}
    assert answer.headers["cache-control"] == "no-store"


def test_health_while_loading_and_after_a_failure(store: JudgmentStore, settings: Settings) -> None:
    gate = threading.Event()

    def open_engine() -> Any:
        gate.wait(10)
        raise ModelError("the model is gone", remedy="fetch it")

    handle = EngineHandle(open_engine)
    with TestClient(create_app(handle, store, settings), base_url="http://localhost") as client:
        loading = client.get("/healthz")
        assert (loading.status_code, loading.json()["status"]) == (200, "loading")
        assert client.get("/").status_code == 200  # the page does not wait
        gate.set()
        with pytest.raises(ModelError):
            handle.wait(10)
        failed = client.get("/healthz")
    assert failed.status_code == 503
    assert failed.json()["message"] == "the model is gone; fetch it"


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/labels", "/media/x", "/nothing/here", "/config"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy  # nobody else is allowed anything
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"]
)
def test_our_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil", ""]
)
def test_a_name_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/healthz", "/api/labels", "/gradio_api/run/predict"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 421
        assert "content-security-policy" in answer.headers


def test_a_server_for_a_network_answers_any_name(
    ready: EngineHandle, store: JudgmentStore, settings: Settings
) -> None:
    public = Settings(labels=settings.labels, judge="anna", host="0.0.0.0")
    with TestClient(create_app(ready, store, public), base_url="http://shop.example") as client:
        assert client.get("/healthz").status_code == 200


def test_host_names() -> None:
    assert host_name("[::1]:7860") == "::1"
    assert host_name("Shop.Example:80") == "shop.example"
    assert [is_loopback(h) for h in ("localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]")] == [
        True
    ] * 5
    assert [is_loopback(h) for h in ("0.0.0.0", "::", "10.0.0.1", "shop.example")] == [False] * 4


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_interactive_documentation(client: TestClient, path: str) -> None:
    assert "swagger" not in client.get(path).text.lower()
    assert client.get(path).status_code == 404


def test_page_files_are_kept_for_good_under_their_version(client: TestClient) -> None:
    files = PageFiles()
    answer = client.get(f"/{files.address('app.js')}")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/ui/000000000000/app.js").headers["cache-control"] == "no-store"
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one")
    first = PageFiles(tmp_path).version
    (tmp_path / "a.js").write_text("two")
    assert PageFiles(tmp_path).version != first


def test_programs_search_by_a_named_endpoint(url: str, engine: Any, catalog: Catalog) -> None:
    client = Client(url, verbose=False)
    found = client.predict("red shirt", None, "text,image,fused", 0.25, 3, api_name="/search")
    text, image, fused = ([hit["id"] for hit in c["hits"]] for c in found["columns"])
    assert text == ["p00", "p01", "p02"]
    assert image == fused == ["p39", "p38", "p37"]
    # product 39: 0.25 * (1 - 39/40) from text, 0.75 * 39/40 from its photo
    first = found["columns"][2]["hits"][0]
    assert first["text_part"] == pytest.approx(0.25 / 40)
    assert first["image_part"] == pytest.approx(0.75 * 39 / 40)
    assert found["products"]["p39"]["price"] == "₹688"
    photo = catalog.image_path(catalog.products[0].images[0])
    found = client.predict("", handle_file(photo), "text,fused", None, 2, api_name="/search")
    assert found["columns"][0]["missing"] == "The query has no words."
    assert found["text_weight"] == 0.75  # none given: the catalog's own
    assert engine.queries[-1].image == photo.read_bytes()
    with pytest.raises(Exception, match="nothing to search for"):
        client.predict("", None, "text", None, 2, api_name="/search")


def test_nothing_heavy_is_imported_before_the_engine_is_opened() -> None:
    script = (
        "import sys; import mmdemo.web.app; "
        "heavy = {'torch', 'open_clip', 'faiss', 'mmdemo.search'} & set(sys.modules); "
        "print(sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_people_find_a_page_where_there_is_none(client: TestClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path, base in (("/nothing", "./"), ("/nothing/here", "../"), ("/nothing/", "../")):
        answer = client.get(path, headers=browser)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
        assert 'data-kind="lost"' in answer.text
        assert f'<base href="{base}">' in answer.text
    assert client.get("/nothing").json() == {"detail": "Not Found"}
    for path in ("/api/nothing", "/media/x", "/ui/x/nothing.js", "/gradio_api/nothing"):
        assert "html" not in client.get(path, headers=browser).headers["content-type"], path
    assert client.post("/nothing", headers=browser).headers["content-type"] == "application/json"
    assert "data-kind" not in client.get("/about", headers=browser).text
