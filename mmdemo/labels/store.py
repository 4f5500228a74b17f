"""Keep judgments as events and tell which grade is current. Knows no page, ranking or format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    column,
    exists,
    func,
    insert,
    literal,
    select,
)

from mmdemo.errors import LabelConflictError
from mmdemo.labels.checks import checked, same
from mmdemo.labels.database import Database
from mmdemo.labels.schema import KEY, create, is_ready, judgments
from mmdemo.records import Judgment, StoredJudgment

PAGE = 2_000  # events per read transaction: some milliseconds, so that no writer has to wait


class JudgmentStore:
    """An append-only table of judgments in SQLite or PostgreSQL.

    May be shared by threads, and the database by processes.
    """

    def __init__(self, url: str) -> None:
        """Open the database, making the file, its folder and the tables where they are missing.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.

        Raises:
            LabelError: the database cannot be used, and what to do about it.
        """
        self._database = Database(url)
        try:
            with self._database.reading() as connection:
                ready = is_ready(connection)
            if not ready:
                with self._database.writing() as connection:
                    if not is_ready(connection):  # another process may have been faster
                        create(connection)
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._database.name

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, judgment: Judgment) -> StoredJudgment:
        """Store an event and return it after it has been committed; a retry is stored once.

        Raises:
            LabelConflictError: the id is taken by an event that says something else, or the event
                and a stored one would supersede each other. It can never be stored.
            LabelError: a value is not usable, or the database cannot take it.
        """
        judgment = checked(judgment)
        with self._database.writing() as connection:
            known = connection.execute(
                select(judgments).where(judgments.c.client_event_id == judgment.client_event_id)
            ).one_or_none()
            if known is not None:
                stored = _record(known)
                if same(stored.judgment, judgment):
                    return stored
                raise LabelConflictError(
                    "the event id is taken by another judgment",
                    got=judgment.client_event_id,
                    expected="a new id for every event",
                )
            if _closes_circle(connection, judgment):
                raise LabelConflictError(
                    "the judgment and one that supersedes it cannot supersede each other",
                    got=judgment.client_event_id,
                    expected="supersedes to name an earlier event",
                )
            received_at = datetime.now(UTC)
            sequence = connection.execute(
                insert(judgments)
                .values(**_values(judgment), received_at=received_at)
                .returning(judgments.c.sequence)
            ).scalar_one()
        return StoredJudgment(judgment, sequence, received_at)

    def events(
        self,
        *,
        campaign: str | None = None,
        judge: str | None = None,
        query_id: str | None = None,
        after: int = 0,
    ) -> Iterator[StoredJudgment]:
        """Yield every event in the order it was committed.

        Args:
            campaign: only those of this campaign.
            judge: only those of this judge.
            query_id: only those for this query.
            after: only those with a higher sequence number.

        Raises:
            LabelError: the database cannot be read.
        """
        wanted = _where({"campaign": campaign, "judge": judge, "query_id": query_id})
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

        Raises:
            LabelError: the database cannot be read.
        """
        key = {"campaign": campaign, "judge": judge, "query_id": query_id}
        key |= {"product_id": product_id, "question": question}
        event, newer = judgments, judgments.alias("newer")
        superseded = exists(
            select(literal(1)).where(
                newer.c.supersedes == event.c.client_event_id,
                *(newer.c[name] == event.c[name] for name in KEY),
            )
        )
        moment = case(
            (event.c.clicked_at < event.c.received_at, event.c.clicked_at),
            else_=event.c.received_at,
        )
        place = func.row_number().over(
            partition_by=[event.c[name] for name in KEY],
            order_by=[moment.desc(), event.c.sequence.desc()],
        )
        heads = (
            select(event, place.label("place"))
            .where(*_where(key | {"repeat": repeat}), ~superseded)
            .subquery()
        )
        kept: list[ColumnElement[bool]] = [heads.c.place == 1]
        if blind is not None:
            kept.append(heads.c.blind == blind)
        if not withdrawn:
            kept.append(heads.c.grade.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(
                select(*(heads.c[name] for name in judgments.c.keys()))  # noqa: SIM118
                .where(*kept)
                .order_by(heads.c.sequence)
            ).all()
        return [_record(row) for row in rows]


def _where(wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [judgments.c[name] == value for name, value in wanted.items() if value is not None]


def _closes_circle(connection: Connection, judgment: Judgment) -> bool:
    """Follow what the new event supersedes, and tell whether that leads back to it.

    Without circles every key has a head, so no order of arrival can make a pair vanish.
    """
    same_key = and_(*(judgments.c[name] == getattr(judgment, name) for name in KEY))
    named = select(judgments.c.sequence).where(
        judgments.c.supersedes == judgment.client_event_id, same_key
    )
    if judgment.supersedes is None or connection.execute(named.limit(1)).first() is None:
        return False  # nearly always: nothing stored names an event that has yet to come
    chain = select(literal(judgment.supersedes).label("event_id")).cte("chain", recursive=True)
    chain = chain.union(
        select(judgments.c.supersedes).where(
            judgments.c.client_event_id == chain.c.event_id,
            judgments.c.supersedes.is_not(None),
            same_key,
        )
    )
    back = select(chain.c.event_id).where(column("event_id") == judgment.client_event_id)
    return connection.execute(back.limit(1)).first() is not None


def _values(judgment: Judgment) -> dict[str, object]:
    names = (name for name in judgments.c.keys() if name not in ("sequence", "received_at"))  # noqa: SIM118
    return {name: getattr(judgment, name) for name in names}


def _record(row: Row[Any]) -> StoredJudgment:
    values = dict(row._mapping)
    sequence, received_at = values.pop("sequence"), values.pop("received_at")
    return StoredJudgment(Judgment(**values), sequence, received_at)
