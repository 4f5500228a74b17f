"""Tell what is in the catalog and what its last import met with. Knows no engine."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from mmdemo.catalog import describe, read_report
from mmdemo.errors import CatalogError
from mmdemo.web.api.context import Context
from mmdemo.web.json_route import JsonRoute, Refusal, Who, judge_of


def catalog_routes(context: Context, who: Who) -> APIRouter:
    """Make the route ``GET /api/catalog``; it answers without an index, too."""
    router = APIRouter(prefix="/api", route_class=JsonRoute)

    @router.get("/catalog")
    def catalog(request: Request) -> JSONResponse:
        judge_of(request, who)
        if context.directory is None:
            raise Refusal(503, "loading", "the catalog is still being made; try again in a moment")
        try:
            return JSONResponse(catalog_json(context.directory))
        except CatalogError as error:
            raise Refusal(404, "no_catalog", str(error)) from error

    return router


def catalog_json(directory: Path) -> dict[str, object]:
    """Facts and last report; `report` is null for a catalog that no import of ours made.

    Raises:
        CatalogError: the folder holds no catalog.
    """
    try:
        report: dict[str, object] | None = read_report(directory).to_json()
    except CatalogError:
        report = None
    return {"facts": describe(directory).to_json(), "report": report}
