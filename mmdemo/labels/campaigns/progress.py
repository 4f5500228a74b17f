"""Tell a lead how far a campaign is, by query and by judge, and what stands in its way.

Knows no grade: how good the work is, `mmdemo.labels.quality` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, func, select

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns.campaign import Campaign
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.tables import assignments, pool, queries

ENOUGH = 30  # grades in an hour, to tell a pace from
PACE_OF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is.

    Attributes:
        pairs: of the pool, gold included.
        done, needed: regular grades.
        judges: those who have answered.
        per_hour: regular grades in the last hour.
    """

    queries: int
    pairs: int
    done: int
    needed: int
    judges: tuple[str, ...]
    per_hour: int

    @property
    def hours_left(self) -> float | None:
        """At the pace of the last hour; None where that says little."""
        if self.per_hour < ENOUGH:
            return None
        return (self.needed - self.done) / self.per_hour


@dataclass(frozen=True, slots=True)
class QueryProgress:
    """Of one query."""

    query_id: str
    text: str
    photo: str
    topic_id: str
    pairs: int
    done: int
    needed: int


@dataclass(frozen=True, slots=True)
class JudgeProgress:
    """Of one judge: pairs answered without those of the training round, and when last."""

    judge: str
    done: int
    today: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class PoolSize:
    """How many pairs each ranker found, and how many it alone."""

    found_by: dict[str, int]
    only_by: dict[str, int]


@dataclass(frozen=True, slots=True)
class PairProgress:
    """Of one pair of a query."""

    pair: int
    product_id: str
    done: int
    needed: int
    gold: int | None
    training: bool


class Overview(NamedTuple):
    """All that a lead sees of a campaign."""

    total: Progress
    queries: list[QueryProgress]
    judges: list[JudgeProgress]
    pool: PoolSize
    warnings: list[str]


def progress(connection: Connection, name: str, moment: datetime) -> Progress:
    """Count a whole campaign."""
    pairs, done, needed = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(pool.c.done), 0),
            func.coalesce(func.sum(pool.c.needed), 0),
        ).where(pool.c.campaign == name)
    ).one()
    count = select(func.count()).where(queries.c.campaign == name)
    answered = and_(assignments.c.campaign == name, assignments.c.state == Held.DONE)
    recent = select(func.count()).where(
        answered,
        assignments.c.kind == Kind.REGULAR,
        assignments.c.answered_at > moment - PACE_OF,
    )
    judges = select(assignments.c.judge).distinct().where(answered).order_by(assignments.c.judge)
    return Progress(
        queries=connection.scalar(count) or 0,
        pairs=pairs,
        done=done,
        needed=needed,
        judges=tuple(connection.scalars(judges)),
        per_hour=connection.scalar(recent) or 0,
    )


def by_query(connection: Connection, name: str) -> list[QueryProgress]:
    """Of each query, in the campaign's order."""
    asked = (
        select(
            queries.c.query_id,
            queries.c.text,
            queries.c.photo,
            queries.c.topic_id,
            func.count(pool.c.id),
            func.coalesce(func.sum(pool.c.done), 0),
            func.coalesce(func.sum(pool.c.needed), 0),
        )
        .outerjoin(
            pool, (pool.c.campaign == queries.c.campaign) & (pool.c.query_id == queries.c.query_id)
        )
        .where(queries.c.campaign == name)
        .group_by(*queries.c)
        .order_by(queries.c.position)
    )
    return [QueryProgress(*row) for row in connection.execute(asked)]


def by_judge(connection: Connection, name: str, moment: datetime) -> list[JudgeProgress]:
    """Of each judge who was given a pair to judge, by name."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    counts = (assignments.c.state == Held.DONE) & (assignments.c.kind != Kind.TRAINING)
    asked = (
        select(
            assignments.c.judge,
            func.sum(case((counts, 1), else_=0)),
            func.sum(case((counts & (assignments.c.answered_at >= midnight), 1), else_=0)),
            func.max(assignments.c.answered_at),
        )
        .where(assignments.c.campaign == name, assignments.c.kind != Kind.ADJUDICATION)
        .group_by(assignments.c.judge)
        .order_by(assignments.c.judge)
    )
    return [JudgeProgress(*row) for row in connection.execute(asked)]


def of_query(connection: Connection, name: str, query_id: str) -> list[PairProgress]:
    """Of each pair of a query."""
    asked = (
        select(
            pool.c.id, pool.c.product_id, pool.c.done, pool.c.needed, pool.c.gold, pool.c.training
        )
        .where(pool.c.campaign == name, pool.c.query_id == query_id)
        .order_by(pool.c.id)
    )
    return [PairProgress(*row) for row in connection.execute(asked)]


def pool_size(connection: Connection, name: str) -> PoolSize:
    """Who found what."""
    found: Counter[str] = Counter()
    only: Counter[str] = Counter()
    for ranks in connection.scalars(select(pool.c.found_by).where(pool.c.campaign == name)):
        found.update(ranks.keys())
        if len(ranks) == 1:
            only.update(ranks.keys())
    return PoolSize(dict(found), dict(only))


def warnings(
    connection: Connection, campaign: Campaign, counted: Progress, judges: Iterable[str]
) -> list[str]:
    """What stands in the way of a campaign, in sentences.

    Args:
        judges: all who may judge in it, as far as is known.
    """
    there = sorted(set(judges) | set(counted.judges))
    needed = campaign.definition.judges_per_pair
    found = []
    if len(there) < needed:
        many = "1 judge" if needed == 1 else f"{needed} judges"
        few = (
            ("no judge is", "only 1 judge is")[len(there)]
            if len(there) < 2
            else (f"only {len(there)} judges are")
        )
        found.append(f"Each pair needs {many}, but {few} there: no pair can get all its grades.")
    elif stuck := _stuck(connection, campaign.name, there):
        pairs = "pair has" if stuck == 1 else "pairs have"
        found.append(
            f"{stuck} {pairs} too few judges left: the others have answered or skipped "
            "them. Add a judge."
        )
    gold, training = _gold(connection, campaign.name)
    if campaign.definition.gold_share and not gold - training:
        found.append("No gold pair is there to be mixed in: none was given besides the training's.")
    return found


def _stuck(connection: Connection, name: str, judges: Sequence[str]) -> int:
    """Pairs that need more grades than there are judges who could still give one."""
    gone = (
        select(assignments.c.pair, func.count().label("times"))
        .where(
            assignments.c.campaign == name,
            assignments.c.repeat == 0,
            assignments.c.state.in_((Held.DONE, Held.SKIPPED)),
            assignments.c.judge.in_(judges),
        )
        .group_by(assignments.c.pair)
        .subquery()
    )
    asked = (
        select(func.count())
        .select_from(pool)
        .outerjoin(gone, gone.c.pair == pool.c.id)
        .where(
            pool.c.campaign == name,
            pool.c.needed > pool.c.done,
            pool.c.needed - pool.c.done > len(judges) - func.coalesce(gone.c.times, 0),
        )
    )
    return connection.scalar(asked) or 0


def _gold(connection: Connection, name: str) -> Sequence[int]:
    asked = select(
        func.count(), func.coalesce(func.sum(case((pool.c.training, 1), else_=0)), 0)
    ).where(pool.c.campaign == name, pool.c.gold.is_not(None))
    all_gold, training = connection.execute(asked).one()
    return all_gold, training
