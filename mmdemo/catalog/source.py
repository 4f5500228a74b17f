"""Read rows from a file someone exported. Knows no product."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from mmdemo.catalog.columns import Row
from mmdemo.errors import CatalogError

csv.field_size_limit(2**31 - 1)  # the largest the C library takes on every system


class CsvSource:
    """The rows of a CSV file, plain or gzipped, with `,` `;` tab or `|` between cells.

    Attributes:
        columns: header cells, as written.
        notes: what was odd about the file as a whole.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise CatalogError(
                "source not found", got=path, expected="a CSV file, plain or gzipped"
            )
        self.path = path
        self.notes: list[str] = []
        self._encoding = self._find_encoding()
        with self._open() as file:
            header = file.readline()
        if not header.strip():
            raise CatalogError("source is empty", got=path, expected="a header line and rows")
        self._delimiter = max(",;\t|", key=re.sub('"[^"]*"?', "", header).count)
        with self._open() as file:
            self.columns = tuple(next(csv.reader(file, delimiter=self._delimiter)))

    def __iter__(self) -> Iterator[Row]:
        """Yield every data row; its number counts records with the header as 1."""
        width = len(self.columns)
        with self._open() as file:
            lines: list[str] = []  # of the record that is being read
            reader = csv.reader(_kept(file, lines), delimiter=self._delimiter)
            next(reader)
            lines.clear()
            for number, cells in enumerate(reader, start=2):
                open_quote = len(lines) > 1 and "".join(lines).count('"') % 2 == 1
                taken = len(lines)
                lines.clear()
                if not any(cell.strip() for cell in cells):
                    continue
                row = Row(number, dict(zip(self.columns, cells, strict=False)))
                if len(cells) != width:
                    row.notes.append("wrong number of cells")
                if open_quote:
                    row.notes.append(f"quote never closed\ttook the last {taken} lines as one cell")
                yield row

    def _raw(self) -> BinaryIO:
        with self.path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
        return cast("BinaryIO", gzip.open(self.path)) if gzipped else self.path.open("rb")

    def _open(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._raw(), encoding=self._encoding, errors="replace", newline="")

    def _find_encoding(self) -> str:
        """UTF-8 or UTF-16 by its byte order mark, UTF-8 if it can be, else Windows-1252."""
        try:
            with self._raw() as raw:
                if raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    return "utf-16"
            with io.TextIOWrapper(self._raw(), encoding="utf-8-sig") as file:
                while file.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            self.notes.append("not UTF-8: read as Windows-1252")
            return "cp1252"
        except (OSError, EOFError, zlib.error) as error:
            raise CatalogError(f"{self.path} cannot be read: {error}") from error
        return "utf-8-sig"


def _kept(file: Iterable[str], lines: list[str]) -> Iterator[str]:
    """Pass lines on, and keep them in `lines` too."""
    for line in file:
        lines.append(line)
        yield line
