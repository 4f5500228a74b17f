"""Take grades from the page over HTTP and answer once they are safe. Knows no Gradio and no HTML.

What a status tells the page's outbox:
    200          stored, or was already: forget the event
    401, 409 with code ``other_judge``
                 keep the event until its judge is signed in
    other 4xx    it can never be stored as it is: don't retry, show it as failed
    5xx          keep the event and retry
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from mmdemo.errors import LabelConflictError, LabelError
from mmdemo.labels import JudgmentStore, checked
from mmdemo.records import Judgment, StoredJudgment
from mmdemo.web.json_route import JsonRoute, Refusal, first_problem, json_body, judge_of

logger = logging.getLogger(__name__)

HIGHEST_GRADE = 3  # ESCI's Exact
MAX_BODY = 256 * 1024  # bytes; the longest judgment that `checked` lets through, escaped


class LabelBody(BaseModel):
    """What the search page posts: a `Judgment`, with the judge only as a cross-check."""

    model_config = ConfigDict(extra="forbid", strict=True)

    client_event_id: str
    # The names of real campaigns have no slash: to them, answers go through `api/judging`.
    campaign: Annotated[str, Field(pattern=r"^open/")]
    query_id: str
    query_text: str
    product_id: str
    grade: Annotated[int, Field(le=HIGHEST_GRADE)] | None
    clicked_at: AwareDatetime
    question: str = "relevance"
    repeat: int = 0
    supersedes: str | None = None
    blind: bool = False
    context: dict[str, JsonValue] = {}
    judge: str | None = None  # whom the page took for signed in; never stored


def label_routes(store: JudgmentStore, who: Callable[[Request], str | None]) -> APIRouter:
    """Make the routes ``POST /api/labels`` and ``GET /api/labels``.

    Args:
        store: where judgments are kept.
        who: names the judge of a request, as Gradio's ``auth_dependency`` does; None or an
            ``HTTPException`` if nobody is signed in. Called outside the event loop.
    """
    router = APIRouter(route_class=JsonRoute)

    # Plain functions: they run in the thread pool, so that no disk makes the event loop wait.
    @router.post("/api/labels")
    def post_label(
        request: Request, body: Annotated[bytes, Depends(json_body(MAX_BODY, "a judgment"))]
    ) -> JSONResponse:
        judge = judge_of(request, who)
        judgment = _parse(body, judge)
        try:
            stored = store.add(judgment)
            current = _current(store, judgment)
        except LabelConflictError as error:
            raise Refusal(409, "conflict", str(error)) from error
        except LabelError as error:
            raise _unavailable(error) from error
        return JSONResponse(
            {
                "client_event_id": stored.judgment.client_event_id,
                "sequence": stored.sequence,
                "received_at": stored.received_at.isoformat(),
                "current": _as_json(current),
            }
        )

    @router.get("/api/labels")
    def get_labels(
        request: Request,
        query_id: str,
        campaign: str,
        question: str = "relevance",
        repeat: int = 0,
    ) -> JSONResponse:
        try:
            current = store.current(
                campaign=campaign,
                judge=judge_of(request, who),
                query_id=query_id,
                question=question,
                repeat=repeat,
                withdrawn=True,  # the page has to name them when it supersedes them
            )
        except LabelError as error:
            raise _unavailable(error) from error
        labels = {event.judgment.product_id: _as_json(event) for event in current}
        return JSONResponse({"labels": labels})

    return router


def _parse(body: bytes, judge: str) -> Judgment:
    try:
        event = LabelBody.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, "invalid", first_problem(error.errors())) from error
    if event.judge is not None and event.judge != judge:
        raise Refusal(
            409, "other_judge", f"this judgment is of {event.judge!r}, but {judge!r} is signed in"
        )
    try:
        return checked(Judgment(judge=judge, **event.model_dump(exclude={"judge"})))
    except LabelError as error:
        raise Refusal(422, "invalid", str(error)) from error


def _current(store: JudgmentStore, judgment: Judgment) -> StoredJudgment:
    (current,) = store.current(
        campaign=judgment.campaign,
        judge=judgment.judge,
        query_id=judgment.query_id,
        product_id=judgment.product_id,
        question=judgment.question,
        repeat=judgment.repeat,
        withdrawn=True,
    )
    return current


def _as_json(event: StoredJudgment) -> dict[str, object]:
    return {"grade": event.judgment.grade, "client_event_id": event.judgment.client_event_id}


def _unavailable(error: LabelError) -> Refusal:
    logger.warning("judgments: %s", error)
    return Refusal(503, "unavailable", str(error))
