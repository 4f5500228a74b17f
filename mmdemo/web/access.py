"""Let each request through to what its sender may use. Knows the table of gates, no route.

While the database has no users, everybody is the one judge of the settings and may do everything.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import quote

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from mmdemo.errors import LabelError
from mmdemo.labels.accounts import Accounts, Role, SignedIn
from mmdemo.labels.accounts.remembered import SECONDS
from mmdemo.labels.accounts.sessions import LONGEST
from mmdemo.web.gates import PAGES, Gate, gate_of

logger = logging.getLogger(__name__)

_VISITOR = "mmdemo.visitor"
_LONGEST_NEXT = 4_000  # characters: a view of the search page with all its filters
_NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True)
class Visitor:
    """Who sends a request."""

    name: str
    role: Role


class Access:
    """Who sends a request, by the cookie of its session.

    Attributes:
        accounts: the users, if there are any.
        alone: who everybody is while there are none.
    """

    def __init__(self, accounts: Accounts, judge: str) -> None:
        self.accounts = accounts
        self.alone = Visitor(judge, Role.LEAD)
        self._alone_until: float | None = None  # None before the first look

    def who(self, request: Request) -> str:
        """The sender's name.

        Raises:
            HTTPException: nobody is signed in.
        """
        visitor = visitor_of(request)
        if visitor is None:
            raise HTTPException(401, "nobody is signed in")
        return visitor.name

    async def visitor(self, connection: HTTPConnection) -> Visitor | None:
        """Who sends a request; None for nobody, `alone` itself while there are no users.

        Raises:
            LabelError: the database cannot be read.
        """
        if not await self._accounts_exist():
            return self.alone
        token, sessions = session_token(connection), self.accounts.sessions
        known = sessions.known(token)
        user = known[0] if known else await run_in_threadpool(sessions.who, token)
        return None if user is None else Visitor(user.name, user.role)

    async def _accounts_exist(self) -> bool:
        """Look again every few seconds; while one request looks, others go by the last look."""
        if self.accounts.surely_exist:
            return True
        now = monotonic()
        first = self._alone_until is None
        if self._alone_until is not None and now < self._alone_until:
            return False
        if not first:
            self._alone_until = now + SECONDS
        try:
            if await run_in_threadpool(self.accounts.exist):
                return True
        except LabelError as error:
            if first:
                raise
            logger.warning("accounts: %s", error)  # what needs no database still works
        self._alone_until = now + SECONDS
        return False


class AccessMiddleware:
    """Ask who sends a request and whether its gate lets them through, before any route sees it."""

    def __init__(
        self, app: ASGIApp, *, access: Access, refused: Callable[[Visitor, str], Response]
    ) -> None:
        """Wrap `app`; `refused` makes the page for somebody who may not see the one asked for."""
        self.app, self.access, self.refused = app, access, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        gate = gate_of(scope["path"])
        roles = gate.of(scope.get("method", "WEBSOCKET"))
        refusal = None if roles is None else await self._refusal(scope, gate, roles)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope, gate: Gate, roles: frozenset[Role]) -> Response | None:
        try:
            visitor = scope[_VISITOR] = await self.access.visitor(HTTPConnection(scope))
        except LabelError as error:
            logger.warning("accounts: %s", error)
            return _error(503, "unavailable", str(error))
        if visitor is None:
            return _to_sign_in(scope, gate)
        if visitor is self.access.alone or visitor.role in roles:
            return None
        if gate.template == "/" and visitor.role is Role.JUDGE:
            return RedirectResponse(home_of(visitor.role), 303, _NO_STORE)
        allowed = " and ".join(sorted(f"{role}s" for role in roles)) or "nobody"
        message = f"this is for {allowed}; {visitor.name} is signed in as {visitor.role}"
        if gate.template in PAGES:
            return self.refused(visitor, message)
        return _error(403, "not_allowed", message)


def _to_sign_in(scope: Scope, gate: Gate) -> Response:
    if (gate.template.rstrip("/") or "/") not in PAGES:
        return _error(401, "signed_out", "nobody is signed in")
    # A proxy may have put the server below a path: only relative addresses are right.
    up = "../" if scope["path"] != "/" and scope["path"].endswith("/") else ""
    return RedirectResponse(f"{up}sign-in?next={_next(scope)}", 303, _NO_STORE)


def visitor_of(request: Request) -> Visitor | None:
    """Who sends a request that came through the middleware; None for nobody."""
    visitor: Visitor | None = request.scope.get(_VISITOR)
    return visitor


def home_of(role: Role) -> str:
    """The page that a user begins on, from the server's own address."""
    return "judge" if role is Role.JUDGE else "./"


def safe_next(wanted: str) -> str:
    """Where to go after signing in, if it is one of our pages; else empty.

    Only the query is taken as it is, so no address of another site can be made of it.
    """
    path, mark, query = wanted.partition("?")
    if not 0 < len(wanted) <= _LONGEST_NEXT or f"/{path.removeprefix('./')}" not in PAGES:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*", query):
        return ""
    return f"{path.removeprefix('./') or './'}{mark}{query}"


def session_token(request: HTTPConnection) -> str:
    """The token in the session's cookie; empty for none."""
    return request.cookies.get(_cookie(request), "")


def keep_session(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Have the browser keep a session where no script can read it."""
    response.set_cookie(
        _cookie(request),
        signed_in.token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def drop_session(request: Request, response: Response) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(
        _cookie(request), path="/", secure=_is_secure(request), httponly=True, samesite="lax"
    )


def _is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme in ("https", "wss")


def _cookie(request: HTTPConnection) -> str:
    # The prefix has browsers refuse one that a neighboring host or a page without TLS sets.
    return "__Host-mmdemo" if _is_secure(request) else "mmdemo"


def _next(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    page = scope["path"].strip("/") or "./"
    wanted = safe_next(f"{page}?{query}" if query else page)
    return quote(wanted or page, safe="")


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status, _NO_STORE)
