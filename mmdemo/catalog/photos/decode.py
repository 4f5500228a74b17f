"""Decode photos as a person sees them. Knows no folder and no product.

A file may be made to harm. What it may cost is known from its header before a pixel is decoded:
at most `most_pixels`, read in at most `_MAX_READS` pieces and `_MAX_SCANS` passes.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError, features

from mmdemo.catalog.photos.formats import FORMATS, brand, is_cut_webp, why_not_a_photo
from mmdemo.catalog.photos.records import Fault, PhotoError

MAX_PIXELS = 64_000_000  # 8,000 x 8,000: above it a file is a mistake or a decompression bomb
_MAX_WEBP_PIXELS = 40_000_000  # its decoder holds twice as many copies as others
_MAX_READS = 300_000  # a header of millions of tiny pieces would keep Pillow busy for minutes
_MAX_SCANS = 64  # progressive JPEGs have about ten; each costs a pass over all pixels
_MAX_SEGMENTS = 10_000
_MAX_PROFILE = 4_000_000  # bytes; a printer's may have two million
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # no stuffed byte, no restart marker
_INTENT = ImageCms.Intent.PERCEPTUAL
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow warns of broken EXIF data, of MPO files and of sizes that are refused here anyway: once
# for each odd photo of a catalog, in the middle of a progress bar.
warnings.filterwarnings("ignore", module=r"PIL\.")


class _Reader(io.BytesIO):
    """Bytes that can only be read so many times."""

    _reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > _MAX_READS:
            raise PhotoError(Fault.DAMAGED, "made of too many pieces")
        return super().read(size)


@contextmanager
def opened(content: bytes) -> Iterator[Image.Image]:
    """Open a photo whose pixels are not decoded yet; say what is wrong with it, there or later.

    Raises:
        PhotoError: it is no photo, is damaged, or has too many pixels.
    """
    try:
        if brand(content) == "HEIF":
            _learn_heif()
        if is_cut_webp(content):
            raise PhotoError(Fault.TRUNCATED)
        with Image.open(_Reader(content), formats=_known_formats()) as image:
            check_size(image)
            if image.format in {"JPEG", "MPO"}:
                _check_scans(content)
            yield image
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise why_not_a_photo(content, _known_formats()) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PhotoError(Fault.TOO_MANY_PIXELS, f"more than {MAX_PIXELS:,}") from error
    except Exception as error:  # Pillow's decoders raise whatever a damaged file makes them
        if isinstance(error, EOFError) or "truncated" in str(error).lower():
            raise PhotoError(Fault.TRUNCATED) from error
        raise PhotoError(Fault.DAMAGED, type(error).__name__) from error


def _check_scans(content: bytes) -> None:
    """Walk through a JPEG's segments; of its compressed pixels only ends are looked for."""
    at, scans = 2, 0
    for _ in range(_MAX_SEGMENTS):
        marker = content[at : at + 2]
        if len(marker) < 2 or marker == b"\xff\xd9":  # the end; what follows is no photo's
            return
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == b"\xff\xda":
            scans += 1
            end = _AFTER_SCAN.search(content, at)
            if end is None:
                return
            if scans > _MAX_SCANS:
                break
            at = end.start()
    raise PhotoError(Fault.DAMAGED, "made of too many pieces")


def decode(content: bytes) -> Image.Image:
    """Decode a photo as a person sees it: upright, RGB in sRGB, transparency on white.

    Raises:
        PhotoError: it is no photo, is damaged, or has too many pixels.
    """
    with opened(content) as image:
        return as_seen(image)


def photo_format(content: bytes) -> str:
    """Pillow's name of the format (``JPEG``), or empty."""
    try:
        with opened(content) as image:
            return image.format or ""
    except PhotoError:
        return ""


def check_size(image: Image.Image) -> None:
    """Refuse a photo by its header.

    Raises:
        PhotoError: it has too many pixels.
    """
    most = most_pixels(image.format)
    if image.width * image.height > most:
        raise PhotoError(Fault.TOO_MANY_PIXELS, f"{image.width} x {image.height}, at most {most:,}")


def most_pixels(kind: str | None) -> int:
    """How many pixels of a format are decoded at once, by one thread or several."""
    return _MAX_WEBP_PIXELS if kind == "WEBP" else MAX_PIXELS


def is_turned(image: Image.Image) -> bool:
    """Whether width and height change places when the photo is seen upright."""
    return _orientation(image) in {5, 6, 7, 8}


def as_seen(image: Image.Image, *, within: int | None = None) -> Image.Image:
    """An open photo upright, RGB in sRGB, transparency on white; reduced to fit `within` pixels.

    Raises:
        Exception: whatever Pillow makes of a damaged file; `opened` translates it.
    """
    longest = max(image.size)
    if within is not None and longest > within:
        # JPEGs can be decoded to a half, a quarter or an eighth of their size at a fraction of
        # the cost.
        image.draft(image.mode, tuple(max(1, side * within // longest) for side in image.size))  # type: ignore[arg-type]
    image.load()
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    seen = _eight_bits(image)
    if within is not None and max(seen.size) > within:
        scale = within / max(seen.size)
        size = (max(1, round(seen.width * scale)), max(1, round(seen.height * scale)))
        seen = seen.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if seen.mode in {"RGBA", "LA"}:
        seen = seen.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        seen = white
    if isinstance(profile, bytes) and len(profile) <= _MAX_PROFILE:
        seen = _in_srgb(seen, profile)
    else:
        seen = seen.convert("RGB")
    return seen.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else seen


def _eight_bits(image: Image.Image) -> Image.Image:
    """In one of the modes of 8 bits a channel that can be resized."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "PA" or (image.mode != "1" and "transparency" in image.info):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # bad EXIF data does not cost a good photo
        return 1


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colors as they were meant, so that a photo of a camera or a printer does not look dull."""
    transform = _transform_to_srgb(profile, image.mode)
    if transform is None:
        return image.convert("RGB")
    return transform.apply(image)


@lru_cache(maxsize=8)  # shops use a handful
def _transform_to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None if the colors are sRGB already, or the profile is of no use."""
    try:
        colors = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode not in {"RGB", "CMYK"} or "sRGB" in ImageCms.getProfileDescription(colors):
            return None
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.ImageCmsTransform(
            colors, ImageCms.ImageCmsProfile(srgb), mode, "RGB", _INTENT
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _known_formats() -> tuple[str, ...]:
    Image.init()
    known = tuple(name for name in FORMATS if name in Image.OPEN)
    return known if features.check("avif") else tuple(name for name in known if name != "AVIF")


def _learn_heif() -> None:
    try:
        import pillow_heif
    except ImportError:  # the optional extra is not installed
        return
    pillow_heif.register_heif_opener()
