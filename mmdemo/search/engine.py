"""Answer a query with one ranking for each ranker. Knows no page, label or measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np

from mmdemo.catalog import DEFAULT_INDEX, Catalog, served_index
from mmdemo.errors import RankerError, SettingsError
from mmdemo.fusion import LEARNED, LINEAR_RULES
from mmdemo.index import (
    BoolArray,
    Fusions,
    IntArray,
    LexicalIndex,
    Manifest,
    ProductVectors,
    check_towers,
    load_fused,
    load_lexical,
    load_vectors,
    read_manifest,
)
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search.about import AT, RankerInfo, about
from mmdemo.search.encode import EncodedQuery
from mmdemo.search.others import other_indexes
from mmdemo.search.rankers import SINGLE, IndexRankers
from mmdemo.search.runs import RunRanker, Runs, stored_runs
from mmdemo.search.weights import DEFAULT_WEIGHT, Weights, check_weight, read_weights
from mmdemo.towers import Towers, load_towers

MAX_TOP_K = 10_000
_LIKENESS = ("text", "image", "both")


class _Group(Protocol):
    """Rankers that are asked together: of one index, or all runs. See `IndexRankers`."""

    @property
    def names(self) -> Sequence[str]: ...

    def why_not(self, name: str) -> str: ...

    def rank(
        self,
        queries: Sequence[Query],
        names: Sequence[str],
        *,
        text_weight: float,
        top_k: int,
        within: BoolArray | None = None,
    ) -> list[dict[str, Ranking]]: ...

    def places(
        self,
        query: Query,
        names: Sequence[str],
        rows: IntArray,
        *,
        text_weight: float,
        within: BoolArray | None = None,
    ) -> dict[str, list[Hit | None]]: ...


class SearchEngine:
    """A catalog, its towers and its index, ready to answer.

    Attributes:
        catalog: the products.
        text_weight: weight of text, 0 to 1, that fused rankers use unless told otherwise.
        photo_weight: the same for queries with a photo.
        manifest: what the index was made of; None for an engine made from vectors in memory.
        index_name: of the index.
    """

    def __init__(
        self,
        catalog: Catalog,
        towers: Towers,
        vectors: ProductVectors,
        lexical: LexicalIndex,
        *,
        fusions: Fusions | None = None,
        runs: Sequence[RunRanker] = (),
        text_weight: float = DEFAULT_WEIGHT,
        photo_weight: float | None = None,
        manifest: Manifest | None = None,
        index_name: str = DEFAULT_INDEX,
        device: str = "auto",
    ) -> None:
        self.catalog = catalog
        self.towers = towers
        self.text_weight = check_weight(text_weight)
        self.photo_weight = check_weight(text_weight if photo_weight is None else photo_weight)
        self.manifest = manifest
        self.index_name = index_name
        self._ids = [product.product_id for product in catalog]
        self._has_text, self._has_image = vectors.has_text, vectors.has_image
        self._served = IndexRankers(self._ids, towers, vectors, lexical, fusions=fusions)
        groups: dict[_Group, str] = {self._served: "", Runs(self._ids, runs): ""}
        if manifest is not None:  # else nothing on disk belongs to it
            others = other_indexes(catalog, index_name, device=device, served=self._served)
            groups |= {other: AT + other.name for other in others}
        # ranker → who ranks by it, and its name there
        self._asked: dict[str, tuple[_Group, str]] = {
            name + at: (group, name) for group, at in groups.items() for name in group.names
        }

    @property
    def rankers(self) -> tuple[RankerInfo, ...]:
        """What each ranker is, for people; also of those that cannot be used, and why not."""
        return tuple(
            about(name, unavailable=group.why_not(own))
            for name, (group, own) in self._asked.items()
        )

    @property
    def ranker_names(self) -> tuple[str, ...]:
        """Every ranker that can be used, as far as is known."""
        return tuple(info.name for info in self.rankers if not info.unavailable)

    @classmethod
    def open(cls, directory: Path, *, device: str = "auto", index_name: str = "") -> SearchEngine:
        """Load a catalog folder's index and the towers it was made with, and warm them up.

        Args:
            directory: of the catalog.
            device: where to load the towers.
            index_name: which index; by default the one that the catalog says to serve.

        Raises:
            CatalogError: there is no catalog.
            IndexMismatchError: there is no index, or it belongs to other products or towers.
            ModelError: a tower cannot be loaded.
        """
        catalog = Catalog.open(directory)
        index_name = index_name or served_index(directory)
        manifest = read_manifest(catalog, index_name)
        towers = load_towers(manifest.model, text_spec=manifest.text_model, device=device)
        check_towers(manifest, towers)
        weights = read_weights(directory, index_name)
        engine = cls(
            catalog,
            towers,
            load_vectors(catalog, manifest, index_name),
            load_lexical(catalog, manifest, index_name),
            fusions=load_fused(catalog, manifest, index_name),
            runs=[RunRanker.load(directory, n, catalog.rows) for n in stored_runs(directory)],
            text_weight=weights.words,
            photo_weight=weights.photo,
            manifest=manifest,
            index_name=index_name,
            device=device,
        )
        learned = [name for name in engine.ranker_names if name in LEARNED]
        engine.search(Query("warm up"), rankers=("bm25", *SINGLE, *LINEAR_RULES, *learned))
        return engine

    def search(
        self,
        query: Query,
        *,
        rankers: Sequence[str] = ("text", "image", "fused"),
        text_weight: float | None = None,
        top_k: int = 20,
        within: BoolArray | None = None,
    ) -> dict[str, Ranking]:
        """Rank the catalog for one query by each ranker; see `search_many`."""
        return self.search_many(
            [query], rankers=rankers, text_weight=text_weight, top_k=top_k, within=within
        )[0]

    def search_many(
        self,
        queries: Sequence[Query],
        *,
        rankers: Sequence[str] = ("text", "image", "fused"),
        text_weight: float | None = None,
        top_k: int = 100,
        within: BoolArray | None = None,
    ) -> list[dict[str, Ranking]]:
        """Rank the catalog for many queries at once.

        Args:
            queries: words, a photo, or both.
            rankers: names among `ranker_names`.
            text_weight: weight of text in fused rankers, 0 to 1; the catalog's own by default.
            top_k: length of each ranking.
            within: (n,) True for products that may be ranked, in the catalog's order; None for
                all. Scores and their order are those of the whole catalog.

        Returns:
            For each query a ranking by ranker, in the order asked for. A ranker that cannot
            answer a query gives a ranking whose `missing` says why.

        Raises:
            QueryError: a query is empty, too long, or its photo cannot be decoded.
            RankerError: a ranker is unknown.
            SettingsError: weight or top_k are out of range.
        """
        _check_top_k(top_k)
        answers: list[dict[str, Ranking]] = [{} for _ in queries]
        groups = self._grouped(rankers)
        weights = [self.weight_for(query, text_weight) for query in queries]
        for weight in dict.fromkeys(weights):
            places = [i for i, own in enumerate(weights) if own == weight]
            asked = [queries[i] for i in places]
            for group, names in groups.items():
                found = group.rank(
                    asked, list(names), text_weight=weight, top_k=top_k, within=within
                )
                for i, rankings in zip(places, found, strict=True):
                    for own, name in names.items():
                        answers[i][name] = replace(rankings[own], ranker=name)
        return [{name: answer[name] for name in rankers} for answer in answers]

    def places(
        self,
        query: Query,
        product_ids: Sequence[str],
        *,
        rankers: Sequence[str],
        text_weight: float | None = None,
        within: BoolArray | None = None,
    ) -> dict[str, dict[str, Hit | None]]:
        """Where products stand by each ranker, however far down: their hits, by product id.

        None where a ranker does not list a product, or has no answer. Lists that are merged by
        rank, and runs, end where they end; the others go on to the catalog's end.

        Raises:
            CatalogError: a product is unknown.
            QueryError, RankerError, SettingsError: as `search_many`.
        """
        weight = self.weight_for(query, text_weight)
        rows = np.array([self._row(product_id) for product_id in product_ids], np.int64)
        found: dict[str, list[Hit | None]] = {}
        for group, names in self._grouped(rankers).items():
            hits = group.places(query, list(names), rows, text_weight=weight, within=within)
            found |= {name: hits[own] for own, name in names.items()}
        return {name: dict(zip(product_ids, found[name], strict=True)) for name in rankers}

    def similar(
        self,
        product_id: str,
        *,
        by: str = "both",
        text_weight: float | None = None,
        top_k: int = 20,
    ) -> Ranking:
        """Rank the other products by likeness to one of them.

        Args:
            product_id: the product.
            by: ``text``, ``image``, or ``both``, the weighted sum of the two cosines.
            text_weight: weight of text for both, as in `search_many`.
            top_k: length of the ranking.

        Returns:
            A ranking named ``similar-text`` and so on, `missing` if the product lacks a half
            that it goes by.

        Raises:
            CatalogError: the product is unknown.
            SettingsError: `by`, weight or top_k are not usable.
        """
        row = self._row(product_id)
        weight = self.text_weight if text_weight is None else check_weight(text_weight)
        _check_top_k(top_k)
        if by not in _LIKENESS:
            raise SettingsError("likeness is not usable", got=by, expected=", ".join(_LIKENESS))
        name = f"similar-{by}"
        if by != "image" and not self._has_text[row]:
            return Ranking(name, "", (), "this product has no text")
        if by != "text" and not self._has_image[row]:
            return Ranking(name, "", (), "this product has no photo")
        shares = {"text": (1.0, None), "image": (None, 1.0), "both": (weight, 1 - weight)}
        text, image = shares[by]
        others = np.arange(len(self.catalog)) != row
        hits = self._served.similar(row, text=text, image=image, top_k=top_k, within=others)
        return Ranking(name, "", tuple(hits))

    @property
    def vectors(self) -> ProductVectors:
        """Both halves of all products, in the catalog's order."""
        return self._served.vectors

    def encode(self, queries: Sequence[Query]) -> list[EncodedQuery]:
        """Vectors of queries in the spaces of both halves; the last ones asked are kept.

        Raises:
            QueryError: a query is empty, too long, or its photo cannot be decoded.
        """
        return self._served.encoder.encode(queries)

    def read_part(self, query: Query) -> str:
        """The beginning of a query's words that the towers read; all, unless it is very long."""
        return self._served.encoder.read_part(query.text)

    def has_text(self, product_id: str) -> bool:
        """Whether the text half knows a product."""
        return bool(self._has_text[self._row(product_id)])

    def lacking(self, product_id: str) -> str:
        """The half that a product lacks, ``text`` or ``image``; empty if it has both."""
        row = self._row(product_id)
        if not self._has_text[row]:
            return "text"
        return "" if self._has_image[row] else "image"

    def _row(self, product_id: str) -> int:
        return self.catalog.rows[self.catalog.get(product_id).product_id]

    @property
    def weights(self) -> Weights:
        """Both weights of text."""
        return Weights(self.text_weight, self.photo_weight)

    def weight_for(self, query: Query, text_weight: float | None = None) -> float:
        """The weight of text that a query is answered with: the given one, or its own default.

        Raises:
            SettingsError: the given one is not between 0 and 1.
        """
        if text_weight is not None:
            return check_weight(text_weight)
        return self.text_weight if query.image is None else self.photo_weight

    def _grouped(self, rankers: Sequence[str]) -> dict[_Group, dict[str, str]]:
        """Rankers by who ranks: their names there, and here.

        Raises:
            RankerError: one is unknown.
        """
        groups: dict[_Group, dict[str, str]] = {}
        for name in rankers:
            if name not in self._asked:
                raise RankerError("no such ranker", got=name, expected=", ".join(self.ranker_names))
            group, own = self._asked[name]
            groups.setdefault(group, {})[own] = name
        return groups


def _check_top_k(top_k: int) -> None:
    if not 1 <= top_k <= MAX_TOP_K:
        raise SettingsError("top_k is not usable", got=top_k, expected=f"1 to {MAX_TOP_K}")
