"""Markdown becomes a tree of texts and allowed elements, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.web.markdown_api import markdown_nodes, markdown_routes

TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr",
    "br", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def every(nodes: list[Any]) -> Iterator[Any]:
    """All nodes of a tree."""
    for node in nodes:
        yield node
        if not isinstance(node, str):
            yield from every(node.get("children", []))


def text(nodes: list[Any]) -> str:
    return "".join(node for node in every(nodes) if isinstance(node, str))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# A\n\n### B", [{"tag": "h2", "children": ["A"]}, {"tag": "h4", "children": ["B"]}]),
        (
            "a **b** *c*",
            [
                {
                    "tag": "p",
                    "children": [
                        "a ",
                        {"tag": "strong", "children": ["b"]},
                        " ",
                        {"tag": "em", "children": ["c"]},
                    ],
                }
            ],
        ),
        (
            "- a\n- b",
            [
                {
                    "tag": "ul",
                    "children": [
                        {"tag": "li", "children": ["a"]},
                        {"tag": "li", "children": ["b"]},
                    ],
                }
            ],
        ),
        ("`a<b>`", [{"tag": "p", "children": [{"tag": "code", "children": ["a<b>"]}]}]),
        ("```\nx\n```", [{"tag": "pre", "children": ["x\n"]}]),
        ("a  \nb\nc", [{"tag": "p", "children": ["a", {"tag": "br"}, "b", " ", "c"]}]),
        (
            "[x](https://example.org)",
            [
                {
                    "tag": "p",
                    "children": [{"tag": "a", "href": "https://example.org", "children": ["x"]}],
                }
            ],
        ),
        ("", []),
    ],
)
def test_markdown_as_nodes(source: str, expected: list[Any]) -> None:
    assert markdown_nodes(source) == expected


def test_a_table() -> None:
    (table,) = markdown_nodes("| a | b |\n|---|---|\n| 1 | 2 |")
    tags = [node["tag"] for node in every([table]) if not isinstance(node, str)]
    assert tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert text([table]) == "ab12"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1))",
        "[x](vbscript:a) [y](data:text/html,a)",
        '<a href="javascript:alert(1)">x</a>',
    ],
)
def test_markup_and_scripts_stay_text(source: str) -> None:
    nodes = markdown_nodes(source)
    assert {node["tag"] for node in every(nodes) if not isinstance(node, str)} == {"p"}
    assert text(nodes) == source


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_only_allowed_elements_come_out(source: str) -> None:
    for node in every(markdown_nodes(source)):
        if not isinstance(node, str):
            assert node["tag"] in TAGS
            assert set(node) <= {"tag", "href", "children"}


def test_the_route() -> None:
    app = FastAPI()
    app.include_router(markdown_routes(lambda request: "anna"))
    client = TestClient(app)
    answer = client.post("/api/markdown", json={"markdown": "*a*"})
    assert answer.json() == {
        "nodes": [{"tag": "p", "children": [{"tag": "em", "children": ["a"]}]}]
    }
    assert client.post("/api/markdown", json={"text": "a"}).status_code == 422
    assert client.post("/api/markdown", content="a").status_code == 415
    too_long = {"markdown": "a" * 300_000}
    assert client.post("/api/markdown", json=too_long).status_code == 413
