"""The routes of the analysis: from grades to a verdict, its queries and its weights.

Knows no statistics and no markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from mmdemo.labels import csv_lines, guarded
from mmdemo.web.api.analysis_bodies import (
    AnalysisBody,
    CaseBody,
    HolesBody,
    ReplayBody,
    ReportQuery,
)
from mmdemo.web.api.case import case_json, replay_json
from mmdemo.web.api.context import Context
from mmdemo.web.api.desk import Bench, Desk, rankers_of
from mmdemo.web.api.export import file_name
from mmdemo.web.api.routes import MAX_BODY, parsed, refusals
from mmdemo.web.json_route import JsonRoute, Refusal, Who, json_body, judge_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from mmdemo.analyze import Analysis

_Json = Annotated[bytes, Depends(json_body(MAX_BODY, "a request"))]
MEASURES = ("nDCG@10", "nDCG@5", "nDCG@1", "P@10", "R@10", "AP@10", "RR@10")


def analysis_routes(context: Context, desk: Desk, who: Who) -> APIRouter:
    """Make the routes under ``/api/analysis``; docs/API.md describes them.

    They are plain functions: however long an analysis takes, it holds a thread of the pool and
    not the event loop.
    """
    router = APIRouter(prefix="/api/analysis", route_class=JsonRoute)

    @router.get("/sources")
    def sources(request: Request) -> JSONResponse:
        judge_of(request, who)
        with refusals():
            engine = context.engine()
            found = desk.sources.all(engine.catalog)
            return JSONResponse(
                {
                    "sources": [asdict(source) for source in found],
                    "rankers": [asdict(info) for info in engine.rankers],
                    "chosen": rankers_of(engine),
                    "measures": MEASURES,
                    "text_weight": engine.text_weight,
                    "catalog": engine.catalog.name,
                    "problem": desk.sources.problem,
                }
            )

    @router.get("/progress")
    def progress(request: Request) -> JSONResponse:
        judge_of(request, who)
        return JSONResponse({"stage": desk.stage})

    @router.post("")
    def analysis(request: Request, body: _Json) -> Response:
        judge_of(request, who)
        asked = parsed(AnalysisBody, body)
        with refusals():
            bench = desk.bench(context.engine(), asked)
            return Response(analysis_bytes(bench), media_type="application/json")

    @router.post("/case")
    def case(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(CaseBody, body)
        with refusals():
            return JSONResponse(case_json(desk.bench(context.engine(), asked), asked.query_id))

    @router.post("/replay")
    def replay(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(ReplayBody, body)
        with refusals():
            bench = desk.bench(context.engine(), asked)
            return JSONResponse(replay_json(bench, asked.at, asked.segment))

    @router.post("/holes")
    def holes(request: Request, body: _Json) -> Response:
        judge_of(request, who)
        asked = parsed(HolesBody, body)
        with refusals():
            engine = context.engine()
            found = desk.bench(engine, asked).analysis
            content = settling_csv(found) if asked.settle else holes_csv(found, asked.at)
        name = file_name(engine.catalog.name, "pairs to judge", "pairs", "csv")
        return _download(content, "text/csv; charset=utf-8", name)

    @router.get("/report")
    def report(request: Request, asked: Annotated[ReportQuery, Query()]) -> Response:
        judge_of(request, who)
        from mmdemo.analyze import report_html, report_markdown

        with refusals():
            engine = context.engine()
            found = desk.bench(engine, asked.body()).analysis
        title = f"Does fusion help? {engine.catalog.name}"
        if asked.format == "md":
            content, kind = report_markdown(found, title=title), "text/markdown; charset=utf-8"
        else:
            content = report_html(found, title=title, catalog=engine.catalog)
            kind = "text/html; charset=utf-8"
        name = file_name(engine.catalog.name, "analysis", "analysis", asked.format)
        return _download(content, kind, name)

    return router


def analysis_bytes(bench: Bench) -> bytes:
    """`POST /api/analysis`: the analysis but for what is asked for one by one.

    Moves and lists come with `/case`, what is to be judged with `/holes`.
    """
    from mmdemo.analyze import MEANINGS, telling

    analysis = bench.analysis
    weights = analysis.weights
    beside = {
        "key": bench.key,
        "meanings": {str(kind): meaning for kind, meaning in MEANINGS.items()},
        "telling": [case.topic_id for case in telling(analysis.cases)],
        "holes": len(weights.holes) if weights is not None else 0,
        "holes_served": sum(hole.served for hole in weights.holes) if weights is not None else 0,
    }
    body = _adapter().dump_json(
        analysis,
        exclude={
            "lists": True,
            "cases": {"__all__": {"moves"}},
            "weights": {"holes", "by_query"},
        },
    )
    return json.dumps(beside)[:-1].encode() + b', "analysis": ' + body + b"}"


def holes_csv(analysis: Analysis, at: float | None) -> str:
    """Pairs to judge as CSV: those in the first k at one weight, or at any."""
    from mmdemo.analyze import hole_rows

    if analysis.weights is None:
        raise Refusal(422, "no_replay", "there are no weights to replay, and so no pairs to judge")
    holes = [
        hole
        for hole in analysis.weights.holes
        if at is None or hole.weights[0] - 1e-9 <= at <= hole.weights[1] + 1e-9
    ]
    return _csv(hole_rows(holes))


def settling_csv(analysis: Analysis) -> str:
    """Pairs whose grades would settle the verdict, as CSV; only a header if there are none."""
    from mmdemo.analyze import tables

    return _csv(tables(analysis).get("to_grade", [["query_id", "query", "product_id"]]))


def _csv(rows: Sequence[Sequence[object]]) -> str:
    """Rows in which a spreadsheet takes no text for a formula."""
    safe = ([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return "".join(csv_lines(safe))


@cache
def _adapter() -> TypeAdapter[Analysis]:
    from pydantic import TypeAdapter

    from mmdemo.analyze import Analysis

    return TypeAdapter(Analysis)


def _download(content: str, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content.encode(), media_type=kind, headers=headers)
