"""What a lead may ask about grades, and in which form. Knows no answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mmdemo.labels.campaigns import Decision
from mmdemo.web.api.bodies import Body

_Limit = Annotated[int, Field(ge=1, le=500)]


class DisputesQuery(BaseModel):
    """`GET /api/campaigns/{name}/disputes`.

    Attributes:
        open: leave out what a third person has decided.
    """

    model_config = ConfigDict(extra="forbid")

    question: str | None = None
    query_id: str | None = None
    open: bool = True
    limit: _Limit = 50


class HistoryQuery(BaseModel):
    """`GET /api/campaigns/{name}/history`: events of a query, a product, a judge, or all.

    Attributes:
        before: only events with a lower sequence number.
    """

    model_config = ConfigDict(extra="forbid")

    query_id: str | None = None
    product_id: str | None = None
    judge: str | None = None
    before: int | None = None
    limit: _Limit = 100


class AdjudicateBody(Body):
    """`POST /api/campaigns/{name}/adjudicate`."""

    client_event_id: str
    pair: int
    answers: Annotated[dict[str, int], Field(min_length=1, max_length=2)]
    clicked_at: AwareDatetime
    comment: str = ""
    supersedes: str | None = None
    judge: str | None = None  # whom the page took for signed in; only compared

    def decision(self) -> Decision:
        """What is handed on."""
        return Decision(
            client_event_id=self.client_event_id,
            pair=self.pair,
            grades=self.answers,
            clicked_at=self.clicked_at,
            comment=self.comment,
            supersedes=self.supersedes,
        )
