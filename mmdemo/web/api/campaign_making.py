"""Make a campaign of what a lead sent: rank its queries, read its gold. Knows no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmdemo.errors import LabelError
from mmdemo.labels.campaigns import (
    Campaign,
    CampaignStore,
    Definition,
    Gold,
    PoolQuery,
    State,
    parse_definition,
)
from mmdemo.labels.campaigns.pool import check_gold, check_queries, pooled
from mmdemo.labels.campaigns.presets import GUIDELINES, REASONS, SCALES, relevance
from mmdemo.records import Topic
from mmdemo.web.api.campaign_bodies import CampaignBody
from mmdemo.web.photos import QueryPhotos
from mmdemo.web.pooling import pool_queries, read_gold, topics_of_catalog, topics_of_text

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine

CATALOG = "catalog"
_SETTINGS = (
    "rankers",
    "depth",
    "judges_per_pair",
    "repeat_share",
    "gold_share",
    "strategy",
    "random_share",
    "lease_minutes",
)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a campaign is made of."""

    definition: Definition
    queries: list[PoolQuery]
    gold: list[Gold]
    catalog_id: str


def material(
    engine: SearchEngine, photos: QueryPhotos, asked: CampaignBody, topics: Sequence[Topic]
) -> Material:
    """Rank the queries and read the gold pairs.

    Raises:
        MmdemoError: what cannot be used, and why.
    """
    definition = definition_of(asked)
    queries = pool_queries(engine, topics, asked.rankers, asked.depth, photos)
    gold = read_gold(asked.gold, queries, engine.catalog, training=asked.training)
    check_queries(queries, gold)
    check_gold(definition, gold)
    return Material(definition, queries, gold, engine.catalog.catalog_id)


def make(campaigns: CampaignStore, asked: CampaignBody, made_of: Material, *, by: str) -> Campaign:
    """Make a campaign and open it if that was asked for.

    Raises:
        LabelError: what cannot be used, and why.
    """
    made = campaigns.create(
        asked.name,
        made_of.definition,
        made_of.queries,
        by=by,
        title=asked.title,
        catalog_id=made_of.catalog_id,
        gold=made_of.gold,
        markdown=GUIDELINES if asked.guidelines is None else asked.guidelines,
        examples=[example.example() for example in asked.examples],
        seed=asked.seed,
    )
    return campaigns.set_state(asked.name, State.OPEN) if asked.open else made


def preview(made_of: Material) -> dict[str, object]:
    """How large a campaign would be, and what may be wrong with it."""
    pairs = pooled(made_of.queries, depth=made_of.definition.depth, seed=0)
    gold = {(pair.query_id, pair.product_id) for pair in made_of.gold}
    regular = sum((pair.query_id, pair.product_id) not in gold for pair in pairs)
    problems = []
    if empty := sum(not any(query.rankings.values()) for query in made_of.queries):
        queries = "1 query finds" if empty == 1 else f"{empty} queries find"
        problems.append(f"{queries} no product at all.")
    for ranker in made_of.definition.rankers:
        if silent := sum(ranker not in query.rankings for query in made_of.queries):
            queries = "1 query" if silent == 1 else f"{silent} queries"
            problems.append(f"{ranker} has no answer to {queries}.")
    if made_of.definition.gold_share and not any(not pair.training for pair in made_of.gold):
        problems.append("No gold pair is there to be mixed in.")
    return {
        "queries": len(made_of.queries),
        "pool": regular + len(gold),
        "judgments": regular * made_of.definition.judges_per_pair,
        "problems": problems,
    }


def definition_of(asked: CampaignBody) -> Definition:
    """What is asked, with the presets where nothing is said.

    Raises:
        LabelError: it cannot be used, and why.
    """
    if isinstance(asked.scale, str):
        if asked.scale not in SCALES:
            raise LabelError(
                "there is no such scale", got=repr(asked.scale), expected=", ".join(SCALES)
            )
        first: object = relevance(asked.scale).model_dump()
    else:
        scale = [step.model_dump() for step in asked.scale]
        first = relevance().model_dump() | {"scale": scale}
    reasons = REASONS if asked.reasons is None else asked.reasons
    values = asked.model_dump()
    if not asked.gold.strip():
        values["gold_share"] = 0  # of nothing
    return parse_definition(
        {
            "questions": [first, *values["questions"]],
            "reasons": [reason.model_dump() for reason in reasons],
            **{name: values[name] for name in _SETTINGS},
        }
    )


def topics_of(catalog: Catalog, queries: str) -> Sequence[Topic]:
    """Queries that were sent, or the catalog's own.

    Raises:
        LabelError: the catalog has none.
        EvaluationError: they cannot be read.
    """
    if queries != CATALOG:
        return topics_of_text(queries)
    topics = topics_of_catalog(catalog)
    if not topics:
        raise LabelError("the catalog has no queries of its own", remedy="send some")
    return topics
