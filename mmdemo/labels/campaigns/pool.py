"""Put what rankers found into one pool, each product once. Knows no table and no judge."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mmdemo.errors import LabelError
from mmdemo.labels.campaigns.definition import Definition
from mmdemo.labels.checks import check_text


@dataclass(frozen=True, slots=True)
class PoolQuery:
    """A query and what each ranker lists for it, best first.

    Attributes:
        query_id: `Query.query_id`.
        photo: key of the kept photo it asks with; empty if none.
        topic_id: what its query set calls it.
        rankings: a ranker without an answer is left out.
    """

    query_id: str
    text: str
    rankings: Mapping[str, Sequence[str]]
    photo: str = ""
    topic_id: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """A pair whose right grade is known.

    Attributes:
        why: what a judge is told of it in the training round.
        training: asked in the training round, not hidden among the others.
    """

    query_id: str
    product_id: str
    grade: int
    why: str = ""
    training: bool = False


@dataclass(frozen=True, slots=True)
class Pooled:
    """A product of a query's pool.

    Attributes:
        found_by: its rank in each ranker that has it among its first `depth`.
    """

    query_id: str
    product_id: str
    found_by: dict[str, int] = field(default_factory=dict)


def pooled(queries: Iterable[PoolQuery], *, depth: int, seed: int) -> list[Pooled]:
    """The union of each ranker's first `depth` products of each query.

    The products of a query come in a random order: numbers given in this order tell no rank.
    """
    found = []
    for query in queries:
        union: dict[str, dict[str, int]] = {}
        for ranker, listed in query.rankings.items():
            for rank, product_id in enumerate(dict.fromkeys(listed[:depth]), start=1):
                union.setdefault(product_id, {})[ranker] = rank
        products = sorted(union)
        random.Random(f"{seed}:{query.query_id}").shuffle(products)
        found += [Pooled(query.query_id, product, union[product]) for product in products]
    return found


def check_queries(queries: Sequence[PoolQuery], gold: Sequence[Gold]) -> None:
    """Refuse queries and gold pairs that do not fit together.

    Raises:
        LabelError: there is no query, one is there twice, or a gold pair is of no query or twice.
    """
    if not queries:
        raise LabelError("a campaign has no queries", expected="one at least")
    known: set[str] = set()
    for query in queries:
        if query.query_id in known:
            raise LabelError(
                "a query is there twice", got=repr(query.text or query.topic_id), expected="once"
            )
        known.add(query.query_id)
    pairs: set[tuple[str, str]] = set()
    for pair in gold:
        if pair.query_id not in known:
            raise LabelError("a gold pair is of no query of the campaign", got=repr(pair.query_id))
        if (pair.query_id, pair.product_id) in pairs:
            raise LabelError("a gold pair is there twice", got=repr(pair.product_id))
        pairs.add((pair.query_id, pair.product_id))


def check_gold(definition: Definition, gold: Sequence[Gold]) -> None:
    """Refuse gold whose grade is not on the scale of the first question.

    Raises:
        LabelError: which pair, and the scale.
    """
    scale = definition.grades(definition.questions[0].name)
    for pair in gold:
        if pair.grade not in scale:
            raise LabelError(
                f"the grade of gold pair {pair.product_id!r} is not on the scale",
                got=pair.grade,
                expected=", ".join(map(str, scale)),
            )
        check_text("a gold pair's product", pair.product_id, 2_000)
        check_text("a gold pair's reason", pair.why, 2_000)
