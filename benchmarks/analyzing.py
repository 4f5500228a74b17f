"""How long an analysis takes: 500 queries, 8 rankers, 100,000 grades, 10,000 products.

python -m benchmarks.analyzing
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from mmdemo.analyze import Analysis, Replay, ResultCache, Space, Study, analyze, content_key
from mmdemo.index import ProductVectors
from mmdemo.records import Hit, Query, Ranking, Topic
from mmdemo.search import Weights
from mmdemo.towers import FloatArray, unit_rows
from mmdemo.trec import write_run

RANKERS = ("bm25", "text", "image", "fused", "fused-rrf", "fused-zscore", "old", "run:prod")
DEPTH = 100
DIMENSION = 384


def main() -> None:
    """Measure the first analysis, the same again from the cache, and a step of the weight."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--grades", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=10_000)
    args = parser.parse_args()
    print(json.dumps(measure(args.queries, args.grades, args.products), indent=2))


def measure(queries: int, grades: int, products: int) -> dict[str, float]:
    """Seconds of each by the clock, and of CPU (what an idle machine takes), on made-up data."""
    study, space = make(queries, grades, products)
    found: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        started, busy = time.perf_counter(), time.process_time()
        yield
        found[f"{name}_s"] = time.perf_counter() - started
        found[f"{name}_cpu_s"] = time.process_time() - busy

    with timed("first"):
        analyze(study)
    with timed("first_with_weights_and_halves"):
        whole = analyze(study, space=space, served_weights=Weights())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{ranker.replace(':', '_')}.trec" for ranker in RANKERS]
        for path, ranker in zip(paths, RANKERS, strict=True):
            write_run(path, study.rankings[ranker])
        qrels = folder / "qrels.txt"
        qrels.write_text(
            "".join(f"{q} 0 {p} {g}\n" for q, js in study.qrels.items() for p, g in js.items())
        )
        cache = ResultCache(folder / "cache")
        cache.put(content_key({"runs": paths, "qrels": qrels}), whole.to_json())
        with timed("again"):
            kept = cache.get(content_key({"runs": paths, "qrels": qrels}))
            assert kept is not None
            assert len(Analysis.from_json(kept).cases) == queries
    with timed("replay_prepared"):
        replay = Replay(space, study.qrels)
    with timed("replay_steps"):
        for weight in np.linspace(0, 1, 51):
            replay.step(float(weight))
    for name in ("replay_steps_s", "replay_steps_cpu_s"):
        found[name.replace("steps", "step").removesuffix("s") + "ms"] = 1000 * found.pop(name) / 51
    return found


def make(queries: int, grades: int, products: int) -> tuple[Study, Space]:
    """Products in clusters, queries near them, rankers that see the grades through noise."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(200, DIMENSION))
    cluster = rng.integers(0, 200, products)
    asked = rng.integers(0, 200, queries)

    def rows(places: np.ndarray[tuple[int], np.dtype[np.int64]], noise: float) -> FloatArray:
        near = centers[places] + noise * rng.normal(size=(len(places), DIMENSION))
        return unit_rows(near.astype(np.float32))

    zero = np.zeros(DIMENSION, np.float32)
    vectors = ProductVectors(rows(cluster, 1.0), rows(cluster, 2.0), zero, zero)
    ids = [f"p{i:06d}" for i in range(products)]
    topics = tuple(Topic(f"q{i:04d}", Query(f"query {i} of words")) for i in range(queries))
    space = Space(
        tuple(ids),
        vectors,
        True,
        tuple(topic.topic_id for topic in topics),
        rows(asked, 1.0),
        rows(asked, 1.5),
        {},
    )
    each = grades // queries
    qrels: dict[str, dict[str, int]] = {}
    rankings: dict[str, dict[str, Ranking]] = {ranker: {} for ranker in RANKERS}
    for query, topic in enumerate(topics):
        own = np.flatnonzero(cluster == asked[query])
        others = rng.choice(products, 2 * each, replace=False)
        judged = np.unique(np.concatenate([own, others]))[:each]
        given = np.where(cluster[judged] == asked[query], rng.integers(1, 4, len(judged)), 0)
        qrels[topic.topic_id] = {ids[p]: int(g) for p, g in zip(judged, given, strict=True)}
        pool = np.unique(np.concatenate([judged, others[:each]]))
        truth = np.where(cluster[pool] == asked[query], 2.0, 0.0)
        for ranker in RANKERS:
            scores = truth + rng.normal(size=len(pool)) * 1.5
            best = np.argsort(-scores)[:DEPTH]
            hits = (
                Hit(
                    ids[pool[p]], rank, float(scores[p]), float(scores[p]) / 2, float(scores[p]) / 2
                )
                for rank, p in enumerate(best, start=1)
            )
            rankings[ranker][topic.topic_id] = Ranking(ranker, topic.query.query_id, tuple(hits))
    return Study(topics, rankings, qrels), space


if __name__ == "__main__":
    main()
