"""Take others' judgments in: each row once, however often its file is read. Knows no format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from mmdemo.errors import LabelConflictError, LabelError
from mmdemo.labels.checks import checked, same
from mmdemo.labels.exchange.plan import DEFAULT_QUESTION
from mmdemo.labels.exchange.reading import Rejected, Row
from mmdemo.labels.store import JudgmentStore
from mmdemo.records import Judgment, StoredJudgment

BATCH = 500  # events in one transaction: some ten milliseconds, so that judges need not wait

_Key = tuple[str, str, str, str, int]  # judge, query, product, question, repeat


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of each row; `rows` is the sum of the others.

    Attributes:
        stored: new events.
        known: rows that are there already, with the same grade.
        rejected: rows that cannot be taken, each with its number and why.
    """

    rows: int
    stored: int
    known: int
    rejected: tuple[Rejected, ...]


def import_judgments(
    store: JudgmentStore,
    rows: Iterable[Row | Rejected],
    *,
    campaign: str | None = None,
    judge: str | None = None,
    question: str | None = None,
    blind: bool = True,
    source: str = "",
    texts: Mapping[str, str] | None = None,
) -> ImportResult:
    """Store others' judgments.

    A row with another grade than the one that is current for its judge and pair supersedes it; a
    row with the same grade changes nothing. Events of an export keep their ids, times and order;
    under another judge or campaign their ids change, always in the same way.

    Args:
        store: where to.
        rows: as `read_rows` gives them.
        campaign: by default the events' own; rows without an event need one.
        judge: by default the file's own; a file without judges needs one.
        question: what was asked, where the file does not say.
        blind: whether the judges saw no ranker, where the file does not say.
        source: the file's name, kept with each row.
        texts: the words of each query, for rows that have none.

    Raises:
        LabelError: no campaign or judge is known for a row, or grades of several judges would
            become those of one; nothing is stored then.
    """
    read = list(rows)
    _check_names(read, campaign, judge)
    importer = _Importer(
        store,
        campaign=campaign,
        judge=judge,
        question=question or DEFAULT_QUESTION,
        blind=blind,
        source=source,
        texts=texts or {},
    )
    return importer.take(read)


def _check_names(rows: Iterable[Row | Rejected], campaign: str | None, judge: str | None) -> None:
    good = [row for row in rows if isinstance(row, Row)]
    judges = {row.judge for row in good if row.judge is not None}
    if judge is None and any(row.judge is None for row in good):
        raise LabelError("nobody is known to have judged this", remedy="name a judge with --judge")
    if judge is not None and len(judges) > 1:
        raise LabelError(
            "grades of several judges would become those of one",
            got=", ".join(sorted(judges)[:5]),
            remedy=f"leave out --judge {judge} to keep their names",
        )
    if campaign is None and any(row.event is None for row in good):
        raise LabelError("no campaign is known for these grades", remedy="name one with --campaign")


