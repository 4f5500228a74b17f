"""Grades that are refused over HTTP: of nobody, of other sites, of what cannot be stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.web import labels_api

Body = Callable[..., dict[str, Any]]
Refused = Callable[..., str]


@pytest.mark.parametrize("judge", ["", "expired"])
def test_nobody_signed_in(
    client: TestClient, store: JudgmentStore, body: Body, judge: str, refused: Refused
) -> None:
    headers = {"X-Judge": judge}
    refused(client.post("/api/labels", json=body(), headers=headers), 401, "signed_out")
    response = client.get("/api/labels?query_id=q1&campaign=c", headers=headers)
    refused(response, 401, "signed_out")
    assert response.headers.get("www-authenticate") == ("Session" if judge else None)
    assert list(store.events()) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "http://shop.test"},  # another port
        {"Origin": "http://shop.test:7860.evil.test"},
        {"Origin": "http://evil.test#shop.test:7860"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://shop.test:7860"},
    ],
)
def test_other_sites_cannot_grade(
    client: TestClient, store: JudgmentStore, body: Body, headers: dict[str, str], refused: Refused
) -> None:
    refused(client.post("/api/labels", json=body(), headers=headers), 403, "foreign_origin")
    assert list(store.events()) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://shop.test:7860"},
        {"Origin": "https://shop.test:7860"},  # behind a proxy that speaks TLS
        {"Origin": "http://SHOP.test:7860", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_page_can(client: TestClient, body: Body, headers: dict[str, str]) -> None:
    assert client.post("/api/labels", json=body(), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"]
)
def test_only_json_is_taken(
    client: TestClient, store: JudgmentStore, body: Body, media_type: str, refused: Refused
) -> None:
    headers = {"Content-Type": media_type}
    response = client.post("/api/labels", content=json.dumps(body()), headers=headers)
    refused(response, 415, "not_json")
    assert list(store.events()) == []


def test_json_with_a_charset_is_json(client: TestClient, body: Body) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    response = client.post("/api/labels", content=json.dumps(body()), headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_is_not_read_beyond_its_limit(
    client: TestClient, store: JudgmentStore, body: Body, chunked: bool, refused: Refused
) -> None:
    text = json.dumps(body(query_text="x" * labels_api.MAX_BODY)).encode()
    content: Any = iter([text[:1000], text[1000:]]) if chunked else text
    headers = {"Content-Type": "application/json"}
    response = client.post("/api/labels", content=content, headers=headers)
    refused(response, 413, "too_large")
    assert list(store.events()) == []


def test_the_longest_judgment_is_below_that_limit(client: TestClient, body: Body) -> None:
    shirt = "👕"
    longest = body(
        "a" * 100,
        supersedes="b" * 100,
        campaign="open/" + shirt * 295,
        query_id=shirt * 200,
        query_text=shirt * 10_000,
        product_id=shirt * 2_000,
        question=shirt * 100,
        context={"a": "b" * 19_980},
    )
    response = client.post(
        "/api/labels", content=json.dumps(longest), headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grade": 4}, "grade"),
        ({"campaign": "spring"}, "campaign"),  # answers to it have a route of their own
        ({"campaign": "x/open/"}, "campaign"),
        ({"grade": "3"}, "grade"),
        ({"grade": True}, "grade"),
        ({"grade": 2.5}, "grade"),
        ({"client_event_id": ""}, "client_event_id"),
        ({"client_event_id": 7}, "client_event_id"),
        ({"product_id": " "}, "product_id is empty"),
        ({"query_text": "a\0b"}, "NUL"),
        ({"clicked_at": "2026-03-01T12:00:00"}, "clicked_at"),
        ({"clicked_at": 1_767_000_000}, "clicked_at"),
        ({"clicked_at": "yesterday"}, "clicked_at"),
        ({"context": []}, "context"),
        ({"supersedes": "a"}, "cannot supersede itself"),
        ({"superseds": "b"}, "superseds"),
        ({"blind": "no"}, "blind"),
    ],
)
def test_what_cannot_be_stored_is_named_and_not_retried(
    client: TestClient,
    store: JudgmentStore,
    body: Body,
    change: dict[str, Any],
    message: str,
    refused: Refused,
) -> None:
    response = client.post("/api/labels", json=body(**change))
    assert message in refused(response, 422, "invalid")
    assert list(store.events()) == []


@pytest.mark.parametrize("name", ["grade", "clicked_at", "client_event_id", "campaign"])
def test_nothing_is_guessed(client: TestClient, body: Body, name: str, refused: Refused) -> None:
    sent = body()
    del sent[name]
    assert name in refused(client.post("/api/labels", json=sent), 422, "invalid")


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{", b"\xff", b'{"a": "\\ud800"}', b"[" * 10_000]
)
def test_what_is_no_json_object_is_refused(
    client: TestClient, content: bytes, refused: Refused
) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/api/labels", content=content, headers=headers)
    refused(response, 422, "invalid")
