"""What all JSON routes have in common: who may ask, and how an error looks. Knows no question."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from mmdemo.web.security import is_foreign

logger = logging.getLogger(__name__)

Who = Callable[[Request], str | None]
"""Names the judge of a request, as Gradio's ``auth_dependency`` does; None or an
``HTTPException`` if nobody is signed in. Called outside the event loop."""


class Refusal(Exception):  # noqa: N818
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}


class JsonRoute(APIRoute):
    """Answers every error as ``{"error": {"code", "message"}}``; lets nothing be cached."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                response = await handle(request)
            except Refusal as error:
                response = _error(error.status, error.code, error.message)
                headers.update(error.headers)
                if error.status == 503:
                    headers["Retry-After"] = "1"
            except HTTPException as error:  # from `who`
                code = "signed_out" if error.status_code == 401 else "refused"
                response = _error(error.status_code, code, str(error.detail))
                headers.update(error.headers or {})
            except RequestValidationError as error:
                response = _error(422, "invalid", first_problem(error.errors()))
            except ClientDisconnect:
                response = _error(400, "disconnected", "the request was cut off")
            except Exception:
                logger.exception("%s %s failed", request.method, request.url.path)
                response = _error(500, "bug", "the server failed; its log says why")
            response.headers["Cache-Control"] = "no-store"
            response.headers.update(headers)
            return response

        return answer


def json_body(limit: int, what: str) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that reads the body, if it comes from our own page and is JSON.

    Args:
        limit: bytes it may have.
        what: is too large above it, for the message.
    """

    async def read(request: Request) -> bytes:
        if is_foreign(request.headers):
            raise Refusal(403, "foreign_origin", "this is answered to this server's pages only")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Refusal(415, "not_json", "the content type has to be application/json")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise Refusal(413, "too_large", f"{what} has at most {limit} bytes")
        return bytes(body)

    return read


def judge_of(request: Request, who: Who) -> str:
    """The judge who asks."""
    judge = who(request)
    if not judge:
        raise Refusal(401, "signed_out", "nobody is signed in")
    return judge


def first_problem(problems: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a body, for a person: the first of what pydantic found."""
    problem = problems[0]
    where = ".".join(str(part) for part in problem["loc"])
    return printable(f"{where or 'body'}: {problem['msg']}")


def printable(text: str) -> str:
    """Text that can be sent: half a character becomes its number."""
    return text.encode("utf-8", "backslashreplace").decode()


def _error(status: int, code: str, message: str) -> JSONResponse:
    content = {"error": {"code": code, "message": printable(message)}}
    return JSONResponse(content, status_code=status)
