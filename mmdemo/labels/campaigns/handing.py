"""Decide what a judge is asked next. Knows no answer and no page.

Pairs are handed out in blocks of one query. Which query, the pool's priorities say; in a share of
the blocks a random pair says it instead, and the rest of the block is drawn from its query at
random too. All of it happens in the transaction in which the leases are written.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Row, and_, bindparam, func, insert, select, update

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns import mixing
from mmdemo.labels.campaigns.campaign import Campaign
from mmdemo.labels.campaigns.definition import Strategy
from mmdemo.labels.campaigns.leases import Held, count_leased
from mmdemo.labels.campaigns.tables import assignments, is_open, pool
from mmdemo.labels.campaigns.turn import Turn

RANDOM = "random"
DRAWS = 64  # pairs drawn at once to find one that is open; nearly always enough
_Open = tuple[int, str, float, int]  # of a pair: id, query, priority, free places
_AGAIN = (Held.EXPIRED, Held.RELEASED)  # was handed to this judge, and may be once more


class Choice(NamedTuple):
    """A pair that a judge is going to get."""

    pair: int
    kind: Kind
    repeat: int
    chosen_by: str


_mine = and_(
    assignments.c.pair == pool.c.id,
    assignments.c.judge == bindparam("of_judge"),
    assignments.c.repeat == 0,
)
_OPEN = (
    select(
        pool.c.id,
        pool.c.query_id,
        pool.c.priority,
        (pool.c.needed - pool.c.done - pool.c.leased).label("places"),
    )
    .outerjoin(assignments, _mine)
    .where(
        pool.c.campaign == bindparam("of_campaign"),
        is_open,
        assignments.c.id.is_(None) | assignments.c.state.in_(_AGAIN),
    )
)
_FIRST = _OPEN.order_by(pool.c.priority, pool.c.id).limit(1)
_OF_QUERY = _OPEN.where(pool.c.query_id == bindparam("of_query")).order_by(pool.c.priority)
_DRAWN = _OPEN.add_columns(pool.c.number).where(
    pool.c.number.in_(bindparam("numbers", expanding=True))
)
_ALL_OPEN = _OPEN.order_by(pool.c.id)
_SIZE = select(func.max(pool.c.number) + 1).where(pool.c.campaign == bindparam("of_campaign"))
_THERE = select(assignments.c.id, assignments.c.pair, assignments.c.repeat).where(
    assignments.c.judge == bindparam("of_judge"),
    assignments.c.pair.in_(bindparam("pairs", expanding=True)),
)
_TAKE_UP = (
    update(assignments)
    .where(assignments.c.id == bindparam("taken_up"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("kind", "state", "chosen_by", "block", "place", "given_at", "leased_until")
        }
    )
)
_LAST_BLOCK = select(func.max(assignments.c.block)).where(
    assignments.c.campaign == bindparam("of_campaign"), assignments.c.judge == bindparam("of_judge")
)


def hand_out(turn: Turn, size: int) -> bool:
    """Lease a judge one more block.

    Args:
        turn: whose.
        size: regular pairs in it at most.

    Returns:
        Whether there was anything to lease.
    """
    block = (turn.connection.scalar(_LAST_BLOCK, turn.of) or 0) + 1
    choices = _training(turn, size) or _block(turn, size, block)
    if choices:
        _lease(turn, block, choices)
    return bool(choices)


def shown_order(campaign: Campaign, judge: str, pair: int, repeat: int) -> bytes:
    """What a judge's pairs are sorted by: random for each judge, and the same at any time."""
    return hashlib.sha256(f"{campaign.seed}:{judge}:{pair}:{repeat}".encode()).digest()


def _training(turn: Turn, size: int) -> list[Choice]:
    rows = mixing.training(turn)
    of_query = [row for row in rows if row.query_id == rows[0].query_id]
    return [Choice(row.pair, row.kind, row.repeat, "") for row in of_query[:size]]


