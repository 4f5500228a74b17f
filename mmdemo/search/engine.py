"""Answer a query with one ranking for each ranker. Knows no page, label or measure."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from mmdemo.catalog import Catalog
from mmdemo.errors import RankerError, SettingsError
from mmdemo.files import write_json
from mmdemo.fusion import LINEAR_RULES, RANK_RULES, RRF_DEPTH, LinearRule, Part
from mmdemo.index import (
    MANIFEST_NAME,
    LexicalIndex,
    Manifest,
    ProductVectors,
    check_towers,
    index_folder,
    load_lexical,
    load_vectors,
    read_manifest,
)
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search.encode import EncodedQuery, QueryEncoder
from mmdemo.search.halves import Ask, Halves
from mmdemo.search.runs import RunRanker, stored_runs
from mmdemo.towers import Towers, load_towers

_log = logging.getLogger(__name__)

SINGLE = ("text", "image")
DEFAULT_WEIGHT = 0.5
MAX_TOP_K = 10_000
_TUNED = "weight.json"
_UNREAD = "the text tower cannot read photos; add words"
_Planned = tuple[int, str, Ask]  # place of the query, ranker, list to make


class SearchEngine:
    """A catalog, its towers and its index, ready to answer.

    Attributes:
        catalog: the products.
        text_weight: weight of text, 0 to 1, that fused rankers use unless told otherwise.
        manifest: what the index was made of; None for an engine made from vectors in memory.
        ranker_names: every ranker it can be asked for.
    """

    def __init__(
        self,
        catalog: Catalog,
        towers: Towers,
        vectors: ProductVectors,
        lexical: LexicalIndex,
        *,
        runs: Sequence[RunRanker] = (),
        text_weight: float = DEFAULT_WEIGHT,
        manifest: Manifest | None = None,
    ) -> None:
        self.catalog = catalog
        self.towers = towers
        self.text_weight = _check_weight(text_weight)
        self.manifest = manifest
        self._encoder = QueryEncoder(towers)
        self._lexical = lexical
        self._runs = {run.name: run for run in runs}
        self._ids = [product.product_id for product in catalog]
        self._halves = Halves(vectors, self._ids)
        self.ranker_names = ("bm25", *SINGLE, *LINEAR_RULES, *RANK_RULES, *self._runs)

    @classmethod
    def open(
        cls, directory: Path, *, device: str = "auto", index_name: str = "default"
    ) -> SearchEngine:
        """Load a catalog folder's index and the towers it was made with, and warm them up.

        Raises:
            CatalogError: there is no catalog.
            IndexMismatchError: there is no index, or it belongs to other products or towers.
            ModelError: a tower cannot be loaded.
        """
        catalog = Catalog.open(directory)
        manifest = read_manifest(catalog, index_name)
        towers = load_towers(manifest.model, text_spec=manifest.text_model, device=device)
        check_towers(manifest, towers)
        engine = cls(
            catalog,
            towers,
            load_vectors(catalog, manifest, index_name),
            load_lexical(catalog, manifest, index_name),
            runs=[RunRanker.load(directory, n, catalog.rows) for n in stored_runs(directory)],
            text_weight=read_weight(directory, index_name),
            manifest=manifest,
        )
        engine.search(Query("warm up"), rankers=("bm25", *SINGLE, *LINEAR_RULES))
        return engine

    def search(
        self,
        query: Query,
        *,
        rankers: Sequence[str] = ("text", "image", "fused"),
        text_weight: float | None = None,
        top_k: int = 20,
    ) -> dict[str, Ranking]:
        """Rank the catalog for one query by each ranker; see `search_many`."""
        return self.search_many([query], rankers=rankers, text_weight=text_weight, top_k=top_k)[0]

    def search_many(
        self,
        queries: Sequence[Query],
        *,
        rankers: Sequence[str] = ("text", "image", "fused"),
        text_weight: float | None = None,
        top_k: int = 100,
    ) -> list[dict[str, Ranking]]:
        """Rank the catalog for many queries at once.

        Args:
            queries: words, a photo, or both.
            rankers: names among `ranker_names`.
            text_weight: weight of text in fused rankers, 0 to 1; the catalog's own by default.
            top_k: length of each ranking.

        Returns:
            For each query a ranking by ranker, in the order asked for. A ranker that cannot
            answer a query gives a ranking whose `missing` says why.

        Raises:
            QueryError: a query is empty, too long, or its photo cannot be decoded.
            RankerError: a ranker is unknown.
            SettingsError: weight or top_k are out of range.
        """
        weight = self.text_weight if text_weight is None else _check_weight(text_weight)
        if not 1 <= top_k <= MAX_TOP_K:
            raise SettingsError("top_k is not usable", got=top_k, expected=f"1 to {MAX_TOP_K}")
        for name in rankers:
            if name not in self.ranker_names:
                raise RankerError("no such ranker", got=name, expected=", ".join(self.ranker_names))
        answers: list[dict[str, Ranking]] = [{} for _ in queries]
        if set(rankers) & {*SINGLE, *LINEAR_RULES, *RANK_RULES}:
            self._rank_by_towers(queries, rankers, weight, top_k, answers)
        for query, answer in zip(queries, answers, strict=True):
            if "bm25" in rankers:
                answer["bm25"] = self._rank_by_words(query, top_k)
            for name in rankers:
                if name in self._runs:
                    answer[name] = self._runs[name].rank(query, top_k)
        return [{name: answer[name] for name in rankers} for answer in answers]

    def _rank_by_towers(
        self,
        queries: Sequence[Query],
        rankers: Sequence[str],
        weight: float,
        top_k: int,
        answers: list[dict[str, Ranking]],
    ) -> None:
        """Add the rankings that come from the towers' vectors."""
        encoded = self._encoder.encode(queries)
        plain, centered = self._plan(encoded, rankers, weight, top_k)
        # A photo, where text alone counts and the text tower cannot read photos.
        silent = {(i, name) for i, name, ask in plain + centered if ask.parts == (None, None)}
        found: list[dict[str, list[Hit]]] = [{} for _ in queries]
        _fill(found, plain, self._halves)
        if centered:
            _fill(found, centered, self._centered)
        merging = set(rankers) & set(RANK_RULES)
        for i, (query, lists) in enumerate(zip(queries, found, strict=True)):
            for name in merging:
                lists[name] = RANK_RULES[name].merge(lists["text"], lists["image"], weight)
            query_id = query.query_id
            for name, hits in lists.items():
                missing = _UNREAD if (i, name) in silent else ""
                answers[i][name] = Ranking(name, query_id, tuple(hits[:top_k]), missing)

    def _plan(
        self, encoded: Sequence[EncodedQuery], rankers: Sequence[str], weight: float, top_k: int
    ) -> tuple[list[_Planned], list[_Planned]]:
        """Lists to ask the plain halves for, and those for the centered ones."""
        linear = [LINEAR_RULES[name] for name in rankers if name in LINEAR_RULES]
        merging = any(name in RANK_RULES for name in rankers)
        depth = max(top_k, RRF_DEPTH) if merging else top_k
        spreads = self._halves.cosines(encoded, ranges=any(rule.needs_range for rule in linear))
        plain: list[_Planned] = []
        centered: list[_Planned] = []
        for i, query in enumerate(encoded):
            for name in SINGLE:
                if name in rankers or merging:
                    plain.append((i, name, _single(query, name, depth)))
            for rule in linear:
                if rule.centered:
                    ask = self._centered_ask(rule, query, weight, top_k)
                    centered.append((i, rule.name, ask))
                else:
                    text, image = rule.parts(*spreads[i], weight)
                    plain.append((i, rule.name, Ask(query, text, image, top_k)))
        return plain, centered

    def _rank_by_words(self, query: Query, top_k: int) -> Ranking:
        if not query.text.strip():
            return Ranking("bm25", query.query_id, (), "BM25 cannot read photos; add words")
        # Ties beyond top_k are cut by row, which is product_id order.
        scores, rows = self._lexical.search(query.text, top_k)
        hits = tuple(
            Hit(self._ids[row], rank, round(float(score), 6))
            for rank, (score, row) in enumerate(zip(scores, rows, strict=True), start=1)
        )
        return Ranking("bm25", query.query_id, hits)

    @cached_property
    def _centered(self) -> Halves:
        return Halves(self._halves.vectors.centered(), self._ids)

    def _centered_ask(
        self, rule: LinearRule, query: EncodedQuery, weight: float, depth: int
    ) -> Ask:
        vectors = self._halves.vectors
        moved = query.centered(
            words=vectors.query_text_mean,
            asking=vectors.query_image_mean,
            photo=self._halves.image.moments.mean.astype(np.float32),
        )
        text, image = rule.parts(*self._centered.cosines([moved])[0], weight)
        return Ask(moved, text, image, depth)


