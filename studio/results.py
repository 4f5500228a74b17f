"""Measure the model on the shop, and put what the demo shows of that into ``assets/shop``.

    python -m studio.results --model assets/model

The weights of text, for queries in words and for those with a photo, are tuned on the queries of
`train` and `validation`, which the model has not seen either; the test queries are only measured.
Writes

    assets/shop/results.json    nDCG@10 of each ranker by family of queries, differences, weights
    assets/shop/vectors/        the shop's vectors under this model, for the first start to gather

and a section of the model's card. `mmdemo evaluate` prints the same numbers.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mmdemo.catalog import import_catalog
from mmdemo.evaluate import (
    Evaluation,
    Interval,
    depth_needed,
    evaluate,
    rank_topics,
    tune_weight,
)
from mmdemo.evaluate.report import markdown_table
from mmdemo.files import write_json
from mmdemo.index import build_index
from mmdemo.search import SearchEngine, Weights
from mmdemo.towers import load_towers
from mmdemo.train.card import add_section
from mmdemo.trec import read_facets, read_qrels, read_topics
from studio.manifest import ASSETS

SHOP = ASSETS / "shop"
WORK = ASSETS.parent / "build" / "results"
MEASURE = "nDCG@10"
RANKERS = ("bm25", "text", "image", "fused", "fused-moe")
SHOWN = (("fused", "text"), ("fused", "image"), ("fused-moe", "text"), ("fused-moe", "image"))
"""Rankers, and what each one is held against."""
TEXT_FIELDS = ("title", "description")
IN_WORDS, ALL = "in words", "all"
"""All queries without a photo, which every ranker answers, and all there are."""
DIGITS = 6  # pages round once more, to 3 at most
TUNED_ON = ("train", "validation")
TITLE = "The sample shop"

Results = Mapping[str, Any]


def main() -> None:
    """Measure, and write results, vectors and card."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=ASSETS / "model")
    parser.add_argument("--out", type=Path, default=SHOP)
    parser.add_argument("--work", type=Path, default=WORK)
    args = parser.parse_args()
    engine = open_shop(args.model, args.work)
    results = measure(engine, tuned_weights(engine))
    write_json(args.out / "results.json", results)
    shutil.rmtree(args.out / "vectors", ignore_errors=True)
    ignored = shutil.ignore_patterns("lock")
    shutil.copytree(args.work / "vectors", args.out / "vectors", ignore=ignored)
    add_section(args.model, TITLE, to_markdown(results), results)


def open_shop(model: Path, work: Path, *, vectors: Path | None = None) -> SearchEngine:
    """Import the shop into the folder `work` and index it, with the vectors of an earlier time."""
    shutil.rmtree(work, ignore_errors=True)  # vectors of other models must not be shipped
    if vectors:
        shutil.copytree(vectors, work / "vectors")
    catalog, _ = import_catalog(SHOP / "products.csv", work, images=SHOP / "images")
    build_index(catalog, load_towers(f"local-dir:{model}"), text_fields=TEXT_FIELDS)
    return SearchEngine.open(work)


def tuned_weights(engine: SearchEngine) -> Weights:
    """The weights of text that rank the queries of `TUNED_ON` best."""
    topics = [topic for split in TUNED_ON for topic in read_topics(_queries(split))]
    qrels = {t: grades for split in TUNED_ON for t, grades in read_qrels(_qrels(split)).items()}
    words = [topic for topic in topics if topic.query.image is None]
    photo = [topic for topic in topics if topic.query.image is not None]
    return Weights(
        tune_weight(engine, words, qrels, measure=MEASURE).text_weight,
        tune_weight(engine, photo, qrels, measure=MEASURE).text_weight,
    )


def measure(engine: SearchEngine, weights: Weights, split: str = "test") -> Results:
    """What `results.json` holds, for the queries of a split."""
    engine.text_weight, engine.photo_weight = weights.words, weights.photo
    topics, qrels = read_topics(_queries(split)), read_qrels(_qrels(split))
    families: dict[str, list[str]] = {}
    for topic_id, family in read_facets(_queries(split))["family"].items():
        families.setdefault(family, []).append(topic_id)
    families[IN_WORDS] = [topic.topic_id for topic in topics if topic.query.image is None]
    families[ALL] = [topic.topic_id for topic in topics]
    rankings = rank_topics(engine, topics, RANKERS, top_k=depth_needed([MEASURE]))
    return {
        "measure": MEASURE,
        "split": split,
        "queries": len(topics),
        "text_weight": weights.words,
        "photo_weight": weights.photo,
        "rankers": list(RANKERS),
        "families": [
            _family(name, evaluate(rankings, qrels, [MEASURE], topic_ids=ids))
            for name, ids in families.items()
        ],
    }


def to_markdown(results: Results) -> str:
    """A table with a row for each family and some together: means, and what fusion adds."""
    singles = [name for name in results["rankers"] if name in ("bm25", "text", "image")]
    header = [
        "family",
        "queries",
        *singles,
        "fused",
        "fused less text",
        "fused less image",
        "fused-moe",
    ]
    rows = [
        [
            family["name"],
            str(family["queries"]),
            *(_mean(family, name) for name in (*singles, "fused")),
            _difference(family, "fused", "text"),
            _difference(family, "fused", "image"),
            _mean(family, "fused-moe"),
        ]
        for family in results["families"]
    ]
    return (
        f"{results['measure']} on the shop's {results['queries']} queries of the split "
        f"{results['split']}, weight of text {results['text_weight']:g}, with a photo "
        f"{results['photo_weight']:g}; means, and differences with 95 % intervals (bootstrap over "
        "queries). A dash: the ranker cannot be asked so. Means are over the queries that a ranker "
        f"answers: all rankers answer those of the row {IN_WORDS}, not all those of the row {ALL}. "
        "Differences are over the queries that both answer."
        f"\n\n{markdown_table(header, rows)}\n"
    )


def _mean(family: Results, ranker: str) -> str:
    value = family["values"].get(ranker)
    return f"{value['mean']:.3f}" if value else "–"


def _difference(family: Results, ranker: str, baseline: str) -> str:
    for found in family["differences"]:
        if (found["ranker"], found["baseline"]) == (ranker, baseline):
            return f"{found['mean']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"
    return "–"


def _family(name: str, found: Evaluation) -> dict[str, object]:
    return {
        "name": name,
        "queries": len(found.queries),
        "values": {
            ranker: _rounded(means[MEASURE]) for ranker, means in found.intervals.items() if means
        },
        "differences": [
            {"ranker": d.ranker, "baseline": d.baseline, **_rounded(d.interval)}
            for d in found.differences
            if d.measure == MEASURE and (d.ranker, d.baseline) in SHOWN
        ],
    }


def _rounded(interval: Interval) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in asdict(interval).items()}


def _queries(split: str) -> Path:
    return SHOP / "queries" / f"{split}.csv"


def _qrels(split: str) -> Path:
    return SHOP / "queries" / f"{split}.qrels.gz"


if __name__ == "__main__":
    main()
