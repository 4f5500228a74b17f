"""The verb `train`: its options, and what it does with them. Knows no step."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from mmdemo.cli import from_labels
from mmdemo.cli.inputs import names, topics_and_qrels
from mmdemo.cli.verbs import say
from mmdemo.errors import SettingsError
from mmdemo.settings import Settings

# Modules that load torch are imported by the verb.
STEPS = ("domain", "text", "image", "fusion")


def options(added: argparse.ArgumentParser) -> None:
    """Options of `train`."""
    added.add_argument("--catalog", type=Path, required=True, metavar="DIR")
    added.add_argument("--out", type=Path, required=True, metavar="DIR", help="the model's folder")
    added.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="choices in TOML, or the recipe.json of another run; options below go before it",
    )
    added.add_argument("--text-tower", metavar="SPEC", help="as for index, or 'scratch'")
    added.add_argument(
        "--image-tower", metavar="TIMM_NAME", help="default: that of --text-tower's model"
    )
    added.add_argument("--pretrained", action="store_true", help="start from timm's weights")
    added.add_argument("--image-size", metavar="SIZE", help="pixels, as 96 or 96x72 (height first)")
    added.add_argument("--text-fields", help="fields of a product's text (default title)")
    added.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="STEP.NAME=VALUE",
        help="one choice of the recipe, as text.epochs=2; repeatable",
    )
    added.add_argument(
        "--without", action="append", default=[], choices=STEPS, help="leave a step out"
    )
    added.add_argument("--until", choices=STEPS, default=STEPS[-1], help="the last step to run")
    added.add_argument(
        "--work", type=Path, metavar="DIR", help="where steps are kept (default OUT/training)"
    )
    added.add_argument("--queries", type=Path, help="judged queries instead of made ones: CSV")
    added.add_argument("--qrels", type=Path, help="their judgments: TREC qrels")
    added.add_argument("--query-ids", type=Path, help="use only these, one id a line")
    added.add_argument("--seed", type=int)
    added.add_argument("--device", help="auto, cpu, cuda or mps (default auto)")
    from_labels.options(added)


def train(args: argparse.Namespace) -> None:
    """Align towers with a catalog's photos, texts and queries, and train fusions over them."""
    from mmdemo.catalog import Catalog
    from mmdemo.index import check_text_fields
    from mmdemo.train import RecipeConfig, judged_queries, run_recipe
    from mmdemo.train.judged import judgments_told

    settings = Settings.load(device=args.device)
    catalog = Catalog.open(args.catalog)
    parent, start = None, dict[str, Any]()
    if args.from_labels is not None:
        parent, start = from_labels.parent_of(args, catalog)
    config = RecipeConfig.from_json(_choices(args, start))
    for step in args.without:
        config = config.without(step)
    check_text_fields(config.text_fields)
    if parent is not None:
        result = from_labels.train(args, catalog, config, parent)
    else:
        queries = judgments = None
        if args.queries or args.qrels:
            if not (args.queries and args.qrels):
                raise SettingsError("training on judged queries takes --queries and --qrels")
            queries = judged_queries(catalog, *topics_and_qrels(args))
            judgments = judgments_told(queries, from_labels.given_files(args))
        result = run_recipe(
            catalog,
            config,
            args.out,
            queries=queries,
            work=args.work,
            until=args.until,
            device=settings.device,
            judgments=judgments,
        )
    for name, step in result.steps.items():
        before, after = step.measures[0], step.measures[step.best]
        reached = "" if math.isnan(after) else f"{before:.4f} → {after:.4f}, "
        count = len(step.losses)
        epochs = f"{count} epoch{'s' if count != 1 else ''}"
        say(f"{name:<16} {reached}{epochs}, {step.seconds / 60:.1f} min")
    say(f"use it with --model {result.spec}; card in {args.out / 'README.md'}")


def _choices(args: argparse.Namespace, start: dict[str, Any]) -> dict[str, Any]:
    """The recipe's choices: those to start with, of the file, then the options, then --set."""
    from mmdemo.train.config import read_config, set_choice

    values = start
    for name, value in (read_config(args.config) if args.config else {}).items():
        values[name] = values.get(name, {}) | value if isinstance(value, dict) else value
    for name in ("text_tower", "image_tower", "seed"):
        if getattr(args, name) is not None:
            values[name] = getattr(args, name)
    if args.pretrained:
        values["pretrained"] = True
    if args.image_size is not None:
        values["image_size"] = _size(args.image_size)
    if args.text_fields:
        values["text_fields"] = list(names(args.text_fields))
    for assignment in args.set:
        set_choice(values, assignment)
    return values


def _size(text: str) -> tuple[int, int]:
    try:
        height, width = (int(n) for n in (text.split("x") if "x" in text else (text, text)))
    except ValueError:
        raise SettingsError(
            "image size is not usable", got=text, expected="pixels, as 96 or 96x72 (height first)"
        ) from None
    return height, width
