"""What a lead may send about campaigns, and in which form. Knows no answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mmdemo.labels.campaigns import Example, State, Strategy
from mmdemo.web.api.bodies import Body

LARGEST = 2**63 - 1  # that a database can hold
_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Csv = Annotated[str, Field(max_length=5_000_000)]
_Markdown = Annotated[str, Field(max_length=100_000)]
_Rankers = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field()]


class StepBody(Body):
    """A grade of a scale."""

    grade: int
    name: str
    description: str = ""
    key: str = ""


class QuestionBody(Body):
    """A second question."""

    name: str
    scale: tuple[StepBody, ...]
    ask: str = ""


class ReasonBody(Body):
    """A reason in one key."""

    name: str
    label: str
    key: str = ""


class ExampleBody(Body):
    """A pair that the guidelines show."""

    query: str
    product_id: str
    grade: int
    why: str = ""

    def example(self) -> Example:
        """What is handed on."""
        return Example(self.query, self.product_id, self.grade, self.why)


class CampaignBody(Body):
    """`POST /api/campaigns` and `/api/campaigns/preview`; what is left out has a default.

    `queries` is CSV, or ``catalog`` for the catalog's own; `questions` are those besides relevance;
    `training` is how many of the gold pairs are asked first; None for `reasons` means the presets.
    """

    name: _Name
    title: Annotated[str, Field(max_length=300)] = ""
    queries: _Csv = "catalog"
    rankers: _Rankers = ("text", "image", "fused")
    depth: Annotated[int, Field(ge=1, le=1000)] = 10
    scale: str | tuple[StepBody, ...] = "esci"
    questions: tuple[QuestionBody, ...] = ()
    reasons: tuple[ReasonBody, ...] | None = None
    judges_per_pair: int = 3
    repeat_share: float = 0.05
    gold: _Csv = ""
    gold_share: float = 0.05
    training: Annotated[int, Field(ge=0, le=100)] = 0
    guidelines: _Markdown | None = None
    examples: tuple[ExampleBody, ...] = ()
    strategy: Annotated[Strategy, Field(strict=False)] = Strategy.BY_QUERY
    random_share: float = 0.1
    lease_minutes: float = 10
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    open: bool = False


class StateBody(Body):
    """`POST /api/campaigns/{name}/state`."""

    state: Annotated[State, Field(strict=False)]


class ChangeBody(Body):
    """`POST /api/campaigns/{name}/definition`: what is to be another."""

    judges_per_pair: int | None = None
    repeat_share: float | None = None
    gold_share: float | None = None
    strategy: Annotated[Strategy, Field(strict=False)] | None = None
    random_share: float | None = None
    lease_minutes: float | None = None
    questions: tuple[QuestionBody, ...] | None = None
    reasons: tuple[ReasonBody, ...] | None = None


class GuidelinesBody(Body):
    """`POST /api/campaigns/{name}/guidelines`."""

    markdown: _Markdown
    examples: tuple[ExampleBody, ...] | None = None


class GrowBody(Body):
    """`POST /api/campaigns/{name}/grow`: rankers besides those of before, or a greater depth."""

    rankers: _Rankers = ()
    depth: Annotated[int, Field(ge=1, le=1000)] | None = None


class RequeueBody(Body):
    """`POST /api/campaigns/{name}/requeue`: one of the three."""

    pair: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    query_id: str | None = None
    judge: str | None = None


class MemberBody(Body):
    """`POST /api/campaigns/{name}/judges`."""

    name: _Name
    member: bool
