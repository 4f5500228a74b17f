"""Say who may use which route, in one table. Knows no user and no session.

A route that the table does not have is for leads only: to forget a row opens nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from starlette.routing import compile_path

from mmdemo.labels.accounts import Role

Roles = frozenset[Role] | None
"""Who may; None for everybody, signed in or not."""

ANYONE: Roles = None
SIGNED_IN: Roles = frozenset(Role)
JUDGES: Roles = frozenset({Role.JUDGE, Role.LEAD})
READERS: Roles = frozenset({Role.VIEWER, Role.LEAD})
LEADS: Roles = frozenset({Role.LEAD})
NOBODY: Roles = frozenset()

_READING = frozenset({"GET", "HEAD", "OPTIONS"})

# Pages, by the path from the server's own address: they send whoever is signed out to sign in.
PAGES: dict[str, Roles] = {
    "/": READERS,
    "/about": READERS,
    "/catalog": READERS,
    "/analysis": READERS,
    "/judge": JUDGES,
    "/campaigns": LEADS,
    "/users": LEADS,
    "/password": SIGNED_IN,
}

# Route, who may read it, who may write to it.
_ROUTES: tuple[tuple[str, Roles, Roles], ...] = (
    *((path, roles, NOBODY) for path, roles in PAGES.items()),
    *((f"{path}/", roles, NOBODY) for path, roles in PAGES.items() if path != "/"),
    # Signing in
    ("/sign-in", ANYONE, NOBODY),
    ("/invitation", ANYONE, NOBODY),
    ("/api/session", ANYONE, ANYONE),
    ("/api/session/password", NOBODY, SIGNED_IN),
    ("/api/invitations/look", NOBODY, ANYONE),
    ("/api/invitations/accept", NOBODY, ANYONE),
    # Users
    ("/api/users", LEADS, LEADS),
    ("/api/invitations", NOBODY, LEADS),
    ("/api/invitations/{invitation_id}", NOBODY, LEADS),
    # Judging: of which campaigns, `Members.may_judge` says
    ("/api/judging", JUDGES, NOBODY),
    ("/api/judging/{name}", JUDGES, NOBODY),
    ("/api/judging/{name}/{rest:path}", JUDGES, JUDGES),
    ("/api/campaigns", LEADS, LEADS),
    ("/api/campaigns/{rest:path}", LEADS, LEADS),
    ("/api/markdown", NOBODY, SIGNED_IN),
    ("/media/{key}", SIGNED_IN, NOBODY),
    ("/api/query-photos/{key}", SIGNED_IN, NOBODY),
    # Search, catalog, analysis: what is asked by POST is read, too
    ("/api/status", SIGNED_IN, NOBODY),  # a judge is told less
    ("/api/query-photos", NOBODY, READERS),
    *(
        (f"/api/{name}", NOBODY, READERS)
        for name in ("reload", "search", "export", "facet", "product", "similar", "measures")
    ),
    ("/api/about", READERS, NOBODY),
    ("/api/catalog", READERS, NOBODY),
    ("/api/labels", READERS, LEADS),  # the signed-in person's own, on the search page
    ("/api/analysis", NOBODY, READERS),
    *((f"/api/analysis/{name}", READERS, NOBODY) for name in ("sources", "progress", "report")),
    *((f"/api/analysis/{name}", NOBODY, READERS) for name in ("case", "replay", "holes")),
    ("/api/analysis/notes", READERS, LEADS),
    # What holds no data
    ("/healthz", ANYONE, NOBODY),
    ("/ui/{version}/{name}", ANYONE, NOBODY),
    *(
        (path, ANYONE, NOBODY)
        for path in (
            "/favicon.ico",
            "/robots.txt",
            "/manifest.json",
            "/pwa_icon",
            "/pwa_icon/{size}",
            "/theme.css",
            "/gradio_api/theme.css",
            "/static/{path:path}",
            "/assets/{path:path}",
            "/svelte/{path:path}",
        )
    ),
    # Gradio's search endpoint for programs, and what its clients need
    *(
        (f"{path}{slash}", READERS, READERS)
        for path in (
            "/config",
            "/gradio_api/info",
            "/gradio_api/run/{api_name}",
            "/gradio_api/api/{api_name}",
            "/gradio_api/call/{api_name}",
            "/gradio_api/call/v2/{api_name}",
            "/gradio_api/reset",
        )
        for slash in ("", "/")
    ),
    *(
        (path, READERS, READERS)
        for path in (
            "/gradio_api/openapi.json",
            "/gradio_api/call/{api_name}/{event_id}",
            "/gradio_api/call/v2/{api_name}/{event_id}",
            "/gradio_api/queue/join",
            "/gradio_api/queue/data",
            "/gradio_api/queue/status",
            "/gradio_api/cancel",
            "/gradio_api/heartbeat/{session_hash}",
            "/gradio_api/upload",
            "/gradio_api/upload_progress",
            "/gradio_api/file={path_or_url:path}",
            "/gradio_api/file/{path:path}",
        )
    ),
    ("/gradio_api/startup-events", SIGNED_IN, NOBODY),
    # Gradio's own sign-in, development and monitoring, which mmdemo has no use for
    *(
        (f"{path}{slash}", NOBODY, NOBODY)
        for path in (
            "/login",
            "/gradio_api/user",
            "/gradio_api/login_check",
            "/gradio_api/token",
            "/gradio_api/app_id",
            "/gradio_api/runs",
            "/gradio_api/component_server",
            "/gradio_api/vibe-edit",
            "/gradio_api/undo-vibe-edit",
            "/gradio_api/vibe-code",
            "/gradio_api/vibe-starter-queries",
        )
        for slash in ("", "/")
    ),
    *(
        (path, NOBODY, NOBODY)
        for path in (
            "/logout",
            "/monitoring",
            "/monitoring/summary",
            "/monitoring/{key}",
            "/gradio_api/deep_link",
            "/gradio_api/dev/reload",
            "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
            "/gradio_api/proxy={url_path:path}",
            "/gradio_api/process_recording",
            "/gradio_api/stream/{event_id}",
            "/gradio_api/stream/{event_id}/close",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
            "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file",
        )
    ),
)


@dataclass(frozen=True)
class Gate:
    """Who may use a route.

    Attributes:
        template: as FastAPI has it; empty for a route that the table does not have.
    """

    template: str
    read: Roles
    write: Roles

    def of(self, method: str) -> Roles:
        """Who may use it by this method."""
        return self.read if method in _READING else self.write


_UNKNOWN = Gate("", LEADS, LEADS)
GATES = {template: Gate(template, read, write) for template, read, write in _ROUTES}


def gate_of(path: str) -> Gate:
    """The gate of a path as it was asked for; one that fits no route is for leads."""
    if path in GATES and "{" not in path:
        return GATES[path]
    return next((gate for fits, gate in _patterns() if fits.match(path)), _UNKNOWN)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Gate], ...]:
    """Templates as Starlette's own router reads them."""
    with_parts = (gate for gate in GATES.values() if "{" in gate.template)
    return tuple((compile_path(gate.template)[0], gate) for gate in with_parts)
