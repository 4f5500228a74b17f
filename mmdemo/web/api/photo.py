"""Sizes and small copies of photos. Knows no product."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from mmdemo.catalog import decode

SIDE = 384  # of a small copy: as the catalog's thumbnails
_ORIENTATION = 0x0112  # EXIF tag
_TURNED = (5, 6, 7, 8)  # its values for a photo that lies on its side
_TYPES = {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height as a person sees it; None for a file that is no photo."""
    try:
        with Image.open(path) as photo:
            width, height = photo.size
            turned = photo.getexif().get(_ORIENTATION) in _TURNED
            return (height, width) if turned else (width, height)
    except (OSError, Image.DecompressionBombError):
        return None


def small_photo(content: bytes) -> bytes:
    """A WebP copy for a page, at most `SIDE` pixels on its longer side.

    Raises:
        CatalogError: it cannot be decoded.
    """
    image = decode(content)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=82)
    return buffer.getvalue()


def media_type(path: Path) -> str:
    """What a browser calls the format of a photo's file."""
    return _TYPES.get(path.suffix.lower(), "image/jpeg")
