"""Say how far the server is and what it offers. Knows no query."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from mmdemo.web.api.about_model import model_name, told_name
from mmdemo.web.api.bodies import DEFAULT_TOP_K, MAX_CHARACTERS, MAX_RANKERS, TOP_K_CHOICES
from mmdemo.web.api.context import Context
from mmdemo.web.api.examples import examples_of
from mmdemo.web.loading import EngineHandle

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine


def status_json(context: Context, judge: str) -> dict[str, object]:
    """`GET /api/status`: what is known before the engine is there, and all else once it is."""
    handle = context.handle
    what, _, remedy = handle.message.partition("; ")
    status: dict[str, object] = {
        "state": handle.state,
        "message": what,
        "remedy": remedy,
        "judge": judge,
        "top_k_choices": TOP_K_CHOICES,
        "top_k": DEFAULT_TOP_K,
        "max_rankers": MAX_RANKERS,
        "max_characters": MAX_CHARACTERS,
    }
    engine = handle.engine
    if engine is None:
        nothing: dict[str, object] = {
            "catalog": None,
            "campaign": "",
            "text_weight": None,
            "photo_weight": None,
        }
        return (
            status
            | nothing
            | {
                "models": [],
                "models_told": [],
                "rankers": [],
                "examples": [],
                "notes": [],
                "samples": [],
            }
        )
    catalog = engine.catalog
    examples, notes = examples_of(catalog, context.photos)
    return status | {
        "catalog": {
            "name": catalog.name,
            "products": len(catalog),
            "with_photo": sum(1 for product in catalog if product.images),
        },
        "campaign": open_campaign(catalog),
        "models": describe_models(engine),
        "models_told": tell_models(engine),
        "text_weight": engine.text_weight,
        "photo_weight": engine.photo_weight,
        "rankers": [asdict(info) for info in engine.rankers],
        "examples": [asdict(example) for example in examples],
        "notes": notes,
        "samples": sample_photos(catalog),
    }


def brief_json(handle: EngineHandle, judge: str) -> dict[str, object]:
    """What a judge is told, who is to know no catalog, ranker or model."""
    return {"state": handle.state, "message": "", "remedy": "", "judge": judge, "catalog": None}


def sample_photos(catalog: Catalog, *, limit: int = 18) -> list[dict[str, str]]:
    """Products to begin a search by photo with, evenly from the whole catalog."""
    there = [product for product in catalog if product.images]
    step = max(1, len(there) // limit)
    return [{"title": p.title, "photo": p.images[0]} for p in there[step // 2 :: step][:limit]]


def open_campaign(catalog: Catalog) -> str:
    """The campaign that grades from the search page belong to."""
    return f"open/{catalog.catalog_id}"


def describe_models(engine: SearchEngine) -> list[str]:
    """Names of the towers, text first, without where they come from."""
    return list(dict.fromkeys(map(model_name, _towers(engine))))


def tell_models(engine: SearchEngine) -> list[str]:
    """The same for people, to whom the name of a folder may say nothing."""
    return list(dict.fromkeys(map(told_name, _towers(engine))))


def _towers(engine: SearchEngine) -> list[str]:
    """Their SPECs."""
    manifest = engine.manifest
    return [] if manifest is None else [s for s in (manifest.text_model, manifest.model) if s]
