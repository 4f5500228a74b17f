"""The pages that stand before all others: sign in, accept an invitation, choose a password; and
the one where there is none.

They are served without Gradio, which shows nothing to whoever is signed out. Knows no user.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mmdemo.web.access import Access, Visitor, home_of, safe_next
from mmdemo.web.page_files import PageFiles

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "static"),
    autoescape=True,
    undefined=StrictUndefined,
)
_NO_STORE = {"cache-control": "no-store"}


class EntryPages:
    """Makes the pages; what they tell and ask, `static/entry.js` knows."""

    def __init__(self, files: PageFiles) -> None:
        self._files = files
        self._template = _templates.get_template("entry.html")

    def page(self, kind: str, status: int = 200, *, base: str = "", **told: str) -> Response:
        """One of the pages; `told` is for its script, `base` what addresses are relative to."""
        html = self._template.render(
            title="mmdemo",
            base=base,
            style=self._files.address("page.css"),
            entry_style=self._files.address("entry.css"),
            script=self._files.address("entry.js"),
            told={"kind": kind, **told},
        )
        return HTMLResponse(html, status, _NO_STORE)

    def refused(self, visitor: Visitor, message: str) -> Response:
        """Instead of a page that the visitor may not see."""
        return self.page("refused", 403, message=message, next=home_of(visitor.role))

    def lost(self, base: str) -> Response:
        """Where there is no page."""
        return self.page("lost", 404, base=base, next="./")


def entry_routes(pages: EntryPages, access: Access) -> APIRouter:
    """`GET /sign-in?next=PAGE`, `GET /invitation#TOKEN`, `GET /password`."""
    router = APIRouter()

    @router.get("/sign-in", response_model=None)
    async def sign_in(request: Request, next: str = "") -> Response:
        visitor = await access.visitor(request)
        if visitor is not None:
            wanted = safe_next(next) or home_of(visitor.role)
            return RedirectResponse(wanted, 303, _NO_STORE)
        return pages.page("sign-in", next=safe_next(next))

    @router.get("/invitation", response_model=None)
    def invitation() -> Response:
        return pages.page("invitation", next="")  # its token is behind the #: no log gets it

    @router.get("/password", response_model=None)
    async def password(request: Request) -> Response:
        visitor = await access.visitor(request)
        if visitor is None or visitor is access.alone:
            return RedirectResponse("./", 303, _NO_STORE)
        return pages.page("password", next=home_of(visitor.role), name=visitor.name)

    return router
