"""Measure rankings again and again under other grades, quickly. Knows no interval or page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mmdemo.analyze.study import Options
from mmdemo.evaluate.gains import DoubleArray, ideal_gain, ndcg
from mmdemo.evaluate.measures import Qrels, measure_queries, parse_measures
from mmdemo.records import Ranking


def values(
    ranking: Mapping[str, Ranking], qrels: Qrels, topics: Sequence[str], options: Options
) -> DoubleArray:
    """The deciding measure of each topic, as ir_measures gives it: (n,).

    Every topic must be answered; one without a judgment in these qrels has value 0.
    """
    depth = options.ndcg_depth
    if depth is None:
        (measure,) = parse_measures([options.measure])
        found = measure_queries({t: ranking[t] for t in topics}, qrels, [measure])[str(measure)]
        return np.array([found.get(topic, 0.0) for topic in topics])
    grades = np.zeros((len(topics), depth))
    ideals = np.zeros(len(topics))
    for row, topic in enumerate(topics):
        judged = qrels.get(topic, {})
        for place, hit in enumerate(ranking[topic].hits[:depth]):
            grades[row, place] = judged.get(hit.product_id, 0)
        ideals[row] = ideal_gain(judged.values(), depth)
    return ndcg(grades, ideals)
