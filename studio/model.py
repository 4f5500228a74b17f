"""Train the demo's model on the training pack, and put it into ``assets/model``.

    python -m studio.model
    python -m studio.results    # then measure it, and put that into its card

The pack's products are other than the shop's. Training queries are made of what can be seen on the
pack's photos; those that happen to be a query of the shop are left out. Text is aligned in two
rounds, each with queries of its own: words differ more from query to query than one round can
teach. Choices are in ``studio/model.toml``; the model's ``recipe.json`` has those of the first
round, which `mmdemo train --config` takes for any catalog. Steps are kept in ``build/model``; run
again, it goes on.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.files import write_bytes, write_json
from mmdemo.records import Product
from mmdemo.towers.openclip import LOCAL_DIR
from mmdemo.towers.sentence import PREFIX
from mmdemo.train import RecipeConfig, TrainingQueries, leave_out, make_queries, run_recipe
from mmdemo.train.card import CARD_NAME, add_section
from mmdemo.train.config import read_config
from mmdemo.trec import read_topics
from studio.manifest import ASSETS

PACK = ASSETS / "pack"
SHOP = ASSETS / "shop"
PARENT = "sentence-transformers/all-MiniLM-L6-v2"
LICENSE = "apache-2.0"  # the parent's and ours
WORK = ASSETS.parent / "build" / "model"
FIRST = "build/model/first"
"""What the card calls the model of the first round, wherever it was made."""
CHOICES = Path(__file__).with_name("model.toml")
# What made queries ask for; the rest is told by few products or seen by none.
_ASKED = ("kind", "form", "material", "color", "pattern", "style")


def main() -> None:
    """Train, and replace the model in assets."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--parent", default=PARENT, help=f"of the text tower: hub name, or a folder with {PARENT}"
    )
    parser.add_argument("--out", type=Path, default=ASSETS / "model")
    parser.add_argument("--work", type=Path, default=WORK)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    recipe = RecipeConfig.from_json(read_config(CHOICES) | {"text_tower": PREFIX + args.parent})
    catalog, steps = pack_catalog(args.work / "pack"), args.work / "steps"
    first = args.work / "first"
    queries = training_queries(catalog, recipe, seed=0)
    run_recipe(catalog, recipe, first, queries=queries, work=steps, until="text")
    second = replace(
        recipe,
        text_tower=f"{LOCAL_DIR}{first}",
        image_tower="same",
        domain=replace(recipe.domain, epochs=0),
    )
    queries = training_queries(catalog, second, seed=1)
    run_recipe(catalog, second, args.out, queries=queries, work=steps)
    tell_origin(args.out, recipe, first=first, parent=args.parent)


def tell_origin(model: Path, recipe: RecipeConfig, *, first: Path, parent: str) -> None:
    """Name what the model was made of as others can find it, and leave a recipe they can use.

    Args:
        model: the finished model.
        recipe: the choices of the first round.
        first: where that round's model lies here.
        parent: where the text tower was loaded from here.
    """
    name = PARENT if Path(parent).is_dir() else parent
    named = {f"{LOCAL_DIR}{first}": f"{LOCAL_DIR}{FIRST}", f"{PREFIX}{parent}": f"{PREFIX}{name}"}
    for path in (model / "README.md", model / CARD_NAME):
        told = path.read_text(encoding="utf-8")
        for here, everywhere in named.items():
            told = told.replace(here, everywhere)
        write_bytes(path, told.encode())
    write_json(model / "recipe.json", replace(recipe, text_tower=f"{PREFIX}{name}").to_json())
    _tell_parent(model, name, _weights_of(parent))


def _tell_parent(model: Path, name: str, weights: Path) -> None:
    """Say in the card what the text tower started as, by name, license and hash."""
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    text = (
        f"It started as [{name}](https://huggingface.co/{name}) ({LICENSE}), `{weights.name}` "
        f"of SHA-256 `{digest}`. The image tower started from nothing, with the photos of "
        "`assets/pack`. Weights are stored in float16."
    )
    told = {"name": name, "license": LICENSE, "sha256": digest}
    add_section(model, "Text tower", text, told)
    card = (model / "README.md").read_text(encoding="utf-8")
    head = f"---\nlicense: {LICENSE}\nbase_model: {name}\n---\n\n"
    write_bytes(model / "README.md", (head + card.removeprefix(head)).encode())


def _weights_of(parent: str) -> Path:
    name = "model.safetensors"
    if Path(parent).is_dir():
        return Path(parent) / name
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(parent, name))


def training_queries(catalog: Catalog, config: RecipeConfig, *, seed: int) -> TrainingQueries:
    """Queries made of the catalog, without any that the shop is measured or tuned with."""
    shops = (t for path in sorted(SHOP.glob("queries/*.csv")) for t in read_topics(path))
    made = make_queries(catalog, count=config.queries, seed=seed)
    return leave_out(made, [topic.query.text for topic in shops if topic.query.text])


def pack_catalog(folder: Path) -> Catalog:
    """The pack as a catalog, with what is seen on the photos as attributes."""
    if (folder / "catalog.json").is_file():
        return Catalog.open(folder)
    with gzip.open(PACK / "texts.jsonl.gz", "rt", encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    kept = {name: keep_photo(folder, content) for name, content in _photos()}
    return write_catalog(folder, [_product(row, kept[row["product_id"]]) for row in told])


def _product(row: Mapping[str, Any], photo: str) -> Product:
    seen = {name: row["visible"][name] for name in _ASKED if row["visible"].get(name)}
    return Product(
        row["product_id"],
        title=row["title"],
        description=row["description"],
        attributes=seen | {"caption": row["caption"]},
        images=(photo,),
    )


def _photos() -> Iterator[tuple[str, bytes]]:
    for path in sorted(PACK.glob("images-*.tar")):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    yield Path(member.name).stem, content.read()


if __name__ == "__main__":
    main()
