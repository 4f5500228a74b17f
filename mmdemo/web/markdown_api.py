"""Take Markdown apart, so that pages show it without markup. Knows no campaign and no page.

What comes out are texts and elements of a fixed list, never HTML: HTML in the source stays text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import ValidationError

from mmdemo.web.api.bodies import Body
from mmdemo.web.json_route import JsonRoute, Refusal, Who, first_problem, json_body, judge_of

MAX_BODY = 256 * 1024  # bytes
_TAGS = {
    "paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li",
    "strong": "strong", "em": "em", "blockquote": "blockquote", "table": "table",
    "thead": "thead", "tbody": "tbody", "tr": "tr", "th": "th", "td": "td",
}  # fmt: skip
_EMPTY = {"hr": "hr", "hardbreak": "br"}
_VERBATIM = {"code_inline": "code", "code_block": "pre", "fence": "pre"}
_HEADINGS = {"h1": "h2", "h2": "h3"}  # the page has its own first heading; deeper ones are alike

Node = str | dict[str, Any]
"""A text, or ``{"tag", "href", "children"}``."""


class MarkdownBody(Body):
    """`POST /api/markdown`."""

    markdown: str


def markdown_nodes(source: str) -> list[Node]:
    """CommonMark with tables as a tree of texts and elements."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return _nodes(SyntaxTreeNode(parser.parse(source)).children)


def _nodes(children: Sequence[SyntaxTreeNode]) -> list[Node]:
    return [node for child in children for node in _node(child)]


def _node(node: SyntaxTreeNode) -> list[Node]:
    kind = node.type
    made: list[Node]
    if kind == "inline" or (kind == "paragraph" and node.hidden):  # hidden: of a tight list
        made = _nodes(node.children)
    elif kind == "softbreak":
        made = [" "]
    elif kind in _EMPTY:
        made = [{"tag": _EMPTY[kind]}]
    elif kind in _VERBATIM:
        made = [{"tag": _VERBATIM[kind], "children": [node.content]}]
    elif kind == "heading":
        made = [{"tag": _HEADINGS.get(node.tag, "h4"), "children": _nodes(node.children)}]
    elif kind == "link":
        address = str(node.attrs.get("href", ""))
        made = [{"tag": "a", "href": address, "children": _nodes(node.children)}]
    elif kind in _TAGS:
        made = [{"tag": _TAGS[kind], "children": _nodes(node.children)}]
    else:  # a text, or what is not to be shown as anything else
        made = [node.content]
    return made


def markdown_routes(who: Who) -> APIRouter:
    """`POST /api/markdown` {"markdown"} → {"nodes"}."""
    router = APIRouter(route_class=JsonRoute)

    @router.post("/api/markdown")
    def nodes(
        request: Request, body: Annotated[bytes, Depends(json_body(MAX_BODY, "a text"))]
    ) -> JSONResponse:
        judge_of(request, who)
        try:
            asked = MarkdownBody.model_validate_json(body)
        except ValidationError as error:
            raise Refusal(422, "invalid", first_problem(error.errors())) from error
        return JSONResponse({"nodes": markdown_nodes(asked.markdown)})

    return router
