"""Keep the order in which a pool is asked. Knows no judge."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, bindparam, func, select, update

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns.definition import Strategy
from mmdemo.labels.campaigns.pool import Pooled
from mmdemo.labels.campaigns.rows import known_campaign, set_campaign
from mmdemo.labels.campaigns.strategies import priorities
from mmdemo.labels.campaigns.tables import assignments, campaigns, pool, queries
from mmdemo.labels.database import Database
from mmdemo.labels.schema import judgments

CHUNK = 500  # pairs in one transaction, so that no judge waits long
FRESH_SHARE = 0.01  # of the pool: so many new grades are enough for a new order
_NEW_PRIORITY = (
    update(pool).where(pool.c.id == bindparam("pair_id")).values(priority=bindparam("new"))
)


def rank_pool(connection: Connection, name: str) -> None:
    """Find the priorities of a campaign's pairs, and store those that changed."""
    changed = _changed(connection, name)
    if changed:
        connection.execute(_NEW_PRIORITY, changed)


def rank_again(database: Database, name: str) -> int:
    """Put a pool in order anew where the strategy looks at the grades, if enough are new.

    Returns:
        How many pairs have another place now.
    """
    with database.reading() as connection:
        campaign = known_campaign(connection, name)
        if campaign.definition.strategy is not Strategy.MOST_DECISIVE:
            return 0
        done, pairs = connection.execute(
            select(func.sum(pool.c.done), func.count()).where(pool.c.campaign == name)
        ).one()
        before = connection.scalar(select(campaigns.c.ranked_at).where(campaigns.c.name == name))
        if done - before < max(1, FRESH_SHARE * pairs):
            return 0
        changed = _changed(connection, name)
    for start in range(0, len(changed), CHUNK):
        with database.writing() as connection:
            connection.execute(_NEW_PRIORITY, changed[start : start + CHUNK])
    with database.writing() as connection:
        set_campaign(connection, name, ranked_at=done)
    return len(changed)


def _changed(connection: Connection, name: str) -> list[dict[str, object]]:
    campaign = known_campaign(connection, name)
    rows = connection.execute(select(pool).where(pool.c.campaign == name)).all()
    positions = {
        row.query_id: row.position
        for row in connection.execute(select(queries).where(queries.c.campaign == name))
    }
    question = campaign.definition.questions[0].name
    found = priorities(
        campaign.definition.strategy,
        [Pooled(row.query_id, row.product_id, row.found_by) for row in rows],
        positions,
        _grades(connection, name),
        highest=max(campaign.definition.grades(question)),
        seed=campaign.seed,
    )
    return [
        {"pair_id": row.id, "new": value}
        for row, value in zip(rows, found, strict=True)
        if row.priority != value
    ]


def _grades(connection: Connection, name: str) -> dict[tuple[str, str], list[float]]:
    """Regular grades of the first question."""
    given = (
        select(judgments.c.query_id, judgments.c.product_id, judgments.c.grade)
        .join(assignments, assignments.c.event == judgments.c.client_event_id)
        .where(
            assignments.c.campaign == name,
            assignments.c.kind == Kind.REGULAR,
            assignments.c.state == "done",
            judgments.c.grade.is_not(None),
        )
    )
    grades: dict[tuple[str, str], list[float]] = defaultdict(list)
    for query_id, product_id, grade in connection.execute(given):
        grades[query_id, product_id].append(grade)
    return grades
