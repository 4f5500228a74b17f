"""Read CSV and its relatives as people export them. Knows no product."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from mmdemo.catalog.notes import Note, Reason
from mmdemo.catalog.sources.base import Row
from mmdemo.catalog.sources.files import (
    Line,
    check_encoding,
    count_lines,
    find_encoding,
    read_head,
    read_lines,
)
from mmdemo.errors import CatalogError

csv.field_size_limit(2**31 - 1)  # the largest the C library takes on every system
MAX_RECORD = 4_000_000  # characters of a record of several lines: above it a quote is open
_NO_END = "unexpected end of data"  # what csv says of an open quote
OPEN_QUOTE = Note(Reason.OPEN_QUOTE, "the cell ends with its line")
_NAMES = {",": "CSV", "\t": "TSV", ";": "CSV with ';'", "|": "CSV with '|'"}


class DelimitedSource:
    """The rows of a text table with `,` `;` tab or `|` between cells, plain or gzipped.

    Attributes:
        columns: header cells; an empty one is called by its place, a repeated one is numbered.
        notes: what was odd about the file as a whole.
        kind: the format in words.
        estimate: rows, if no cell has a line break.
    """

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        self.path = path
        head = read_head(path)
        self._encoding = check_encoding(encoding) if encoding else find_encoding(head)
        self.estimate = count_lines(path)
        self._delimiter, self._above = self._find_header()
        self.columns, notes = _column_names(self._header())
        self.notes = tuple(notes)
        name = "UTF-8" if self._encoding == "utf-8-sig" else self._encoding.upper()
        self.kind = f"{_NAMES.get(self._delimiter, 'CSV')}, {name}"

    def __iter__(self) -> Iterator[Row]:
        """Yield every data row; its number counts records with the header as 1."""
        width = len(self.columns)
        records = self._records(width)
        for _ in range(self._above + 1):
            next(records, None)
        for number, (cells, notes) in enumerate(records, start=self._above + 2):
            if not any(cell.strip() for cell in cells):
                continue
            row = Row(number, dict(zip(self.columns, cells, strict=False)), notes)
            if len(cells) < width:
                row.notes.append(Note(Reason.FEWER_CELLS, f"{len(cells)} of {width}"))
            elif any(cell.strip() for cell in cells[width:]):
                lost = ", ".join(cell[:40] for cell in cells[width:][:3])
                row.notes.append(Note(Reason.MORE_CELLS, f"not taken: {lost}"))
            yield row

    def _find_header(self) -> tuple[str, int]:
        """The delimiter, and how many records stand above the header."""
        for above, line in enumerate(read_lines(self.path, self._encoding)):
            text = line.text.strip("\r\n\0 \ufeff")
            if match := re.fullmatch(r'"?sep=(.)"?', text):  # what Excel writes and understands
                return match[1], above + 1
            if text.lstrip('"').startswith("TemplateType="):  # Amazon: settings, labels, names
                return "\t" if "\t" in text else ",", above + 2
            if text.strip():
                bare = re.sub('"[^"]*"?', "", text)
                return max(",;\t|", key=bare.count), above
        raise CatalogError("source is empty", got=self.path, expected="a header line and rows")

    def _header(self) -> Sequence[str]:
        records = self._records(None)
        for _ in range(self._above):
            next(records, None)
        cells, _ = next(records, ([], []))
        if not any(cell.strip() for cell in cells):
            raise CatalogError("source is empty", got=self.path, expected="a header line and rows")
        return cells

    def _records(self, width: int | None) -> Iterator[tuple[list[str], list[Note]]]:
        """Cells of each record; one whose quote is not closed ends with its first line."""
        lines = _Lines(read_lines(self.path, self._encoding))
        reader = csv.reader(lines, delimiter=self._delimiter)
        while True:
            lines.taken.clear()
            cells: list[str] | None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_TooLongError, csv.Error):
                cells = None
                reader = csv.reader(lines, delimiter=self._delimiter)
            notes = _line_notes(lines.taken)
            fault = self._fault(lines.taken) if len(lines.taken) > 1 else ""
            ragged = width is not None and cells is not None and len(cells) != width
            if cells is None or fault or (ragged and len(lines.taken) > 1):
                alone = self._first_line(lines.taken[0].text, width)
                if cells is None or fault == _NO_END or len(alone) == width:
                    cells = alone
                    lines.push_back(lines.taken[1:])
                    notes = [*_line_notes(lines.taken[:1]), OPEN_QUOTE]
            elif cells and cells[-1].endswith(("\n", "\r")):
                cells[-1] = cells[-1].rstrip("\r\n")  # the quote is open in the file's last line
                notes.append(OPEN_QUOTE)
            yield cells, notes

    def _fault(self, lines: Sequence[Line]) -> str:
        """What a strict reader says of a record: quotes that end where no cell does, or nowhere."""
        texts = (line.text for line in lines)
        try:
            next(csv.reader(texts, delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            return str(error)
        return ""

    def _first_line(self, text: str, width: int | None) -> list[str]:
        """A line by itself: its open quote ends with it, or is a character like any other."""
        cells = next(csv.reader([text.rstrip("\r\n")], delimiter=self._delimiter), [])
        if width is not None and len(cells) != width:
            literal = text.rstrip("\r\n").split(self._delimiter)
            if len(literal) == width:
                return literal
        return cells


class _TooLongError(Exception):
    """A record has taken more than `MAX_RECORD` characters and is not at its end."""


class _Lines:
    """Hands lines to csv, remembers those of the current record, and takes some back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if not self.taken:
            self._size = 0
        elif self._size > MAX_RECORD:
            raise _TooLongError
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line.text)
        return line.text

    def push_back(self, lines: Sequence[Line]) -> None:
        """Read these again before any other."""
        self._again.extendleft(reversed(lines))


def _line_notes(lines: Sequence[Line]) -> list[Note]:
    notes: list[Note] = []
    for line in lines:
        if line.mended:
            notes.append(Note(Reason.OTHER_ENCODING, "read as Windows-1252 or replaced"))
        if line.cut:
            notes.append(Note(Reason.LINE_TOO_LONG, "its end was not read"))
    return list(dict.fromkeys(notes)) if notes else notes


def _column_names(cells: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Header cells as names that differ, and what had to be done for it."""
    names: list[str] = []
    notes: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\0", "").replace("\ufeff", "").split())
        if not name:
            name = f"column {place}"
            notes.append(f"column {place} has no name")
        if name in names:
            again = next(
                f"{name} ({n})" for n in range(2, len(cells) + 2) if f"{name} ({n})" not in names
            )
            notes.append(f"column {place} repeats the name {name!r}; it is called {again!r}")
            name = again
        names.append(name)
    return tuple(names), notes
