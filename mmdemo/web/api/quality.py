"""A lead's routes about the grades of a campaign. Knows no answer's content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from mmdemo.labels import Aggregation
from mmdemo.labels.campaigns import NotThirdError
from mmdemo.web.api.campaigns import refused_to_lead
from mmdemo.web.api.quality_bodies import AdjudicateBody, DisputesQuery, HistoryQuery
from mmdemo.web.api.quality_desk import QualityDesk
from mmdemo.web.api.routes import parsed
from mmdemo.web.json_route import JsonRoute, Refusal, Who, json_body, judge_of

MAX_BODY = 64 * 1024  # bytes; a decision with its comment
_Json = Annotated[bytes, Depends(json_body(MAX_BODY, "a decision"))]


def quality_routes(desk: QualityDesk, lead: Who) -> APIRouter:
    """Make the routes under ``/api/campaigns`` that are about grades (docs/API.md).

    Args:
        desk: what they answer.
        lead: names the lead who asks; refuses others.
    """
    router = APIRouter(prefix="/api/campaigns", route_class=JsonRoute)

    @router.get("/{name}/quality")
    def quality(request: Request, name: str, question: str | None = None) -> JSONResponse:
        judge_of(request, lead)
        with _refused():
            return JSONResponse(desk.quality(name, question))

    @router.get("/{name}/disputes")
    def disputes(
        request: Request, name: str, asked: Annotated[DisputesQuery, Query()]
    ) -> JSONResponse:
        judge_of(request, lead)
        with _refused():
            return JSONResponse(desk.disputes(name, asked))

    @router.post("/{name}/adjudicate")
    def adjudicate(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, lead), parsed(AdjudicateBody, body)
        if asked.judge is not None and asked.judge != judge:
            said = f"this is of {asked.judge!r}, but {judge!r} is signed in"
            raise Refusal(409, "other_judge", said)
        with _refused():
            return JSONResponse(desk.adjudicate(name, judge, asked))

    @router.get("/{name}/history")
    def history(
        request: Request, name: str, asked: Annotated[HistoryQuery, Query()]
    ) -> JSONResponse:
        judge_of(request, lead)
        with _refused():
            return JSONResponse(desk.history(name, asked))

    @router.get("/{name}/export")
    def export(
        request: Request,
        name: str,
        rule: Aggregation = Aggregation.MAJORITY,
        extras: bool = False,
    ) -> Response:
        judge_of(request, lead)
        with _refused():
            content = desk.export(name, rule, extras=extras)
        headers = {"content-disposition": f'attachment; filename="{name}.zip"'}
        return Response(content, media_type="application/zip", headers=headers)

    return router


@contextmanager
def _refused() -> Iterator[None]:
    with refused_to_lead():
        try:
            yield
        except NotThirdError as error:
            raise Refusal(409, "not_third", str(error)) from error
