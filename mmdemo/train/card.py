"""Write the card beside a model: what it was made of and what was measured. Knows no tower."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from mmdemo import __version__
from mmdemo.catalog import Catalog
from mmdemo.evaluate.report import markdown_table
from mmdemo.files import write_bytes, write_json
from mmdemo.train.config import RecipeConfig
from mmdemo.train.data import TrainingData
from mmdemo.train.loop import Trained

CARD_NAME = "training.json"


def write_card(
    out: Path,
    config: RecipeConfig,
    catalog: Catalog,
    steps: Mapping[str, Trained],
    *,
    data: TrainingData,
) -> None:
    """Write `README.md` for people, then `training.json`, which says that the model is whole."""
    date = time.strftime("%Y-%m-%d", time.gmtime())
    told: dict[str, object] = {
        "date": date,
        "mmdemo": __version__,
        "parent": config.text_tower,
        "catalog": {"name": catalog.name, "fingerprint": catalog.fingerprint},
        "data": {
            "fingerprint": data.fingerprint,
            "products": len(data.training),
            "queries": len(data.asked),
            "products held out": len(data.validation),
            "queries held out": len(data.held_out),
        },
        "recipe": config.to_json(),
        "steps": {name: _numbers(step) for name, step in steps.items()},
    }
    write_bytes(out / "README.md", _markdown(told, steps).encode())
    write_json(out / CARD_NAME, told)


def add_section(out: Path, title: str, text: str, values: object) -> None:
    """Add to a model's card what was measured later, or measured again."""
    told = json.loads((out / CARD_NAME).read_bytes())
    card = (out / "README.md").read_text(encoding="utf-8")
    others = [part for part in card.split("\n## ") if not part.startswith(f"{title}\n")]
    card = "\n## ".join([*others, f"{title}\n\n{text.rstrip()}\n"])
    write_bytes(out / "README.md", card.encode())
    write_json(out / CARD_NAME, {**told, title: values})


def _numbers(step: Trained) -> dict[str, object]:
    values = asdict(step)
    values["measures"] = [None if math.isnan(m) else m for m in step.measures]
    return values


def _markdown(told: Mapping[str, object], steps: Mapping[str, Trained]) -> str:
    rows = [
        [
            name,
            str(len(step.losses)),
            str(step.best),
            f"{step.losses[-1]:.3f}" if step.losses else "–",
            _measure(step.measures[0]),
            _measure(step.measures[step.best]),
            f"{step.seconds / 60:.1f}",
        ]
        for name, step in steps.items()
    ]
    data = told["data"]
    catalog = told["catalog"]
    recipe = told["recipe"]
    if not (isinstance(data, dict) and isinstance(catalog, dict) and isinstance(recipe, dict)):
        raise TypeError
    return "\n".join(
        [
            "# Model card",
            "",
            f"Trained {told['date']} by mmdemo {told['mmdemo']} with the recipe of "
            "arXiv 2603.04836, as mmdemo understands it.",
            "",
            f"- Parent text tower: `{recipe['text_tower']}`",
            f"- Image tower: `{recipe['image_tower']}`, {recipe['image_size'][0]} × "
            f"{recipe['image_size'][1]} pixels",
            f"- Catalog: {catalog['name']} ({catalog['fingerprint'][:12]}): "
            f"{data['products']} products and {data['queries']} queries to train on, "
            f"{data['products held out']} and {data['queries held out']} held out",
            f"- Text of a product: {', '.join(recipe['text_fields'])}",
            f"- Seed: {recipe['seed']}",
            "",
            markdown_table(
                ["step", "epochs", "kept", "loss", "before", "after", "minutes"],
                rows,
            ),
            "",
            "Before and after are measured on what was held out: `domain` by recall@10 of a "
            "photo's own text, the others by nDCG@10. All choices are in `training.json`.",
            "",
        ]
    )


def _measure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.4f}"
