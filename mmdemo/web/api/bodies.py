"""What may be asked, and in which form. Knows no answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_CHARACTERS = 512  # of a query: longer than any search; towers cut off far earlier
MAX_RESULTS = 100
MAX_RANKERS = 8
TOP_K_CHOICES = (10, 20, 50)
DEFAULT_TOP_K = 20

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Id = Annotated[str, Field(min_length=1, max_length=2000)]
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Body(BaseModel):
    """Of strict types, with no field that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PriceRange(Body):
    """From `min` to `max`, both included; None leaves an end open."""

    min: _Amount | None = None
    max: _Amount | None = None


class FiltersBody(Body):
    """Products must have one of the values of each field, and a price in the range."""

    fields: Annotated[
        dict[_Name, Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=200)]],
        Field(max_length=50),
    ] = {}
    price: PriceRange | None = None


class Asked(Body):
    """A query and the settings it is asked with."""

    text: str = ""
    photo: Annotated[str, Field(max_length=64)] = ""
    rankers: Annotated[list[_Name], Field(min_length=1, max_length=MAX_RANKERS)] = [
        "text",
        "image",
        "fused",
    ]
    text_weight: Weight | None = None
    filters: FiltersBody = FiltersBody()


class SearchBody(Asked):
    """`POST /api/search`."""

    top_k: Annotated[int, Field(ge=1, le=MAX_RESULTS)] = DEFAULT_TOP_K


class ExportBody(SearchBody):
    """`POST /api/export`."""

    format: Literal["html", "csv"]


class FacetBody(Body):
    """`POST /api/facet`: more values of one facet, those that contain `find`."""

    name: _Name
    find: Annotated[str, Field(max_length=2000)] = ""
    filters: FiltersBody = FiltersBody()


class ProductBody(Asked):
    """`POST /api/product`; without words and photo it was found by no query."""

    id: _Id


class SimilarBody(Body):
    """`POST /api/similar`."""

    id: _Id
    by: Literal["text", "image", "both"] = "both"
    text_weight: Weight | None = None
    top_k: Annotated[int, Field(ge=1, le=MAX_RESULTS)] = DEFAULT_TOP_K


class MeasuresBody(Body):
    """`POST /api/measures`: lists of product ids, best first, by any name."""

    query_id: Annotated[str, Field(min_length=1, max_length=200)]
    columns: Annotated[
        dict[_Name, Annotated[list[_Id], Field(max_length=MAX_RESULTS)]],
        Field(max_length=MAX_RANKERS),
    ]
    campaign: Annotated[str, Field(max_length=300)] = ""
