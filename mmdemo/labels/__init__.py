"""Keep judgments so that none is lost, and hand them on. Knows no page, ranker or metric."""

from mmdemo.labels.aggregate import Aggregation, aggregate
from mmdemo.labels.checks import checked
from mmdemo.labels.export import ExportFormat, ExportResult, export
from mmdemo.labels.formats import aggregated, csv_lines, guarded, read_events
from mmdemo.labels.notes import NoteStore, checked_note
from mmdemo.labels.store import JudgmentStore

__all__ = [
    "Aggregation",
    "ExportFormat",
    "ExportResult",
    "JudgmentStore",
    "NoteStore",
    "aggregate",
    "aggregated",
    "checked",
    "checked_note",
    "csv_lines",
    "export",
    "guarded",
    "read_events",
]
