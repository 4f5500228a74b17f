"""Measure retrieval on what was held out. Knows no tower and no step."""

from __future__ import annotations

import math

import ir_measures
from torch import Tensor

from mmdemo.evaluate.measures import measure_queries
from mmdemo.records import Hit, Ranking
from mmdemo.train.sampling import QuerySampler

_MEASURE = ir_measures.nDCG @ 10
_DEPTH = 10


class Validation:
    """Held-out queries over held-out products.

    Attributes:
        sampler: the queries and products.
    """

    def __init__(self, sampler: QuerySampler) -> None:
        self.sampler = sampler
        self._unknown = sampler.unknown(sampler.texts)
        self._qrels = {
            str(text): {str(place): grade for place, grade in sampler.qrels(text).items()}
            for text in sampler.texts.tolist()
        }

    def measure(self, asking: Tensor, answering: Tensor) -> float:
        """Mean nDCG@10, as trec_eval computes it; nan without a query.

        Products that nobody has judged for a query are taken out of its ranking where judges are
        all that tells (condensed lists, Sakai 2007).

        Args:
            asking: (t, d) rows of the sampler's texts.
            answering: (n, d) rows of its products.
        """
        if not len(self.sampler):
            return math.nan
        known = (asking @ answering.T).masked_fill(self._unknown, -math.inf)
        scores, nearest = known.topk(min(_DEPTH, len(answering)), dim=1)
        rankings = {
            str(text): Ranking(
                "fused",
                str(text),
                tuple(
                    Hit(str(place), rank, score)
                    for rank, (place, score) in enumerate(zip(near, own, strict=True), start=1)
                    if score > -math.inf
                ),
            )
            for text, near, own in zip(
                self.sampler.texts.tolist(), nearest.tolist(), scores.tolist(), strict=True
            )
        }
        values = measure_queries(rankings, self._qrels, [_MEASURE])[str(_MEASURE)].values()
        return math.fsum(values) / len(values)