def _fill(found: list[dict[str, list[Hit]]], planned: list[_Planned], halves: Halves) -> None:
    """Ask for the lists and put each where its query and ranker are."""
    lists = halves.search([ask for *_, ask in planned])
    for (i, name, _), hits in zip(planned, lists, strict=True):
        found[i][name] = hits


def _single(query: EncodedQuery, name: str, depth: int) -> Ask:
    if name == "text":
        # A query that cannot ask the text half gets an empty list.
        return Ask(query, Part(1.0), None, depth if query.text is not None else 0)
    return Ask(query, None, Part(1.0), depth)


def _check_weight(weight: float) -> float:
    if not 0 <= weight <= 1:
        raise SettingsError("weight of text is not usable", got=weight, expected="0 to 1")
    return float(weight)


def read_weight(directory: Path, index_name: str = "default") -> float:
    """The weight of text that `mmdemo tune` stored for an index, or 0.5.

    It holds for the towers it was tuned with: an index made with others starts at 0.5 again.
    """
    folder = index_folder(directory, index_name)
    try:
        stored: Mapping[str, object] = json.loads((folder / _TUNED).read_bytes())
        manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
        if stored["towers"] == _towers_of(manifest):
            return _check_weight(float(str(stored["text_weight"])))
        reason = "was tuned for other towers or text fields"
    except FileNotFoundError:
        return DEFAULT_WEIGHT
    except (OSError, ValueError, KeyError, TypeError, SettingsError):
        reason = "cannot be read"
    _log.warning("%s %s; run `mmdemo tune` again", folder / _TUNED, reason)
    return DEFAULT_WEIGHT


def store_weight(
    directory: Path, text_weight: float, how: Mapping[str, object], index_name: str = "default"
) -> None:
    """Make a weight the default of an index, with a record of how it was found."""
    folder = index_folder(directory, index_name)
    manifest = json.loads((folder / MANIFEST_NAME).read_bytes())
    value = {"text_weight": _check_weight(text_weight), "towers": _towers_of(manifest), **how}
    write_json(folder / _TUNED, value)


def _towers_of(manifest: Mapping[str, object]) -> list[object]:
    return [manifest[name] for name in ("text_fingerprint", "image_fingerprint", "text_fields")]
