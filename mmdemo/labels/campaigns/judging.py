"""What a judge does in a campaign: get pairs, answer, look back, pause. Knows no page."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, select

from mmdemo.errors import NoCampaignError
from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns import answering, leases
from mmdemo.labels.campaigns.answering import Given, Kept
from mmdemo.labels.campaigns.campaign import Campaign, Clock, State, now
from mmdemo.labels.campaigns.handing import hand_out
from mmdemo.labels.campaigns.history import Entry, history
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.query_notes import without_good_result
from mmdemo.labels.campaigns.rows import known_campaign, set_campaign
from mmdemo.labels.campaigns.tables import assignments, pool, queries
from mmdemo.labels.campaigns.tally import Tally, tally
from mmdemo.labels.campaigns.turn import Turn
from mmdemo.labels.database import Database
from mmdemo.labels.together import Together

BLOCK = 10  # pairs handed out at once
MOST = 50
HELD_BLOCKS = 2  # that a judge may hold, to have the next before the last is finished
_FRESH = timedelta(seconds=10)  # how long a count that is kept up to date by hand may be shown


class Status(StrEnum):
    """What a judge who asks for pairs is told."""

    PAIRS = "pairs"
    TRAINING = "training"
    WAIT = "wait"  # others hold what is left
    DONE = "done"


class Asked(NamedTuple):
    """A pair that a judge holds. `assignment` names it, and tells nobody what kind it is."""

    assignment: int
    product_id: str
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """Pairs of one query, in the order in which this judge sees them.

    Attributes:
        no_good_result: whether this judge has said that none is possible for the query.
    """

    query_id: str
    text: str
    photo: str
    no_good_result: bool
    pairs: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Handout:
    """What a judge holds now, the oldest block first.

    Attributes:
        retry_after: seconds after which to ask again if all is held by others.
    """

    status: Status
    blocks: tuple[Block, ...]
    progress: Tally
    campaign: Campaign
    retry_after: float = 0


_HELD = (
    select(
        assignments.c.id,
        assignments.c.block,
        assignments.c.kind,
        assignments.c.leased_until,
        pool.c.product_id,
        queries.c.query_id,
        queries.c.text,
        queries.c.photo,
    )
    .join(pool, pool.c.id == assignments.c.pair)
    .join(
        queries,
        (queries.c.campaign == pool.c.campaign) & (queries.c.query_id == pool.c.query_id),
    )
    .where(
        assignments.c.campaign == bindparam("of_campaign"),
        assignments.c.judge == bindparam("of_judge"),
        assignments.c.state == Held.LEASED,
    )
    .order_by(assignments.c.block, assignments.c.place, assignments.c.id)
)
_SOONEST = select(func.min(assignments.c.leased_until)).where(
    assignments.c.campaign == bindparam("of_campaign"), assignments.c.state == Held.LEASED
)


class Judging:
    """Hands out pairs and takes answers; each call is one transaction, shared with others'.

    Every decision is made in the database under its lock for writers, so several servers may
    share one. Exactly as many regular grades as needed are taken for each pair: those who hold a
    place are counted with those who have answered, and one who comes too late gives an extra one.
    """

    def __init__(self, database: Database, *, clock: Clock = now) -> None:
        """Use the tables that `CampaignStore` makes."""
        self._database, self._clock = database, clock
        self._together = Together(database)
        self._tallies: dict[tuple[str, str], tuple[datetime, Tally]] = {}
        self._lock = threading.Lock()

    def next(self, name: str, judge: str, *, count: int = BLOCK, ahead: bool = False) -> Handout:
        """Lease pairs of one query; what the judge holds already comes back first.

        Args:
            count: pairs in a block at most.
            ahead: whether to lease one block more than the judge is at.

        Raises:
            NoCampaignError: there is none of this name, or it is a draft.
        """
        size = max(1, min(count, MOST))
        known = self._recall(name, judge)

        def work(connection: Connection) -> Handout:
            turn = self._turn(connection, name, judge)
            return _next(turn, size, known, wanted=HELD_BLOCKS if ahead else 1)

        found = self._together.run(work)
        if found.progress is not known:
            self._remember(name, judge, found.progress)
        return found

    def answer(self, name: str, judge: str, given: Given) -> tuple[Kept, Tally]:
        """Keep an answer; returns when it is committed.

        Raises:
            NoCampaignError: there is no such campaign, or the pair was never given to this judge.
            LabelConflictError: the event id is taken by another answer, or it closes a circle.
            LabelError: a value is not usable, or the database cannot take it.
        """
        known = self._recall(name, judge)

        def work(connection: Connection) -> tuple[Kept, Tally]:
            turn = self._turn(connection, name, judge)
            kept = answering.keep(turn, given)
            if known is None:
                return kept, tally(connection, name, judge, turn.moment)
            return kept, _moved(known, kept)

        kept, counted = self._together.run(work)
        if known is None:
            self._remember(name, judge, counted)
        else:
            self._move(name, judge, kept)
        return kept, counted

    def renew(self, name: str, judge: str) -> None:
        """Keep what a judge holds for another while."""

        def work(connection: Connection) -> None:
            leases.renew(self._turn(connection, name, judge))

        self._together.run(work)

    def release(self, name: str, judge: str) -> int:
        """Give back what a judge holds, so that others need not wait for it.

        Returns:
            How many pairs.
        """

        def work(connection: Connection) -> int:
            return leases.release(connection, known_campaign(connection, name).name, judge)

        return self._together.run(work)

    def release_all(self, judge: str) -> None:
        """Give back what a judge holds in any campaign, as when they sign out."""

        def work(connection: Connection) -> None:
            held = (
                select(assignments.c.campaign)
                .distinct()
                .where(assignments.c.judge == judge, assignments.c.state == Held.LEASED)
            )
            for name in connection.scalars(held).all():
                leases.release(connection, name, judge)

        self._together.run(work)

    def progress(self, name: str, judge: str) -> Tally:
        """How far a judge is."""
        with self._database.reading() as connection:
            return tally(connection, name, judge, self._clock())

    def history(
        self, name: str, judge: str, *, before: int | None = None, limit: int = 50
    ) -> list[Entry]:
        """A judge's own answers, the newest first; those taken back are left out."""
        with self._database.reading() as connection:
            campaign = known_campaign(connection, name)
            return history(connection, campaign, judge, before=before, limit=limit)

    def _turn(self, connection: Connection, name: str, judge: str) -> Turn:
        return Turn(connection, known_campaign(connection, name), judge, self._clock())

    def _remember(self, name: str, judge: str, counted: Tally) -> None:
        with self._lock:
            self._tallies[name, judge] = (self._clock(), counted)

    def _recall(self, name: str, judge: str) -> Tally | None:
        moment = self._clock()
        with self._lock:
            at, counted = self._tallies.get((name, judge), (moment, None))
        return counted if moment - at < _FRESH and moment.date() == at.date() else None

    def _move(self, name: str, judge: str, kept: Kept) -> None:
        with self._lock:
            if (name, judge) in self._tallies:
                at, counted = self._tallies[name, judge]
                self._tallies[name, judge] = (at, _moved(counted, kept))


