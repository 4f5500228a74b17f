"""Tell what is shown: the shop, the model, and how well it ranks. Knows no query.

A catalog's folder may say it itself, in two files that are both optional: `about.json` (`About`)
and `results.json` (`Results`).
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mmdemo.catalog import read_report
from mmdemo.catalog.served import served_index
from mmdemo.errors import CatalogError, MmdemoError
from mmdemo.web.api.about_model import model_json
from mmdemo.web.api.context import Context
from mmdemo.web.api.examples import examples_of
from mmdemo.web.json_route import JsonRoute, Refusal, Who, first_problem, judge_of

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog

MOST_BYTES = 1_000_000  # of either file
_CATEGORIES = 8
_Text = Annotated[str, Field(max_length=5_000)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Kind = TypeVar("_Kind", bound=BaseModel)


class _File(BaseModel):
    """Other versions may write more."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class About(_File):
    """`about.json`: what is sold here, and what of it is made up.

    Attributes:
        families: what the families of queries in `results.json` ask for.
    """

    title: Annotated[str, Field(max_length=200)] = ""
    text: Annotated[list[_Text], Field(max_length=40)] = []
    families: dict[_Name, Annotated[str, Field(max_length=300)]] = {}


class Span(_File):
    """A mean and its 95 % interval."""

    mean: float
    low: float
    high: float


class Value(Span):
    """A ranker's mean.

    Attributes:
        queries: that it can be asked; None for all of the family.
    """

    queries: Annotated[int, Field(ge=0)] | None = None


class Difference(Span):
    """How much better a ranker is than a baseline, over the queries that both answer."""

    ranker: _Name
    baseline: _Name


class Family(_File):
    """Queries of one kind.

    Attributes:
        values: ranker → its mean; none for one that cannot be asked such queries.
    """

    name: _Name
    queries: Annotated[int, Field(ge=0)]
    values: dict[_Name, Value]
    differences: list[Difference] = []


class Results(_File):
    """`results.json`, as `python -m studio.results` writes it."""

    measure: _Name
    split: str = ""
    queries: Annotated[int, Field(ge=0)]
    text_weight: Annotated[float, Field(ge=0, le=1)]
    photo_weight: Annotated[float, Field(ge=0, le=1)] | None = None
    rankers: Annotated[list[_Name], Field(min_length=1, max_length=12)]
    families: Annotated[list[Family], Field(min_length=1, max_length=60)]


def about_routes(context: Context, who: Who) -> APIRouter:
    """Make the route ``GET /api/about``; it answers without an index, too."""
    router = APIRouter(prefix="/api", route_class=JsonRoute)

    @router.get("/about")
    def about(request: Request) -> JSONResponse:
        judge_of(request, who)
        try:
            return JSONResponse(about_json(context))
        except CatalogError as error:
            raise Refusal(404, "no_catalog", str(error)) from error

    return router


def about_json(context: Context) -> dict[str, object]:
    """All that is known; what is missing is null.

    Raises:
        CatalogError: there is no catalog.
    """
    catalog = context.catalog()
    _, notes = examples_of(catalog, context.photos)
    shop = _read(catalog.directory / "about.json", About, notes)
    results = _read(catalog.directory / "results.json", Results, notes)
    return {
        "catalog": _facts(catalog),
        "shop": shop and shop.model_dump(),
        "model": _model(context, catalog),
        "results": results and results.model_dump(exclude_none=True),
        "notes": notes,
    }


def _facts(catalog: Catalog) -> dict[str, object]:
    categories = Counter(p.category.strip() for p in catalog if p.category.strip())
    source = ""
    with suppress(CatalogError):  # no import of ours made it
        source = read_report(catalog.directory).source
    return {
        "name": catalog.name,
        "products": len(catalog),
        "with_photo": sum(1 for product in catalog if product.images),
        "photos": len({key for product in catalog for key in product.images}),
        "with_description": sum(1 for product in catalog if product.description.strip()),
        "categories": categories.most_common(_CATEGORIES),
        "more_categories": max(0, len(categories) - _CATEGORIES),
        "source": source,
    }


def _model(context: Context, catalog: Catalog) -> dict[str, object] | None:
    """Of the index that is served, or would be."""
    # They bring PyTorch, which the page does not wait for.
    from mmdemo.index import read_manifest
    from mmdemo.search import read_weight

    engine = context.handle.engine
    if engine is not None:
        of = engine.manifest
        return None if of is None else model_json(of, engine.text_weight)
    with suppress(MmdemoError):
        name = served_index(catalog.directory)
        manifest = read_manifest(catalog, name)
        return model_json(manifest, read_weight(catalog.directory, name))
    return None


def _read(path: Path, kind: type[_Kind], notes: list[str]) -> _Kind | None:
    """A file's content if it is there and as it should be; else `notes` tells why not."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES} bytes")
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        notes.append(f"{path.name} is left out: {first_problem(error.errors())}")
    except (OSError, ValueError) as error:
        notes.append(f"{path.name} is left out: {error}")
    return None