class _Importer:
    """One import: what is current when it begins, and what it has stored since."""

    def __init__(
        self,
        store: JudgmentStore,
        *,
        campaign: str | None,
        judge: str | None,
        question: str,
        blind: bool,
        source: str,
        texts: Mapping[str, str],
    ) -> None:
        self._store = store
        self._campaign, self._judge = campaign, judge
        self._question, self._blind = question, blind
        self._source, self._texts = source, texts
        self._now = datetime.now(UTC)
        self._seen: dict[_Key, int] = {}
        self._current: dict[_Key, StoredJudgment] = {}
        self._ids: dict[str, Judgment] = {}
        self._rejected: list[Rejected] = []
        self._stored = self._known = 0

    def take(self, rows: list[Row | Rejected]) -> ImportResult:
        """Store all rows, a batch at a time."""
        self._read_current(rows)
        ready = iter(rows)
        while batch := list(islice(ready, BATCH)):
            self._store_batch([made for row in batch if (made := self._made(row)) is not None])
        rejected = sorted(self._rejected, key=lambda row: row.number)
        return ImportResult(len(rows), self._stored, self._known, tuple(rejected))

    def _read_current(self, rows: Iterable[Row | Rejected]) -> None:
        """What the store has already, of the judges and campaigns that are going to be stored."""
        good = [row for row in rows if isinstance(row, Row)]
        if any(row.event is None for row in good):
            for stored in self._store.current(campaign=self._campaign, withdrawn=True):
                self._current[_key(stored.judgment)] = stored
        if any(row.event is not None for row in good):
            campaigns = {self._campaign or str((row.event or {}).get("campaign")) for row in good}
            for campaign in sorted(campaigns):
                for stored in self._store.events(campaign=campaign):
                    self._ids[stored.judgment.client_event_id] = stored.judgment

    def _made(self, row: Row | Rejected) -> tuple[Row, Judgment] | None:
        """The judgment to store for a row; None if there is nothing to store."""
        if isinstance(row, Rejected):
            self._rejected.append(row)
            return None
        try:
            return self._of_event(row) if row.event is not None else self._of_grade(row)
        except LabelError as error:
            self._reject(row, error)
            return None

    def _of_event(self, row: Row) -> tuple[Row, Judgment] | None:
        values: dict[str, Any] = dict(row.event or {})
        try:
            judgment = Judgment(**values)
        except TypeError as error:
            raise LabelError("this is no event", got=str(error).partition("() ")[2]) from None
        named = replace(
            judgment,
            campaign=self._campaign or judgment.campaign,
            judge=self._judge or judgment.judge,
        )
        if named != judgment:
            named = replace(
                named,
                client_event_id=_renamed(judgment.client_event_id, named),
                supersedes=judgment.supersedes and _renamed(judgment.supersedes, named),
            )
        named = checked(named)
        there = self._ids.get(named.client_event_id)
        if there is not None and same(there, named):
            self._known += 1
            return None
        self._ids[named.client_event_id] = named
        return row, named

    def _of_grade(self, row: Row) -> tuple[Row, Judgment] | None:
        judge = self._judge or row.judge or ""
        question = row.question or self._question
        key = (judge, row.query_id, row.product_id, question, row.repeat)
        if key in self._seen:
            raise LabelError(f"row {self._seen[key]} grades this pair already")
        there = self._current.get(key)
        judgment = checked(
            Judgment(
                client_event_id="pending",
                campaign=self._campaign or "",
                judge=judge,
                query_id=row.query_id,
                query_text=row.query_text or self._texts.get(row.query_id, ""),
                product_id=row.product_id,
                grade=row.grade,
                clicked_at=self._moment(row, there),
                question=question,
                repeat=row.repeat,
                supersedes=None if there is None else there.judgment.client_event_id,
                blind=self._blind if row.blind is None else row.blind,
                context={**row.context, "imported": {"file": self._source, "row": row.number}},
            )
        )
        self._seen[key] = row.number
        if there is not None and there.judgment.grade == row.grade:
            self._known += 1
            return None
        return row, replace(judgment, client_event_id=_id_of(judgment))

    def _moment(self, row: Row, there: StoredJudgment | None) -> datetime:
        """When it was clicked; not before what it supersedes, or an older event would count."""
        clicked = min(row.clicked_at or self._now, self._now)
        if there is None:
            return clicked
        return max(clicked, min(there.judgment.clicked_at, there.received_at))

    def _store_batch(self, batch: list[tuple[Row, Judgment]]) -> None:
        """Store a batch in one transaction; if one cannot be stored, each in its own."""
        try:
            self._store.add_all(judgment for _, judgment in batch)
            self._stored += len(batch)
        except LabelConflictError:
            for row, judgment in batch:
                try:
                    self._store.add(judgment)
                    self._stored += 1
                except LabelConflictError as error:
                    self._reject(row, error)

    def _reject(self, row: Row, error: LabelError) -> None:
        text = f"{row.query_id} {row.product_id}"
        self._rejected.append(Rejected(row.number, str(error), text[:200]))


def rejected_rows(rejected: Iterable[Rejected]) -> Iterator[list[object]]:
    """A table of what was not taken, with a header."""
    yield ["row", "reason", "text"]
    for row in rejected:
        yield [row.number, row.reason, row.text]


def _key(judgment: Judgment) -> _Key:
    return (
        judgment.judge,
        judgment.query_id,
        judgment.product_id,
        judgment.question,
        judgment.repeat,
    )


def _id_of(judgment: Judgment) -> str:
    """An id that the same grade after the same earlier event has every time."""
    said = [judgment.campaign, *_key(judgment), judgment.grade, judgment.supersedes]
    return f"import-{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:40]}"


def _renamed(event_id: str, named: Judgment) -> str:
    said = json.dumps([event_id, named.campaign, named.judge])
    return f"import-{hashlib.sha256(said.encode()).hexdigest()[:40]}"
