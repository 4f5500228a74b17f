"""The routes of the page's API: read what was sent, hand it on. Knows no answer's content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from mmdemo.errors import (
    CatalogError,
    IndexMismatchError,
    LabelError,
    MmdemoError,
    ModelError,
    QueryError,
)
from mmdemo.labels.accounts import Role
from mmdemo.web.access import visitor_of
from mmdemo.web.api.bodies import (
    Asked,
    ExportBody,
    FacetBody,
    MeasuresBody,
    ProductBody,
    SearchBody,
    SimilarBody,
)
from mmdemo.web.api.context import Context
from mmdemo.web.api.export import file_name, to_csv, to_html
from mmdemo.web.api.filters import facet_json, filter_lines, filters_of
from mmdemo.web.api.measures import grades_of, measures_answer
from mmdemo.web.api.product import product_answer, similar_answer
from mmdemo.web.api.search import Search, search_json
from mmdemo.web.api.status import brief_json, open_campaign, status_json, tell_models
from mmdemo.web.json_route import JsonRoute, Refusal, Who, first_problem, json_body, judge_of

MAX_BODY = 256 * 1024  # bytes; far above any search or measured lists
LONGEST_WAIT = 25.0  # seconds; proxies give up at 30
_Body = TypeVar("_Body", bound=BaseModel)
_Json = Annotated[bytes, Depends(json_body(MAX_BODY, "a request"))]
_STATUS: tuple[tuple[type[MmdemoError], int, str], ...] = (
    (QueryError, 422, "query"),
    (CatalogError, 404, "no_product"),
    (LabelError, 503, "unavailable"),
    (ModelError, 503, "model"),
    (IndexMismatchError, 503, "index"),
    (MmdemoError, 422, "invalid"),
)


def api_routes(context: Context, who: Who) -> APIRouter:
    """Make the routes under ``/api`` that the page asks; docs/API.md describes them.

    Args:
        context: what answers are made from.
        who: names the judge of a request.
    """
    router = APIRouter(prefix="/api", route_class=JsonRoute)

    def tell(judge: str) -> dict[str, object]:
        engine = context.handle.engine
        if engine is not None:
            context.facets(engine.catalog)  # so that the first search does not have to
        return status_json(context, judge)

    @router.get("/status")
    async def status(
        request: Request, wait: Annotated[float, Query(ge=0, allow_inf_nan=False)] = 0
    ) -> JSONResponse:
        judge = await run_in_threadpool(judge_of, request, who)
        await context.handle.settled(min(wait, LONGEST_WAIT))
        visitor = visitor_of(request)
        if visitor is not None and visitor.role is Role.JUDGE:
            return JSONResponse(brief_json(context.handle, judge))
        return JSONResponse(await run_in_threadpool(tell, judge))

    @router.post("/reload")
    def reload(request: Request, body: _Json) -> JSONResponse:
        judge = judge_of(request, who)
        context.handle.retry()
        return JSONResponse(tell(judge))

    @router.post("/search")
    def search(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(SearchBody, body)
        with refusals():
            engine, search = context.engine(), search_of(context, asked)
            return JSONResponse(search_json(engine, context.facets(engine.catalog), search))

    @router.post("/export")
    def export(request: Request, body: _Json) -> Response:
        judge = judge_of(request, who)
        asked = parsed(ExportBody, body)
        with refusals():
            return exported(context, asked, search_of(context, asked), judge)

    @router.post("/facet")
    def facet(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(FacetBody, body)
        facets = context.facets(context.engine().catalog)
        if asked.name not in facets.names:
            expected = ", ".join(facets.names) or "none"
            raise Refusal(404, "no_facet", f"no such facet: got {asked.name}, expected {expected}")
        filters = filters_of(asked.filters)
        return JSONResponse(facet_json(facets.count(asked.name, filters, find=asked.find), filters))

    @router.post("/product")
    def product(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(ProductBody, body)
        with refusals():
            engine = context.engine()
            search = search_of(context, asked) if asked.text.strip() or asked.photo else None
            facets = context.facets(engine.catalog)
            return JSONResponse(product_answer(engine, facets, asked.id, search))

    @router.post("/similar")
    def similar(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(SimilarBody, body)
        with refusals():
            answer = similar_answer(
                context.engine(),
                asked.id,
                by=asked.by,
                text_weight=asked.text_weight,
                top_k=asked.top_k,
            )
            return JSONResponse(answer)

    @router.post("/measures")
    def measures(request: Request, body: _Json) -> JSONResponse:
        judge_of(request, who)
        asked = parsed(MeasuresBody, body)
        campaign = asked.campaign or open_campaign(context.engine().catalog)
        with refusals():
            answer = measures_answer(context.store, campaign, asked.query_id, asked.columns)
            return JSONResponse(answer)

    return router


def exported(context: Context, asked: ExportBody, search: Search, judge: str) -> Response:
    """The search as a file."""
    engine = context.engine()
    catalog, query_id = engine.catalog, search.query.query_id
    answer: dict[str, Any] = search_json(engine, context.facets(catalog), search)
    campaign = open_campaign(catalog)
    grades = grades_of(context.store, campaign, query_id, judge)
    if asked.format == "csv":
        content, kind = to_csv(answer, grades), "text/csv; charset=utf-8"
    else:
        lists = {c["ranker"]: [hit["id"] for hit in c["hits"]] for c in answer["columns"]}
        content = to_html(
            answer,
            grades,
            measures_answer(context.store, campaign, query_id, lists),
            catalog,
            labels={info.name: info.label for info in engine.rankers},
            models=tell_models(engine),
            filters=filter_lines(search.filters),
            photo=search.query.image,
            now=datetime.now().astimezone(),
        )
        kind = "text/html; charset=utf-8"
    name = file_name(catalog.name, search.query.text, query_id, asked.format)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def search_of(context: Context, asked: Asked) -> Search:
    """A search as the engine can make it."""
    engine = context.engine()
    query = context.query(asked.text, asked.photo)
    weight = engine.weight_for(query, asked.text_weight)
    filters = filters_of(asked.filters)
    top_k = asked.top_k if isinstance(asked, SearchBody) else 1
    return Search(query, asked.photo, tuple(asked.rankers), weight, top_k, filters)


def parsed(kind: type[_Body], body: bytes) -> _Body:
    """Read a JSON body.

    Raises:
        Refusal: it is not what `kind` says.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise Refusal(422, "invalid", first_problem(error.errors())) from error


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a user can mend into an answer that says so."""
    try:
        yield
    except MmdemoError as error:
        status, code = next((s, c) for kind, s, c in _STATUS if isinstance(error, kind))
        raise Refusal(status, code, str(error)) from error
