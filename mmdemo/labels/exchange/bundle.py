"""Make all files of a campaign's export, and the manifest that lets others make them again.

Knows no folder and no database table. The same events, plan and rule give the same bytes: there is
no time of export in it, rows are in a fixed order, and what is read ends at an event that the
manifest names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from mmdemo import __version__
from mmdemo.errors import LabelError
from mmdemo.labels.aggregate import Aggregation, combine
from mmdemo.labels.answers import Answer, Kind, Said, read_answers, votes
from mmdemo.labels.exchange.parquet import events_parquet
from mmdemo.labels.exchange.plan import Plan
from mmdemo.labels.exchange.tables import (
    note_lines,
    pool_rows,
    query_rows,
    run_lines,
    training_lines,
)
from mmdemo.labels.formats import csv_lines, event_lines, qrels_lines, spreadsheet_rows
from mmdemo.labels.notes import NoteStore
from mmdemo.labels.store import JudgmentStore
from mmdemo.records import StoredJudgment
from mmdemo.trec import trec_id

FORMAT = "mmdemo campaign"
VERSION = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of an export.

    Attributes:
        files: name to content, without the manifest; names may have folders.
        manifest: what they were made of, with a hash of each.
    """

    files: Mapping[str, bytes]
    manifest: Mapping[str, object]

    def all(self) -> dict[str, bytes]:
        """All files, the manifest last."""
        text = json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n"
        return {**self.files, MANIFEST: text.encode()}


def bundle(
    store: JudgmentStore,
    plan: Plan,
    *,
    notes: NoteStore | None = None,
    rule: Aggregation = Aggregation.MAJORITY,
    extras: bool = False,
    until: int | None = None,
    notes_until: int | None = None,
) -> Bundle:
    """Make the files of a campaign's export.

    Args:
        store: its judgments.
        plan: what it asked.
        notes: of its database; the campaign's own are those with the scope ``campaign:NAME``.
        rule: how several judges' grades become one in qrels and training pairs.
        extras: whether grades count that came after their pair had enough.
        until: sequence number of the last event that is looked at; by default the last there is.
        notes_until: of the last note; by default the last there is.

    Raises:
        LabelError: there is nothing to export, or the store cannot be read.
    """
    scope = f"campaign:{plan.name}"
    noted = [] if notes is None else notes.current(scope=scope, until=notes_until)
    if notes_until is None:
        notes_until = max((note.sequence for note in noted), default=0)
    last = store.last_sequence(campaign=plan.name) if until is None else until
    events = list(store.events(campaign=plan.name, until=last))
    if not events and not plan.queries:
        raise LabelError(
            "there is nothing to export",
            got=f"no judgment of campaign {plan.name!r}",
            remedy="check the campaign's name and --labels",
        )
    current = store.current(campaign=plan.name, until=last, withdrawn=True)
    answers = read_answers(current)
    files = {
        "campaign.json": _json(_campaign(plan)),
        "events.jsonl": _text(event_lines(events)),
        "events.parquet": events_parquet(events),
        "current.csv": _text(csv_lines(spreadsheet_rows(current))),
        "queries.csv": _text(csv_lines(query_rows(plan, events))),
    }
    if plan.pool:
        files["pool.csv"] = _text(csv_lines(pool_rows(plan)))
        runs = run_lines(plan)
        files |= {f"runs/{_file_name(name)}.trec": _text(lines) for name, lines in runs.items()}
    if noted:
        files["notes.jsonl"] = _text(note_lines(noted))
    for question in plan.questions:
        own = [answer for answer in answers if answer.question == question]
        grades = combine(votes(own, extras=extras), rule)
        ending = "" if question == plan.questions[0] else f".{_file_name(question)}"
        files[f"qrels{ending}.txt"] = _text(qrels_lines(grades)[0])
        files[f"training_pairs{ending}.jsonl"] = _text(training_lines(grades, plan, events))
    manifest = _manifest(plan, events, answers, rule, extras=extras)
    manifest["until"] = {"event": last, "note": notes_until}
    manifest["files"] = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    }
    return Bundle(files, manifest)


def _manifest(
    plan: Plan,
    events: Sequence[StoredJudgment],
    answers: Sequence[Answer],
    rule: Aggregation,
    *,
    extras: bool,
) -> dict[str, object]:
    made_with = {"mmdemo": __version__, "pyarrow": version("pyarrow")}
    if rule is Aggregation.DAWID_SKENE:
        made_with |= {name: version(name) for name in ("crowd-kit", "pandas", "numpy")}
    return {
        "format": FORMAT,
        "version": VERSION,
        "campaign": plan.name,
        "catalog_id": plan.catalog_id,
        "seed": plan.seed,
        "questions": list(plan.questions),
        "rule": str(rule),
        "extras": extras,
        "guidelines": [told.version for told in plan.guidelines],
        "last_received_at": events[-1].received_at.isoformat() if events else None,
        "counts": _counts(plan, events, answers),
        "made_with": made_with,
    }


def _counts(
    plan: Plan, events: Sequence[StoredJudgment], answers: Sequence[Answer]
) -> dict[str, int]:
    graded = [answer for answer in answers if answer.grade is not None]
    return {
        "queries": len(plan.queries) or len({answer.pair.query_id for answer in answers}),
        "pool": len(plan.pool),
        "judges": len({answer.judge for answer in answers}),
        "events": len(events),
        "grades": len(graded),
        "graded_pairs": len({answer.pair for answer in graded}),
        "votes": sum(not vote.final for vote in votes(answers)),
        "adjudications": sum(answer.kind is Kind.ADJUDICATION for answer in graded),
        "extras": sum(answer.kind is Kind.EXTRA for answer in graded),
        "repeats": sum(answer.repeat > 0 for answer in graded),
        "training": sum(answer.kind is Kind.TRAINING for answer in graded),
        "cant_tell": sum(answer.said is Said.CANT_TELL for answer in answers),
        "skipped": sum(answer.said is Said.SKIPPED for answer in answers),
    }


def _campaign(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.name,
        "title": plan.title,
        "catalog_id": plan.catalog_id,
        "seed": plan.seed,
        "questions": list(plan.questions),
        "definition": dict(plan.definition),
        "guidelines": [asdict(told) for told in plan.guidelines],
    }


def _file_name(name: str) -> str:
    """A ranker's or question's name as part of a file's: `run:NAME` has a colon."""
    return "".join(sign if sign.isalnum() or sign in "-_.@" else "_" for sign in trec_id(name))


def _text(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
