"""Read a JSON object a line. Knows no product."""

from __future__ import annotations

import json
from collections.abc import Iterator
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

MAX_COLUMNS = 1000  # a file with more different names has data for names


class JsonLinesSource:
    """The rows of a JSON lines file (also called NDJSON), plain or gzipped.

    Attributes:
        columns: every name that an object has, in order of appearance.
        notes: what was odd about the file as a whole.
        kind: the format in words.
        estimate: lines.
    """

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        self.path = path
        head = read_head(path)
        self._encoding = check_encoding(encoding) if encoding else find_encoding(head)
        self.estimate = count_lines(path)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") and _is_array(head):
            raise CatalogError(
                f"{path} is one JSON array",
                expected="an object a line",
                remedy="convert it, for instance with `jq -c '.[]'`",
            )
        names: dict[str, None] = {}
        for row in self:
            names.update(dict.fromkeys(row.values))
        self.columns = tuple(names)[:MAX_COLUMNS]
        self.notes: tuple[str, ...] = ()
        if len(names) > MAX_COLUMNS:
            self.notes = (f"{len(names)} different names; only the first {MAX_COLUMNS} are taken",)
        self.kind = "JSON lines"
        if self.estimate and not self.columns:
            raise CatalogError(f"{path} has no JSON object", expected="an object a line")

    def __iter__(self) -> Iterator[Row]:
        """Yield a row for every line that is not blank; its number is the line's."""
        for number, line in enumerate(read_lines(self.path, self._encoding), start=1):
            text = line.text.strip(" \t\r\n\0\ufeff")
            if text:
                yield _row(number, text, line)


def _row(number: int, text: str, line: Line) -> Row:
    notes = [Note(Reason.OTHER_ENCODING, "read as Windows-1252")] if line.mended else []
    if line.cut:
        return Row(number, {}, notes, Note(Reason.LINE_TOO_LONG, text[:60]))
    try:
        value = json.loads(text.rstrip(","))
    except (ValueError, RecursionError):
        return Row(number, {}, notes, Note(Reason.NOT_JSON, text[:60]))
    if not isinstance(value, dict):
        return Row(number, {}, notes, Note(Reason.NOT_AN_OBJECT, text[:60]))
    return Row(
        number, {" ".join(name.split()) or "(no name)": v for name, v in value.items()}, notes
    )


def _is_array(head: bytes) -> bool:
    """Whether the first line alone is no JSON: a line that is `[1, 2]` is a row like any other."""
    try:
        json.loads(head.splitlines()[0] if head.strip() else b"")
    except (ValueError, RecursionError):
        return True
    return False
