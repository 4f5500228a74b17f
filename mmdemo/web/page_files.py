"""Serve the page's own scripts and styles. Knows what is in them no more than their type."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class PageFiles:
    """The files of `static/`, read once.

    Attributes:
        version: hash of all of them. It is part of their address, so that browsers keep them
            for good and still never mix two versions.
    """

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where the page finds a file, relative to the page's own address."""
        if name not in self._files:
            raise KeyError(name)
        return f"ui/{self.version}/{name}"

    def routes(self) -> APIRouter:
        """`GET /ui/<version>/<name>` and the icon."""
        router = APIRouter()

        @router.get("/ui/{version}/{name}", response_model=None)
        def file(version: str, name: str) -> Response:
            media_type = _TYPES.get(Path(name).suffix)
            if name not in self._files or media_type is None:
                raise HTTPException(404, "no such file")
            keep = "public, max-age=31536000, immutable" if version == self.version else "no-store"
            return Response(
                self._files[name], media_type=media_type, headers={"cache-control": keep}
            )

        @router.get("/favicon.ico", response_model=None)
        def icon() -> Response:
            headers = {"cache-control": "public, max-age=86400"}
            return Response(self._files["icon.svg"], media_type="image/svg+xml", headers=headers)

        return router
