"""What the recipe reaches on real products, over seeds, and what each of its steps is worth.

    python -m benchmarks.recipe --data DIR --text-tower SPEC --out OUT [--seeds 0 1 2] [--arms]

DIR is as for `benchmarks.own_catalog`. The training products make the model; two catalogs of other
products are searched, as the shop wrote them and as a lazy seller would. Queries with even numbers
tune the weight of the weighted sum, odd ones measure; the everyday queries are measured too. With
`--arms` the first seed is trained again with one part left out at a time, sharing what comes
before it. What is done already is not done again; OUT/recipe.md and OUT/recipe.json are written
after each model.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.everyday import make_truth
from mmdemo.catalog import Catalog, import_catalog
from mmdemo.evaluate import depth_needed, rank_topics, tune_weight
from mmdemo.evaluate.measures import measure_queries, parse_measures
from mmdemo.evaluate.report import markdown_table
from mmdemo.evaluate.significance import Interval, mean_intervals
from mmdemo.files import write_bytes, write_json
from mmdemo.index import build_index
from mmdemo.records import Topic
from mmdemo.search import SearchEngine
from mmdemo.towers import load_towers
from mmdemo.train import RecipeConfig, run_recipe
from mmdemo.train.config import read_config, set_choice
from mmdemo.trec import read_qrels, read_topics

CATALOGS = ("products", "products_sparse")
RANKERS = ("text", "image", "fused", "fused-mlp", "fused-gate", "fused-attention", "fused-moe")
MEASURE = "nDCG@10"
# What is left out, and how; networks that an arm does not need are not trained.
ARMS: Mapping[str, Sequence[str]] = {
    "domain tuning": ["domain.epochs=0"],
    "text alignment": ["text.epochs=0"],
    "image alignment": ["image.epochs=0"],
    "experts": ["fusion.options={fused-moe={experts=0}}"],
    "bilinear": ["fusion.options={fused-moe={bilinear=false}}"],
    "hard negatives": ["fusion.hard_negatives=0.0"],
    "modality dropout": ["fusion.modality_dropout=0.0"],
    "lazy titles": ["fusion.dropped_words=0.0"],
}
Values = dict[str, dict[str, dict[str, float]]]  # "catalog queries" → ranker → topic id → nDCG@10


@dataclass(frozen=True)
class Judged:
    """A set of queries with their truth, and those that tune the weight."""

    name: str
    topics: Sequence[Topic]
    qrels: Mapping[str, Mapping[str, int]]
    tuning: Sequence[Topic]


def main() -> None:
    """Train and measure what is not there yet, then write the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--text-tower", required=True, metavar="SPEC")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_name("recipe.toml"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--arms", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data, out = args.data, args.out
    catalogs = {name: _import(data, name, "images.zip", out) for name in CATALOGS}
    training = _import(data, "train_products", "train_images.zip", out)
    sets = _query_sets(data, out)
    base = read_config(args.config) | {"text_tower": args.text_tower}

    runs = {f"seed {seed}": {"seed": seed} for seed in args.seeds}
    if args.arms:
        runs |= {
            f"without {arm}": {"seed": args.seeds[0], "changes": changes}
            for arm, changes in ARMS.items()
        }
    for name, run in runs.items():
        folder = out / name.replace(" ", "-")
        if (folder / "measured.json").is_file():
            continue
        values = json.loads(json.dumps(base | {"seed": run["seed"]}))
        for change in run.get("changes", ()):
            set_choice(values, change)
        if "changes" in run:
            set_choice(values, 'fusion.networks=["fused-mlp", "fused-moe"]')
        started = time.perf_counter()
        result = run_recipe(
            training,
            RecipeConfig.from_json(values),
            folder / "model",
            work=out / "steps",
            device="cpu",
        )
        minutes = (time.perf_counter() - started) / 60
        measured = {
            f"{catalog_name} {judged.name}": found
            for catalog_name, catalog in catalogs.items()
            for judged, found in _measure(catalog, result.spec, folder.name, sets)
        }
        steps = {step: trained.seconds / 60 for step, trained in result.steps.items()}
        write_json(
            folder / "measured.json", {"minutes": minutes, "steps": steps, "values": measured}
        )
        write_tables(out, arms_of=args.seeds[0])


def _import(data: Path, name: str, photos: str, out: Path) -> Catalog:
    folder = out / name
    if not (folder / "catalog.json").is_file():
        import_catalog(data / f"{name}.csv.gz", folder, images=data / photos)
    return Catalog.open(folder)


