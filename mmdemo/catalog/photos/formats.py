"""Tell what a file is by its first bytes, never by its name. Knows no pixel."""

from __future__ import annotations

import re
from collections.abc import Collection

from mmdemo.catalog.photos.records import Fault, PhotoError

# The formats Pillow may open. Others run programs (EPS), hide a size (ICO) or are no photos.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "HEIF")
# Pillow's name → suffix, of those that browsers show.
BROWSER_SUFFIXES = {
    "JPEG": ".jpg",
    "MPO": ".jpg",  # JPEGs in a row, of which programs show the first
    "PNG": ".png",
    "WEBP": ".webp",
    "GIF": ".gif",
    "AVIF": ".avif",
}
PHOTO_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in re.findall(r"\w+", "jpg jpeg jpe jfif png webp gif avif tif tiff bmp heic heif")
)
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_OTHER_STARTS = {
    b"8BPS": "Photoshop file",
    b"%PDF": "PDF file",
    b"%!PS": "PostScript file",
    b"\xc5\xd0\xd3\xc6": "PostScript file",
    b"\0\0\1\0": "icon",
    b"\0\0\0\x0cjP": "JPEG 2000 file",
    b"\xff\x4f\xff\x51": "JPEG 2000 file",
    b"\xff\x0a": "JPEG XL file",
    b"\0\0\0\x0cJXL": "JPEG XL file",
    b"II\xbc": "JPEG XR file",
    b"\xd7\xcd\xc6\x9a": "Windows metafile",
}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def brand(content: bytes) -> str:
    """``HEIF`` or ``AVIF`` for files of that family, else empty."""
    if content[4:8] != b"ftyp":
        return ""
    # An AVIF file may call itself mif1 first and say what it is among the compatible brands.
    names = {content[8:12], *(content[at : at + 4] for at in range(16, 64, 4))}
    if names & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if names & _HEIF_BRANDS else ""


def is_cut_webp(content: bytes) -> bool:
    """Whether a WebP file is shorter than it says."""
    riff = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return riff and len(content) < 8 + int.from_bytes(content[4:8], "little")


def why_not_a_photo(content: bytes, known: Collection[str]) -> PhotoError:
    """Name what Pillow could not open, given the formats it knows."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    other = next((name for magic, name in _OTHER_STARTS.items() if content.startswith(magic)), "")
    reason, detail = Fault.NOT_A_PHOTO, ""
    if not content.strip(b" \t\r\n\0"):
        reason, detail = Fault.EMPTY, f"{len(content)} bytes"
    elif start.startswith(b"<") and b"<svg" in start:
        reason = Fault.SVG
    elif re.match(rb"<(!doctype html|html|head|body|title|script|!--)", start):
        reason = Fault.WEB_PAGE
    elif (family := brand(content)) and family not in known:
        reason = Fault.UNSUPPORTED
        detail = "HEIC; pip install 'mmdemo[heic]'" if family == "HEIF" else family
    elif other:
        reason, detail = Fault.UNSUPPORTED, other
    elif family or content.startswith(_PHOTO_STARTS) or content[8:12] == b"WEBP":
        reason, detail = Fault.DAMAGED, "header not understood"
    return PhotoError(reason, detail)
