"""Read others' judgments row by row: qrels, CSV, JSON lines. Knows no store.

A row that cannot be used is told with its number and the reading goes on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path

from mmdemo.errors import LabelError
from mmdemo.labels.formats import guarded
from mmdemo.records import Query
from mmdemo.trec import from_trec_id
from mmdemo.trec.lines import read_lines

# Names that others use, best first.
_COLUMNS = {
    "query_id": ("query_id", "qid", "topic_id", "topic"),
    "query_text": ("query_text", "query"),
    "product_id": ("product_id", "doc_id", "docid", "docno"),
    "grade": ("grade", "relevance", "rating", "esci_label", "label"),
    "judge": ("judge", "annotator", "worker", "user"),
    "question": ("question",),
    "repeat": ("repeat",),
    "blind": ("blind",),
    "clicked_at": ("clicked_at",),
    "context": ("context",),
}
_ESCI = {"e": 3, "exact": 3, "s": 2, "substitute": 2, "c": 1, "complement": 1}
_ESCI |= {"i": 0, "irrelevant": 0}
_EVENT = "client_event_id"


class ImportFormat(StrEnum):
    """What can be read."""

    QRELS = "qrels"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """A judgment as a file has it.

    Attributes:
        number: of the row in its file, from 1; a header is a row.
        grade: None takes the grade back, or says none.
        judge, question, clicked_at, blind: None where the file does not say.
        event: the whole event, if the file is an export of events.
    """

    number: int
    query_id: str
    product_id: str
    grade: int | None
    query_text: str = ""
    judge: str | None = None
    question: str | None = None
    repeat: int = 0
    clicked_at: datetime | None = None
    blind: bool | None = None
    context: Mapping[str, object] = field(default_factory=dict)
    event: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken.

    Attributes:
        reason: what is wrong with it.
        text: the row, shortened.
    """

    number: int
    reason: str
    text: str


def format_of(path: Path) -> ImportFormat:
    """The format that a file's name says; without a known ending, qrels."""
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    known = {".csv": ImportFormat.CSV, ".jsonl": ImportFormat.JSONL, ".ndjson": ImportFormat.JSONL}
    return known.get(endings[-1] if endings else "", ImportFormat.QRELS)


def read_rows(path: Path, format: ImportFormat) -> Iterator[Row | Rejected]:
    """Read a file, gzipped or not; blank lines are no rows.

    Raises:
        LabelError: a CSV has no column for the product, for the query or for the grade.
        EvaluationError: the file cannot be opened, unpacked or decoded.
    """
    lines = read_lines(path)
    match format:
        case ImportFormat.QRELS:
            yield from _qrels(lines)
        case ImportFormat.JSONL:
            yield from _json_lines(lines)
        case ImportFormat.CSV:
            yield from _table(path, "".join(line for _, line in lines))


def _qrels(lines: Iterable[tuple[int, str]]) -> Iterator[Row | Rejected]:
    for number, line in lines:
        if not line.strip():
            continue
        parts = line.split()
        if len(parts) != 4:
            yield Rejected(number, "not: query iteration product grade", _short(line))
            continue
        query_id, _, product_id, grade = parts
        try:
            yield Row(number, from_trec_id(query_id), from_trec_id(product_id), _grade(grade))
        except ValueError as error:
            yield Rejected(number, str(error), _short(line))


def _json_lines(lines: Iterable[tuple[int, str]]) -> Iterator[Row | Rejected]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if not isinstance(values, dict):
                raise ValueError("not an object")
            yield _event(number, values) if _EVENT in values else _row(number, values)
        except (ValueError, RecursionError) as error:
            yield Rejected(number, str(error), _short(line))


def _table(path: Path, text: str) -> Iterator[Row | Rejected]:
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    names: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip() for cell in cells]
                _check_columns(path, names)
                continue
            if len(cells) != len(names):
                reason = f"{len(cells)} cells, where the header has {len(names)}"
                yield Rejected(number, reason, _short(",".join(cells)))
                continue
            try:
                plain = [_unguarded(cell) for cell in cells]
                yield _row(number, dict(zip(names, plain, strict=True)))
            except ValueError as error:
                yield Rejected(number, str(error), _short(",".join(cells)))
    except csv.Error as error:
        reason = f"{error}; nothing from here on was read"
        yield Rejected(number + 1, reason, "")


