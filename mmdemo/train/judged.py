"""Make training queries of judgments. Knows no store and no tower.

Only what was judged is known: a product without a judgment is nobody's negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Topic
from mmdemo.train.queries import TrainingQueries
from mmdemo.trec import refuse_test_queries


def judged_queries(
    catalog: Catalog, topics: Sequence[Topic], qrels: Mapping[str, Mapping[str, int]]
) -> TrainingQueries:
    """Queries in words with what judges said of the catalog's products.

    Args:
        catalog: the judged products; those it does not have are left out.
        topics: queries, none marked ``test``; those with a photo of their own are left out.
        qrels: topic id to product id to grade, 0 and up.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: no query has a product that is at all right.
    """
    refuse_test_queries(topics, "train")
    texts: list[str] = []
    rows: list[int] = []
    columns: list[int] = []
    stored: list[int] = []
    for topic in topics:
        known = {p: g for p, g in qrels.get(topic.topic_id, {}).items() if p in catalog.rows}
        if topic.query.image is None and max(known.values(), default=0) > 0:
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
    return TrainingQueries(
        texts=tuple(texts),
        asks=np.arange(len(texts), dtype=np.int64),
        grades=csr_matrix((np.array(stored, np.int8), (rows, columns)), shape=shape),
        closed=np.zeros(len(texts), np.bool_),
    )
