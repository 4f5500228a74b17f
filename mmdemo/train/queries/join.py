"""Put sets of training queries together, or leave some out. Knows no template and no judgment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, vstack

from mmdemo.errors import TrainingError
from mmdemo.records import normalize_query_text
from mmdemo.train.queries.make import TrainingQueries


def join_queries(first: TrainingQueries, second: TrainingQueries) -> TrainingQueries:
    """Both, over the same products; a wording that both have is that of `first`.

    Raises:
        TrainingError: they are over different numbers of products.
    """
    if first.grades.shape[1] != second.grades.shape[1]:
        raise TrainingError(
            "queries of two catalogs cannot be trained on together",
            got=f"{second.grades.shape[1]} products",
            expected=first.grades.shape[1],
        )
    known = {normalize_query_text(text) for text in first.texts}
    new = [i for i, text in enumerate(second.texts) if normalize_query_text(text) not in known]
    return TrainingQueries(
        texts=(*first.texts, *(second.texts[i] for i in new)),
        asks=np.concatenate([first.asks, second.asks[new] + first.grades.shape[0]]),
        grades=csr_matrix(vstack([first.grades, second.grades], format="csr")),
        closed=np.concatenate([first.closed, second.closed]),
    )


def leave_out(queries: TrainingQueries, texts: Iterable[str]) -> TrainingQueries:
    """All but the wordings that say one of `texts`, as with queries that are kept for a test."""
    unwanted = {normalize_query_text(text) for text in texts}
    kept = [i for i, t in enumerate(queries.texts) if normalize_query_text(t) not in unwanted]
    return replace(queries, texts=tuple(queries.texts[i] for i in kept), asks=queries.asks[kept])
