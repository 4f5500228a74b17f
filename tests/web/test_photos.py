"""Query photos: checked, and kept exactly as they came."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from mmdemo.errors import QueryError
from mmdemo.settings import Settings, data_dir
from mmdemo.web.photos import MAX_BYTES, QueryPhotos, labels_folder


def picture(form: str = "JPEG", size: tuple[int, int] = (30, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, form)
    return buffer.getvalue()


@pytest.fixture
def photos(tmp_path: Path) -> QueryPhotos:
    return QueryPhotos(tmp_path / "query-images")


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.mark.parametrize(
    ("form", "suffix"),
    [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("GIF", ".gif"), ("BMP", ".bin")],
)
def test_bytes_are_kept_under_their_hash(photos: QueryPhotos, form: str, suffix: str) -> None:
    content = picture(form)
    key = photos.keep(content)
    assert key == hashlib.sha256(content).hexdigest()
    assert photos.path(key).name == key + suffix
    assert photos.read(key) == content
    assert photos.keep(content) == key
    assert len(list(photos.directory.iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "photo is empty: got 0 bytes; choose another file"),
        (b"not a photo", "not a photo; choose a JPEG, PNG or WebP file"),
        (picture("PNG")[:-20], "truncated photo; the file ends too early: fetch it again"),
        (b"\xff\xd8\xff\0", "damaged photo: got header not understood; save it anew, or"),
        (b"<svg xmlns='http://w3.org'/>", "SVG drawing, not a photo; choose a JPEG, PNG or WebP"),
        (b"%PDF-1.7", "photo's format is not supported: got PDF file; choose a JPEG, PNG or WebP"),
    ],
)
def test_what_is_no_photo_is_not_kept_and_told_once(
    photos: QueryPhotos, content: bytes, told: str
) -> None:
    with pytest.raises(QueryError) as caught:
        photos.keep(content)
    assert str(caught.value).startswith(told)
    assert not photos.directory.exists()


def test_too_large_in_bytes_or_in_pixels(photos: QueryPhotos) -> None:
    with pytest.raises(QueryError, match="too large"):
        photos.keep(b"\0" * (MAX_BYTES + 1))
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")  # 81 million pixels in a few kilobytes
    with pytest.raises(QueryError, match=r"too many pixels: got 9000 x 9000, .*; make it smaller$"):
        photos.keep(bomb.getvalue())


@pytest.mark.parametrize("key", ["", "../judgments.sqlite3", "a" * 63, "A" * 64, "a" * 64])
def test_unknown_keys(photos: QueryPhotos, key: str) -> None:
    with pytest.raises(QueryError, match="not kept here"):
        photos.read(key)


def test_the_folder_is_beside_the_judgments(tmp_path: Path) -> None:
    assert labels_folder(Settings(labels=str(tmp_path / "a" / "j.sqlite3"))) == tmp_path / "a"
    assert labels_folder(Settings(labels=f"sqlite:///{tmp_path}/j.db?timeout=5")) == tmp_path
    remote = Settings(labels="postgresql://user:secret@db.example/labels")
    assert labels_folder(remote) == data_dir() / "labels"


def test_upload_and_download(client: TestClient) -> None:
    content = picture("PNG")
    answer = client.post(
        "/api/query-photos", content=content, headers={"content-type": "image/png"}
    )
    key = answer.json()["key"]
    photo = client.get(f"/api/query-photos/{key}")
    assert (photo.content, photo.headers["content-type"]) == (content, "image/png")
    assert "immutable" in photo.headers["cache-control"]


@pytest.mark.parametrize(
    ("content", "headers", "status", "told"),
    [
        (picture(), {"content-type": "text/plain"}, 415, "not a photo"),
        (
            picture(),
            {"content-type": "image/jpeg", "origin": "http://evil.example"},
            403,
            "server's pages",
        ),
        (
            picture(),
            {"content-type": "image/jpeg", "origin": "null"},
            403,
            "server's pages",
        ),
        (b"no", {"content-type": "image/jpeg"}, 422, "not a photo; choose a JPEG"),
        (b"\0" * (MAX_BYTES + 1), {"content-type": "image/jpeg"}, 422, "too large"),
    ],
)
def test_uploads_that_are_refused(
    client: TestClient, content: bytes, headers: dict[str, str], status: int, told: str
) -> None:
    answer = client.post("/api/query-photos", content=content, headers=headers)
    assert answer.status_code == status
    assert told in answer.json()["error"]["message"]


def test_our_own_page_may_upload(client: TestClient) -> None:
    headers = {"content-type": "image/jpeg", "origin": "http://127.0.0.1:7860"}
    answer = client.post("/api/query-photos", content=picture(), headers=headers)
    assert answer.status_code == 200
