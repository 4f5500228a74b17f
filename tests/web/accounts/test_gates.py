"""Every route of the server has a gate, and each role gets through its own and no other.

This is where a new route without a row in `mmdemo/web/gates.py` fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from mmdemo.labels.accounts import Accounts, Role
from mmdemo.web.gates import GATES, gate_of

# What a judge can reach, written down a second time: whoever widens the table has to widen this.
_OPEN = {
    ("GET", "/assets/{path:path}"),
    ("GET", "/favicon.ico"),
    ("GET", "/gradio_api/theme.css"),
    ("GET", "/healthz"),
    ("GET", "/invitation"),
    ("GET", "/manifest.json"),
    ("GET", "/pwa_icon"),
    ("GET", "/pwa_icon/{size}"),
    ("GET", "/robots.txt"),
    ("GET", "/sign-in"),
    ("GET", "/static/{path:path}"),
    ("GET", "/svelte/{path:path}"),
    ("GET", "/theme.css"),
    ("GET", "/ui/{version}/{name}"),
    ("GET", "/api/session"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/invitations/look"),
    ("POST", "/api/invitations/accept"),
}
_OF_JUDGES = {
    ("GET", "/judge"),
    ("GET", "/judge/"),
    ("GET", "/password"),
    ("GET", "/api/status"),
    ("POST", "/api/markdown"),
    ("POST", "/api/session/password"),
    ("GET", "/media/{key}"),
    ("HEAD", "/media/{key}"),
    ("GET", "/api/query-photos/{key}"),
    ("GET", "/gradio_api/startup-events"),
}
_JUDGING = "/api/judging"  # of which campaigns, its own tests say


def routes_of(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and template of every route, also of routers that are included and apps mounted."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from routes_of(route.effective_candidates(), prefix)
        elif type(route).__name__ == "Mount":
            yield from routes_of(route.routes, prefix + route.path)
        else:
            assert route.path is not None, route
            for method in sorted(route.methods or {"WEBSOCKET"}):
                yield method, prefix + route.path


@pytest.fixture
def routes(app: FastAPI) -> list[tuple[str, str]]:
    return list(dict.fromkeys(routes_of(app.routes)))


def test_all_routes_are_seen(routes: list[tuple[str, str]]) -> None:
    for expected in (
        ("GET", "/healthz"),
        ("POST", "/api/labels"),
        ("POST", "/api/analysis/notes"),
        ("GET", "/users"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/file={path_or_url:path}"),
        ("POST", "/gradio_api/upload"),
    ):
        assert expected in routes
    assert len(routes) > 100


def test_every_route_has_a_row(routes: list[tuple[str, str]]) -> None:
    def has_row(template: str) -> bool:
        below = ("/api/judging/", "/api/campaigns/")  # one row each for all that is below
        return template in GATES or template.startswith(below)

    assert [route for route in routes if not has_row(route[1])] == []


def _path(template: str) -> str:
    """A path of this template, as somebody could ask for it."""
    if template == "/pwa_icon/{size}":
        return "/pwa_icon/192"
    path = template.replace("{name}", "spring", 1) if "/api/" in template else template
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + "x1" + rest.partition("}")[2]
    return path


def test_the_router_and_the_table_read_a_path_alike(routes: list[tuple[str, str]]) -> None:
    for _, template in routes:
        found = gate_of(_path(template)).template
        judged = template.startswith(("/api/judging/", "/api/campaigns/"))
        assert found == template or judged, template


def asked(client: TestClient, method: str, path: str) -> int:
    """The status of a request that a page of ours could make."""
    body: dict[str, Any] = {}
    if method in ("POST", "PUT", "PATCH"):
        body = {"content": b"{}", "headers": {"content-type": "application/json"}}
    return client.request(method, path, **body).status_code


def test_who_is_signed_out_reaches_nothing(
    signed_in_app: FastAPI, make_client: Callable[..., TestClient], routes: list[tuple[str, str]]
) -> None:
    nobody = make_client()
    for method, template in routes:
        if (method, template) in _OPEN:
            continue
        answer = nobody.request(method, _path(template))
        if answer.status_code == 303:
            assert method in ("GET", "HEAD")
            assert answer.headers["location"].removeprefix("../").startswith("sign-in?next=")
            assert answer.content == b""
        else:
            assert answer.status_code == 401, (method, template)
            if method != "HEAD":
                assert answer.json()["error"]["code"] == "signed_out"


def test_a_judge_reaches_what_is_listed_here_and_nothing_else(
    people: Accounts, make_client: Callable[..., TestClient], routes: list[tuple[str, str]]
) -> None:
    ann = make_client("ann")
    reached = set()
    for method, template in routes:
        if template.startswith(_JUDGING) or (method, template) in _OPEN:
            continue
        status = asked(ann, method, _path(template))
        if template == "/":
            assert status == 303  # to the page for judges
        elif status != 403:
            reached.add((method, template))
    assert reached <= _OF_JUDGES
    assert {("GET", "/api/status"), ("GET", "/media/{key}"), ("GET", "/password")} <= reached


def test_a_viewer_reads(
    people: Accounts, make_client: Callable[..., TestClient], routes: list[tuple[str, str]]
) -> None:
    vic = make_client("vic")
    for method, template in (
        ("GET", "/users"),
        ("GET", "/api/users"),
        ("POST", "/api/users"),
        ("POST", "/api/invitations"),
        ("DELETE", "/api/invitations/{id}"),
        ("GET", "/api/campaigns"),
        ("POST", "/api/campaigns"),
        ("GET", "/api/campaigns/spring/quality"),
        ("GET", "/api/campaigns/spring/export"),
        ("GET", "/api/judging"),
        ("POST", "/api/judging/spring/answer"),
        ("POST", "/api/labels"),
        ("POST", "/api/analysis/notes"),
    ):
        assert asked(vic, method, _path(template)) == 403, (method, template)
    for path in (
        "/",
        "/about",
        "/catalog",
        "/analysis",
        "/api/status",
        "/api/about",
        "/api/catalog",
    ):
        assert vic.get(path).status_code == 200
    found = vic.post("/api/search", json={"text": "red shirt"})
    assert found.status_code == 200
    assert asked(vic, "GET", "/api/labels?query_id=q&campaign=c") == 200


def test_a_lead_is_refused_nothing_that_is_ours(
    people: Accounts, make_client: Callable[..., TestClient], routes: list[tuple[str, str]]
) -> None:
    olga = make_client("olga")
    for method, template in routes:
        if template.startswith(("/gradio_api", "/log", "/monitoring")):
            continue
        if (method, template) == ("DELETE", "/api/session"):
            continue
        if template in ("/api/session", "/api/session/password"):
            continue  # would sign olga out, or count as an attempt
        assert asked(olga, method, _path(template)) not in (401, 403), (method, template)


_GUESSED = (
    "/api/users",
    "/api/users/",
    "/api//users",
    "//api/users",
    "/./api/users",
    "/ui/../api/users",
    "/static/../api/users",
    "/ui/x/../../api/users",
    "/assets/..%2f..%2fapi%2fusers",
    "/%61pi/users",
    "/api/users%00",
    "/api/users;x=1",
    "/API/users",
    "/api/export",
    "/export",
    "/api/campaigns",
    "/api/campaigns/spring/export",
    "/api/campaigns/spring/history?judge=bob",
    "/api/campaigns/spring/quality",
    "/api/campaigns/fall/disputes",
    "/api/labels?campaign=fall&query_id=q1",
    "/api/labels?campaign=fall&query_id=q1&judge=bob",
    "/api/analysis/sources",
    "/api/analysis/report",
    "/api/analysis/notes",
    "/api/catalog",
    "/api/about",
    "/about/",
    "/catalog/",
    "/users/",
    "/users?x=/judge",
    "/config",
    "/config/",
    "/gradio_api/info",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=labels/judgments.sqlite3",
    "/gradio_api/proxy=http://127.0.0.1/",
    "/gradio_api/queue/data?session_hash=x",
    "/gradio_api/queue/status",
    "/monitoring/summary",
    "/gradio_api/token",
    "/nothing/here",
    "/labels/judgments.sqlite3",
    "/docs",
    "/openapi.json",
)


def test_guessed_addresses(people: Accounts, make_client: Callable[..., TestClient]) -> None:
    for name, statuses in (("ann", {403, 404}), ("", {401, 404, 303})):
        client = make_client(name)
        for path in _GUESSED:
            also = {403, 405} if path.startswith("/assets") else set()  # of files, and open
            for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
                answer = client.request(method, path)
                assert answer.status_code in statuses | also, (name, method, path)
                assert b"bob" not in answer.content
                assert b"olga" not in answer.content


def test_a_websocket_is_closed(people: Accounts, make_client: Callable[..., TestClient]) -> None:
    for name in ("", "ann"):
        with (
            pytest.raises(WebSocketDisconnect) as closed,
            make_client(name).websocket_connect("ws://127.0.0.1:7860/gradio_api/queue/join"),
        ):
            pass
        assert closed.value.code == 1008


def test_unknown_routes_are_for_leads() -> None:
    for path in ("", "x", "/new", "/api/new", "/gradio_api/new", "/api/users/x", "\n/healthz"):
        gate = gate_of(path)
        assert gate.of("GET") == gate.of("POST") == frozenset({Role.LEAD})


def test_without_users_nothing_has_changed(
    app: FastAPI, make_client: Callable[..., TestClient]
) -> None:
    anybody = make_client()
    for path in (
        "/",
        "/about",
        "/catalog",
        "/analysis",
        "/api/status",
        "/config",
        "/gradio_api/info",
    ):
        assert anybody.get(path).status_code == 200
    assert anybody.get("/api/status").json()["judge"] == "anna"
    assert anybody.get("/nothing").status_code == 404
    assert anybody.get("/sign-in").headers["location"] == "./"
