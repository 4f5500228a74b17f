"""Make training queries of judgments. Knows no store and no tower.

Only what was judged is known: a product without a judgment is nobody's negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Query, Topic
from mmdemo.train.queries import TrainingQueries
from mmdemo.trec import refuse_test_queries

IntArray = NDArray[np.int64]
_HIGHEST = np.iinfo(np.int8).max - 1  # grades are stored as int8, plus 1


def judged_queries(
    catalog: Catalog,
    topics: Sequence[Topic],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    alone: bool = True,
) -> TrainingQueries:
    """Queries in words with what judges said of the catalog's products.

    Args:
        catalog: the judged products; those it does not have are left out.
        topics: queries, none marked ``test``; those with a photo of their own are left out.
        qrels: topic id to product id to grade, up to 126; below 0 is 0.
        alone: whether nothing else is learned from, so that some grades must differ.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: no query has a product that is at all right, or none has one that is worse
            than another; a grade is too high.
    """
    refuse_test_queries(topics, "train")
    texts: list[str] = []
    rows: list[int] = []
    columns: list[int] = []
    stored: list[int] = []
    for topic in topics:
        known = {p: g for p, g in qrels.get(topic.topic_id, {}).items() if p in catalog.rows}
        if topic.query.image is None and max(known.values(), default=0) > 0:
            _refuse_high(topic, known)
            columns += [catalog.rows[product_id] for product_id in known]
            stored += [max(grade, 0) + 1 for grade in known.values()]
            rows += [len(texts)] * len(known)
            texts.append(topic.query.text)
    if not texts:
        raise TrainingError(
            "the judgments give nothing to train on",
            got=f"{len(topics)} queries",
            expected=f"a query in words with a product of {catalog.name} graded above 0",
        )
    shape = (len(texts), len(catalog))
    queries = TrainingQueries(
        texts=tuple(texts),
        asks=np.arange(len(texts), dtype=np.int64),
        grades=csr_matrix((np.array(stored, np.int8), (rows, columns)), shape=shape),
        closed=np.zeros(len(texts), np.bool_),
    )
    if alone:
        refuse_equal_grades(queries, queries.asks)
    return queries


def refuse_equal_grades(queries: TrainingQueries, asked: IntArray) -> None:
    """Refuse judgments that tell no product from another.

    Args:
        queries: see `judged_queries`.
        asked: numbers of those that are learned from.

    Raises:
        TrainingError: no query has a product that is worse than another.
    """
    if not any(len(set(queries.grades[[number]].data.tolist())) > 1 for number in asked):
        raise TrainingError(
            "no product was judged worse than another for the same query",
            got=f"{len(asked)} queries to learn from, each with one grade only",
            expected="a query with two different grades",
            remedy="give lower grades too, or rehearse: --from-labels with --set queries=500",
        )


def judgments_told(
    queries: TrainingQueries, source: Mapping[str, object], *, held_back: int = 0
) -> dict[str, Any]:
    """What a model's card says of the judgments that it learned from.

    Args:
        queries: see `judged_queries`.
        source: where the grades are from.
        held_back: how many queries it is measured with.
    """
    return {
        "source": dict(source),
        "grades": int(queries.grades.nnz),
        "queries": len(queries.texts),
        "queries held back": held_back,
        "learned": sorted({Query(text).query_id for text in queries.texts}),
    }


def _refuse_high(topic: Topic, grades: Mapping[str, int]) -> None:
    for product_id, grade in grades.items():
        if grade > _HIGHEST:
            raise TrainingError(
                f"a grade is too high: query {topic.topic_id}, product {product_id}",
                got=grade,
                expected=f"0 to {_HIGHEST}",
            )
