"""Show people a page where there is nothing; programs keep their JSON. Knows no route."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOR_PROGRAMS = ("/api/", "/gradio_api/", "/media/", "/ui/")


class LostMiddleware:
    """Answer a browser that opens an address without a page by `page`."""

    def __init__(self, app: ASGIApp, *, page: Callable[[str], Response]) -> None:
        """Wrap `app`; `page` makes the page, given where the server's own address is from there."""
        self.app, self.page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if not _is_opened(scope):
            await self.app(scope, receive, send)
            return
        lost = False

        async def send_page(message: Message) -> None:
            nonlocal lost
            if message["type"] == "http.response.start" and message["status"] == 404:
                lost = True
                await self.page(_way_up(scope["path"]))(scope, receive, send)
            elif not lost:
                await send(message)

        await self.app(scope, receive, send_page)


def _is_opened(scope: Scope) -> bool:
    """Whether a person opens the address, not a script or a program."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    return not scope["path"].startswith(_FOR_PROGRAMS) and (
        "text/html" in Headers(scope=scope).get("accept", "")
    )


def _way_up(path: str) -> str:
    """From the address of `path` to that of the server: relative, since a proxy may add to it."""
    return "../" * (path.count("/") - 1) or "./"
