"""What a missing photo should be worth in a fused list: a comparison that settled it.

A share of the photos is taken away at random. Each way to fill the gap ranks the judged queries;
told are nDCG@10 and exposure: how many of the relevant products (best grade) in the top ten have
lost their photo, as a multiple of their share among all relevant ones. 1 is fair.

    python -m benchmarks.missing_photos --catalog DIR --queries Q.csv --qrels QRELS
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from mmdemo.catalog import Catalog
from mmdemo.evaluate import measure_queries, parse_measures
from mmdemo.index import BoolArray, ProductVectors, load_vectors, read_manifest
from mmdemo.records import Hit, Ranking
from mmdemo.towers import FloatArray, load_towers
from mmdemo.trec import read_qrels, read_topics

SHARES = (0.1, 0.3, 0.6)
NEIGHBORS = 10
DEPTH = 10


def main() -> None:
    """Print one line for each share of lost photos and each way to fill the gap."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--catalog", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--qrels", type=Path, required=True)
    parser.add_argument("--weight", type=float, default=0.5)
    args = parser.parse_args()
    catalog = Catalog.open(args.catalog)
    manifest = read_manifest(catalog)
    vectors = load_vectors(catalog, manifest)
    towers = load_towers(manifest.model, text_spec=manifest.text_model)
    topics, qrels = read_topics(args.queries), read_qrels(args.qrels)
    words = [topic.query.text for topic in topics]
    words_text = towers.text.encode_texts(words)
    queries = towers.image_query.encode_texts(words)
    ids = [product.product_id for product in catalog]
    best = max(max(grades.values()) for grades in qrels.values())
    print("lost  fill       nDCG@10  exposure")
    for share in SHARES:
        lost = np.random.default_rng(0).random(len(ids)) < share
        for name, scores in _ways(words_text, queries, vectors, lost, args.weight).items():
            pairs = zip(topics, scores, strict=True)
            rankings = {topic.topic_id: _ranking(ids, row) for topic, row in pairs}
            ndcg = measure_queries(rankings, qrels, parse_measures(["nDCG@10"]))["nDCG@10"]
            exposure = _exposure(rankings, qrels, best, {ids[i] for i in np.flatnonzero(lost)})
            print(f"{share:4.0%}  {name:<10}  {np.mean(list(ndcg.values())):.4f}  {exposure:8.2f}")


def _ways(
    text_queries: FloatArray,
    image_queries: FloatArray,
    vectors: ProductVectors,
    lost: BoolArray,
    weight: float,
) -> dict[str, FloatArray]:
    """Fused scores (queries, products) for each way to fill the gap."""
    text, image = text_queries @ vectors.text.T, image_queries @ vectors.image.T
    fused = weight * text + (1 - weight) * image
    there = ~lost

    def filled(values: FloatArray) -> FloatArray:
        return np.where(lost, values, fused)

    mean = image_queries @ vectors.image[there].mean(axis=0)
    near = np.argsort(-(vectors.text[lost] @ vectors.text[there].T), axis=1)[:, :NEIGHBORS]
    borrowed = text.copy()
    borrowed[:, lost] = image_queries @ vectors.image[there][near].mean(axis=1).T
    place = (text - text[:, there].mean(axis=1, keepdims=True)) / text[:, there].std(
        axis=1, keepdims=True
    )
    spread = fused[:, there].std(axis=1, keepdims=True)
    return {
        "zero": filled(weight * text),
        "text alone": filled(text),
        "mean": filled(weight * text + (1 - weight) * mean[:, None]),
        "neighbors": filled(weight * text + (1 - weight) * borrowed),
        "matched": filled(fused[:, there].mean(axis=1, keepdims=True) + spread * place),
    }


def _ranking(ids: list[str], scores: FloatArray) -> Ranking:
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    hits = [Hit(ids[i], rank, float(scores[i])) for rank, i in enumerate(order, start=1)]
    return Ranking("fused", "", tuple(hits))


def _exposure(
    rankings: dict[str, Ranking], qrels: dict[str, dict[str, int]], best: int, lost: set[str]
) -> float:
    """Share of lost photos among relevant products shown, over their share among all relevant."""
    shown, relevant = [], []
    for topic, ranking in rankings.items():
        right = {p for p, grade in qrels.get(topic, {}).items() if grade == best}
        shown += [hit.product_id in lost for hit in ranking.hits if hit.product_id in right]
        # Each query counts with what its list could show at most.
        if right:
            relevant += [len(right & lost) / len(right)] * min(DEPTH, len(right))
    return float(np.mean(shown) / np.mean(relevant))


if __name__ == "__main__":
    main()
