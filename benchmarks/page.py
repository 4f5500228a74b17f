"""How soon the server answers what the page asks, over HTTP, and how soon a grade is safe.

    python -m benchmarks.page [--products 10000]

A real server in a process of its own, on invented products with random vectors of 384 + 384
dimensions, and an untrained text tower of MiniLM-L6's size that encodes every new query. Clients
and server share the machine's cores. A grade is clicked by four clients at once, each every fifth
of a second, which is faster than anybody grades.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np

from benchmarks.fixture import WORDS, make_model
from mmdemo.catalog import Catalog, write_catalog
from mmdemo.index import ProductVectors, write_index
from mmdemo.records import Price, Product
from mmdemo.towers import FloatArray, load_towers, unit_rows

RANKERS = ("text", "image", "fused")
TOP_K = 20  # of three columns: 60 cards
CLICKERS = 4
_PATIENCE = 120  # seconds until a start counts as failed


def make_shop(directory: Path, *, products: int, seed: int = 0) -> Catalog:
    """An indexed catalog of invented products; one in twenty has no photo."""
    rng = np.random.default_rng(seed)
    catalog = write_catalog(
        directory,
        [
            Product(
                f"{i:06d}",
                " ".join(rng.choice(WORDS, size=int(rng.integers(4, 9)))),
                description=" ".join(rng.choice(WORDS, size=40)),
                brand=f"Brand {int(rng.integers(150))}",
                category=str(rng.choice(WORDS[-20:])),
                price=Price(float(np.round(rng.lognormal(3, 1), 2)), "EUR"),
                attributes={
                    name: str(rng.choice(WORDS[:10])) for name in ("color", "material", "style")
                },
            )
            for i in range(products)
        ],
    )
    towers = load_towers(make_model(directory.parent / "model"))
    halves = [_rows(rng, products, towers.text.dimension) for _ in range(2)]
    halves[1][::20] = 0
    means = [half.mean(axis=0) for half in halves]
    write_index(catalog, towers, ProductVectors(*halves, *means), text_fields=("title",))
    return catalog


def _rows(rng: np.random.Generator, count: int, dimension: int) -> FloatArray:
    """Unit rows whose cosines with each other are near 0.3, as those of titles are."""
    common = rng.normal(size=dimension) * 0.65
    return unit_rows((rng.normal(size=(count, dimension)) + common).astype(np.float32))


@contextmanager
def serving(catalog: Path, labels: Path) -> Iterator[str]:
    """The address of a server of its own process, when its engine is there."""
    command = [sys.executable, "-m", "mmdemo", "serve", "--catalog", str(catalog)]
    options = ["--port", "0", "--labels", str(labels), "--judge", "bench"]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            lines = iter(server.stderr.readline, "")
            address = next(line.split()[-1] for line in lines if " http://" in line)
            started = time.perf_counter()
            while _state(address) != "ready":
                assert time.perf_counter() - started < _PATIENCE, "the engine did not open"
            yield address
        finally:
            server.terminate()


def _state(address: str) -> str:
    return str(httpx.get(f"{address}/api/status?wait=10", timeout=30).json()["state"])


def measure(address: str, *, rounds: int = 100) -> dict[str, dict[str, float]]:
    """Milliseconds of each question, median and 95th percentile."""
    rng = np.random.default_rng(1)
    words = [" ".join(rng.choice(WORDS, size=3)) for _ in range(rounds)]
    results: dict[str, dict[str, float]] = {}
    with httpx.Client(base_url=address, timeout=30) as client:

        def ask(route: str, **body: object) -> dict[str, object]:
            answer = client.post(f"/api/{route}", json=body)
            answer.raise_for_status()
            found: dict[str, object] = answer.json()
            return found

        def timed(name: str, question: Callable[[int], object]) -> None:
            times = []
            for i in range(rounds):
                started = time.perf_counter()
                question(i)
                times.append(time.perf_counter() - started)
            results[name] = _summary(times)

        asked = {"rankers": RANKERS, "top_k": TOP_K}
        for i in range(5):  # not the first of anything
            ask("search", text=f"warm up {i}", **asked)
        # Numbered, so that none is asked twice: the engine keeps the last encodings.
        timed("search", lambda i: ask("search", text=f"{words[i]} {i}", **asked))
        timed("slider", lambda i: ask("search", text="red mug", text_weight=i / rounds, **asked))
        alone = asked | {"rankers": ("fused",)}
        timed(
            "slider_fused", lambda i: ask("search", text="red mug", text_weight=i / rounds, **alone)
        )
        filters = {"fields": {"color": ["red"]}, "price": {"min": 10, "max": None}}
        timed(
            "filtered", lambda i: ask("search", text=f"{words[i]} f{i}", filters=filters, **asked)
        )
        shown: dict[str, object] = ask("search", text="red mug", **asked)
        columns, query_id = _columns(shown)
        ids = [product for found in columns.values() for product in found]
        _grade(client, query_id, ids[: rounds // 2])
        timed("product", lambda i: ask("product", id=ids[i % len(ids)], text="red mug"))
        timed("measures", lambda i: ask("measures", query_id=query_id, columns=columns))
        timed("similar", lambda i: ask("similar", id=ids[i % len(ids)]))
    results["grade"] = _summary(_clicks(address, ids, rounds))
    return results


def _columns(answer: dict[str, object]) -> tuple[dict[str, list[str]], str]:
    columns, query = answer["columns"], answer["query"]
    assert isinstance(columns, list)
    assert isinstance(query, dict)
    found = {column["ranker"]: [hit["id"] for hit in column["hits"]] for column in columns}
    return found, str(query["id"])


def _grade(client: httpx.Client, query_id: str, ids: list[str]) -> list[float]:
    """Grade products; seconds from each click until it is committed."""
    times = []
    for place, product_id in enumerate(ids):
        event = {
            "client_event_id": str(uuid.uuid4()),
            "campaign": "open/shop",
            "query_id": query_id,
            "query_text": "red mug",
            "product_id": product_id,
            "grade": place % 4,
            "clicked_at": datetime.now(UTC).isoformat(),
        }
        started = time.perf_counter()
        client.post("/api/labels", json=event).raise_for_status()
        times.append(time.perf_counter() - started)
    return times


def _clicks(address: str, ids: list[str], rounds: int) -> list[float]:
    times: list[float] = []

    def click(number: int) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            for i in range(rounds):
                times.extend(_grade(client, f"query-{number}", [ids[i % len(ids)]]))
                time.sleep(0.2)

    threads = [threading.Thread(target=click, args=(n,)) for n in range(CLICKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _summary(seconds: list[float]) -> dict[str, float]:
    milliseconds = 1000 * np.array(seconds)
    return {
        "median_ms": round(float(np.median(milliseconds)), 1),
        "p95_ms": round(float(np.quantile(milliseconds, 0.95)), 1),
    }


def run(folder: Path, *, products: int, rounds: int = 100) -> dict[str, dict[str, float]]:
    """Make a shop in a folder, serve it and measure."""
    shop = make_shop(folder / "shop", products=products)
    with serving(shop.directory, folder / "labels.sqlite3") as address:
        return measure(address, rounds=rounds)


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=main.__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = run(Path(name), products=args.products, rounds=args.rounds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
