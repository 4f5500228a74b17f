"""Keep judgments so that none is lost, and hand them on. Knows no page, ranker or metric."""

from mmdemo.labels.aggregate import Aggregation, aggregate, by_topic, combine
from mmdemo.labels.answers import Answer, Kind, Pair, Said, Vote, read_answers, votes
from mmdemo.labels.checks import checked
from mmdemo.labels.export import ExportFormat, ExportResult, export
from mmdemo.labels.formats import aggregated, csv_lines, guarded, read_events
from mmdemo.labels.notes import NoteStore, checked_note
from mmdemo.labels.store import JudgmentStore

__all__ = [
    "Aggregation",
    "Answer",
    "ExportFormat",
    "ExportResult",
    "JudgmentStore",
    "Kind",
    "NoteStore",
    "Pair",
    "Said",
    "Vote",
    "aggregate",
    "aggregated",
    "by_topic",
    "checked",
    "checked_note",
    "combine",
    "csv_lines",
    "export",
    "guarded",
    "read_answers",
    "read_events",
    "votes",
]
