"""Read and write the rows of campaigns, queries and pools. Knows no rule of judging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from mmdemo.errors import NoCampaignError
from mmdemo.labels.campaigns.campaign import Campaign, State
from mmdemo.labels.campaigns.definition import Definition, stored_definition
from mmdemo.labels.campaigns.pool import Gold, Pooled, PoolQuery
from mmdemo.labels.campaigns.tables import campaigns, pool, queries

_CAMPAIGN = select(campaigns).where(campaigns.c.name == bindparam("campaign"))


def find_campaign(connection: Connection, name: str) -> Campaign | None:
    """A campaign, or None if there is none of this name."""
    row = connection.execute(_CAMPAIGN, {"campaign": name}).one_or_none()
    return None if row is None else campaign_of(row)


def known_campaign(connection: Connection, name: str) -> Campaign:
    """A campaign.

    Raises:
        NoCampaignError: there is none of this name.
    """
    found = find_campaign(connection, name)
    if found is None:
        raise NoCampaignError("there is no such campaign", got=name[:100])
    return found


def campaign_of(row: Row[Any]) -> Campaign:
    """A campaign of its row."""
    return Campaign(
        name=row.name,
        title=row.title,
        catalog_id=row.catalog_id,
        definition=stored_definition(row.definition),
        state=State(row.state),
        seed=row.seed,
        guidelines=row.guidelines,
        created_by=row.created_by,
        created_at=row.created_at,
        locked_at=row.locked_at,
    )


def set_campaign(connection: Connection, name: str, **values: object) -> None:
    """Change columns of a campaign."""
    connection.execute(update(campaigns).where(campaigns.c.name == name).values(**values))


def add_queries(
    connection: Connection, name: str, added: Sequence[PoolQuery], *, position: int = 0
) -> None:
    """Add queries behind those that are there."""
    rows = [
        {
            "campaign": name,
            "query_id": query.query_id,
            "text": query.text,
            "photo": query.photo,
            "topic_id": query.topic_id,
            "position": at,
        }
        for at, query in enumerate(added, start=position)
    ]
    if rows:
        connection.execute(insert(queries), rows)


def add_pairs(
    connection: Connection,
    name: str,
    definition: Definition,
    found: Sequence[Pooled],
    gold: Sequence[Gold],
    *,
    batch: int,
    number: int = 0,
) -> None:
    """Add pairs to the pool, numbered from `number` on; gold pairs also where no ranker is."""
    known = {(pair.query_id, pair.product_id): pair for pair in gold}
    there = {(pair.query_id, pair.product_id) for pair in found}
    besides = [Pooled(pair.query_id, pair.product_id) for pair in gold]
    rows: list[dict[str, object]] = []
    for pooled in (*found, *(b for b in besides if (b.query_id, b.product_id) not in there)):
        right = known.get((pooled.query_id, pooled.product_id))
        rows.append(
            {
                "campaign": name,
                "number": number + len(rows),
                "query_id": pooled.query_id,
                "product_id": pooled.product_id,
                "found_by": pooled.found_by,
                "priority": 0.0,
                "needed": definition.judges_per_pair if right is None else 0,
                "done": 0,
                "leased": 0,
                "gold": right and right.grade,
                "gold_why": right.why if right else "",
                "training": right.training if right else False,
                "batch": batch,
            }
        )
    if rows:
        connection.execute(insert(pool), rows)


def merge_pairs(
    connection: Connection, name: str, definition: Definition, found: Sequence[Pooled]
) -> int:
    """Add the pairs that the pool does not have; write down anew where the others were found.

    Returns:
        How many pairs are new.
    """
    rows = connection.execute(select(pool).where(pool.c.campaign == name)).all()
    there = {(row.query_id, row.product_id): row for row in rows}
    changed = []
    for pooled in found:
        row = there.get((pooled.query_id, pooled.product_id))
        if row is not None and row.found_by != pooled.found_by:
            changed.append({"pair_id": row.id, "ranks": {**row.found_by, **pooled.found_by}})
    if changed:
        statement = update(pool).where(pool.c.id == bindparam("pair_id"))
        connection.execute(
            statement.values(found_by=bindparam("ranks", type_=pool.c.found_by.type)), changed
        )
    fresh = [pair for pair in found if (pair.query_id, pair.product_id) not in there]
    last = connection.execute(
        select(func.max(pool.c.batch), func.max(pool.c.number)).where(pool.c.campaign == name)
    ).one()
    add_pairs(connection, name, definition, fresh, (), batch=last[0] + 1, number=last[1] + 1)
    return len(fresh)
