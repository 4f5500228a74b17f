"""Replay the weight of text over the judgments. Knows no engine; `Space` gives the vectors.

For the ranker `fused`, whose score is linear in the two cosines. Scores, rounding and ties are
those of the search engine, so that the ranking of a step is the one that it would serve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmdemo.analyze.candidates import NO_IMAGE, NO_TEXT, Candidates, find_candidates
from mmdemo.analyze.space import Space
from mmdemo.evaluate.gains import DoubleArray, ideal_gain, ndcg
from mmdemo.evaluate.measures import Qrels

if TYPE_CHECKING:
    from mmdemo.index import IntArray

_DECIMALS = 6  # of the engine's scores
_NO_SPREAD = 1e-6  # below this a half tells no product apart, see mmdemo.search.gaps
_LAST = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Step:
    """The first k at one weight, or each query's at its own.

    Attributes:
        weights: (n,) of text, of each query.
        values: (n,) nDCG@k of each query.
        rows: (n, k) of the products, best first; -1 where there are fewer.
        unjudged: (n, k) True where a product is there but has no grade.
    """

    weights: DoubleArray
    values: DoubleArray
    rows: IntArray
    unjudged: NDArray[np.bool_]

    def of(self, places: Sequence[int]) -> Step:
        """The same of some of the queries."""
        rows = list(places)
        return Step(self.weights[rows], self.values[rows], self.rows[rows], self.unjudged[rows])


class Replay:
    """Every query's candidates with their grades, ready to be ranked at any weight.

    Attributes:
        topic_ids: the judged queries, in the order of a step's rows.
        product_ids: of the catalog, by row.
        depth: k.
        left_out: judged topics that cannot be replayed, and why.
    """

    def __init__(self, space: Space, qrels: Qrels, *, depth: int = 10) -> None:
        judged = [i for i, topic in enumerate(space.topic_ids) if qrels.get(topic)]
        self.topic_ids = tuple(space.topic_ids[i] for i in judged)
        self.product_ids = space.product_ids
        self.depth = depth
        self.left_out = {t: why for t, why in space.left_out.items() if qrels.get(t)}
        asked = Space(
            space.product_ids,
            space.vectors,
            space.shared,
            self.topic_ids,
            space.text_queries[judged],
            space.image_queries[judged],
            {},
        )
        self._found: Candidates = find_candidates(asked, depth=depth)
        self._grades = np.full(self._found.rows.shape, -1, np.int16)
        self._ideals = np.zeros(len(judged))
        row_of = space.rows()
        for query, topic in enumerate(self.topic_ids):
            grades = np.full(len(self.product_ids) + 1, -1, np.int16)  # the last is for row -1
            for product, grade in qrels[topic].items():
                if product in row_of:
                    grades[row_of[product]] = max(grade, 0)
            self._grades[query] = grades[self._found.rows[query]]
            self._ideals[query] = ideal_gain(qrels[topic].values(), depth)

    def step(self, weight: float) -> Step:
        """Rank all queries at a weight of text from 0 to 1."""
        keys = self._keys(weight)
        width = min(self.depth, keys.shape[1])
        best = np.argpartition(-keys, width - 1, axis=1)[:, :width]
        order = np.argsort(-np.take_along_axis(keys, best, axis=1), axis=1)
        best = np.take_along_axis(best, order, axis=1)
        there = np.take_along_axis(keys, best, axis=1) > _LAST + 1
        grades = np.where(there, np.take_along_axis(self._grades, best, axis=1), 0)
        rows = np.where(there, np.take_along_axis(self._found.rows, best, axis=1), -1)
        weights = np.full(len(self.topic_ids), weight)
        return Step(weights, ndcg(grades, self._ideals), rows, there & (grades < 0))

    def step_each(self, weights: Sequence[float]) -> Step:
        """Rank each query at a weight of its own, in the order of `topic_ids`."""
        own = np.array(weights, np.float64)
        found = self.step(float(own[0]))
        for weight in set(own.tolist()) - {float(own[0])}:
            step, there = self.step(weight), own == weight
            found.values[there] = step.values[there]
            found.rows[there] = step.rows[there]
            found.unjudged[there] = step.unjudged[there]
        return Step(own, found.values, found.rows, found.unjudged)

    def steps(self, weights: Sequence[float]) -> list[Step]:
        """Rank all queries at each weight."""
        return [self.step(weight) for weight in weights]

    def cosines(self, topic_id: str) -> Mapping[str, tuple[float, float]]:
        """Text and image cosine of each candidate of a query that has both halves."""
        query = self.topic_ids.index(topic_id)
        found = self._found
        return {
            self.product_ids[row]: (float(text), float(image))
            for row, text, image, kind in zip(
                found.rows[query],
                found.text[query],
                found.image[query],
                found.kinds[query],
                strict=True,
            )
            if row >= 0 and kind == 0
        }

    def _keys(self, weight: float) -> IntArray:
        """Whole numbers that fall as the ranking goes down, ties in row order: (n, c)."""
        found = self._found
        scores = weight * found.text + (1 - weight) * found.image
        listed = found.rows >= 0
        for kind, own, end in ((NO_IMAGE, found.text, 0.0), (NO_TEXT, found.image, 1.0)):
            there = found.kinds == kind
            if not there.any():
                continue
            if weight == end:  # the half that they lack is the only one with a say
                listed &= ~there
                continue
            slope, level = self._line(weight, kind)
            scores = np.where(there, slope[:, None] * own + level[:, None], scores)
        whole = np.rint(np.round(scores, _DECIMALS) * 10**_DECIMALS).astype(np.int64)
        # Rows are in product_id order, which breaks ties; some 2**24 scores × 2**32 rows fit.
        keys: IntArray = np.where(listed, whole * 2**32 - found.rows, _LAST + 1)
        return keys

    def _line(self, weight: float, kind: int) -> tuple[DoubleArray, DoubleArray]:
        """Slope and level of a missing half's score in its one cosine: two arrays (n,).

        The same as `mmdemo.search.gaps`, from the moments of each query.
        """
        share = weight if kind == NO_IMAGE else 1 - weight
        mean_t, mean_v, var_t, cov, var_v = self._found.moments.T
        if not self._found.has_whole:
            return np.full(len(mean_t), share), np.zeros(len(mean_t))
        mean = weight * mean_t + (1 - weight) * mean_v
        variance = weight**2 * var_t + 2 * weight * (1 - weight) * cov + (1 - weight) ** 2 * var_v
        own_mean, own_var = (mean_t, var_t) if kind == NO_IMAGE else (mean_v, var_v)
        spread, own = (np.sqrt(np.maximum(v, 0.0)) for v in (variance, own_var))
        slope: DoubleArray = np.divide(spread, own, out=np.zeros(len(own)), where=own > _NO_SPREAD)
        if weight in (0.0, 1.0):  # one half alone: its cosine as it is
            return np.ones(len(own)), np.zeros(len(own))
        return slope, mean - slope * own_mean
