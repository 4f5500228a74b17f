"""Photos of noise, a store for them, and servers that answer as the path says."""

from __future__ import annotations

import gzip
import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog.photos import PhotoStore

OpenStore = Callable[..., PhotoStore]
Noise = Callable[..., bytes]
BOMB = gzip.compress(bytes(60_000_000), 1)
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"


class Answers(BaseHTTPRequestHandler):
    """Answers by the first part of the path; `server.site` remembers what was asked."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        with site.lock:
            site.asked[self.path] += 1
            nth = site.asked[self.path]
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            site.at_once += 1
            site.most_at_once = max(site.most_at_once, site.at_once)
        try:
            name = self.path.split("/")[1].replace("-", "_").split("?")[0]
            getattr(self, f"on_{name}")(site, nth)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with site.lock:
                site.at_once -= 1

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers = {"content_length": str(len(body))} | headers
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, content: bytes) -> None:
        self.close_connection = True
        self.wfile.write(content)
        self.wfile.flush()

    # What works in the end.

    def on_good(self, site: Site, nth: int) -> None:
        self.send(site.photo(self.path))

    def on_flaky(self, site: Site, nth: int) -> None:
        self.send(site.photo(self.path)) if nth > 2 else self.send(b"", 503)

    def on_slow(self, site: Site, nth: int) -> None:
        photo = site.photo(self.path)
        self.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        for at in range(0, len(photo), len(photo) // 5 + 1):
            time.sleep(0.1)
            self.raw(photo[at : at + len(photo) // 5 + 1])

    def on_late(self, site: Site, nth: int) -> None:
        time.sleep(0.1)
        self.send(site.photo(self.path))

    def on_wait(self, site: Site, nth: int) -> None:
        site.times.append(time.monotonic())
        self.send(site.photo(self.path)) if nth > 1 else self.send(b"", 429, retry_after="1")

    def on_other_type(self, site: Site, nth: int) -> None:
        self.send(site.photo(self.path), content_type="text/html")

    def on_moved(self, site: Site, nth: int) -> None:
        self.send(b"elsewhere", 302, location=f"/good{self.path}", set_cookie="a=b")

    def on_packed(self, site: Site, nth: int) -> None:
        self.send(gzip.compress(site.photo(self.path)), content_encoding="gzip")

    def on_not_packed(self, site: Site, nth: int) -> None:
        self.send(site.photo(self.path), content_encoding="gzip")

    def on_versions(self, site: Site, nth: int) -> None:
        version = site.version
        if version == "down":
            self.send(b"", 500)
        elif self.headers.get("If-None-Match") == f'"{version}"':
            self.send(b"", 304)
        else:
            self.send(site.photo(version), etag=f'"{version}"')

    # What does not.

    def on_missing(self, site: Site, nth: int) -> None:
        self.send(b"", 404 if site.version != "mended" else 200, content_length="0")

    def on_mended(self, site: Site, nth: int) -> None:
        self.send(site.photo(self.path)) if nth > 1 else self.send(b"", 404)

    def on_secret(self, site: Site, nth: int) -> None:
        self.send(b"", 403)

    def on_down(self, site: Site, nth: int) -> None:
        self.send(b"", 500)

    def on_nothing(self, site: Site, nth: int) -> None:
        self.send(b"", 204)

    def on_busy(self, site: Site, nth: int) -> None:
        self.send(b"", 503, retry_after="3600")

    def on_empty(self, site: Site, nth: int) -> None:
        self.send(b"")

    def on_page(self, site: Site, nth: int) -> None:
        self.send(b"<!doctype html><title>Not found</title>", content_type="image/jpeg")

    def on_endless(self, site: Site, nth: int) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
        while True:
            self.raw(bytes(1_000_000))

    def on_bomb(self, site: Site, nth: int) -> None:
        self.send(BOMB, content_encoding="gzip")

    def on_brotli(self, site: Site, nth: int) -> None:
        self.send(b"\x8b\x00\x80abc", content_encoding="br")

    def on_claims_more(self, site: Site, nth: int) -> None:
        photo = site.photo(self.path)
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + photo)

    def on_claims_less(self, site: Site, nth: int) -> None:
        photo = site.photo(self.path)
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + photo)

    def on_claims_huge(self, site: Site, nth: int) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")

    def on_bad_chunks(self, site: Site, nth: int) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc")

    def on_no_http(self, site: Site, nth: int) -> None:
        self.raw(b"SSH-2.0-OpenSSH_9.6\r\n")

    def on_endless_header(self, site: Site, nth: int) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.raw(b"X-More: " + b"x" * 1000 + b"\r\n")

    def on_never(self, site: Site, nth: int) -> None:
        site.released.wait(10)
        self.close_connection = True

    def on_drips(self, site: Site, nth: int) -> None:
        """Each byte in time, all of them never; so the headers first."""
        self.raw(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not site.released.wait(0.05):
            self.raw(b"x")

    def on_drips_body(self, site: Site, nth: int) -> None:
        self.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        while not site.released.wait(0.05):
            self.raw(b"x")

    def on_early(self, site: Site, nth: int) -> None:
        self.close_connection = True

    def on_slow_circle(self, site: Site, nth: int) -> None:
        site.released.wait(0.8)
        self.send(b"", 302, location=self.path)

    def on_circle(self, site: Site, nth: int) -> None:
        self.send(b"", 301, location=self.path)

    def on_to(self, site: Site, nth: int) -> None:
        self.send(b"", 302, location=site.target)


class Site:
    """A server for one test."""

    def __init__(self, address: str, noise: Noise) -> None:
        self.lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.at_once = self.most_at_once = 0
        self.version = "first"
        self.target = ""
        self.released = threading.Event()
        self._noise = noise
        self.server = ThreadingHTTPServer((address, 0), Answers)
        self.server.daemon_threads = True
        self.server.site = self  # type: ignore[attr-defined]
        self.port = self.server.server_address[1]
        self.url = f"http://{address}:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def photo(self, path: str) -> bytes:
        return self._noise((32, 32), seed=sum(path.encode()))

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[OpenStore]:
    """`open_store(source)` opens the photos of the catalog `tmp_path/"shop"`; closed at the end."""
    with ExitStack() as stack:

        def make(source: Path | None = None, **options: object) -> PhotoStore:
            store = PhotoStore(tmp_path / "shop", source, **options)  # type: ignore[arg-type]
            return stack.enter_context(store)

        yield make


@pytest.fixture
def noise() -> Noise:
    """`noise((64, 48), kind="PNG", seed=3)` encodes a photo that does not compress away."""

    def make(
        size: tuple[int, int] = (64, 64), *, kind: str = "JPEG", seed: int = 0, **options: object
    ) -> bytes:
        pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind, **options)
        return buffer.getvalue()

    return make


@pytest.fixture
def public(noise: Noise) -> Iterator[Site]:
    site = Site(PUBLIC, noise)
    yield site
    site.close()


@pytest.fixture
def private(noise: Noise) -> Iterator[Site]:
    """Nothing may ever be asked of it."""
    site = Site(PRIVATE, noise)
    yield site
    site.close()
    assert not site.asked
