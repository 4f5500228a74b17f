"""Photos over HTTP: kept by browsers for good, and nothing but photos."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mmdemo.catalog import Catalog
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def key(catalog: Catalog) -> str:
    return catalog.products[0].images[0]


def test_a_photo_is_kept_for_good(client: TestClient, catalog: Catalog, key: str) -> None:
    answer = client.get(f"/media/{key}")
    assert answer.status_code == 200
    assert answer.content == catalog.image_path(key).read_bytes()  # small: its own thumbnail
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    again = client.get(f"/media/{key}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"/media/{key}", headers={"if-none-match": '"something-else"'})
    assert other.status_code == 200


def test_a_large_photo_has_a_thumbnail_and_its_original(
    client: TestClient, catalog: Catalog, key: str
) -> None:
    thumbnail = catalog.directory / "thumbnails" / key[:2] / f"{key}.webp"
    thumbnail.parent.mkdir(parents=True, exist_ok=True)
    thumbnail.write_bytes(b"small")
    try:
        small, full = client.get(f"/media/{key}"), client.get(f"/media/{key}?size=full")
    finally:
        thumbnail.unlink()
    assert (small.content, small.headers["content-type"]) == (b"small", "image/webp")
    assert full.content == catalog.image_path(key).read_bytes()
    assert small.headers["etag"] != full.headers["etag"]


@pytest.mark.parametrize("suffix", [".svg", ".html", ".bin"])
def test_what_could_run_in_a_browser_is_a_download(
    client: TestClient, catalog: Catalog, tmp_path: Path, suffix: str, monkeypatch: Any
) -> None:
    file = tmp_path / f"photo{suffix}"
    file.write_text("<svg onload='alert(1)'/>")
    monkeypatch.setattr(Catalog, "thumbnail_path", lambda self, key: file)
    answer = client.get(f"/media/{'a' * 32}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/media/../catalog.json",
        "/media/..%2fcatalog.json",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/media/....//catalog.json",
        "/media/" + "a" * 15,
        "/media/" + "a" * 65,
        "/media/" + "A" * 32,
        "/media/" + "a" * 32,  # well formed, but nobody's
        "/media/" + "a" * 32 + "%00.png",
        "/media/" + "a" * 32 + "%0a",
        "/media/catalog.json",
        "/api/query-photos/../judgments.sqlite3",
        "/api/query-photos/..%2fjudgments.sqlite3",
        "/api/query-photos/" + "a" * 64,
        "/ui/x/..%2fapp.py",
        "/ui/x/app.py",
    ],
)
def test_no_address_leaves_its_folder(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {404, 405}


def test_gradio_serves_no_file_of_ours(
    client: TestClient, catalog: Catalog, settings: Settings
) -> None:
    for path in (catalog.directory / "catalog.json", Path(settings.labels[10:]), Path(os.devnull)):
        assert client.get(f"/gradio_api/file={path}").status_code in {403, 404}


def test_a_photo_before_the_catalog_is_there(
    store: JudgmentStore, settings: Settings, engine: Any, key: str
) -> None:
    gate = threading.Event()

    def open_engine() -> Any:
        gate.wait(10)
        return engine

    handle = EngineHandle(open_engine)
    with TestClient(create_app(handle, store, settings), base_url="http://localhost") as client:
        answer = client.get(f"/media/{key}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        gate.set()
        handle.wait(10)
        assert client.get(f"/media/{key}").status_code == 200
