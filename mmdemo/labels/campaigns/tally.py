"""Count what a judge has done and what is left for them. Knows no answer's content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.tables import assignments, pool


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a judge is in a campaign.

    Attributes:
        done: pairs answered, without those of the training round.
        left: pairs that still need a grade and that this judge has not answered; others may
            answer them first.
        today: of those done, answered since midnight UTC.
        trained, training: pairs of the training round answered, and all of it.
    """

    done: int
    left: int
    today: int
    trained: int
    training: int


_of_judge = (
    assignments.c.campaign == bindparam("of_campaign"),
    assignments.c.judge == bindparam("of_judge"),
)
_is_training = assignments.c.kind == Kind.TRAINING
_DONE = select(
    func.coalesce(func.sum(case((_is_training, 0), else_=1)), 0),
    func.coalesce(
        func.sum(
            case((~_is_training & (assignments.c.answered_at >= bindparam("midnight")), 1), else_=0)
        ),
        0,
    ),
    func.coalesce(func.sum(case((_is_training, 1), else_=0)), 0),
).where(*_of_judge, assignments.c.state == Held.DONE)
# Two conditions instead of one on their sum would not be found in the index of open pairs.
_unfinished = pool.c.done < pool.c.needed
_UNFINISHED = select(func.count()).where(pool.c.campaign == bindparam("of_campaign"), _unfinished)
_ANSWERED = (
    select(func.count())
    .select_from(assignments)
    .join(pool, pool.c.id == assignments.c.pair)
    .where(
        *_of_judge,
        assignments.c.state.in_((Held.DONE, Held.SKIPPED)),
        assignments.c.repeat == 0,
        _unfinished,
    )
)
_TRAINING = select(func.count()).where(
    pool.c.campaign == bindparam("of_campaign"), pool.c.gold.is_not(None), pool.c.training
)


def tally(connection: Connection, campaign: str, judge: str, moment: datetime) -> Tally:
    """Count in a transaction."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    of = {"of_campaign": campaign, "of_judge": judge}
    done, today, trained = connection.execute(_DONE, of | {"midnight": midnight}).one()
    unfinished = connection.scalar(_UNFINISHED, of) or 0
    answered = connection.scalar(_ANSWERED, of) or 0
    training = connection.scalar(_TRAINING, of) or 0
    return Tally(done, unfinished - answered, today, trained, training)