def _next(turn: Turn, size: int, known: Tally | None, *, wanted: int) -> Handout:
    """Lease blocks until the judge holds `wanted`; `known` is a count that is still right."""
    connection, campaign, moment = turn.connection, turn.campaign, turn.moment
    if campaign.state is State.DRAFT:
        raise NoCampaignError("there is no such campaign", got=campaign.name)
    rows = connection.execute(_HELD, turn.of).all()
    if rows and min(row.leased_until for row in rows) - moment < campaign.lease / 2:
        leases.renew(turn)
        rows = connection.execute(_HELD, turn.of).all()
    blocks = len({row.block for row in rows})
    if campaign.state is State.OPEN and blocks < wanted:
        leases.sweep(turn)
        while blocks < wanted and hand_out(turn, size):
            blocks += 1
        rows = connection.execute(_HELD, turn.of).all()
        if rows and campaign.locked_at is None:
            set_campaign(connection, campaign.name, locked_at=moment)
    if rows:
        counted = known or tally(connection, campaign.name, turn.judge, moment)
        is_training = rows[0].kind == Kind.TRAINING
        status = Status.TRAINING if is_training else Status.PAIRS
        hopeless = without_good_result(turn, {row.query_id for row in rows})
        return Handout(status, tuple(_blocks(rows, hopeless)), counted, campaign)
    counted = tally(connection, campaign.name, turn.judge, moment)
    if campaign.state is not State.OPEN or counted.left <= 0:
        return Handout(Status.DONE, (), counted, campaign)
    soonest = connection.scalar(_SOONEST, {"of_campaign": campaign.name})
    wait = (soonest - moment).total_seconds() if soonest is not None else 30.0
    return Handout(Status.WAIT, (), counted, campaign, min(max(wait, 1.0), 60.0))


def _moved(counted: Tally, kept: Kept) -> Tally:
    """The count after an answer."""
    by = int(kept.is_done) - int(kept.was_done)
    if kept.kind is Kind.TRAINING:
        return replace(counted, trained=counted.trained + by)
    left = counted.left - (by if kept.kind in (Kind.REGULAR, Kind.EXTRA) else 0)
    return replace(counted, done=counted.done + by, today=counted.today + by, left=max(left, 0))


def _blocks(rows: Iterable[Row[*tuple[Any, ...]]], hopeless: set[str]) -> Iterator[Block]:
    by_block: dict[tuple[int, str], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        by_block.setdefault((row.block, row.query_id), []).append(row)
    for held in by_block.values():
        first = held[0]
        pairs = tuple(Asked(row.id, row.product_id, row.leased_until) for row in held)
        is_hopeless = first.query_id in hopeless
        yield Block(first.query_id, first.text, first.photo, is_hopeless, pairs)
