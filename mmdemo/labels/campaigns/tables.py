"""Lay out the tables of campaigns. Knows no rule about who is asked what.

Judgments are events and never change; what is here is what the server has to decide with: which
pairs there are, who holds which, how many grades each still needs. It changes in the transaction
in which the event is stored.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from mmdemo.labels.events import UtcTime
from mmdemo.labels.layout import Layout

metadata = MetaData()


def _number() -> Column[int]:
    kind = BigInteger().with_variant(Integer(), "sqlite")
    return Column("id", kind, primary_key=True, autoincrement=True)


campaigns = Table(
    "campaigns",
    metadata,
    Column("name", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("catalog_id", Text, nullable=False),
    Column("definition", Text, nullable=False),  # JSON of a `Definition`
    Column("state", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("guidelines", Integer, nullable=False),  # the newest version
    Column("ranked_at", Integer, nullable=False),  # regular grades when priorities were found
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("locked_at", UtcTime),  # when the first pair was handed out
)

guidelines = Table(
    "campaign_guidelines",
    metadata,
    Column("campaign", Text, ForeignKey(campaigns.c.name), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("markdown", Text, nullable=False),
    Column("examples", JSON, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

queries = Table(
    "campaign_queries",
    metadata,
    Column("campaign", Text, ForeignKey(campaigns.c.name), primary_key=True),
    Column("query_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("photo", Text, nullable=False),  # key of a kept photo; empty if none
    Column("topic_id", Text, nullable=False),  # what the query set calls it
    Column("position", Integer, nullable=False),
)

pool = Table(
    "campaign_pool",
    metadata,
    _number(),
    Column("campaign", Text, ForeignKey(campaigns.c.name), nullable=False),
    Column("number", Integer, nullable=False),  # 0, 1, 2 … in the campaign, to draw one at random
    Column("query_id", Text, nullable=False),
    Column("product_id", Text, nullable=False),
    Column("found_by", JSON, nullable=False),  # ranker → rank
    Column("priority", Float, nullable=False),  # the lowest is asked first
    Column("needed", Integer, nullable=False),  # regular grades; 0 for gold
    Column("done", Integer, nullable=False),  # regular grades given
    Column("leased", Integer, nullable=False),  # regular places that somebody holds now
    Column("gold", Integer),  # the right grade, where it is known
    Column("gold_why", Text, nullable=False),
    Column("training", Boolean, nullable=False),
    Column("batch", Integer, nullable=False),  # 0, or the how-manieth time the pool grew
    UniqueConstraint("campaign", "number"),
    # Not the product too: PostgreSQL refuses index entries above 2704 bytes.
    Index("campaign_pool_by_query", "campaign", "query_id"),
)
is_open = pool.c.done + pool.c.leased < pool.c.needed
Index(
    "campaign_pool_open",
    pool.c.campaign,
    pool.c.priority,
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "campaign_pool_gold",
    pool.c.campaign,
    sqlite_where=pool.c.gold.is_not(None),
    postgresql_where=pool.c.gold.is_not(None),
)

assignments = Table(
    "campaign_assignments",
    metadata,
    _number(),
    Column("campaign", Text, ForeignKey(campaigns.c.name), nullable=False),
    Column("pair", BigInteger, ForeignKey(pool.c.id), nullable=False),
    Column("judge", Text, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("chosen_by", Text, nullable=False),  # strategy, random, or empty if not from the pool
    Column("block", Integer, nullable=False),  # 1, 2, 3 … of the judge
    Column("place", Integer, nullable=False),  # in the block
    Column("given_at", UtcTime, nullable=False),
    Column("leased_until", UtcTime, nullable=False),
    Column("event", Text),  # of the first question; the one that counts
    Column("answered_at", UtcTime),
    UniqueConstraint("pair", "judge", "repeat"),
    Index("campaign_assignments_by_judge", "campaign", "judge", "state"),
)
Index(
    "campaign_assignments_leased",
    assignments.c.campaign,
    assignments.c.leased_until,
    sqlite_where=assignments.c.state == "leased",
    postgresql_where=assignments.c.state == "leased",
)

CAMPAIGNS = Layout(
    "campaigns", metadata, Table("campaigns_schema", metadata, Column("version", Integer)), 1
)
