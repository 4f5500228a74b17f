"""Serve the catalog's photos. Knows no ranking and no page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import FileResponse

from mmdemo.catalog import Catalog
from mmdemo.errors import CatalogError
from mmdemo.web.loading import EngineHandle

_KEY = re.compile(r"[0-9a-f]{16,64}")
_BROWSER_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
}
_Size = Literal["thumbnail", "large", "full"]
_IMMUTABLE = "private, max-age=31536000, immutable"  # a key names its bytes, for ever


def photo_response(request: Request, path: Path, etag: str) -> Response:
    """A photo that the browser keeps; 304 if it has it.

    What browsers do not show as a plain picture (SVG can run scripts) is offered as a download.
    """
    headers = {"etag": f'"{etag}"', "cache-control": _IMMUTABLE}
    if etag in re.findall(r'"([^"]*)"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    media_type = _BROWSER_TYPES.get(path.suffix.lower())
    if media_type is None:
        headers["content-disposition"] = "attachment"
    return FileResponse(path, headers=headers, media_type=media_type or "application/octet-stream")


def check_key(key: str) -> str:
    """Return `key` if it can name a photo: no path, only hex digits."""
    if not _KEY.fullmatch(key):
        raise HTTPException(404, "no such photo")
    return key


def _path(catalog: Catalog, key: str, size: _Size) -> Path:
    match size:
        case "thumbnail":
            return catalog.thumbnail_path(key)
        case "large":
            return catalog.large_path(key)
        case "full":
            return catalog.image_path(key)


def media_routes(handle: EngineHandle, who: Callable[[Request], str]) -> APIRouter:
    """`GET /media/<key>`; `?size=`: thumbnail, large (fills a screen), full (the original)."""
    router = APIRouter()

    @router.api_route(
        "/media/{key}", methods=["GET", "HEAD"], dependencies=[Depends(who)], response_model=None
    )
    def photo(request: Request, key: str, size: _Size = "thumbnail") -> Response:
        check_key(key)
        if handle.engine is None:
            again = None if handle.message else {"retry-after": "1"}
            raise HTTPException(503, handle.message or "the catalog is still loading", again)
        try:
            path = _path(handle.engine.catalog, key, size)
        except CatalogError as error:
            raise HTTPException(404, "no such photo") from error
        if not path.is_file():
            raise HTTPException(404, "no such photo")
        return photo_response(request, path, f"{key}-{size}")

    return router
