"""A judge's routes: campaigns, the next pairs, answers, the history. Knows no answer's content.

A status tells the page's outbox the same as for judgments (`mmdemo.web.labels_api`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from mmdemo.errors import (
    LabelConflictError,
    LabelError,
    LabelsBusyError,
    MmdemoError,
    NoCampaignError,
)
from mmdemo.web.api.judges_desk import JudgesDesk
from mmdemo.web.api.judging_bodies import AnswerBody, NextBody, PauseBody, QueryNoteBody
from mmdemo.web.api.routes import parsed
from mmdemo.web.json_route import JsonRoute, Refusal, Who, json_body, judge_of

MAX_BODY = 256 * 1024  # bytes
_Json = Annotated[bytes, Depends(json_body(MAX_BODY, "an answer"))]
_Before = Annotated[int | None, Query(ge=0, le=2**63 - 1)]
_Limit = Annotated[int, Query(ge=1, le=200)]


def judging_routes(desk: JudgesDesk, who: Who) -> APIRouter:
    """Make the routes under ``/api/judging`` (docs/API.md).

    Args:
        desk: what they answer.
        who: names the judge of a request.
    """
    router = APIRouter(prefix="/api/judging", route_class=JsonRoute)

    @router.get("")
    def mine(request: Request) -> JSONResponse:
        judge = judge_of(request, who)
        with refused():
            return JSONResponse(desk.mine(judge))

    @router.get("/{name}")
    def task(request: Request, name: str) -> JSONResponse:
        judge = judge_of(request, who)
        with refused():
            return JSONResponse(desk.task(name, judge))

    @router.post("/{name}/next")
    def next_pairs(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, who), parsed(NextBody, body)
        with refused():
            _check_judge(asked.judge, judge)
            answer, afterwards = desk.next(name, judge, asked)
            return JSONResponse(answer, background=afterwards)

    @router.post("/{name}/answer")
    def answer(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, who), parsed(AnswerBody, body)
        with refused():
            _check_judge(asked.judge, judge)
            return JSONResponse(desk.answer(name, judge, asked))

    @router.get("/{name}/history")
    def history(
        request: Request, name: str, before: _Before = None, limit: _Limit = 50
    ) -> JSONResponse:
        judge = judge_of(request, who)
        with refused():
            return JSONResponse(desk.history(name, judge, before=before, limit=limit))

    @router.post("/{name}/query-note")
    def query_note(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, who), parsed(QueryNoteBody, body)
        with refused():
            _check_judge(asked.judge, judge)
            return JSONResponse(desk.query_note(name, judge, asked))

    @router.post("/{name}/renew")
    def renew(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, who), parsed(PauseBody, body)
        with refused():
            _check_judge(asked.judge, judge)
            return JSONResponse(desk.renew(name, judge))

    @router.post("/{name}/release")
    def release(request: Request, name: str, body: _Json) -> JSONResponse:
        judge, asked = judge_of(request, who), parsed(PauseBody, body)
        with refused():
            _check_judge(asked.judge, judge)
            return JSONResponse(desk.release(name, judge))

    return router


@contextmanager
def refused() -> Iterator[None]:
    """Turn what went wrong into an answer that tells the outbox what to do."""
    try:
        yield
    except NoCampaignError as error:
        raise Refusal(404, "no_campaign", str(error)) from error
    except LabelConflictError as error:
        raise Refusal(409, "conflict", str(error)) from error
    except LabelsBusyError as error:
        raise Refusal(503, "unavailable", str(error)) from error
    except LabelError as error:
        raise Refusal(422, "invalid", str(error)) from error
    except MmdemoError as error:
        raise Refusal(503, "unavailable", str(error)) from error


def _check_judge(expected: str | None, judge: str) -> None:
    if expected is not None and expected != judge:
        raise Refusal(409, "other_judge", f"this is of {expected!r}, but {judge!r} is signed in")
