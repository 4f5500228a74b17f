"""Tell what a model is, for people: its towers, where they are from, how it was trained.

Knows no vector. What a model's folder says about itself is shown, never run.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from mmdemo.index import Manifest

MOST_BYTES = 256_000  # of a card
_SAYS_NOTHING = "model"  # a folder's name, as in `mmdemo train --out model`
_SCRATCH = "scratch"  # a text tower that began from nothing
_HUB = "https://huggingface.co/"
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_LICENSE = re.compile(r"^license\s*:\s*[\"']?([^\n\"'#]{1,80})", re.IGNORECASE | re.MULTILINE)
_SOURCES = {"hf-hub": "hub", "local-dir": "folder", "st": "hub"}


class _Loose(BaseModel):
    """Other versions may write more."""

    model_config = ConfigDict(extra="ignore")


class _Data(_Loose):
    products: int | None = None
    queries: int | None = None


class _Recipe(_Loose):
    text_tower: str = ""
    image_tower: str = ""
    image_size: tuple[int, int] | None = None


class _Catalog(_Loose):
    name: str = ""


class _Card(_Loose):
    """What `mmdemo train` writes beside a model (`mmdemo.train.card`)."""

    date: str = ""
    mmdemo: str = ""
    license: str = ""
    catalog: _Catalog = _Catalog()
    data: _Data = _Data()
    recipe: _Recipe = _Recipe()
    ancestors: list[_Card] = []

    @property
    def began(self) -> _Recipe:
        """The recipe of the first round: later ones go on with the towers of the one before."""
        return self.ancestors[0].recipe if self.ancestors else self.recipe


def model_json(manifest: Manifest, text_weight: float) -> dict[str, object]:
    """The model of an index; `text` is null where one model reads words and photos."""
    # They bring PyTorch, which the page does not wait for.
    from mmdemo.fusion import LEARNED
    from mmdemo.search.about import about

    text, image = manifest.text_model or manifest.model, manifest.model
    return {
        "image": tower_json(image),
        "text": tower_json(text) if text != image else None,
        "text_fields": list(manifest.text_fields),
        "dimensions": {"text": manifest.text_dimension, "image": manifest.image_dimension},
        "products": manifest.count,
        "with_text": manifest.with_text,
        "with_image": manifest.with_image,
        "created": manifest.created,
        "text_weight": text_weight,
        "fusions": [
            {"name": info.name, "label": info.label, "about": info.about}
            for info in (about(name) for name in manifest.fusions if name in LEARNED)
        ],
    }


def tower_json(spec: str) -> dict[str, object]:
    """A model by its SPEC (`mmdemo.towers`): never where it lies on this machine."""
    source, name = _parts(spec)
    told: dict[str, object] = {
        "name": model_name(spec),
        "told": told_name(spec),
        "source": source,
        "link": "",
    }
    if source == "folder":
        return told | _told_by(Path(name))
    if source == "hub" and "/" in name:
        told["link"] = _HUB + name
    return told | {"license": "", "card": "", "made": None}


def model_name(spec: str) -> str:
    """``hf-hub:org/name`` → ``org/name``; of a folder its own name only."""
    source, name = _parts(spec)
    return Path(name).name if source == "folder" else name


def told_name(spec: str) -> str:
    """The name; of a folder that is called just `model` what its model was built on, if it says."""
    name = model_name(spec)
    if name != _SAYS_NOTHING or not (card := _card(Path(_parts(spec)[1]))):
        return name
    towers = (card.began.text_tower, card.began.image_tower)
    built_on = [model_name(tower).rpartition("/")[2] for tower in towers if tower != _SCRATCH]
    return f"built on {' + '.join(filter(None, built_on))}" if any(built_on) else name


def _parts(spec: str) -> tuple[str, str]:
    """Where it is from (`hub`, `folder`, or `open_clip` itself), and its name there."""
    kind, separator, name = spec.partition(":")
    source, name = (_SOURCES[kind], name) if separator and kind in _SOURCES else ("open_clip", spec)
    return ("folder" if Path(name).is_absolute() else source), name


def _told_by(folder: Path) -> dict[str, object]:
    """License, card and training of a model's folder, as far as it tells them."""
    markdown = _read(folder / "README.md")
    front = _FRONT_MATTER.match(markdown)
    license_ = _LICENSE.search(front[1]) if front else None
    card = _card(folder)
    made: dict[str, object] | None = None
    if card:
        made = {
            "date": card.date,
            "mmdemo": card.mmdemo,
            "text_tower": model_name(card.began.text_tower),
            "image_tower": model_name(card.began.image_tower),
            "image_size": card.recipe.image_size,
            "catalog": card.catalog.name,
            "products": card.data.products,
            "queries": card.data.queries,
        }
    return {
        "license": (license_[1].strip() if license_ else "") or (card.license if card else ""),
        "card": markdown[front.end() :] if front else markdown,
        "made": made,
    }


def _card(folder: Path) -> _Card | None:
    with suppress(ValidationError, ValueError):
        return _Card.model_validate(json.loads(_read(folder / "training.json")))
    return None


def _read(path: Path) -> str:
    with suppress(OSError):
        if path.stat().st_size <= MOST_BYTES:
            return path.read_text(encoding="utf-8", errors="replace")
    return ""
