"""Rank texts by words with BM25 (Robertson and Zaragoza 2009). Knows no product and no vector."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from mmdemo.errors import IndexMismatchError
from mmdemo.index.base import BoolArray, IntArray
from mmdemo.towers import FloatArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG

_STOPWORDS = "en"


class LexicalIndex:
    """BM25 over texts, by library bm25s with its defaults (Lucene's variant, k1 1.5, b 0.75)."""

    def __init__(self, retriever: bm25s.BM25 | None) -> None:
        self._retriever = retriever  # None where no text has a word

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts; row i is the i-th of them."""
        tokens = bm25s.tokenize(list(texts), stopwords=_STOPWORDS, show_progress=False)
        if not tokens.vocab or not any(tokens.ids):
            return cls(None)
        retriever = bm25s.BM25()
        retriever.index(tokens, show_progress=False)
        return cls(retriever)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote.

        Raises:
            IndexMismatchError: it is not there, or damaged.
        """
        try:
            if not any(folder.iterdir()):
                return cls(None)
            return cls(bm25s.BM25.load(str(folder), load_corpus=False))
        except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
            raise IndexMismatchError(
                f"{folder} cannot be read: {error}", remedy="run `mmdemo index` again"
            ) from error

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        if self._retriever is not None:
            self._retriever.save(str(folder), show_progress=False)

    def scores(self, text: str) -> FloatArray:
        """Scores of all texts, (n,), 0 for one that shares no word; (0,) where none does."""
        nothing = np.zeros(0, np.float32)
        if self._retriever is None:
            return nothing
        words = bm25s.tokenize(text, stopwords=_STOPWORDS, return_ids=False, show_progress=False)[0]
        known = [word for word in words if word in self._retriever.vocab_dict]
        if not known:
            return nothing
        return np.asarray(self._retriever.get_scores(known), dtype=np.float32)

    def search(
        self, text: str, depth: int, within: BoolArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """Scores and rows of the texts that share a word with the query, best first.

        Equal scores come in row order.

        Args:
            text: the query.
            depth: how many rows at most.
            within: (n,) True for rows that may be found; None for all.
        """
        scores = self.scores(text)
        if within is not None and len(scores):
            scores = np.where(within, scores, 0)
        order = np.argsort(-scores, kind="stable")[:depth]
        order = order[scores[order] > 0]
        return scores[order], order.astype(np.int64)
