"""Make the sizes a page needs of a photo, and say what the photo is like. Knows no folder."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

import numpy as np
from PIL import Image

from mmdemo.catalog.photos.decode import MAX_PIXELS, as_seen, is_turned, most_pixels, opened
from mmdemo.catalog.photos.formats import BROWSER_SUFFIXES
from mmdemo.catalog.photos.gate import Gate
from mmdemo.catalog.photos.records import Fault, PhotoError, PhotoFacts

THUMBNAIL_SIDE = 384  # twice the widest card, for dense screens
LARGE_SIDE = 1600  # a photo that fills a screen
MIN_SIDE = 4  # below it a file is a tracking pixel or a line
_ANIMATED = frozenset({"GIF", "PNG", "WEBP", "AVIF"})
# While they are decoded, photos take up to 0.8 GB at this budget (12 bytes a pixel, WebP 18).
_pixels = Gate(MAX_PIXELS)
_cores = Gate(os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Renditions:
    """What is made of a photo once.

    Attributes:
        suffix: of the original's file; empty if browsers do not show it.
        thumbnail: WebP within 384 pixels, or None where the original is one.
        large: JPEG within 1600 pixels, or None where the original serves.
    """

    facts: PhotoFacts
    suffix: str
    thumbnail: bytes | None
    large: bytes | None


def make_renditions(content: bytes) -> Renditions:
    """Decode a photo once, no larger than needed, and make what is derived from it.

    Raises:
        PhotoError: it is no photo, is damaged, or has too many or too few pixels.
    """
    with _cores.share(1), opened(content) as image:
        if min(image.size) < MIN_SIDE:
            raise PhotoError(Fault.TOO_FEW_PIXELS, f"{image.width} x {image.height}")
        kind = image.format or ""
        animated = kind in _ANIMATED and bool(getattr(image, "is_animated", False))
        suffix = BROWSER_SUFFIXES.get(kind, "")
        size = image.size
        # Not every browser shows the inks of a printer; an animation would move on every card.
        safe = bool(suffix) and image.mode != "CMYK" and not animated
        needs_large = not safe or max(size) > LARGE_SIDE
        with _pixels.share(size[0] * size[1] * MAX_PIXELS // most_pixels(kind)):
            seen = as_seen(image, within=LARGE_SIDE if needs_large else THUMBNAIL_SIDE)
            width, height = reversed(size) if is_turned(image) else size
            image.close()  # its pixels count as long as they are there
        large = _encode(seen, "JPEG", quality=85) if needs_large else None
        needs_thumbnail = not safe or max(size) > THUMBNAIL_SIDE
        if max(seen.size) > THUMBNAIL_SIDE:
            seen.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        # Method 2 takes half the time of 4, Pillow's default, for files 3 % larger.
        thumbnail = _encode(seen, "WEBP", quality=82, method=2) if needs_thumbnail else None
        facts = PhotoFacts(width, height, kind, len(content), difference_hash(seen), animated)
    return Renditions(facts, suffix, thumbnail, large)


def difference_hash(image: Image.Image) -> int:
    """64 bits: whether the photo grows brighter from left to right, in an 8 x 8 grid.

    Source: N. Krawetz, "Kind of Like That", hackerfactor.com, 2013.
    """
    gray = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.LANCZOS))
    bits = gray[:, 1:] > gray[:, :-1]
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _encode(image: Image.Image, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
