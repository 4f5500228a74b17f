"""What may be asked of an analysis, and in which form. Knows no answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mmdemo.web.api.bodies import Body, Weight

MOST_RANKERS = 12  # every further one makes the correction for many comparisons harder
DEFAULT_RANKERS = ("bm25", "text", "image", "fused")

_Name = Annotated[str, Field(min_length=1, max_length=300)]
Rule = Literal["majority", "median", "mean", "lowest", "adjudicated", "dawid-skene"]
_Id = Annotated[str, Field(min_length=1, max_length=2000)]


class AnalysisBody(Body):
    """`POST /api/analysis`.

    Attributes:
        source: id of one of `GET /api/analysis/sources`.
        rankers: by default the best known of those that there are.
        weight: of text in fused rankers; by default the catalog's own.
        include_open: whether grades count that were given with rankers in sight; by default
            where there are no others.
        complete: whether products without a grade are irrelevant; by default for the catalog's
            own truth only.
    """

    source: _Name
    rankers: Annotated[list[_Name], Field(default_factory=list, max_length=MOST_RANKERS)]
    measure: Annotated[str, Field(min_length=1, max_length=60)] = "nDCG@10"
    candidate: _Name | None = None
    baseline: _Name | None = None
    weight: Weight | None = None
    include_open: bool | None = None
    complete: bool | None = None
    rule: Rule = "majority"
    margin: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.01


class CaseBody(AnalysisBody):
    """`POST /api/analysis/case`."""

    query_id: _Name


class ReplayBody(AnalysisBody):
    """`POST /api/analysis/replay`: what another weight would do, in a segment or everywhere."""

    at: Weight
    segment: Annotated[str, Field(max_length=2000)] = ""


class HolesBody(AnalysisBody):
    """`POST /api/analysis/holes`: pairs to judge, those of one weight or of all.

    Attributes:
        settle: instead those that would settle the verdict, the weightiest first.
    """

    at: Weight | None = None
    settle: bool = False


class NoteBody(Body):
    """`POST /api/analysis/notes`: tags and words on a query, or on a product for it."""

    client_event_id: str
    query_id: str
    query_text: str
    clicked_at: AwareDatetime
    product_id: str = ""
    tags: Annotated[list[str], Field(default_factory=list)]
    comment: str = ""
    supersedes: str | None = None
    judge: str | None = None  # whom the page took for signed in; never stored


class ReportQuery(BaseModel):
    """`GET /api/analysis/report`: the same as an `AnalysisBody`, in an address."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["html", "md"] = "html"
    source: _Name
    rankers: Annotated[str, Field(max_length=4000)] = ""  # separated by commas
    measure: Annotated[str, Field(min_length=1, max_length=60)] = "nDCG@10"
    candidate: _Name | None = None
    baseline: _Name | None = None
    weight: Weight | None = None
    include_open: bool | None = None
    complete: bool | None = None
    rule: Rule = "majority"

    def body(self) -> AnalysisBody:
        """What is asked for."""
        given = self.model_dump(exclude={"format", "rankers"})
        return AnalysisBody(rankers=[n for n in self.rankers.split(",") if n], **given)