def _block(turn: Turn, size: int, block: int) -> list[Choice]:
    chance = random.Random(f"{turn.campaign.seed}:{turn.judge}:{block}")
    chosen_by, rows = _regular(turn, size, chance)
    wanted = mixing.due(turn, len(rows))
    up_to = block - 1 - mixing.REPEAT_GAP if rows else block
    found = mixing.hidden(turn, wanted, up_to=up_to)
    extra = mixing.fitting(found, wanted, rows[0].query_id if rows else "")
    missed = [one for one in found if one not in extra]
    late = sum(wanted) - len(extra)
    if missed and (not rows or late >= mixing.OVERDUE):
        # Queries have moved on: a block of hidden pairs alone.
        rows, extra = [], mixing.fitting(found, wanted, missed[0].query_id)
    mixed = [Choice(one.pair, one.kind, one.repeat, "") for one in extra]
    return [Choice(row.id, Kind.REGULAR, 0, chosen_by) for row in rows] + mixed


def _regular(turn: Turn, size: int, chance: random.Random) -> tuple[str, Sequence[Row[*_Open]]]:
    """Open pairs of one query, and by what they were chosen."""
    if chance.random() < turn.campaign.definition.random_share:
        query_id = _query_of_random_pair(turn, chance)
        if query_id is None:
            return RANDOM, []
        rows = _of_query(turn, query_id)
        return RANDOM, chance.sample(rows, min(size, len(rows)))
    strategy = turn.campaign.definition.strategy
    first = turn.connection.execute(_FIRST, turn.of).first()
    if first is None:
        return strategy, []
    # As urgent as the first one; where no two are alike, at least half as urgent.
    enough = first.priority * (2 if strategy is Strategy.MOST_DECISIVE else 1)
    urgent = [row for row in _of_query(turn, first.query_id) if row.priority <= enough]
    urgent.sort(key=lambda row: shown_order(turn.campaign, turn.judge, row.id, 0))
    # Those with most free places first: else few places would be left on many pairs, and blocks
    # would become small.
    urgent.sort(key=lambda row: (row.priority, -row.places))
    return strategy, urgent[:size]


def _of_query(turn: Turn, query_id: str) -> list[Row[*_Open]]:
    return list(turn.connection.execute(_OF_QUERY, turn.of | {"of_query": query_id}))


def _query_of_random_pair(turn: Turn, chance: random.Random) -> str | None:
    """The query of any open pair, each pair equally likely."""
    count = turn.connection.scalar(_SIZE, turn.of) or 0
    numbers = [chance.randrange(count) for _ in range(DRAWS)] if count else []
    drawn = turn.connection.execute(_DRAWN, turn.of | {"numbers": numbers})
    queries = {row.number: row.query_id for row in drawn}
    for number in numbers:
        if number in queries:
            return str(queries[number])
    left = turn.connection.execute(_ALL_OPEN, turn.of).all()  # few are, or this judge had many
    return str(chance.choice(left).query_id) if left else None


def _lease(turn: Turn, block: int, choices: Sequence[Choice]) -> None:
    ordered = sorted(
        choices, key=lambda c: shown_order(turn.campaign, turn.judge, c.pair, c.repeat)
    )
    wanted = {"of_judge": turn.judge, "pairs": [choice.pair for choice in ordered]}
    rows = turn.connection.execute(_THERE, wanted)
    there = {(row.pair, row.repeat): row.id for row in rows}
    added, taken_up = [], []
    for place, choice in enumerate(ordered):
        values = {
            "kind": choice.kind,
            "state": Held.LEASED,
            "chosen_by": choice.chosen_by,
            "block": block,
            "place": place,
            "given_at": turn.moment,
            "leased_until": turn.moment + turn.campaign.lease,
        }
        known = there.get((choice.pair, choice.repeat))
        if known is None:
            key = {"campaign": turn.campaign.name, "pair": choice.pair, "repeat": choice.repeat}
            added.append(values | key | {"judge": turn.judge})
        else:
            renamed = {f"new_{name}": value for name, value in values.items()}
            taken_up.append(renamed | {"taken_up": known})
    if added:
        turn.connection.execute(insert(assignments), added)
    if taken_up:
        turn.connection.execute(_TAKE_UP, taken_up)
    regular = (choice.pair for choice in ordered if choice.kind is Kind.REGULAR)
    count_leased(turn.connection, regular, 1)
