"""Queries and products as vectors of both halves, to count with. Knows no ranking or grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmdemo.records import Topic

if TYPE_CHECKING:
    from mmdemo.index import ProductVectors
    from mmdemo.search import SearchEngine
    from mmdemo.towers import FloatArray

_BATCH = 64


@dataclass(frozen=True)
class Space:
    """Vectors of a catalog and of queries.

    Attributes:
        product_ids: in the order of the vectors' rows.
        shared: whether both halves live in one space, with one model.
        topic_ids: queries that both halves can be asked for.
        text_queries, image_queries: (n, d_t) and (n, d_v), their unit vectors.
        left_out: topic id to why it is not among them.
    """

    product_ids: tuple[str, ...]
    vectors: ProductVectors
    shared: bool
    topic_ids: tuple[str, ...]
    text_queries: FloatArray
    image_queries: FloatArray
    left_out: dict[str, str]

    @classmethod
    def of_engine(cls, engine: SearchEngine, topics: Sequence[Topic]) -> Space:
        """Take the vectors that an engine ranks by, with the queries as it encodes them."""
        kept: list[str] = []
        text: list[FloatArray] = []
        image: list[FloatArray] = []
        left_out = {}
        for start in range(0, len(topics), _BATCH):
            part = topics[start : start + _BATCH]
            encoded = engine.encode([topic.query for topic in part])
            for topic, query in zip(part, encoded, strict=True):
                if query.text is None or query.image is None:
                    left_out[topic.topic_id] = "only one half can be asked by this query"
                    continue
                kept.append(topic.topic_id)
                text.append(query.text)
                image.append(query.image)
        vectors = engine.vectors
        return cls(
            tuple(product.product_id for product in engine.catalog),
            vectors,
            engine.towers.shared,
            tuple(kept),
            _stack(text, vectors.text.shape[1]),
            _stack(image, vectors.image.shape[1]),
            left_out,
        )

    def rows(self) -> dict[str, int]:
        """Row of each product."""
        return {product_id: row for row, product_id in enumerate(self.product_ids)}


def _stack(rows: Sequence[FloatArray], dimension: int) -> NDArray[np.float32]:
    return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)
