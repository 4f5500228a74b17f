"""Queries and products as vectors of both halves, to count with. Knows no ranking or grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmdemo.errors import IndexMismatchError
from mmdemo.records import Topic

if TYPE_CHECKING:
    from mmdemo.index import ProductVectors
    from mmdemo.search import SearchEngine
    from mmdemo.towers import FloatArray, Towers

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
    def of(
        cls,
        topics: Sequence[Topic],
        product_ids: Sequence[str],
        vectors: ProductVectors,
        towers: Towers,
    ) -> Space:
        """Encode the queries with the towers that made the vectors."""
        from mmdemo.search.encode import encode_queries  # loads FAISS, which nothing else needs

        kept: list[str] = []
        text: list[FloatArray] = []
        image: list[FloatArray] = []
        left_out = {}
        for start in range(0, len(topics), _BATCH):
            part = topics[start : start + _BATCH]
            encoded = encode_queries(towers, [topic.query for topic in part])
            for topic, query in zip(part, encoded, strict=True):
                if query.text is None or query.image is None:
                    left_out[topic.topic_id] = "only one half can be asked by this query"
                    continue
                kept.append(topic.topic_id)
                text.append(query.text)
                image.append(query.image)
        return cls(
            tuple(product_ids),
            vectors,
            towers.shared,
            tuple(kept),
            _stack(text, vectors.text.shape[1]),
            _stack(image, vectors.image.shape[1]),
            left_out,
        )

    @classmethod
    def of_engine(
        cls, engine: SearchEngine, topics: Sequence[Topic], *, index_name: str = "default"
    ) -> Space:
        """Encode the queries as an engine does, over its catalog's vectors.

        Raises:
            IndexMismatchError: the engine was not opened from an index on disk.
        """
        from mmdemo.index import load_vectors

        if engine.manifest is None:
            raise IndexMismatchError("the engine has no index on disk to take vectors from")
        vectors = load_vectors(engine.catalog, engine.manifest, index_name)
        ids = [product.product_id for product in engine.catalog]
        return cls.of(topics, ids, vectors, engine.towers)

    def rows(self) -> dict[str, int]:
        """Row of each product."""
        return {product_id: row for row, product_id in enumerate(self.product_ids)}


def _stack(rows: Sequence[FloatArray], dimension: int) -> NDArray[np.float32]:
    return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)
