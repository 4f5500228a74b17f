"""Open a source's file: unpacked, as bytes or as lines of text. Knows no format and no row."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from mmdemo.errors import CatalogError

MAX_LINE = 16_000_000  # characters; what comes after them in a line is skipped
_CHUNK = 1 << 20
# Text compresses 3 to 20 times, gzip at most 1,032 times (its documentation).
_BOMB_RATIO = 200
_BOMB_BYTES = 200_000_000

_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip file",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x1f\x8b": "a file that is gzipped twice",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"7z\xbc\xaf": "a 7-Zip file",
    b"SQLite format 3": "an SQLite database",
    b"ARROW1": "an Arrow file",
}
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|rss|feed)\b", re.IGNORECASE)

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPED = re.compile("[\udc80-\udcff]+")


class Line(NamedTuple):
    """A line of text, its end included.

    Attributes:
        mended: bytes in it were not of the file's encoding.
        cut: it was longer than `MAX_LINE`.
    """

    text: str
    mended: bool = False
    cut: bool = False


def open_bytes(path: Path) -> BinaryIO:
    """The content of a file, unpacked if it is gzipped, whatever its name says."""
    with path.open("rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path)) if gzipped else path.open("rb")


def read_head(path: Path, size: int = 1 << 16) -> bytes:
    """The first bytes of a file's unpacked content.

    Raises:
        CatalogError: it cannot be read, or is of a kind that is no source.
    """
    try:
        with open_bytes(path) as file:
            head = file.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogError(f"{path} cannot be read: {error}") from error
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise _not_a_source(path, kind)
    if _MARKUP.match(head):
        raise _not_a_source(path, "an HTML or XML document")
    return head


def _not_a_source(path: Path, kind: str) -> CatalogError:
    return CatalogError(
        f"{path} is not a table of products",
        got=kind,
        expected="CSV, TSV, JSON lines or Parquet, plain or gzipped",
        remedy="export it as CSV in UTF-8",
    )


def count_lines(path: Path) -> int:
    """Read a file to its end: how many line ends it has.

    Raises:
        CatalogError: it ends too early, is damaged, or is a decompression bomb.
    """
    lines = size = 0
    packed = path.stat().st_size
    try:
        with open_bytes(path) as file:
            while chunk := file.read(_CHUNK):
                lines += chunk.count(b"\n")
                size += len(chunk)
                if size > _BOMB_BYTES and size > _BOMB_RATIO * packed:
                    raise CatalogError(
                        f"{path} looks like a decompression bomb",
                        got=f"{packed} bytes that unpack to more than {size}",
                        remedy="unpack it yourself if it is none",
                    )
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogError(
            f"{path} cannot be read: {error}", remedy="copy or download it again"
        ) from error
    return lines


def find_encoding(head: bytes) -> str:
    """UTF-16 or UTF-32 by a byte order mark or by their zeros; else UTF-8."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5 and min(even, odd) <= len(head) // 50:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8-sig"


def check_encoding(name: str) -> str:
    """The usual name of a text encoding.

    Raises:
        CatalogError: Python knows none of this name.
    """
    try:
        known = codecs.lookup(name).name
        " ".encode(known)
    except (LookupError, ValueError):
        raise CatalogError(
            "encoding is not known", got=name, expected="a name such as utf-8, cp1252 or shift_jis"
        ) from None
    return "utf-8-sig" if known == "utf-8" else known


def read_lines(path: Path, encoding: str) -> Iterator[Line]:
    r"""Lines that end in ``\n``, ``\r\n`` or ``\r``. Bytes that are not UTF-8 are Windows-1252."""
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    with (
        open_bytes(path) as raw,
        io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="") as file,
    ):
        try:
            while text := file.readline(MAX_LINE):
                cut = len(text) == MAX_LINE and text[-1] not in "\r\n"
                if cut:
                    rest = text
                    while rest and rest[-1] not in "\r\n":
                        rest = file.readline(_CHUNK)
                    text += "\n"
                if text.isascii():
                    yield Line(text, cut=cut)
                    continue
                whole = _ESCAPED.sub(_as_windows_1252, text)
                yield Line(whole, mended=whole != text or "\ufffd" in text, cut=cut)
        except (OSError, EOFError, zlib.error) as error:
            raise CatalogError(f"{path} cannot be read: {error}") from error


def _as_windows_1252(match: re.Match[str]) -> str:
    return match[0].encode("ascii", "surrogateescape").decode("cp1252", "replace")
