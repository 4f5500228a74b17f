"""A drawn catalog, an engine whose rankings are known by hand, a real server, a real browser."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.labels import JudgmentStore
from mmdemo.records import Price, Product
from mmdemo.search import SearchEngine
from mmdemo.settings import Settings
from mmdemo.web.loading import EngineHandle
from tests.web.fake_engine import COUNT, FakeEngine

JUDGE = "anna"
HOSTILE = {
    1: "<script>window.hacked = 1</script>",
    2: '"><img src=x onerror="window.hacked = 2">',
    3: "${window.hacked = 3}",
    4: "`;window.hacked = 4;`",
    5: "{{constructor.constructor('window.hacked = 5')()}}",
    6: "\u202bחולצה אדומה 👕\u202c",
    7: "&lt;b&gt; & ' \\u003cscript\\u003e",
}
_BROWSER_OPTIONS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
]


@pytest.fixture(scope="session")
def hostile_strings() -> list[str]:
    """What titles, queries, names and ids may hold; a script of theirs would set `hacked`.

    Some hold NUL or half a Unicode character and cannot be stored; the last has 1 MB.
    """
    strings: list[str] = json.loads((Path(__file__).parent / "hostile.json").read_bytes())
    return [*strings, "<b>" + "x" * 1_000_000]


def drawn_photo(number: int) -> bytes:
    """A small picture that differs from number to number."""
    image = Image.new("RGB", (60, 80), (6 * number % 256, 120, 255 - 6 * number % 256))
    ImageDraw.Draw(image).rectangle((10, 10, 10 + number, 60), fill="white")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Products p00 to p39; p08 has no photo, p01 to p07 have hostile titles."""
    directory = tmp_path_factory.mktemp("catalogs") / "shop"
    directory.mkdir()
    products = [
        Product(
            product_id=f"p{n:02}",
            title=HOSTILE.get(n, f"Product {n}"),
            description=f"A red shirt, number {n}." if n % 2 else "",
            brand="A & <B>",
            category="Shirts",
            attributes={"half": "first" if n < COUNT // 2 else "second"},
            price=Price(649 + n, "INR"),
            images=() if n == 8 else (keep_photo(directory, drawn_photo(n)),),
        )
        for n in range(COUNT)
    ]
    return write_catalog(directory, products)


@pytest.fixture
def campaign(catalog: Catalog) -> str:
    """The campaign of grades from the search page; the folder may have any name."""
    return f"open/{catalog.catalog_id}"


# What Gradio's own files say when a page is left while it is still loading.
_LEFT_WHILE_LOADING = re.compile(
    r"Unable to preload CSS|Failed to fetch dynamically imported module: \S+/assets/"
)


@pytest.fixture
def engine(catalog: Catalog) -> FakeEngine:
    return FakeEngine(catalog)


@pytest.fixture
def ready(engine: FakeEngine) -> EngineHandle:
    """A handle whose engine is there."""
    handle = EngineHandle(lambda: engine)  # type: ignore[arg-type,return-value]
    handle.wait(10)
    return handle


COLORS = {
    "red": (220, 0, 0),
    "green": (0, 200, 0),
    "blue": (0, 0, 220),
    "white": (250, 250, 250),
    "black": (5, 5, 5),
}
KINDS = ("mug", "vase", "lamp", "bowl")


class SpokenTower:
    """A text has a direction for each of these words that it says."""

    def __init__(self, *words: str) -> None:
        self.spec = self.fingerprint = " ".join(words)
        self.words = words
        self.dimension = len(words)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from mmdemo.towers import unit_rows

        said = [[word in text.split() for word in self.words] for text in texts]
        return unit_rows(np.array(said, np.float32).reshape(-1, self.dimension))


class SeenTower(SpokenTower):
    """A photo has the direction of the color that it is filled with."""

    def preprocess(self, image: Image.Image) -> NDArray[np.float32]:
        return np.asarray(image.resize((1, 1)), np.float32).reshape(3, 1, 1)

    def encode_pixels(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        known = np.array([COLORS[word] for word in self.words], np.float32)
        near = np.abs(pixels.reshape(-1, 1, 3) - known).sum(axis=2).argmin(axis=1)
        found: NDArray[np.float32] = np.eye(self.dimension, dtype=np.float32)[near]
        return found


@pytest.fixture(scope="session")
def color_shop(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """Titles say the kind only, photos the color only; a query asks for both.

    Of each kind there is one product of each color, p00 to p19; the query q00 asks for p00 and so
    on, and it alone is relevant. So text finds it at the place of its color among its kind, image
    at the place of its kind among its color, fused first. Only p20 says its color, and has a photo
    of another: it is first by text, and photos (weight 0.6) pull it down to place 5. Judged are
    the products of the query's kind and of its color.
    """
    from mmdemo.index import build_index, load_lexical, load_vectors
    from mmdemo.towers import Towers

    directory = tmp_path_factory.mktemp("analysis") / "colors"
    directory.mkdir()

    def filled(color: str) -> str:
        buffer = io.BytesIO()
        Image.new("RGB", (40, 40), COLORS[color]).save(buffer, "PNG")
        return keep_photo(directory, buffer.getvalue())

    wanted = [(color, kind) for kind in KINDS for color in COLORS]
    products = [
        Product(f"p{n:02}", title=kind, images=(filled(color),))
        for n, (color, kind) in enumerate(wanted)
    ]
    products.append(Product("p20", title="green book", images=(filled("red"),)))
    catalog = write_catalog(directory, products)
    queries = [f"{color} {kind}" for color, kind in wanted] + ["green book"]
    lines = [f"q{n:02},{query}\n" for n, query in enumerate(queries)]
    (directory / "queries.csv").write_text("query_id,query\n" + "".join(lines))
    judged = [
        (n, other, 3 if other == n else 0)
        for n in range(20)
        for other in range(20)
        if other // 5 == n // 5 or other % 5 == n % 5
    ]
    judged += [(20, 20, 3), *((20, green, 0) for green in (1, 6, 11, 16))]
    lines = [f"q{query:02} 0 p{product:02} {grade}\n" for query, product, grade in judged]
    (directory / "qrels.txt").write_text("".join(lines))
    towers = Towers(SpokenTower(*COLORS, *KINDS, "book"), SeenTower(*COLORS), SpokenTower(*COLORS))
    manifest = build_index(catalog, towers, text_fields=("title",))
    return SearchEngine(
        catalog,
        towers,
        load_vectors(catalog, manifest),
        load_lexical(catalog, manifest),
        text_weight=0.4,
        manifest=manifest,
    )


@pytest.fixture
def photo_shop(color_shop: SearchEngine, tmp_path: Path) -> SearchEngine:
    """The color shop, where "green book" (q20) has a green photo, too, and q21 is that photo alone.

    With a photo the weight of text is 0.6, at which the book is first. For q21 it is p01 that is
    relevant, the first of the green ones.
    """
    from mmdemo.index import load_lexical

    directory = tmp_path / "photos"
    shutil.copytree(color_shop.catalog.directory, directory)
    Image.new("RGB", (40, 40), COLORS["green"]).save(directory / "green.png")
    queries = (directory / "queries.csv").read_text().splitlines()
    lines = ["query_id,query,photo", *(f"{line}," for line in queries[1:-1])]
    lines += ["q20,green book,green.png", "q21,,green.png"]
    (directory / "queries.csv").write_text("\n".join(lines) + "\n")
    with (directory / "qrels.txt").open("a") as qrels:
        qrels.write("q21 0 p01 3\n")
    catalog = Catalog.open(directory)
    manifest = color_shop.manifest
    assert manifest is not None
    return SearchEngine(
        catalog,
        color_shop.towers,
        color_shop.vectors,
        load_lexical(catalog, manifest),
        text_weight=0.4,
        photo_weight=0.6,
        manifest=manifest,
    )


@pytest.fixture
def colors(color_shop: SearchEngine) -> EngineHandle:
    """A handle whose engine is the color shop's."""
    handle = EngineHandle(lambda: color_shop)
    handle.wait(10)
    return handle


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(labels=str(tmp_path / "labels" / "judgments.sqlite3"), judge=JUDGE)


@pytest.fixture
def store(settings: Settings) -> Iterator[JudgmentStore]:
    with JudgmentStore(settings.labels) as store:
        yield store


@pytest.fixture
def app(ready: EngineHandle, store: JudgmentStore, settings: Settings) -> FastAPI:
    from mmdemo.web.app import create_app

    return create_app(ready, store, settings)


@dataclass
class Server:
    """A running server."""

    url: str
    stop: Callable[[], None]


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], Server]]:
    """Start a real server on loopback; it stops with the test."""
    running: list[Server] = []

    def start(app: FastAPI) -> Server:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=1, ws="none", lifespan="on"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)

        def stop() -> None:
            server.should_exit = True
            thread.join(10)
            listener.close()

        running.append(Server(f"http://127.0.0.1:{listener.getsockname()[1]}", stop))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def url(serve: Callable[[FastAPI], Server], app: FastAPI) -> str:
    """Address of a running server whose engine is there."""
    return serve(app).url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as installed on this machine; TEST_CHROMIUM names another one."""
    candidates = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, candidates)), None
    )
    with sync_playwright() as playwright:
        path = path or playwright.chromium.executable_path  # what `playwright install` brings
        if not Path(path).is_file():
            pytest.skip("no Chromium found; install it or name it in TEST_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=path, args=_BROWSER_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A wide page of a fresh browser profile that fails the test if a script of ours does."""
    context = browser.new_context(viewport={"width": 1500, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not [text for text in problems if not _LEFT_WHILE_LOADING.search(text)]
