"""A search engine whose rankings are known by hand. Knows no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmdemo.catalog import Catalog
from mmdemo.errors import RankerError
from mmdemo.index import Manifest
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search import RankerInfo
from mmdemo.search.about import about

COUNT = 40  # products


class FakeEngine:
    """Text puts p00 first and p39 last, images the other way round, whatever is asked.

    The text part of product n is 1 - n/40, its image part n/40, fused is their weighted sum.
    """

    text_weight = 0.75
    photo_weight = 0.75
    manifest = Manifest(
        model="local-dir:/hub/photo-model",
        text_model="st:words-model",
        text_fields=("title", "description"),
        text_fingerprint="w",
        image_fingerprint="p",
        image_query_fingerprint="p",
        catalog_fingerprint="c",
        count=COUNT,
        with_text=COUNT,
        with_image=COUNT - 1,
        text_dimension=384,
        image_dimension=512,
        created="2026-03-01T12:00:00Z",
        build="b",
        fusions={"fused-moe": "f"},
    )
    ranker_names: tuple[str, ...] = ("text", "image", "fused")
    rankers: tuple[RankerInfo, ...] = tuple(
        RankerInfo(name, name.title(), f"Ranks by {name}.", weighted=name == "fused")
        for name in ranker_names
    )

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.ids = [product.product_id for product in catalog]
        self.queries: list[Query] = []

    def learn(self) -> None:
        """Offer a learned fusion too, which ranks as images do and has no parts."""
        self.ranker_names = (*self.ranker_names, "fused-moe")
        self.rankers = (*self.rankers, about("fused-moe"))

    def search(
        self,
        query: Query,
        *,
        rankers: Sequence[str] = ("text", "image", "fused"),
        text_weight: float | None = None,
        top_k: int = 20,
        within: NDArray[np.bool_] | None = None,
    ) -> dict[str, Ranking]:
        """Rank by hand."""
        self.queries.append(query)
        weight = self.text_weight if text_weight is None else text_weight
        shares = {"text": (1.0, 0.0), "image": (0.0, 1.0), "fused": (weight, 1 - weight)}
        if "fused-moe" in self.ranker_names:
            shares["fused-moe"] = (0.2, 0.8)
        for name in rankers:
            if name not in shares:
                raise RankerError("no such ranker", got=name, expected="text, image, fused")
        listed = (
            range(len(self.ids)) if within is None else [int(n) for n in np.flatnonzero(within)]
        )
        return {name: self._rank(name, query, shares[name], top_k, listed) for name in rankers}

    def search_many(
        self, queries: Sequence[Query], *, rankers: Sequence[str], **options: Any
    ) -> list[dict[str, Ranking]]:
        """One after the other."""
        return [self.search(query, rankers=rankers, **options) for query in queries]

    def weight_for(self, query: Query, text_weight: float | None = None) -> float:
        return self.text_weight if text_weight is None else text_weight

    def places(
        self,
        query: Query,
        product_ids: Sequence[str],
        *,
        rankers: Sequence[str],
        text_weight: float | None = None,
        within: NDArray[np.bool_] | None = None,
    ) -> dict[str, dict[str, Hit | None]]:
        """Look the products up in the whole lists."""
        found = self.search(
            query, rankers=rankers, text_weight=text_weight, top_k=len(self.ids), within=within
        )
        hits = {n: {hit.product_id: hit for hit in r.hits} for n, r in found.items()}
        return {name: {p: hits[name].get(p) for p in product_ids} for name in rankers}

    def similar(
        self,
        product_id: str,
        *,
        by: str = "both",
        text_weight: float | None = None,
        top_k: int = 20,
    ) -> Ranking:
        """Others in the order of a search."""
        if by != "text" and self.lacking(product_id):
            return Ranking(f"similar-{by}", "", (), "this product has no photo")
        query = Query(f"like {product_id}")
        kind = {"text": "text", "image": "image", "both": "fused"}[by]
        found = self.search(query, rankers=(kind,), text_weight=text_weight, top_k=9999)[kind]
        others = [hit for hit in found.hits if hit.product_id != product_id][:top_k]
        hits = (replace(hit, rank=rank) for rank, hit in enumerate(others, start=1))
        return Ranking(f"similar-{by}", "", tuple(hits))

    def read_part(self, query: Query) -> str:
        """The first 300 characters."""
        return query.text[:300]

    def has_text(self, product_id: str) -> bool:
        """All have text."""
        return True

    def lacking(self, product_id: str) -> str:
        """One has no photo."""
        return "" if self.catalog.get(product_id).images else "image"

    def _rank(
        self,
        name: str,
        query: Query,
        shares: tuple[float, float],
        top_k: int,
        listed: Sequence[int],
    ) -> Ranking:
        if name == "text" and not query.text:
            return Ranking(name, query.query_id, (), missing="The query has no words.")
        if query.text == "nothing":
            return Ranking(name, query.query_id, ())
        count = len(self.ids)
        parts = [(shares[0] * (1 - n / count), shares[1] * n / count) for n in range(count)]
        order = sorted(listed, key=lambda n: (-sum(parts[n]), n))[:top_k]
        hits = (
            Hit(
                product_id=self.ids[n],
                rank=rank,
                score=sum(parts[n]),
                text_part=None if name in ("image", "fused-moe") else parts[n][0],
                image_part=None if name in ("text", "fused-moe") else parts[n][1],
            )
            for rank, n in enumerate(order, 1)
        )
        return Ranking(name, query.query_id, tuple(hits))
