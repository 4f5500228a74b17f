"""A search as a file: a table for spreadsheets, and one page that needs nothing else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from playwright.sync_api import Browser, Page

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment, Query


@pytest.fixture
def export(client: TestClient) -> Callable[..., Any]:
    def post(**body: Any) -> Any:
        answer = client.post("/api/export", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer

    return post


@pytest.fixture
def graded(store: JudgmentStore, campaign: str) -> None:
    """p01 is Exact for "shirt" by anna, who asks; Irrelevant by bob."""
    for judge, grade in (("anna", 3), ("bob", 0)):
        store.add(
            Judgment(
                client_event_id=judge,
                campaign=campaign,
                judge=judge,
                query_id=Query("shirt").query_id,
                query_text="shirt",
                product_id="p01",
                grade=grade,
                clicked_at=datetime(2026, 3, 1, tzinfo=UTC),
            )
        )


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open an exported page from disk; fails if it asks for anything outside itself."""
    context = browser.new_context(java_script_enabled=True)
    asked: list[str] = []

    def open_page(content: bytes, *, guarded: bool = True) -> Page:
        text = content.decode()
        policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', text)
        assert policy is not None
        file = tmp_path / "export.html"
        file.write_text(text if guarded else text.replace(policy[0], ""), encoding="utf-8")
        page = context.new_page()
        page.on(
            "request",
            lambda r: None if r.url.startswith(("file:", "data:")) else asked.append(r.url),
        )
        page.goto(file.as_uri())
        return page

    yield open_page
    context.close()
    assert asked == []


def rows(answer: Any) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_for_each_hit(export: Callable[..., Any], graded: None) -> None:
    answer = export(text="shirt", rankers=["image", "text"], top_k=2, format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="mmdemo-shop-shirt.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    found = rows(answer)
    assert [(r["ranker"], r["rank"], r["product_id"], r["rank_in_text"]) for r in found] == [
        ("image", "1", "p39", "40"),
        ("image", "2", "p38", "39"),
        ("text", "1", "p00", "1"),
        ("text", "2", "p01", "2"),
    ]
    assert found[2] == {
        "ranker": "text",
        "rank": "1",
        "product_id": "p00",
        "title": "Product 0",
        "brand": "A & <B>",
        "price": "₹649",
        "score": "1.0",
        "text_part": "1.0",
        "image_part": "",
        "rank_in_text": "1",
        "grade": "",
    }
    assert [r["grade"] for r in found] == ["", "", "", "3"]  # one's own only


def test_filters_and_weight_are_those_of_the_search(export: Callable[..., Any]) -> None:
    answer = export(
        text="shirt",
        rankers=["fused"],
        text_weight=0.1,
        top_k=1,
        filters={"fields": {"half": ["first"]}},
        format="csv",
    )
    (row,) = rows(answer)
    assert (row["product_id"], row["rank_in_text"]) == ("p19", "20")


@pytest.mark.browser
def test_the_page_tells_all_without_a_script(
    export: Callable[..., Any], opened: Callable[..., Page], graded: None, photo_key: str
) -> None:
    answer = export(
        text="shirt",
        photo=photo_key,
        text_weight=0.25,
        top_k=10,
        filters={"fields": {"half": ["first"]}, "price": {"max": 700}},
        format="html",
    )
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'filename="mmdemo-shop-shirt.html"' in answer.headers["content-disposition"]
    page = opened(answer.content)
    assert page.title() == "shirt – shop"
    assert page.locator("h1").inner_text() == "shirt"
    facts = page.locator(".facts").inner_text()
    for fact in (
        "25 % text, 75 % image",
        "10 results per list",
        "20 of 40 products",
        "half: first",
        "price to 700",
        "words-model + photo-model",
        f"{datetime.now().year}",
    ):
        assert fact in facts
    assert page.locator("h2").all_inner_texts() == ["Text", "Image", "Fused"]
    assert page.locator("section").nth(2).locator(".rank").all_inner_texts() == [
        str(rank) for rank in range(1, 11)
    ]
    loaded = "images => images.map(image => image.complete && image.naturalWidth > 0)"
    pictures = page.locator("img").evaluate_all(loaded)
    assert len(pictures) == 1 + 29  # the query's, and all but p08's, which text shows
    assert all(pictures)
    assert page.locator(".none").count() == 1
    assert page.locator("script").count() == 0
    # A part's width: the best of the image list is p19, and p10 is its last.
    widths = (
        page.locator("section")
        .nth(1)
        .locator(".bar i")
        .evaluate_all("bars => bars.map(bar => bar.style.width)")
    )
    assert (widths[0], widths[-1]) == ("100%", f"{round(100 * 10 / 19, 1)}%")


@pytest.mark.browser
def test_badges_moves_and_grades(
    export: Callable[..., Any], opened: Callable[..., Page], graded: None
) -> None:
    # At 0.25 fused is the image's order: p39, p38. Text has p00, p01.
    page = opened(export(text="shirt", text_weight=0.25, top_k=2, format="html").content)
    marks = [
        [" ".join(told.split()) for told in section.locator(".marks").all_inner_texts()]
        for section in page.locator("section").all()
    ]
    assert marks == [
        ["exclusive buried", "exclusive buried Exact"],
        ["", ""],
        ["rescued", "rescued"],
    ]
    assert page.locator("section").nth(1).locator(".moved").all_inner_texts() == ["▲ 39", "▲ 37"]
    assert page.locator("section").nth(0).locator(".moved").count() == 0
    assert page.locator("section").nth(0).locator(".column-facts").all_inner_texts() == [
        "2 exclusive",
        # One of two products is judged, by both; of Exact and Irrelevant the lower counts.
        "nDCG@10 0.000 · Judged@10 0.500",
    ]


@pytest.mark.browser
def test_lists_that_are_missing_or_empty(
    export: Callable[..., Any], opened: Callable[..., Page], photo_key: str
) -> None:
    page = opened(export(photo=photo_key, rankers=["text", "image"], format="html").content)
    assert page.title() == "Photo search – shop"
    assert page.locator(".empty").all_inner_texts() == ["No answer: The query has no words."]
    page = opened(export(text="nothing", rankers=["text"], format="html").content)
    assert page.locator(".empty").all_inner_texts() == ["Nothing found."]


def test_a_large_query_photo_is_made_small(client: TestClient, export: Callable[..., Any]) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((3000, 2000), 90).convert("RGB").save(buffer, "JPEG", quality=95)
    sent = client.post(
        "/api/query-photos", content=buffer.getvalue(), headers={"content-type": "image/jpeg"}
    )
    answer = export(photo=sent.json()["key"], rankers=["image"], top_k=1, format="html")
    assert len(buffer.getvalue()) > 3_000_000 > 300_000 > len(answer.content)
    assert re.fullmatch(
        r'attachment; filename="mmdemo-shop-[0-9a-f]{16}.html"',
        answer.headers["content-disposition"],
    )


def test_an_unknown_format(refused: Callable[..., str]) -> None:
    assert "format" in refused(422, "invalid", "export", text="a", format="pdf")
