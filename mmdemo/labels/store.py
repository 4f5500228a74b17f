"""Keep judgments as events and tell which grade is current. Knows no page, ranking or format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Subquery, func, select

from mmdemo.labels.checks import checked, same
from mmdemo.labels.event_store import EventStore
from mmdemo.labels.schema import JUDGMENTS, judgments
from mmdemo.records import Judgment, StoredJudgment

PAGE = 2_000  # events per read transaction: some milliseconds, so that no writer has to wait


class JudgmentStore(EventStore):
    """The judgments."""

    _events = JUDGMENTS

    def add(self, judgment: Judgment) -> StoredJudgment:
        """Store an event and return it after it has been committed; a retry is stored once.

        Raises:
            LabelConflictError: the id is taken by an event that says something else, or the event
                and a stored one would supersede each other. It can never be stored.
            LabelError: a value is not usable, or the database cannot take it.
        """
        judgment = checked(judgment)
        with self._database.writing() as connection:
            return self._append(connection, judgment)

    def add_all(self, judgments: Iterable[Judgment]) -> list[StoredJudgment]:
        """Store events in one transaction, in their order: all of them, or none.

        Raises:
            LabelConflictError: as `add`, for the first that cannot be stored.
            LabelError: as `add`.
        """
        ready = [checked(judgment) for judgment in judgments]
        with self._database.writing() as connection:
            return [self._append(connection, judgment) for judgment in ready]

    def _append(self, connection: Connection, judgment: Judgment) -> StoredJudgment:
        row = JUDGMENTS.append(
            connection, _values(judgment), lambda row: same(_record(row).judgment, judgment)
        )
        return _record(row)

    def events(
        self,
        *,
        campaign: str | None = None,
        judge: str | None = None,
        query_id: str | None = None,
        after: int = 0,
        until: int | None = None,
    ) -> Iterator[StoredJudgment]:
        """Yield every event in the order it was committed.

        Args:
            campaign: only those of this campaign.
            judge: only those of this judge.
            query_id: only those for this query.
            after: only those with a higher sequence number.
            until: only those with this sequence number or a lower one.

        Raises:
            LabelError: the database cannot be read.
        """
        wanted = JUDGMENTS.where({"campaign": campaign, "judge": judge, "query_id": query_id})
        if until is not None:
            wanted.append(judgments.c.sequence <= until)
        while True:
            page = (
                select(judgments)
                .where(*wanted, judgments.c.sequence > after)
                .order_by(judgments.c.sequence)
                .limit(PAGE)
            )
            with self._database.reading() as connection:
                rows = connection.execute(page).all()
            for row in rows:
                yield _record(row)
            if len(rows) < PAGE:
                return
            after = rows[-1].sequence

    def latest(
        self,
        *,
        campaign: str | None = None,
        judge: str | None = None,
        query_id: str | None = None,
        product_id: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[StoredJudgment]:
        """Return the newest events first, whether they are current or not.

        Args:
            campaign, judge, query_id, product_id: only those of this one.
            before: only those with a lower sequence number.
            limit: how many at most.

        Raises:
            LabelError: the database cannot be read.
        """
        wanted = JUDGMENTS.where(
            {
                "campaign": campaign,
                "judge": judge,
                "query_id": query_id,
                "product_id": product_id,
            }
        )
        if before is not None:
            wanted.append(judgments.c.sequence < before)
        newest = select(judgments).where(*wanted).order_by(judgments.c.sequence.desc())
        with self._database.reading() as connection:
            return [_record(row) for row in connection.execute(newest.limit(limit))]

    def last_sequence(self, *, campaign: str | None = None) -> int:
        """Sequence number of the last event, 0 if there is none.

        Raises:
            LabelError: the database cannot be read.
        """
        last = select(func.max(judgments.c.sequence)).where(
            *JUDGMENTS.where({"campaign": campaign})
        )
        with self._database.reading() as connection:
            return connection.execute(last).scalar_one() or 0

    def current(
        self,
        *,
        campaign: str | None = None,
        judge: str | None = None,
        query_id: str | None = None,
        product_id: str | None = None,
        question: str | None = None,
        repeat: int | None = None,
        blind: bool | None = None,
        withdrawn: bool = False,
        until: int | None = None,
    ) -> list[StoredJudgment]:
        """Return the grade that counts for each key, by sequence number.

        The key is (campaign, judge, query_id, product_id, question, repeat). Events that another
        event of the same key supersedes are out. Of the others the one clicked last counts, where
        a click cannot be later than its receipt; at the same moment, the one stored last.

        Args:
            campaign: only keys of this campaign.
            judge: only keys of this judge.
            query_id: only keys of this query.
            product_id: only keys of this product.
            question: only keys of this question.
            repeat: only keys of this repeat.
            blind: only grades given so; an older grade never stands in for one left out.
            withdrawn: return also the events that took a grade back and are current.
            until: as it was when this was the last sequence number.

        Raises:
            LabelError: the database cannot be read.
        """
        key = {"campaign": campaign, "judge": judge, "query_id": query_id}
        key |= {"product_id": product_id, "question": question}

        def kept(heads: Subquery) -> Iterator[Any]:
            if blind is not None:
                yield heads.c.blind == blind
            if not withdrawn:
                yield heads.c.grade.is_not(None)

        with self._database.reading() as connection:
            rows = JUDGMENTS.current(connection, key | {"repeat": repeat}, kept, until=until)
        return [_record(row) for row in rows]


def _values(judgment: Judgment) -> dict[str, object]:
    names = (name for name in judgments.c.keys() if name not in ("sequence", "received_at"))  # noqa: SIM118
    return {name: getattr(judgment, name) for name in names}


def _record(row: Row[Any]) -> StoredJudgment:
    values = dict(row._mapping)
    sequence, received_at = values.pop("sequence"), values.pop("received_at")
    return StoredJudgment(Judgment(**values), sequence, received_at)
