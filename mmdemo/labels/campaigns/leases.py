"""Keep pairs for judges who work, and take them back from those who don't. Knows no answer.

A place is one of the regular grades that a pair needs. It is held by a lease, then by the answer;
`pool.leased` and `pool.done` count both, so that a place is free if they are fewer than `needed`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import Connection, and_, bindparam, select, update

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns.tables import assignments, pool
from mmdemo.labels.campaigns.turn import Turn


class Held(StrEnum):
    """What has become of a pair that was handed to a judge."""

    LEASED = "leased"
    DONE = "done"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    RELEASED = "released"


_of_judge = and_(
    assignments.c.campaign == bindparam("of_campaign"),
    assignments.c.judge == bindparam("of_judge"),
    assignments.c.state == Held.LEASED,
)
_LEASES = select(assignments.c.id, assignments.c.pair, assignments.c.kind)
_EXPIRED = _LEASES.where(
    assignments.c.campaign == bindparam("of_campaign"),
    assignments.c.state == Held.LEASED,
    assignments.c.leased_until < bindparam("moment"),
    assignments.c.judge != bindparam("of_judge"),
)
_OWN = _LEASES.where(_of_judge)
_RENEW = update(assignments).where(_of_judge).values(leased_until=bindparam("until"))
_END = update(assignments).where(assignments.c.id == bindparam("lease"))
_COUNT = (
    update(pool)
    .where(pool.c.id == bindparam("of_pair"))
    .values(done=pool.c.done + bindparam("more_done"), leased=pool.c.leased + bindparam("more"))
)


def sweep(turn: Turn) -> None:
    """Take back what others hold too long; what the judge who asks holds is still theirs."""
    rows = turn.connection.execute(_EXPIRED, turn.of | {"moment": turn.moment}).all()
    if rows:
        _end(turn.connection, map(tuple, rows), Held.EXPIRED)


def release(connection: Connection, campaign: str, judge: str) -> int:
    """Give back all that a judge holds.

    Returns:
        How many pairs.
    """
    rows = connection.execute(_OWN, {"of_campaign": campaign, "of_judge": judge}).all()
    if rows:
        _end(connection, map(tuple, rows), Held.RELEASED)
    return len(rows)


def renew(turn: Turn) -> None:
    """Keep what a judge holds for another while."""
    until = turn.moment + turn.campaign.lease
    turn.connection.execute(_RENEW, turn.of | {"until": until})


def count(connection: Connection, pair: int, *, done: int = 0, leased: int = 0) -> None:
    """Note that places of a pair are taken or free now."""
    if done or leased:
        connection.execute(_COUNT, {"of_pair": pair, "more_done": done, "more": leased})


def count_leased(connection: Connection, pairs: Iterable[int], by: int) -> None:
    """Note that a place of each of these pairs is leased (1) or not any more (-1)."""
    changes = [
        {"of_pair": pair, "more_done": 0, "more": by * times}
        for pair, times in sorted(Counter(pairs).items())
    ]
    if changes:
        connection.execute(_COUNT, changes)


def _end(connection: Connection, rows: Iterable[tuple[int, int, str]], state: Held) -> None:
    ended = list(rows)
    connection.execute(_END.values(state=state), [{"lease": lease} for lease, _, _ in ended])
    count_leased(connection, (pair for _, pair, kind in ended if kind == Kind.REGULAR), -1)
