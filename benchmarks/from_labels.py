"""From simulated grades to a better model: what `mmdemo train --from-labels` gains.

    python -m benchmarks.from_labels --data DIR --model SPEC --out OUT

DIR holds `products.csv.gz`, `images.zip`, `queries.dev.csv` and `qrels.dev.txt.gz`. What the
rankers find first for queries with even numbers is graded by the truth, every tenth grade by
chance; the grades go through the label store. The model is tuned with them, and the queries with
odd numbers, which nothing has seen, say what that is worth. Only titles, descriptions and photos
of the products are imported: the truth is made of their attributes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.own_catalog import run_verb
from mmdemo.evaluate import rank_topics
from mmdemo.files import write_bytes, write_json
from mmdemo.records import Ranking, Topic
from mmdemo.search import SearchEngine
from mmdemo.train.before_after import before_after
from mmdemo.trec import read_qrels, read_topics, trec_id

GRADES = (0, 1, 2, 3)
POOL = ("text", "image", "fused")
DEPTH = 10  # of each ranking that judges see
COLUMNS = ("id", "title", "description", "image")
START, TUNED = "start", "tuned"

Qrels = Mapping[str, Mapping[str, int]]


def main() -> None:
    """Import, index, grade, tune, compare; prints each command before it runs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", required=True, metavar="SPEC", help="to start from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--grades", type=int, default=600)
    parser.add_argument("--noise", type=float, default=0.1, help="share of grades by chance")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--options", default="", help="more of `mmdemo train`, such as --set …")
    args = parser.parse_args()
    out, catalog = args.out, args.out / "products"
    out.mkdir(parents=True, exist_ok=True)
    if not (catalog / "catalog.json").is_file():
        products = _searchable(args.data / "products.csv.gz", out / "products.csv")
        run_verb(f"import {products} --images {args.data}/images.zip --catalog {catalog}")
    run_verb(f"index --catalog {catalog} --model {args.model} --text-fields title --name {START}")
    topics = read_topics(args.data / "queries.dev.csv")
    truth = read_qrels(args.data / "qrels.dev.txt.gz")
    even, odd = halves(topics)
    found = rank_topics(_open(catalog, START), even, POOL, top_k=DEPTH)
    pools = {t.topic_id: _pool([found[ranker][t.topic_id] for ranker in POOL]) for t in even}
    rng = np.random.default_rng(args.seed)
    grades = simulate(pools, truth, count=args.grades, noise=args.noise, rng=rng)
    labels = out / f"labels-{args.seed}.sqlite3"
    labels.unlink(missing_ok=True)
    queries, qrels = _write(grades, even, out)
    judged = f"labels import {qrels} --queries {queries} --judge truth --campaign simulated"
    run_verb(f"{judged} --labels {labels}")
    os.environ["MMDEMO_INDEX_NAME"] = START
    tuned = f"{TUNED}-{args.seed}"
    run_verb(
        f"train --from-labels {labels} --catalog {catalog} --index-as {tuned} --held-back 0 "
        f"--seed {args.seed} --out {out}/model-{args.seed} {args.options}"
    )
    table = before_after(_open(catalog, tuned), START, odd, truth)
    write_json(out / f"result-{args.seed}.json", table.to_json())
    told = {
        grade: sum(list(own.values()).count(grade) for own in grades.values()) for grade in GRADES
    }
    print(f"\nGrades: {json.dumps(told)}\n\n{table.to_markdown()}")


def halves(topics: Sequence[Topic]) -> tuple[list[Topic], list[Topic]]:
    """Queries with even and with odd numbers."""
    sides: tuple[list[Topic], list[Topic]] = ([], [])
    for topic in topics:
        sides[int("".join(c for c in topic.topic_id if c.isdigit())) % 2].append(topic)
    return sides


def simulate(
    pools: Mapping[str, Sequence[str]],
    truth: Qrels,
    *,
    count: int,
    noise: float,
    rng: np.random.Generator,
) -> dict[str, dict[str, int]]:
    """Grade about as many products of each query's pool as of any other's.

    Args:
        pools: topic id to the products that judges may see.
        truth: topic id to product id to grade; others are 0.
        count: of all grades.
        noise: share of grades that are another one, drawn evenly.
        rng: what is graded, and how noise falls.
    """
    orders = {topic: rng.permutation(sorted(pool)).tolist() for topic, pool in pools.items()}
    turns = [
        (topic, order[turn])
        for turn in range(max(map(len, orders.values())))
        for topic, order in orders.items()
        if turn < len(order)
    ]
    grades: dict[str, dict[str, int]] = {}
    for topic, product in turns[:count]:
        grade = min(max(truth.get(topic, {}).get(product, 0), 0), GRADES[-1])
        if rng.random() < noise:
            grade = int(rng.choice([other for other in GRADES if other != grade]))
        grades.setdefault(topic, {})[product] = grade
    return grades


def _pool(rankings: Sequence[Ranking]) -> list[str]:
    return sorted({hit.product_id for ranking in rankings for hit in ranking.hits})


def _searchable(source: Path, out: Path) -> Path:
    """The products without the columns that the truth is made of."""
    with gzip.open(source, "rt", newline="", encoding="utf-8") as file:
        rows = [[row[name] for name in COLUMNS] for row in csv.DictReader(file)]
    with out.open("w", newline="", encoding="utf-8") as written:
        csv.writer(written).writerows([COLUMNS, *rows])
    return out


def _write(grades: Qrels, topics: Sequence[Topic], out: Path) -> tuple[Path, Path]:
    queries, qrels = out / "queries.csv", out / "qrels.txt"
    with queries.open("w", newline="", encoding="utf-8") as file:
        rows = [(topic.topic_id, topic.query.text) for topic in topics]
        csv.writer(file).writerows([("query_id", "query"), *rows])
    lines = (
        f"{trec_id(topic)} 0 {trec_id(product)} {grade}\n"
        for topic, own in grades.items()
        for product, grade in own.items()
    )
    write_bytes(qrels, "".join(lines).encode())
    return queries, qrels


def _open(catalog: Path, index: str) -> SearchEngine:
    return SearchEngine.open(catalog, device="cpu", index_name=index)


if __name__ == "__main__":
    main()
