"""The commands of README's "Your own catalog", on real products, with the minutes each takes.

    python -m benchmarks.own_catalog --data DIR --text-tower st:PATH --out DIR

DIR holds products to search (`products.csv.gz`, `products_sparse.csv.gz`, `images.zip`), others to
train on (`train_products.csv.gz`, `train_images.zip`), and `queries.dev.csv` with
`qrels.dev.txt.gz`. Queries with even numbers tune the weight, odd ones measure it. What is done
already is not done again.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from pathlib import Path

from mmdemo.cli import main as mmdemo
from mmdemo.trec import read_topics

RANKERS = "bm25,text,image,fused,fused-centered,fused-zscore,fused-minmax,fused-rrf"
TRAINING = (
    "--image-tower convnext_atto --image-size 80x60 --until domain "
    "--set domain.epochs=25 --set domain.learning_rate=1e-3"
)


def main() -> None:
    """Import, train, index, evaluate, tune; prints each command before it runs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--text-tower", required=True, metavar="SPEC")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    data, out = args.data, args.out
    out.mkdir(parents=True, exist_ok=True)
    train, model = out / "train_products", out / "model"
    if not (train / "catalog.json").is_file():
        photos = f"--images {data}/train_images.zip"
        run_verb(f"import {data}/train_products.csv.gz {photos} --catalog {train}")
    if not (model / "open_clip_config.json").is_file():
        run_verb(f"train --catalog {train} --text-tower {args.text_tower} {TRAINING} --out {model}")
    even, odd = _halves(data / "queries.dev.csv", out)
    judged = f"--queries {data}/queries.dev.csv --qrels {data}/qrels.dev.txt.gz"
    for name in ("products", "products_sparse"):
        catalog = out / name
        run_verb(f"import {data}/{name}.csv.gz --images {data}/images.zip --catalog {catalog}")
        run_verb(f"index --catalog {catalog} --model local-dir:{model} --text-fields title")
        evaluate = f"evaluate --catalog {catalog} {judged}"
        run_verb(f"{evaluate} --rankers {RANKERS} --weight 0.5 --json {out}/{name}.json")
        run_verb(f"tune --catalog {catalog} {judged} --query-ids {even}")
        run_verb(
            f"{evaluate} --rankers text,image,fused --query-ids {odd} --json {out}/{name}.odd.json"
        )


def run_verb(command: str) -> None:
    """Run a verb of mmdemo as on the command line, and print it with its minutes."""
    print(f"\n$ mmdemo {command}", flush=True)
    started = time.perf_counter()
    status = mmdemo(shlex.split(command))
    print(f"({(time.perf_counter() - started) / 60:.1f} min)", flush=True)
    if status:
        sys.exit(status)


def _halves(queries: Path, out: Path) -> tuple[Path, Path]:
    """Files with the ids of the queries that tune and of those that measure."""
    ids = [topic.topic_id for topic in read_topics(queries)]
    paths = out / "even.txt", out / "odd.txt"
    for remainder, path in enumerate(paths):
        numbered = [i for i in ids if int("".join(c for c in i if c.isdigit())) % 2 == remainder]
        path.write_text("\n".join(numbered) + "\n")
    return paths


if __name__ == "__main__":
    main()
