"""Strings made to break pages, files and servers, through every field of every route."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.records import Price, Product
from mmdemo.web.loading import EngineHandle

FIELDS: dict[str, dict[str, Any]] = {
    "search text": {"text": "?"},
    "search photo": {"photo": "?"},
    "search rankers": {"text": "a", "rankers": ["text", "?"]},
    "search filters": {"text": "a", "filters": {"fields": {"?": ["?"], "half": ["?", "first"]}}},
    "search unknown": {"text": "a", "?": "?"},
    "search text_weight": {"text": "a", "text_weight": "?"},
    "search filters.price": {"text": "a", "filters": {"price": {"min": "?"}}},
    "facet name": {"name": "?"},
    "facet find": {"name": "half", "find": "?"},
    "product id": {"id": "?"},
    "product text": {"id": "p01", "text": "?"},
    "product rankers": {"id": "p01", "text": "a", "rankers": ["?"]},
    "similar id": {"id": "?"},
    "similar by": {"id": "p01", "by": "?"},
    "measures query_id": {"query_id": "?", "columns": {"text": ["p01"]}},
    "measures columns": {"query_id": "q", "columns": {"?": ["?", "p01"]}},
    "measures campaign": {"query_id": "q", "columns": {"text": ["p01"]}, "campaign": "?"},
    "export text": {"text": "?", "format": "html"},
    "export csv": {"text": "?", "format": "csv"},
    "export filters": {"text": "a", "filters": {"fields": {"half": ["?"]}}, "format": "html"},
    "export format": {"text": "a", "format": "?"},
    "reload": {"?": "?"},
}


def filled(template: Any, string: str) -> Any:
    """The template with the string for each question mark."""
    if isinstance(template, dict):
        return {filled(k, string): filled(v, string) for k, v in template.items()}
    if isinstance(template, list):
        return [filled(value, string) for value in template]
    return string if template == "?" else template


def post(client: TestClient, route: str, body: Any) -> Any:
    """As a browser does: JSON.stringify writes half a character as an escape."""
    headers = {"content-type": "application/json"}
    return client.post(f"/api/{route}", content=json.dumps(body), headers=headers)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_takes_or_refuses_every_string(
    client: TestClient, hostile_strings: list[str], field: str
) -> None:
    assert len(hostile_strings) >= 80
    route = field.split(maxsplit=1)[0]
    for string in hostile_strings:
        answer = post(client, route, filled(FIELDS[field], string))
        assert answer.status_code in (200, 404, 413, 422), (field, string[:80], answer.text[:500])
        answer.content.decode()
        if answer.status_code != 200:
            assert set(answer.json()["error"]) == {"code", "message"}
            assert len(answer.json()["error"]["message"]) < 100_000
        elif field == "search text":
            text = answer.json()["query"]["text"]
            assert text == string.replace("\0", " ").strip()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'{"text": "\xff"}', b"[" * 100_000, b'{"text": 1e999}']
)
def test_bodies_that_are_none(client: TestClient, body: bytes) -> None:
    for route in ("search", "facet", "product", "similar", "measures", "export"):
        headers = {"content-type": "application/json"}
        answer = client.post(f"/api/{route}", content=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    "route", ["search", "facet", "product", "similar", "measures", "export", "reload"]
)
def test_pages_of_other_sites_are_refused(client: TestClient, route: str) -> None:
    body = {"text": "a", "id": "p01", "format": "csv"}
    for headers in (
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = client.post(f"/api/{route}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    plain = {"content-type": "text/plain"}
    answer = client.post(f"/api/{route}", content=json.dumps(body), headers=plain)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "not_json")


# ── What a catalog may hold ─────────────────────────────────────────────────────────────────


@pytest.fixture
def kept(hostile_strings: list[str]) -> list[str]:
    """The strings that a catalog can hold."""
    return [s for s in hostile_strings if "\0" not in s and not _halved(s)]


def _halved(text: str) -> bool:
    return any(unicodedata.category(character) == "Cs" for character in text)


@pytest.fixture
def hostile(
    tmp_path: Path, kept: list[str], engine: Any, make_client: Callable[..., TestClient]
) -> TestClient:
    """A client of a catalog whose every field is hostile; 100 products."""
    products = [
        Product(
            product_id=f"{n:03}{string[:60]}",
            title=string,
            description=string,
            brand=string[:2000],
            category=string[:2000],
            price=Price(5, string[:10]),
            attributes={string[:100]: string, "half": string[:2000]},
        )
        for n, string in enumerate(kept)
    ]
    catalog = write_catalog(tmp_path / "hostile", products)
    handle = EngineHandle(lambda: type(engine)(Catalog.open(catalog.directory)))
    handle.wait(10)
    return make_client(handle)


def test_a_hostile_catalog_is_told_word_for_word(hostile: TestClient, kept: list[str]) -> None:
    assert post(hostile, "search", {"text": "a"}).status_code == 200
    for n, string in enumerate(kept):
        product_id = f"{n:03}{string[:60]}"
        answer = post(hostile, "product", {"id": product_id, "text": "alert script red b"}).json()
        assert answer["product"]["title"] == answer["product"]["description"] == string
        assert {"name": string[:100], "value": string} in answer["product"]["attributes"]
        assert "".join(piece for piece, _ in answer["words"]["fields"]["title"]) == string
        assert post(hostile, "similar", {"id": product_id, "by": "text"}).status_code == 200


def pages(client: TestClient, kept: list[str], kind: str) -> Iterator[Any]:
    """Exports that show every product: the first hundred by text, the last by image."""
    assert len(kept) <= 150
    for ranker, top_k in (("text", 100), ("image", len(kept) - 100)):
        body = {"text": "a", "rankers": [ranker], "top_k": top_k, "format": kind}
        answer = post(client, "export", body)
        assert answer.status_code == 200, answer.text[:500]
        yield answer


def test_csv_stays_inert(hostile: TestClient, kept: list[str]) -> None:
    titles: list[str] = []
    for answer in pages(hostile, kept, "csv"):
        text = answer.content.decode("utf-8-sig")
        csv.field_size_limit(2_000_000)
        for row in csv.DictReader(io.StringIO(text, newline="")):
            titles.append(row["title"])
            for cell in row.values():
                seen = unicodedata.normalize("NFKC", cell).lstrip()
                assert not seen.startswith(("=", "+", "-", "@")), cell[:80]
                assert not cell.startswith(("\t", "\r", "\n")), cell[:80]
    assert {title.removeprefix("'") for title in titles} == {t.removeprefix("'") for t in kept}


@pytest.mark.browser
def test_the_exported_page_stays_inert(
    browser: Browser, hostile: TestClient, kept: list[str], tmp_path: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    titles: list[str] = []
    for answer in pages(hostile, kept, "html"):
        # Without the policy that would stop a script: escaping alone has to do.
        text = answer.text.replace('http-equiv="Content', 'name="Content', 1)
        (tmp_path / "export.html").write_bytes(text.encode())
        asked.clear()
        page.goto((tmp_path / "export.html").as_uri())
        assert page.evaluate("window.hacked") is None
        assert page.locator("script, iframe, object, embed, svg, form, link, base").count() == 0
        titles += page.locator("h3").evaluate_all("all => all.map(one => one.textContent)")
        assert len(asked) == 1
    # What HTML itself makes of line ends, and of characters that are none.
    assert set(titles) == {title.replace("\r\n", "\n").replace("\r", "\n") for title in kept}
    context.close()


def test_media_cannot_leave_its_folder(app: Any, hostile_strings: list[str]) -> None:
    paths = ["../catalog.json", "..%2fcatalog.json", "%2e%2e/%2e%2e/etc/passwd", "....//x"]
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        for string in [*paths, *hostile_strings[:-1]]:
            if _halved(string):
                continue
            for path in (f"/media/{string}", f"/api/query-photos/{string}"):
                try:
                    answer = client.get(path, params={"size": "full"})
                except Exception as error:
                    assert type(error).__name__ == "InvalidURL"  # the client refuses to ask
                    continue
                assert (
                    answer.status_code in (404, 405)
                    or "text/html" in answer.headers["content-type"]
                ), (path, answer.status_code)
                assert b"fingerprint" not in answer.content
                assert b"root:" not in answer.content
