"""Write judgments for other programs: choose, count, replace. Knows no table and no metric."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from mmdemo.errors import LabelError
from mmdemo.files import replacing
from mmdemo.labels.aggregate import Aggregation
from mmdemo.labels.formats import (
    aggregated,
    csv_lines,
    event_lines,
    qrels_lines,
    query_lines,
    spreadsheet_rows,
)
from mmdemo.labels.store import JudgmentStore


class ExportFormat(StrEnum):
    """What can be written."""

    QRELS = "qrels"
    QUERIES = "queries"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export wrote and what it did not.

    Attributes:
        written: pairs, queries, grades or events in the file, without a header.
        left_out: grades left out because they were given on the open search page.
        notes: sentences for whoever asked for the export; empty if there is nothing to say.
    """

    written: int
    left_out: int = 0
    notes: tuple[str, ...] = ()


def export(
    store: JudgmentStore,
    format: str,
    out: Path | BinaryIO,
    *,
    campaign: str | None = None,
    question: str = "relevance",
    include_open: bool = False,
    rule: Aggregation = Aggregation.MAJORITY,
) -> ExportResult:
    """Write judgments to a file, replaced only when all is written, or to a stream.

    Args:
        store: where they are.
        format: ``qrels`` (TREC) and ``queries`` (CSV) belong together and go into `evaluate`;
            ``csv`` is the current grades for a spreadsheet; ``jsonl`` is every event, without
            loss, for `read_events`.
        out: a path, or a binary stream such as ``sys.stdout.buffer``.
        campaign: only this one; all if None.
        question: which one qrels and queries are about.
        include_open: whether grades from the open search page (``blind=False``) go into qrels
            and queries too.
        rule: how several judges' grades become one in qrels.

    Raises:
        LabelError: the format is unknown, the store cannot be read or the file not written; or
            qrels and queries would mix campaigns or leave out every grade.
    """
    match format:
        case ExportFormat.JSONL:
            written = _write(out, event_lines(store.events(campaign=campaign)))
            return ExportResult(written)
        case ExportFormat.CSV:
            rows = spreadsheet_rows(store.current(campaign=campaign))
            return ExportResult(_write(out, csv_lines(rows)) - 1)
        case ExportFormat.QRELS | ExportFormat.QUERIES:
            pass
        case _:
            raise LabelError(
                "unknown export format", got=repr(format), expected=", ".join(ExportFormat)
            )

    # Hidden repeats tell how steady a judge is; as votes they would count that judge twice.
    graded = store.current(campaign=campaign, question=question, repeat=0)
    counted = [event for event in graded if include_open or event.judgment.blind]
    left_out = len(graded) - len(counted)
    notes = []
    if left_out:
        notes.append(
            f"{left_out} {'grade' if left_out == 1 else 'grades'} from the open search page "
            "left out; --include-open includes them"
        )
    if left_out and not counted:
        raise LabelError(
            "no grade is left to export",
            got=f"{left_out} from the open search page, given with rankers in sight",
            remedy="include them with --include-open",
        )
    campaigns = sorted({event.judgment.campaign for event in counted})
    if len(campaigns) > 1:
        raise LabelError(
            "grades of several campaigns would be mixed",
            got=", ".join(campaigns),
            remedy="name one with --campaign",
        )
    is_qrels = format == ExportFormat.QRELS
    if is_qrels:
        lines, more_notes = qrels_lines(aggregated(counted, rule))
    else:
        lines, more_notes = query_lines(counted)
    written = _write(out, lines) - (0 if is_qrels else 1)
    return ExportResult(written, left_out, (*notes, *more_notes))


def _write(out: Path | BinaryIO, lines: Iterable[str]) -> int:
    if isinstance(out, Path):
        try:
            with replacing(out) as file:
                return _write(file, lines)
        except OSError as error:
            raise LabelError(
                "the export cannot be written",
                got=f"{out} ({error.strerror})",
                remedy="check the folder's permissions and free space, or name another file",
            ) from error
    count = 0
    for count, line in enumerate(lines, start=1):  # noqa: B007
        out.write(line.encode())
    out.flush()
    return count