def _query_sets(data: Path, out: Path) -> list[Judged]:
    topics = read_topics(data / "queries.dev.csv")
    qrels = read_qrels(data / "qrels.dev.txt.gz")
    even, odd = ([t for t in topics if _number(t) % 2 == remainder] for remainder in (0, 1))
    everyday, truth = make_truth(data, out)
    return [
        Judged("plain", odd, qrels, even),
        Judged("everyday", read_topics(everyday), read_qrels(truth), even),
    ]


def _number(topic: Topic) -> int:
    return int("".join(c for c in topic.topic_id if c.isdigit()))


def _measure(
    catalog: Catalog, spec: str, name: str, sets: Sequence[Judged]
) -> list[tuple[Judged, dict[str, dict[str, float]]]]:
    """Index a catalog with a model, tune the weight and rank all queries."""
    build_index(catalog, load_towers(spec, device="cpu"), text_fields=("title",), name=name)
    engine = SearchEngine.open(catalog.directory, device="cpu", index_name=name)
    plain = sets[0]
    weight = tune_weight(engine, plain.tuning, plain.qrels).text_weight
    rankers = [ranker for ranker in RANKERS if ranker in engine.ranker_names]
    (measure,) = parse_measures([MEASURE])
    found = []
    for judged in sets:
        rankings = rank_topics(
            engine, judged.topics, rankers, text_weight=weight, top_k=depth_needed([MEASURE])
        )
        values = {
            ranker: measure_queries(by_topic, judged.qrels, [measure])[MEASURE]
            for ranker, by_topic in rankings.items()
        }
        found.append((judged, values))
    return found


def write_tables(out: Path, *, arms_of: int) -> None:
    """Seeds together, then the arms against the seed that they were trained with."""
    runs = {path.parent.name: json.loads(path.read_bytes()) for path in out.glob("*/measured.json")}
    numbers = sorted(int(name.removeprefix("seed-")) for name in runs if name.startswith("seed-"))
    seeds = {f"seed-{number}": runs[f"seed-{number}"] for number in numbers}
    blocks = ["minutes: " + ", ".join(f"{n} {r['minutes']:.1f}" for n, r in sorted(runs.items()))]
    for kind in next(iter(seeds.values()))["values"] if seeds else ():
        together = _over_seeds([run["values"][kind] for run in seeds.values()])
        learned = [ranker for ranker in together if ranker.startswith("fused-")]
        best = max(learned, key=lambda ranker: _mean(together[ranker]))
        rows = []
        for ranker, values in together.items():
            means = [f"{_mean(run['values'][kind][ranker]):.4f}" for run in seeds.values()]
            row = [ranker, _told(_interval(values)), *means]
            for other in ("text", "image", "fused"):
                difference = {t: values[t] - together[other][t] for t in values}
                row.append("" if other == ranker else _told(_interval(difference), sign="+"))
            rows.append(row)
        header = ["ranker", "mean of seeds", *seeds, "less text", "less image", "less fused"]
        blocks += [f"### {kind} (best learned: {best})", markdown_table(header, rows)]
    arms = {name: run for name, run in sorted(runs.items()) if name.startswith("without-")}
    for kind in next(iter(seeds.values()))["values"] if seeds and arms else ():
        whole = seeds[f"seed-{arms_of}"]["values"][kind]
        shown = [r for r in RANKERS if r in next(iter(arms.values()))["values"][kind]]
        rows = [["whole recipe", *(f"{_mean(whole[ranker]):.4f}" for ranker in shown)]]
        for name, run in arms.items():
            found = run["values"][kind]
            less = [{t: v - whole[r][t] for t, v in found[r].items()} for r in shown]
            cells = [_told(_interval(difference), sign="+") for difference in less]
            rows.append([name.replace("-", " "), *cells])
        blocks += [f"### {kind}: less the whole recipe", markdown_table(["", *shown], rows)]
    write_bytes(out / "recipe.md", ("\n\n".join(blocks) + "\n").encode())


def _over_seeds(
    runs: Sequence[Mapping[str, Mapping[str, float]]],
) -> dict[str, dict[str, float]]:
    """Each query's mean over the seeds."""
    return {
        ranker: {t: math.fsum(run[ranker][t] for run in runs) / len(runs) for t in values}
        for ranker, values in runs[0].items()
    }


def _mean(values: Mapping[str, float]) -> float:
    return math.fsum(values.values()) / len(values)


def _interval(values: Mapping[str, float]) -> Interval:
    return mean_intervals([list(values.values())])[0]


def _told(interval: Interval, *, sign: str = "") -> str:
    return f"{interval.mean:{sign}.4f} [{interval.low:{sign}.4f}, {interval.high:{sign}.4f}]"


if __name__ == "__main__":
    main()
