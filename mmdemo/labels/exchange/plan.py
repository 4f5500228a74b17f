"""What a campaign asked, as far as an export needs it. Knows no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmdemo.labels.answers import Pair

DEFAULT_QUESTION = "relevance"


@dataclass(frozen=True, slots=True)
class GuidelinesVersion:
    """What judges were told, from some moment on."""

    version: int
    markdown: str
    examples: object = None


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A query of the campaign.

    Attributes:
        photo: key of the photo that it asks with; empty if none.
        topic_id: what its query set calls it.
    """

    query_id: str
    text: str
    photo: str = ""
    topic_id: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPair:
    """A product of a query's pool.

    Attributes:
        found_by: its rank in each ranker's list.
        needed: regular grades that it should get.
        gold: the right grade, where it is known.
        batch: 0, or the how-manieth time the pool grew.
        number: what its database calls it; another database may call it otherwise.
    """

    query_id: str
    product_id: str
    found_by: Mapping[str, int] = field(default_factory=dict)
    needed: int = 0
    gold: int | None = None
    training: bool = False
    batch: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign asked.

    Attributes:
        seed: that orders were drawn with.
        definition: scale, questions, reasons, rankers, depth, strategy … as JSON's values.
        questions: what was asked of each pair, with the grades of its scale; the first decides.
        queries: in their order; empty for judgments that were made without a campaign.
    """

    name: str
    title: str = ""
    catalog_id: str = ""
    seed: int = 0
    definition: Mapping[str, object] = field(default_factory=dict)
    questions: tuple[str, ...] = (DEFAULT_QUESTION,)
    guidelines: tuple[GuidelinesVersion, ...] = ()
    queries: tuple[PlannedQuery, ...] = ()
    pool: tuple[PlannedPair, ...] = ()

    @property
    def gold(self) -> dict[Pair, int]:
        """The right grade of each pair whose grade is known."""
        return {Pair(p.query_id, p.product_id): p.gold for p in self.pool if p.gold is not None}
