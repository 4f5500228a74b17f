"""Turn judgments into lines of text, and JSON lines back. Knows no store and no file."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from mmdemo.errors import LabelError
from mmdemo.labels.aggregate import Aggregation, combine
from mmdemo.labels.answers import Pair, read_answers, votes
from mmdemo.records import Judgment, Query, StoredJudgment
from mmdemo.trec import trec_id

COLUMNS = (
    "sequence",
    "client_event_id",
    "campaign",
    "judge",
    "query_id",
    "query_text",
    "product_id",
    "question",
    "repeat",
    "grade",
    "supersedes",
    "blind",
    "clicked_at",
    "received_at",
    "context",
)
# What makes a spreadsheet calculate: OWASP, "CSV Injection"; NFKC folds the fullwidth forms.
_FORMULA_SIGNS = "=+-@"
_CONTROL_SIGNS = "\t\r\n"


def aggregated(
    current: Iterable[StoredJudgment],
    rule: Aggregation = Aggregation.MAJORITY,
    *,
    extras: bool = False,
) -> dict[Pair, int]:
    """One grade for each pair, of those of its grades that are votes: see `votes`."""
    return combine(votes(read_answers(current), extras=extras), rule)


def qrels_lines(grades: Mapping[Pair, int]) -> tuple[list[str], list[str]]:
    """Write ``query_id 0 product_id grade`` for each pair, by query and product, with notes."""
    lines = []
    encoded = 0
    for pair in sorted(grades):
        query, product = (trec_id(part) for part in pair)
        lines.append(f"{query} 0 {product} {grades[pair]}\n")
        encoded += (query, product) != pair
    notes = []
    if encoded:
        count = "1 line holds an id" if encoded == 1 else f"{encoded} lines hold ids"
        notes.append(f"{count} with white space or %, written as in a URL (%20)")
    return lines, notes


def query_lines(current: Iterable[StoredJudgment]) -> tuple[list[str], list[str]]:
    """Write ``query_id,query`` for each judged query that words alone can ask, with notes.

    The words are those typed first. They are not guarded against spreadsheets, as they are going
    to be searched for again.
    """
    texts: dict[str, str] = {}
    for event in sorted(current, key=lambda event: event.sequence):
        texts.setdefault(event.judgment.query_id, event.judgment.query_text)
    asked = {name: text for name, text in texts.items() if not has_photo(name, text)}
    rows: list[list[object]] = [[trec_id(name), asked[name]] for name in sorted(asked)]
    notes = []
    if photos := len(texts) - len(asked):
        queries = "1 query has a photo" if photos == 1 else f"{photos} queries have a photo"
        notes.append(f"{queries} and cannot be asked by words: not in this list")
    return list(csv_lines([["query_id", "query"], *rows])), notes


def has_photo(query_id: str, text: str) -> bool:
    """Whether a judged query had a photo, so that its words alone cannot ask it."""
    if not text.strip():
        return True
    is_hash = re.fullmatch(r"[0-9a-f]{16}", query_id) is not None  # Query.query_id's form
    return is_hash and Query(text).query_id != query_id


def spreadsheet_rows(current: Iterable[StoredJudgment]) -> Iterator[list[object]]:
    """Make a header and a row per judgment; numbers stay numbers, text cannot become a formula."""
    yield list(COLUMNS)
    for event in current:
        values = event_fields(event)
        values["context"] = json.dumps(values["context"], ensure_ascii=False)
        cells = (values[name] for name in COLUMNS)
        yield [guarded(cell) if isinstance(cell, str) else cell for cell in cells]


def guarded(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet could take for a formula."""
    folded = unicodedata.normalize("NFKC", cell)
    visible = folded.lstrip("".join(sign for sign in set(folded) if _is_blank(sign)))
    if cell.startswith(tuple(_CONTROL_SIGNS)) or visible.startswith(tuple(_FORMULA_SIGNS)):
        return f"'{cell}"
    return cell


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf")


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write rows as CSV (RFC 4180), one string per row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def event_fields(event: StoredJudgment) -> dict[str, object]:
    """Flatten an event to its columns, in their order, times as ISO 8601."""
    values = asdict(event.judgment)
    values["clicked_at"] = event.judgment.clicked_at.isoformat()
    values |= {"sequence": event.sequence, "received_at": event.received_at.isoformat()}
    return {name: values[name] for name in COLUMNS}


def event_lines(events: Iterable[StoredJudgment]) -> Iterator[str]:
    """Write each event as one line of ASCII JSON."""
    for event in events:
        yield json.dumps(event_fields(event)) + "\n"


def read_events(lines: Iterable[str]) -> Iterator[StoredJudgment]:
    """Read back what `event_lines` wrote: equal records in the same order.

    Raises:
        LabelError: a line is not an event.
    """
    for number, line in enumerate(lines, start=1):
        try:
            values = json.loads(line)
            sequence = values.pop("sequence")
            received_at = datetime.fromisoformat(values.pop("received_at"))
            values["clicked_at"] = datetime.fromisoformat(values["clicked_at"])
            event = StoredJudgment(Judgment(**values), sequence, received_at)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise LabelError(
                f"line {number} is not an event",
                got=f"{type(error).__name__}: {error}",
                expected="a file exported as jsonl",
            ) from None
        yield event
