"""Mix gold pairs and hidden repeats into what a judge gets. Knows no strategy and no lease.

Of all that a judge has been handed, the campaign's shares are to be gold and repeats. What is due
goes into a block of the same query where that is possible. Once too much is due, a block is made
of it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, literal, select

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.tables import assignments, pool
from mmdemo.labels.campaigns.turn import Turn

REPEAT_GAP = 2  # blocks between a pair and its repeat, at least
OVERDUE = 3  # hidden pairs that are due and found no block of their query


class Due(NamedTuple):
    """How many hidden pairs a judge should have had by now and has not."""

    gold: int
    repeats: int


class Hidden(NamedTuple):
    """A pair that is asked for another reason than that its grade is needed."""

    pair: int
    query_id: str
    kind: Kind
    repeat: int


_HANDED = (
    select(assignments.c.kind, func.count().label("times"))
    .where(
        assignments.c.campaign == bindparam("of_campaign"),
        assignments.c.judge == bindparam("of_judge"),
        assignments.c.state.in_((Held.LEASED, Held.DONE)),
    )
    .group_by(assignments.c.kind)
)
_mine = assignments.alias("mine")
_GOLD = (
    select(pool.c.id, pool.c.query_id)
    .where(
        pool.c.campaign == bindparam("of_campaign"),
        pool.c.gold.is_not(None),
        pool.c.training == bindparam("is_training"),
        ~exists(
            select(literal(1)).where(
                _mine.c.pair == pool.c.id,
                _mine.c.judge == bindparam("of_judge"),
                _mine.c.repeat == 0,
                _mine.c.state.in_((Held.LEASED, Held.DONE, Held.SKIPPED)),
            )
        ),
    )
    .order_by(pool.c.number)
)
_again = assignments.alias("again")
_REPEATABLE = (
    select(_mine.c.pair.label("id"), pool.c.query_id)
    .join(pool, pool.c.id == _mine.c.pair)
    .where(
        _mine.c.campaign == bindparam("of_campaign"),
        _mine.c.judge == bindparam("of_judge"),
        _mine.c.state == Held.DONE,
        _mine.c.kind == Kind.REGULAR,
        _mine.c.repeat == 0,
        _mine.c.block <= bindparam("up_to"),
        ~exists(
            select(literal(1)).where(
                and_(
                    _again.c.pair == _mine.c.pair,
                    _again.c.judge == _mine.c.judge,
                    _again.c.repeat == 1,
                    _again.c.state.in_((Held.LEASED, Held.DONE, Held.SKIPPED)),
                )
            )
        ),
    )
    .order_by(_mine.c.block, _mine.c.id)
)


def due(turn: Turn, coming: int) -> Due:
    """What is due when `coming` regular pairs are handed out besides."""
    times = {row.kind: row.times for row in turn.connection.execute(_HANDED, turn.of)}
    work = coming + sum(times.get(k, 0) for k in (Kind.REGULAR, Kind.EXTRA))
    gold, repeats = times.get(Kind.GOLD, 0), times.get(Kind.REPEAT, 0)
    of = turn.campaign.definition
    # Of everything handed out, share s are hidden: of w regular ones there are w * s / (1 - s).
    rest = max(1 - of.gold_share - of.repeat_share, 0.01)
    return Due(
        max(0, int(work * of.gold_share / rest) - gold),
        max(0, int(work * of.repeat_share / rest) - repeats),
    )


def hidden(turn: Turn, wanted: Due, *, up_to: int) -> list[Hidden]:
    """Gold and repeats that a judge could be given, those first that have waited longest.

    Args:
        wanted: kinds of which none is due are not looked for.
        up_to: the newest block whose pairs may be repeated.
    """
    found: list[Hidden] = []
    if wanted.gold:
        found += _as(turn, Kind.GOLD, _GOLD, {"is_training": False})
    if wanted.repeats and up_to > 0:
        found += _as(turn, Kind.REPEAT, _REPEATABLE, {"up_to": up_to})
    return found


def training(turn: Turn) -> list[Hidden]:
    """Training pairs that a judge has yet to be given."""
    return _as(turn, Kind.TRAINING, _GOLD, {"is_training": True})


def fitting(found: Sequence[Hidden], wanted: Due, query_id: str) -> list[Hidden]:
    """Of those that could be given, the ones due that are of this query."""
    left = {Kind.GOLD: wanted.gold, Kind.REPEAT: wanted.repeats}
    chosen = []
    for one in found:
        if one.query_id == query_id and left.get(one.kind, 0) > 0:
            left[one.kind] -= 1
            chosen.append(one)
    return chosen


def _as(turn: Turn, kind: Kind, asked: Select[int, str], values: dict[str, object]) -> list[Hidden]:
    repeat = 1 if kind is Kind.REPEAT else 0
    rows = turn.connection.execute(asked, turn.of | values)
    return [Hidden(row.id, row.query_id, kind, repeat) for row in rows]
