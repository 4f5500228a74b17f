"""Refuse strangers' names and pages, and tell browsers what a page may do. Knows no route."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio compiles its templates in the browser: inline and eval cannot be left out.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def is_loopback(host: str) -> bool:
    """Whether a server on `host` is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str:
    """The name in a Host header, without its port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


class SecurityMiddleware:
    """Security headers on every response; on loopback only our own host names; no foreign pages.

    A web page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) and would then read
    what this server answers; its requests carry that name in `Host`. Writes that a page of another
    site sends are refused whatever the route, and so is what its scripts could read the answer of.
    """

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        self.app = app
        self.names = (
            {"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}
            if is_loopback(host)
            else None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        name = host_name(Headers(scope=scope).get("host", ""))
        if self.names is not None and name not in self.names:
            refusal = PlainTextResponse(f"this server is not {name or 'nameless'}\n", 421)
            await refusal(scope, receive, send_with_headers)
            return
        headers = Headers(scope=scope)
        reads = scope.get("method") in ("GET", "HEAD")  # a link from elsewhere is fine
        if has_foreign_origin(headers) or (not reads and is_foreign(headers)):
            message = "this is answered to this server's pages only"
            body = {"error": {"code": "foreign_origin", "message": message}}
            await JSONResponse(body, 403)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


def is_foreign(headers: Headers) -> bool:
    """True for a request that a page of another site made; writes refuse it."""
    if headers.get("sec-fetch-site") == "cross-site":
        return True
    return has_foreign_origin(headers)


def has_foreign_origin(headers: Headers) -> bool:
    """True for a request that a script or form of another site made."""
    if "origin" not in headers:  # not a browser, or a page that is opened
        return False
    host = headers["origin"].partition("://")[2]  # the scheme is the proxy's business
    return not host or host.lower() != headers.get("host", "").lower()
