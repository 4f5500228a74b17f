"""A lead's routes: make campaigns, open, close and grow them. Knows no answer's content.

Who is a lead, the caller's `lead` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from mmdemo.errors import CampaignLockedError, LabelError
from mmdemo.web.api.campaign_bodies import (
    CampaignBody,
    ChangeBody,
    GrowBody,
    GuidelinesBody,
    MemberBody,
    RequeueBody,
    StateBody,
)
from mmdemo.web.api.campaigns_desk import CampaignsDesk
from mmdemo.web.api.judging import refused
from mmdemo.web.api.routes import parsed, refusals
from mmdemo.web.json_route import JsonRoute, Refusal, Who, json_body, judge_of

MAX_BODY = 12 * 1024 * 1024  # bytes; queries and gold of a large campaign
_Json = Annotated[bytes, Depends(json_body(MAX_BODY, "a campaign"))]


def campaign_routes(desk: CampaignsDesk, lead: Who) -> APIRouter:
    """Make the routes under ``/api/campaigns`` (docs/API.md).

    Args:
        desk: what they answer.
        lead: names the lead who asks; refuses others.
    """
    router = APIRouter(prefix="/api/campaigns", route_class=JsonRoute)
    _reading(router, desk, lead)
    _changing(router, desk, lead)
    return router


def _reading(router: APIRouter, desk: CampaignsDesk, lead: Who) -> None:
    @router.get("")
    def all_campaigns(request: Request) -> JSONResponse:
        judge_of(request, lead)
        with refused_to_lead():
            return JSONResponse(desk.all())

    @router.get("/options")
    def options(request: Request) -> JSONResponse:
        judge_of(request, lead)
        with refused_to_lead():
            return JSONResponse(desk.options())

    @router.get("/{name}")
    def campaign(request: Request, name: str) -> JSONResponse:
        judge_of(request, lead)
        with refused_to_lead():
            return JSONResponse(desk.one(name))

    @router.get("/{name}/pairs")
    def pairs(request: Request, name: str, query_id: str) -> JSONResponse:
        judge_of(request, lead)
        with refused_to_lead():
            return JSONResponse(desk.pairs(name, query_id))

    @router.get("/{name}/judges")
    def judges(request: Request, name: str) -> JSONResponse:
        judge_of(request, lead)
        with refused_to_lead():
            return JSONResponse(desk.judges(name))


def _changing(router: APIRouter, desk: CampaignsDesk, lead: Who) -> None:
    @router.post("")
    def make(request: Request, body: _Json) -> JSONResponse:
        by, asked = judge_of(request, lead), parsed(CampaignBody, body)
        with refused_to_lead():
            return JSONResponse(desk.make(asked, by))

    @router.post("/preview")
    def preview(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, lead)
        asked = parsed(CampaignBody, body)
        with refused_to_lead():
            return JSONResponse(desk.preview(asked))

    @router.post("/{name}/state")
    def state(request: Request, name: str, body: _Json) -> JSONResponse:
        judge_of(request, lead)
        asked = parsed(StateBody, body)
        with refused_to_lead():
            return JSONResponse(desk.set_state(name, asked.state))

    @router.post("/{name}/definition")
    def definition(request: Request, name: str, body: _Json) -> JSONResponse:
        judge_of(request, lead)
        asked = parsed(ChangeBody, body)
        with refused_to_lead():
            return JSONResponse(desk.change(name, asked))

    @router.post("/{name}/guidelines")
    def guidelines(request: Request, name: str, body: _Json) -> JSONResponse:
        by, asked = judge_of(request, lead), parsed(GuidelinesBody, body)
        with refused_to_lead():
            return JSONResponse(desk.write_guidelines(name, asked, by))

    @router.post("/{name}/grow")
    def grow(request: Request, name: str, body: _Json) -> JSONResponse:
        judge_of(request, lead)
        asked = parsed(GrowBody, body)
        with refused_to_lead():
            return JSONResponse(desk.grow(name, asked))

    @router.post("/{name}/requeue")
    def requeue(request: Request, name: str, body: _Json) -> JSONResponse:
        judge_of(request, lead)
        asked = parsed(RequeueBody, body)
        with refused_to_lead():
            return JSONResponse(desk.requeue(name, asked))

    @router.post("/{name}/judges")
    def set_member(request: Request, name: str, body: _Json) -> JSONResponse:
        by, asked = judge_of(request, lead), parsed(MemberBody, body)
        with refused_to_lead():
            return JSONResponse(desk.set_member(name, asked, by))


@contextmanager
def refused_to_lead() -> Iterator[None]:
    """Turn what went wrong into an answer that says what to do."""
    with refusals():  # of what is no judgment's
        try:
            yield
        except CampaignLockedError as error:
            raise Refusal(409, "locked", str(error)) from error
        except LabelError:
            with refused():
                raise
