"""Write the card beside a model: what it was made of and what was measured. Knows no tower."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mmdemo import __version__
from mmdemo.catalog import Catalog
from mmdemo.evaluate.report import markdown_table
from mmdemo.files import write_bytes, write_json
from mmdemo.towers.load import absolute_spec
from mmdemo.towers.openclip import LOCAL_DIR
from mmdemo.train.config import RecipeConfig
from mmdemo.train.data import TrainingData
from mmdemo.train.loop import Trained

CARD_NAME = "training.json"
_INHERITED = ("date", "mmdemo", "parent", "catalog", "data", "judgments", "recipe", "steps")


def write_card(
    out: Path,
    config: RecipeConfig,
    catalog: Catalog,
    steps: Mapping[str, Trained],
    *,
    data: TrainingData,
    judgments: Mapping[str, object] | None = None,
) -> None:
    """Write `README.md` for people, then `training.json`, which says that the model is whole.

    Args:
        out: folder of the model.
        config: every choice.
        catalog: the products.
        steps: how each step went.
        data: what they learned from.
        judgments: see `judgments_told`; None where queries were made.
    """
    told: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "mmdemo": __version__,
        "parent": config.text_tower,
        "catalog": {"name": catalog.name, "fingerprint": catalog.fingerprint},
        "data": {
            "fingerprint": data.fingerprint,
            "products": len(data.training),
            "queries": len(data.asked),
            "queries made": int(data.queries.closed[data.queries.asks[data.asked]].sum()),
            "products held out": len(data.validation),
            "queries held out": len(data.held_out),
        },
        **({"judgments": dict(judgments)} if judgments else {}),
        "recipe": config.to_json(),
        "steps": {name: _numbers(step) for name, step in steps.items()},
    }
    told["ancestors"] = _ancestors(config.text_tower)
    write_bytes(out / "README.md", _markdown(told).encode())
    write_json(out / CARD_NAME, told)


def add_section(out: Path, title: str, text: str, values: object) -> None:
    """Add to a model's card what was measured later, or measured again."""
    told = json.loads((out / CARD_NAME).read_bytes())
    card = (out / "README.md").read_text(encoding="utf-8")
    others = [part for part in card.split("\n## ") if not part.startswith(f"{title}\n")]
    card = "\n## ".join([*others, f"{title}\n\n{text.rstrip()}\n"])
    write_bytes(out / "README.md", card.encode())
    write_json(out / CARD_NAME, {**told, title: values})


def learned_before(model: str) -> frozenset[str]:
    """`Query.query_id` of the judged queries that a model and those before it learned from."""
    rounds = (told.get("judgments", {}) for told in _ancestors(model))
    return frozenset(name for judgments in rounds for name in judgments.get("learned", ()))


def _ancestors(parent: str) -> list[dict[str, Any]]:
    """The cards of the models that a model comes from, oldest first."""
    parent = absolute_spec(parent)
    path = Path(parent.removeprefix(LOCAL_DIR)) / CARD_NAME
    if not parent.startswith(LOCAL_DIR) or not path.is_file():
        return []
    told: dict[str, Any] = json.loads(path.read_bytes())
    return [*told.get("ancestors", []), {name: told[name] for name in _INHERITED if name in told}]


def _numbers(step: Trained) -> dict[str, Any]:
    values = asdict(step)
    values["measures"] = [None if math.isnan(m) else m for m in step.measures]
    return values


def _markdown(told: Mapping[str, Any]) -> str:
    earlier = told["ancestors"]
    began = (earlier or [told])[0]["recipe"]
    size = told["recipe"]["image_size"]
    parts = [
        "# Model card",
        f"Trained {told['date']} by mmdemo {told['mmdemo']} with the recipe of "
        "arXiv 2603.04836, as mmdemo understands it.",
        f"- Text tower: began as `{began['text_tower']}`\n"
        f"- Image tower: `{began['image_tower']}`, {size[0]} × {size[1]} pixels\n"
        f"- Text of a product: {', '.join(told['recipe']['text_fields'])}\n" + _learned(told),
        "Before and after are measured on what was held out: `domain` by recall@10 of a "
        "photo's own text, the others by nDCG@10. All choices are in `training.json`.",
    ]
    if earlier:
        parts.append("## Earlier rounds")
        parts.append("What it went on from, the first one first.")
        for ancestor in earlier:
            parts.append(f"Trained {ancestor['date']} by mmdemo {ancestor['mmdemo']}:")
            parts.append(_learned(ancestor))
    return "\n\n".join(parts) + "\n"


def _learned(told: Mapping[str, Any]) -> str:
    """What one round learned from, and what that gave."""
    data, catalog = told["data"], told["catalog"]
    rows = [
        [
            name,
            str(len(step["losses"])),
            str(step["best"]),
            f"{step['losses'][-1]:.3f}" if step["losses"] else "–",
            _measure(step["measures"][0]),
            _measure(step["measures"][step["best"]]),
            f"{step['seconds'] / 60:.1f}",
        ]
        for name, step in told["steps"].items()
    ]
    header = ["step", "epochs", "kept", "loss", "before", "after", "minutes"]
    made = data.get("queries made")
    kinds = "" if made is None else f" ({data['queries'] - made} judged, {made} made)"
    return (
        f"- Catalog: {catalog['name']} ({catalog['fingerprint'][:12]}): "
        f"{data['products']} products and {data['queries']} queries{kinds} to train on, "
        f"{data['products held out']} and {data['queries held out']} held out\n"
        + _judged(told.get("judgments", {}))
        + f"- Seed: {told['recipe']['seed']}\n\n"
        + (markdown_table(header, rows) if rows else "What its steps measured was not kept.")
    )


def _judged(judgments: Mapping[str, Any]) -> str:
    """Where grades came from, and what they were added to."""
    if not judgments:
        return ""
    source = ", ".join(f"{name} {value}" for name, value in judgments["source"].items())
    parent = ", ".join(f"{k} tower `{v[:12]}`" for k, v in judgments.get("parent", {}).items())
    return (
        f"- Judgments: {judgments['grades']} grades of {judgments['queries']} queries, "
        f"{judgments['queries held back']} queries held back; {source}\n"
        + (f"- Went on from: {parent}\n" if parent else "")
    )


def _measure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
