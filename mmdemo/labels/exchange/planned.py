"""Read from the database what a campaign asked. Knows no file and no judgment."""

from __future__ import annotations

from sqlalchemy import Connection, select

from mmdemo.labels.campaigns.rows import find_campaign
from mmdemo.labels.campaigns.tables import CAMPAIGNS, guidelines, pool, queries
from mmdemo.labels.database import Database
from mmdemo.labels.exchange.plan import GuidelinesVersion, Plan, PlannedPair, PlannedQuery


def read_plan(database: Database, name: str) -> Plan:
    """What a campaign asked; judgments without a campaign have a plan that knows their name only.

    Raises:
        LabelError: the database cannot be read.
    """
    with database.reading() as connection:
        found = find_campaign(connection, name) if CAMPAIGNS.is_ready(connection) else None
        if found is None:
            return Plan(name)
        return Plan(
            name=name,
            title=found.title,
            catalog_id=found.catalog_id,
            seed=found.seed,
            definition=found.definition.model_dump(mode="json"),
            questions=tuple(question.name for question in found.definition.questions),
            guidelines=_guidelines(connection, name),
            queries=_queries(connection, name),
            pool=_pool(connection, name),
        )


def _guidelines(connection: Connection, name: str) -> tuple[GuidelinesVersion, ...]:
    asked = select(guidelines).where(guidelines.c.campaign == name).order_by(guidelines.c.version)
    return tuple(
        GuidelinesVersion(row.version, row.markdown, row.examples)
        for row in connection.execute(asked)
    )


def _queries(connection: Connection, name: str) -> tuple[PlannedQuery, ...]:
    asked = select(queries).where(queries.c.campaign == name).order_by(queries.c.position)
    return tuple(
        PlannedQuery(row.query_id, row.text, row.photo, row.topic_id)
        for row in connection.execute(asked)
    )


def _pool(connection: Connection, name: str) -> tuple[PlannedPair, ...]:
    asked = select(pool).where(pool.c.campaign == name).order_by(pool.c.id)
    return tuple(
        PlannedPair(
            row.query_id,
            row.product_id,
            row.found_by,
            row.needed,
            row.gold,
            row.training,
            row.batch,
            row.id,
        )
        for row in connection.execute(asked)
    )
