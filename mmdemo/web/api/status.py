"""Say how far the server is and what it offers. Knows no query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.records import Product
from mmdemo.web.api.bodies import DEFAULT_TOP_K, MAX_CHARACTERS, MAX_RANKERS, TOP_K_CHOICES
from mmdemo.web.loading import EngineHandle

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine

_EXAMPLES = "examples.txt"
_EXAMPLE_LENGTH = 32


def status_json(handle: EngineHandle, judge: str) -> dict[str, object]:
    """`GET /api/status`: what is known before the engine is there, and all else once it is."""
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
        nothing: dict[str, object] = {"catalog": None, "campaign": "", "text_weight": None}
        return status | nothing | {"models": [], "rankers": [], "examples": [], "samples": []}
    catalog = engine.catalog
    return status | {
        "catalog": {
            "name": catalog.name,
            "products": len(catalog),
            "with_photo": sum(1 for product in catalog if product.images),
        },
        "campaign": open_campaign(catalog),
        "models": describe_models(engine),
        "text_weight": engine.text_weight,
        "rankers": [asdict(info) for info in engine.rankers],
        "examples": example_queries(catalog),
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


def example_queries(catalog: Catalog, *, limit: int = 8) -> list[str]:
    """Queries to begin with: the catalog's ``examples.txt``, or made from its products."""
    try:
        lines = (catalog.directory / _EXAMPLES).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    examples = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return (examples or _made_up_queries(catalog.products, limit))[:limit]


def _made_up_queries(products: Sequence[Product], limit: int) -> list[str]:
    """A few categories, then titles taken evenly from the whole catalog."""
    categories = Counter(p.category.strip().lower() for p in products if p.category.strip())
    named = [name for name, _ in categories.most_common() if len(name) <= _EXAMPLE_LENGTH]
    titles = [
        p.title.strip().lower() for p in products if 0 < len(p.title.strip()) <= _EXAMPLE_LENGTH
    ]
    step = max(1, len(titles) // limit)
    return list(dict.fromkeys([*named[: limit // 3], *titles[step // 2 :: step]]))


def describe_models(engine: SearchEngine) -> list[str]:
    """Names of the towers, text first, without where they come from."""
    manifest = engine.manifest
    if manifest is None:
        return []
    return list(dict.fromkeys(_model_name(n) for n in (manifest.text_model, manifest.model) if n))


def _model_name(spec: str) -> str:
    """``hf-hub:org/name`` → ``org/name``; of a folder its own name only."""
    source, _, name = spec.rpartition(":")
    is_folder = source == "local-dir" or Path(name).is_absolute()
    return Path(name).name if is_folder else name
