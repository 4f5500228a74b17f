"""Draw what asks, what answers, and what is known to be wrong. Knows no tower and no loss."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from torch import Tensor

from mmdemo.train.queries import TrainingQueries

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
_EXACT = 4  # as `TrainingQueries.grades` keeps grade 3
_HARD = 16  # hard negatives kept for a query
_CHUNK = 512


class QuerySampler:
    """Training queries over some of a catalog's products.

    Attributes:
        rows: (n,) the products, as rows of the catalog; a *place* is an index into them.
        texts: (t,) numbers of the wordings that have a right answer among them.
    """

    def __init__(self, queries: TrainingQueries, *, rows: IntArray, texts: IntArray) -> None:
        self.queries, self.rows = queries, rows
        self._grades: csr_matrix = queries.grades[:, rows].tocsr()
        self._grades.sort_indices()
        answered = np.diff(self._grades.indptr) > 0
        if len(self._grades.data):
            best = np.zeros(self._grades.shape[0], np.int64)
            np.maximum.at(best, self._owners(), self._grades.data.astype(np.int64))
            answered = best > 1  # a query whose products are all wrong teaches nothing alone
        self.texts = texts[answered[queries.asks[texts]]]
        self._hard: dict[int, IntArray] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def answers(self, texts: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
        """A right place for each wording, and its stored grade: (m,) each.

        A grade that occurs is drawn with a chance in proportion to its gain (2^grade − 1), so
        that grades weigh positives in the mean (generalized contrastive learning, Zhu et al.
        2024, arXiv 2404.08535).
        """
        places = np.empty(len(texts), np.int64)
        grades = np.empty(len(texts), np.int64)
        for i, ask in enumerate(self.queries.asks[texts].tolist()):
            found, stored = self._known(ask)
            levels = np.unique(stored[stored > 1]).astype(np.int64)
            gains = 2.0 ** (levels - 1) - 1
            grades[i] = rng.choice(levels, p=gains / gains.sum())
            places[i] = rng.choice(found[stored == grades[i]])
        return places, grades

    def wrong(self, texts: IntArray, places: IntArray, grades: IntArray) -> Tensor:
        """Which places are known to be worse than a grade for a wording: bool (m, n)."""
        asks = self.queries.asks[texts]
        stored = self._grades[asks][:, places].toarray()
        known = np.where(stored > 0, stored < grades[:, None], self.queries.closed[asks][:, None])
        return torch.from_numpy(known)

    def unknown(self, texts: IntArray) -> Tensor:
        """Which places nobody has judged, where judges are all that tells: bool (m, n)."""
        asks = self.queries.asks[texts]
        judged = self._grades[asks].toarray() > 0
        return torch.from_numpy(~judged & ~self.queries.closed[asks][:, None])

    def mine(self, texts: IntArray, asking: Tensor, answering: Tensor) -> None:
        """Keep for each of these wordings, and no others, the nearest places known to be wrong.

        Args:
            texts: (t,) numbers of wordings.
            asking: (t, d) their rows.
            answering: (n, d) rows of `rows`.
        """
        self._hard = {}
        best = np.full(len(texts), _EXACT)
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            scores = asking[start : start + _CHUNK] @ answering.T
            every = np.arange(len(self.rows))
            wrong = self.wrong(part, every, best[start : start + _CHUNK])
            scores = scores.masked_fill(~wrong, float("-inf"))
            values, nearest = scores.topk(min(_HARD, len(self.rows)), dim=1)
            for text, value, near in zip(part.tolist(), values, nearest, strict=True):
                self._hard[text] = near[value > float("-inf")].numpy()

    def hard(self, texts: IntArray, each: float, rng: np.random.Generator) -> IntArray:
        """Mined places, so many for each wording; of a fraction, one for a share of them."""
        rounds, share = divmod(each, 1)
        asked = np.concatenate([np.tile(texts, int(rounds)), texts[: round(share * len(texts))]])
        kept = [self._hard[text] for text in asked.tolist() if text in self._hard]
        return np.array([rng.choice(places) for places in kept if len(places)], np.int64)

    def qrels(self, text: int) -> dict[int, int]:
        """Place to grade of what is known of a wording."""
        found, stored = self._known(int(self.queries.asks[text]))
        return dict(zip(found.tolist(), (stored.astype(np.int64) - 1).tolist(), strict=True))

    def _known(self, ask: int) -> tuple[IntArray, NDArray[np.int8]]:
        part = slice(self._grades.indptr[ask], self._grades.indptr[ask + 1])
        return self._grades.indices[part].astype(np.int64), self._grades.data[part]

    def _owners(self) -> IntArray:
        return np.repeat(np.arange(self._grades.shape[0]), np.diff(self._grades.indptr))
