"""Sign in and out over HTTP, accept invitations, change passwords. Knows no page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from mmdemo.errors import AccountError, AttemptsError, LabelError, SignInError
from mmdemo.labels.accounts import SignedIn
from mmdemo.web.access import Access, drop_session, home_of, keep_session, session_token
from mmdemo.web.api.routes import parsed
from mmdemo.web.json_route import JsonRoute, Refusal, json_body, judge_of

MAX_BODY = 16 * 1024  # bytes
Body = Annotated[bytes, Depends(json_body(MAX_BODY, "a request"))]


class SignInBody(BaseModel):
    """`POST /api/session`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    password: str


class PasswordBody(BaseModel):
    """`POST /api/session/password`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    password: str
    wanted: str


class TokenBody(BaseModel):
    """`POST /api/invitations/look`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    token: str


class AcceptBody(TokenBody):
    """`POST /api/invitations/accept`; `name` counts for a new user only."""

    name: str = ""
    password: str


def session_routes(access: Access, *, is_open: bool) -> APIRouter:
    """Make the routes under ``/api/session``, and those for who has an invitation.

    Args:
        access: who sends a request.
        is_open: whether others than this machine can reach the server.
    """
    router = APIRouter(prefix="/api", route_class=JsonRoute)
    accounts = access.accounts

    @router.get("/session")
    async def session(request: Request) -> JSONResponse:
        with account_refusals():
            visitor = await access.visitor(request)
        alone = visitor is access.alone
        return JSONResponse(
            {
                "name": None if visitor is None else visitor.name,
                "role": None if visitor is None else visitor.role,
                "accounts": not alone,
                "open": alone and is_open,
            }
        )

    @router.post("/session")
    def sign_in(request: Request, body: Body) -> JSONResponse:
        asked = parsed(SignInBody, body)
        with account_refusals():
            if not accounts.exist():
                raise Refusal(409, "no_accounts", "nobody has to sign in here")
            return begin(
                request,
                lambda: accounts.sign_in(asked.name, asked.password, address=address_of(request)),
            )

    @router.delete("/session")
    async def sign_out(request: Request) -> JSONResponse:
        token = session_token(request)
        with account_refusals():
            if token:
                await run_in_threadpool(accounts.sign_out, token)
        response = JSONResponse({"name": None})
        drop_session(request, response)
        return response

    @router.post("/session/password")
    def change_password(request: Request, body: Body) -> JSONResponse:
        name, asked = judge_of(request, access.who), parsed(PasswordBody, body)
        with account_refusals(wrong=403):
            if not accounts.exist():
                raise Refusal(409, "no_accounts", "nobody has to sign in here")
            return begin(
                request,
                lambda: accounts.change_password(
                    name, asked.password, asked.wanted, address=address_of(request)
                ),
            )

    @router.post("/invitations/look")
    def look(body: Body) -> JSONResponse:
        asked = parsed(TokenBody, body)
        with account_refusals():
            found = accounts.invitations.look(asked.token)
        return JSONResponse(
            {
                "role": found.role,
                "campaigns": found.campaigns,
                "renews": found.renews,
                "made_by": found.made_by,
                "expires_at": found.expires_at.isoformat(),
            }
        )

    @router.post("/invitations/accept")
    def accept(request: Request, body: Body) -> JSONResponse:
        asked = parsed(AcceptBody, body)
        with account_refusals():
            return begin(request, lambda: accounts.accept(asked.token, asked.name, asked.password))

    def begin(request: Request, sign_in: Callable[[], SignedIn]) -> JSONResponse:
        """Begin a session, and end the one that this browser had."""
        signed_in = sign_in()
        if old := session_token(request):
            accounts.sign_out(old)
        user = signed_in.user
        response = JSONResponse(
            {"name": user.name, "role": user.role, "accounts": True, "home": home_of(user.role)}
        )
        keep_session(request, response, signed_in)
        return response

    return router


@contextmanager
def account_refusals(*, wrong: int = 401) -> Iterator[None]:
    """Turn what is wrong with an account into an answer that says so."""
    try:
        yield
    except AttemptsError as error:
        seconds = math.ceil(error.wait.total_seconds())
        headers = {"Retry-After": str(seconds)}
        raise Refusal(429, "too_many_attempts", str(error), headers=headers) from error
    except SignInError as error:
        raise Refusal(wrong, "wrong_password", str(error)) from error
    except AccountError as error:
        raise Refusal(422, "account", str(error)) from error
    except LabelError as error:
        raise Refusal(503, "unavailable", str(error)) from error


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy that uvicorn trusts, as that one says."""
    return request.client.host if request.client is not None else ""
