"""The whole loop on the sample shop: grade, export, learn, compare, serve the result, go back.

    python -m benchmarks.loop --model assets/model --out OUT

A server is started and asked over HTTP as the page asks it: what the three lists find first for
the shop's training queries is graded by the truth, one grade in ten by chance. Everything else is
a command that a person would give; each is printed before it runs. At the end the test queries,
which nothing has learned from, say what the grades were worth.
"""

from __future__ import annotations

import argparse
import shutil
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.from_labels import GRADES
from benchmarks.own_catalog import run_verb
from benchmarks.page import serving
from mmdemo.records import Topic
from mmdemo.trec import read_qrels, read_topics

SHOP = Path(__file__).resolve().parent.parent / "assets" / "shop"
TUNED = "tuned"
EACH = 8  # grades of a query
RANKERS = ("text", "image", "fused")
COMPARED = ("text", f"text@{TUNED}", "fused", f"fused@{TUNED}")


def main() -> None:
    """Run the loop; ends with an error where a step does not do what it should."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=SHOP.parent / "model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--grades", type=int, default=200)
    parser.add_argument("--noise", type=float, default=0.1, help="share of grades by chance")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    out: Path = args.out
    catalog, labels = out / "shop", out / "labels.sqlite3"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    at, into = f"--catalog {catalog}", f"--labels {labels}"
    run_verb(f"import {SHOP}/products.csv --images {SHOP}/images {at}")
    run_verb(f"index {at} --model local-dir:{args.model}")

    topics = [t for t in read_topics(SHOP / "queries" / "train.csv") if t.query.image is None]
    rng = np.random.default_rng(args.seed)
    with serving(catalog, labels) as address, httpx.Client(base_url=address, timeout=60) as client:
        model = client.get("/api/status").json()["models"]
        told = grade(client, topics, count=args.grades, noise=args.noise, rng=rng)
    print(f"\n{sum(told.values())} grades over HTTP, by grade: {dict(sorted(told.items()))}")

    run_verb(f"export --format qrels --include-open --out {out}/qrels.txt {into}")
    lines = len((out / "qrels.txt").read_text().splitlines())
    _check(lines == args.grades, f"{lines} lines exported")
    run_verb(
        f"train --from-labels {labels} --include-open {at} --index-as {TUNED} --out {out}/tuned"
    )
    asked = f"--queries {SHOP}/queries/test.csv --qrels {SHOP}/queries/test.qrels.gz"
    run_verb(f"compare {at} {asked} --rankers {','.join(COMPARED)}")
    run_verb(f"compare {at} {asked} --rankers fused,fused@{TUNED} --baseline fused")

    before = _served(catalog, labels)
    _check(before == model, f"{before} is served before")
    run_verb(f"use {TUNED} {at}")
    after = _served(catalog, labels)
    _check(after != before, f"{after} is served after `mmdemo use`")
    run_verb(f"use --back {at}")
    back = _served(catalog, labels)
    _check(back == before, f"{back} is served after `mmdemo use --back`")


def grade(
    client: httpx.Client,
    topics: list[Topic],
    *,
    count: int,
    noise: float,
    rng: np.random.Generator,
) -> dict[int, int]:
    """Search and grade as a judge on the page does; returns how often each grade was given."""
    truth = read_qrels(SHOP / "queries" / "train.qrels.gz")
    campaign = client.get("/api/status").json()["campaign"]
    told = dict.fromkeys(GRADES, 0)
    for topic, query, product_id in _shown(client, topics, count):
        given = truth[topic.topic_id][product_id]
        if rng.random() < noise:
            given = int(rng.choice([other for other in GRADES if other != given]))
        event = {
            "client_event_id": str(uuid.uuid4()),
            "campaign": campaign,
            "query_id": query["id"],
            "query_text": query["text"],
            "product_id": product_id,
            "grade": given,
            "clicked_at": "2026-03-01T12:00:00Z",
        }
        client.post("/api/labels", json=event).raise_for_status()
        told[given] += 1
    return told


def _shown(
    client: httpx.Client, topics: list[Topic], count: int
) -> Iterator[tuple[Topic, Mapping[str, Any], str]]:
    """Products at the head of the lists, `EACH` of each query, `count` in all."""
    step = max(1, len(topics) * EACH // count)
    for topic in topics[::step]:
        body = {"text": topic.query.text, "rankers": list(RANKERS), "top_k": EACH}
        answer = client.post("/api/search", json=body)
        answer.raise_for_status()
        found = answer.json()
        lists = [[hit["id"] for hit in column["hits"]] for column in found["columns"]]
        in_turn = [product for turn in zip(*lists, strict=True) for product in turn]
        for product_id in list(dict.fromkeys(in_turn))[: min(EACH, count)]:
            yield topic, found["query"], product_id
            count -= 1


def _served(catalog: Path, labels: Path) -> list[str]:
    """Which models a server that starts now ranks by; a search has to answer."""
    with serving(catalog, labels) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.post("/api/search", json={"text": "red mug", "top_k": 5}).raise_for_status()
        models: list[str] = client.get("/api/status").json()["models"]
        return models


def _check(holds: bool, told: str) -> None:
    print(f"\n{told}")
    if not holds:
        raise SystemExit("this is not what should be")


if __name__ == "__main__":
    main()