def _check_columns(path: Path, names: list[str]) -> None:
    found = _known_columns(names)
    for wanted in (("product_id",), ("query_id", "query_text"), ("grade",)):
        if not any(name in found for name in wanted):
            raise LabelError(
                f"{path} has no column for {' or '.join(wanted)}",
                got=", ".join(names),
                expected=" or ".join(name for column in wanted for name in _COLUMNS[column]),
            )


def _known_columns(names: Iterable[str]) -> dict[str, str]:
    """Our name of a column to the file's."""
    lower = {name.casefold(): name for name in names}
    found = {}
    for ours, theirs in _COLUMNS.items():
        name = next((lower[name] for name in theirs if name in lower), None)
        if name is not None:
            found[ours] = name
    return found


def _row(number: int, values: Mapping[str, object]) -> Row:
    """A row of named values; those without a known name are kept in its context."""
    columns = _known_columns(values)
    given = {ours: values[theirs] for ours, theirs in columns.items()}
    query_text = _text(given.get("query_text"))
    query_id = _text(given.get("query_id")) or (Query(query_text).query_id if query_text else "")
    product_id = _text(given.get("product_id"))
    for name, value in (("query", query_id), ("product", product_id)):
        if not value:
            raise ValueError(f"no {name}")
    context = _context(given.get("context"))
    taken = set(columns.values())
    rest = {k: v for k, v in values.items() if k not in taken and v not in ("", None)}
    return Row(
        number,
        query_id,
        product_id,
        _grade(given.get("grade")),
        query_text=query_text,
        judge=_text(given.get("judge")) or None,
        question=_text(given.get("question")) or None,
        repeat=_whole(given.get("repeat") or 0, "repeat"),
        clicked_at=_moment(given.get("clicked_at")),
        blind=_truth(given.get("blind")),
        context=context | ({"columns": rest} if rest else {}),
    )


def _event(number: int, values: dict[str, object]) -> Row:
    """An event as `mmdemo export --format jsonl` writes it."""
    needed = ("campaign", "judge", "query_id", "query_text", "product_id", "grade", "clicked_at")
    missing = [name for name in needed if name not in values]
    if missing:
        raise ValueError(f"an event without {', '.join(missing)}")
    event = {k: v for k, v in values.items() if k not in ("sequence", "received_at")}
    moment = _moment(event["clicked_at"])
    event["clicked_at"] = moment
    judge = event["judge"]
    return Row(
        number,
        str(event["query_id"]),
        str(event["product_id"]),
        None,
        judge=judge if isinstance(judge, str) else None,
        clicked_at=moment,
        event=event,
    )


def _grade(value: object) -> int | None:
    text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    if text.casefold() in _ESCI:
        return _ESCI[text.casefold()]
    if not text:
        raise ValueError("no grade")
    return _whole(value, "grade")


def _whole(value: object, name: str) -> int:
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (number >= 0 and number == int(number)) or isinstance(value, bool):
        raise ValueError(f"{name} is not a whole number from 0: {_short(text)}")
    return int(number)


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).strip()


def _moment(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"clicked_at is no time: {_short(str(value))}") from None
    if moment.utcoffset() is None:
        raise ValueError(f"clicked_at has no time zone: {_short(str(value))}")
    return moment


def _truth(value: object) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    known = {"true": True, "1": True, "false": False, "0": False, "": None}
    text = str(value).strip().casefold()
    if text not in known:
        raise ValueError(f"blind is neither true nor false: {_short(text)}")
    return known[text]


def _context(value: object) -> dict[str, object]:
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {"context": value}
    return dict(value) if isinstance(value, dict) else {}


def _unguarded(cell: str) -> str:
    """Undo `guarded`: the apostrophe before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 200 else f"{text[:197]}..."
