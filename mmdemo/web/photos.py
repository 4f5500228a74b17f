"""Keep the photos people search with, so that links and judgments keep working. Knows no page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from mmdemo.catalog import Fault, PhotoError, decode, photo_format
from mmdemo.errors import QueryError
from mmdemo.files import write_bytes
from mmdemo.settings import Settings
from mmdemo.web.media import photo_response

MAX_BYTES = 20_000_000
_KEY = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
_ANOTHER_FORMAT = "choose a JPEG, PNG or WebP file"
_REMEDIES = {
    Fault.EMPTY: "choose another file",
    Fault.TOO_MANY_PIXELS: "make it smaller",
    Fault.TRUNCATED: "the file ends too early: fetch it again",
    Fault.DAMAGED: "save it anew, or choose another file",
}


class QueryPhotos:
    """A folder of query photos, each under the SHA-256 of its bytes, exactly as uploaded."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def beside_labels(cls, settings: Settings) -> QueryPhotos:
        """The folder ``query-images`` next to the judgments."""
        return cls(labels_folder(settings) / "query-images")

    def keep(self, content: bytes) -> str:
        """Check a photo and keep its bytes.

        Returns:
            Its key: 64 hex digits.

        Raises:
            QueryError: it is too large, or not a photo.
        """
        if len(content) > MAX_BYTES:
            raise QueryError(
                "the photo is too large",
                got=f"{len(content) / 1e6:.0f} MB",
                expected=f"at most {MAX_BYTES / 1e6:.0f} MB",
            )
        key = hashlib.sha256(content).hexdigest()
        if self._find(key) is None:
            try:
                decode(content)
            except PhotoError as error:
                remedy = _REMEDIES.get(error.reason, _ANOTHER_FORMAT)
                raise QueryError(
                    error.reason.value, got=error.detail or None, remedy=remedy
                ) from error
            suffix = _SUFFIXES.get(photo_format(content), ".bin")
            try:
                write_bytes(self.directory / f"{key}{suffix}", content)
            except OSError as error:
                raise QueryError(
                    f"the photo cannot be kept in {self.directory}: {error.strerror}",
                    remedy="check the folder's permissions and free space",
                ) from error
        return key

    def path(self, key: str) -> Path:
        """The file of a photo.

        Raises:
            QueryError: none is kept under this key.
        """
        found = self._find(key) if _KEY.fullmatch(key) else None
        if found is None:
            raise QueryError("this query photo is not kept here", remedy="choose it again")
        return found

    def read(self, key: str) -> bytes:
        """The bytes as they were uploaded.

        Raises:
            QueryError: none is kept under this key.
        """
        return self.path(key).read_bytes()

    def _find(self, key: str) -> Path | None:
        suffixes = (*dict.fromkeys(_SUFFIXES.values()), ".bin")
        candidates = (self.directory / f"{key}{suffix}" for suffix in suffixes)
        return next((path for path in candidates if path.is_file()), None)


def labels_folder(settings: Settings) -> Path:
    """Where the judgments' SQLite file lies, or the default folder for another database."""
    scheme, _, location = settings.labels.partition("://")
    path = location.partition("?")[0].removeprefix("/")
    if scheme.partition("+")[0] == "sqlite" and path and path != ":memory:":
        return Path(path).absolute().parent
    return settings.data / "labels"


def photo_routes(photos: QueryPhotos, who: Callable[[Request], str]) -> APIRouter:
    """`POST /api/query-photos` (the photo's bytes) → its key; `GET /api/query-photos/<key>`."""
    router = APIRouter(prefix="/api/query-photos", dependencies=[Depends(who)])

    @router.post("")
    async def keep(request: Request) -> JSONResponse:
        if not request.headers.get("content-type", "").startswith("image/"):
            return _error(415, "not_a_photo", f"this file is not a photo; {_ANOTHER_FORMAT}")
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BYTES:
                break  # `keep` says so
        try:
            key = await run_in_threadpool(photos.keep, bytes(content))
        except QueryError as error:
            return _error(422, "not_usable", str(error))
        return JSONResponse({"key": key})

    @router.get("/{key}", response_model=None)
    def photo(request: Request, key: str) -> Response:
        try:
            return photo_response(request, photos.path(key), key)
        except QueryError as error:
            raise HTTPException(404, "no such photo") from error

    return router


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
