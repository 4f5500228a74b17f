"""Rank a catalog by one index: its words and its vectors. Knows no run, file or page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mmdemo.fusion import LEARNED, LINEAR_RULES, RANK_RULES, RRF_DEPTH, LinearRule, Part
from mmdemo.index import BoolArray, Fusions, IntArray, LexicalIndex, ProductVectors
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search.encode import EncodedQuery, QueryEncoder
from mmdemo.search.halves import Ask, Halves, Listing
from mmdemo.search.learned import LearnedRanker
from mmdemo.towers import Towers

SINGLE = ("text", "image")
NAMES = ("bm25", *SINGLE, *LINEAR_RULES, *RANK_RULES)  # of every index
_UNREAD = "the text tower cannot read photos; add words"
_WORDLESS = "BM25 cannot read photos; add words"
_WORDS_ONLY = "this fusion learned from queries in words; ask without a photo"
_ABSENT = "this index has no such fusion"


@dataclass(frozen=True, slots=True)
class _Planned:
    """A list to make: for which query, as which ranker, of which halves."""

    query: int
    ranker: str
    ask: Ask
    halves: Halves

    @property
    def missing(self) -> str:
        """Why nothing is asked, as where text alone counts and its tower cannot read photos."""
        if self.ask.parts != (None, None):
            return ""
        return _WORDS_ONLY if self.ranker in LEARNED else _UNREAD


class IndexRankers:
    """The rankers that one index of a catalog gives.

    Attributes:
        names: of the rankers; of those that cannot be asked too.
        towers: what its vectors were made with.
        encoder: keeps queries that these towers encoded.
    """

    def __init__(
        self,
        product_ids: Sequence[str],
        towers: Towers,
        vectors: ProductVectors,
        lexical: LexicalIndex,
        *,
        fusions: Fusions | None = None,
        encoder: QueryEncoder | None = None,
    ) -> None:
        fusions = fusions or Fusions()
        self.towers = towers
        self.encoder = encoder or QueryEncoder(towers)
        self._ids = list(product_ids)
        self._lexical = lexical
        self._halves = Halves(vectors, self._ids)
        self._learned = {n: LearnedRanker(one, self._ids) for n, one in fusions.ready.items()}
        self._unavailable = dict(fusions.unavailable)
        learned = [name for name in LEARNED if name in self._learned or name in self._unavailable]
        self.names = (*NAMES, *learned)

    @property
    def vectors(self) -> ProductVectors:
        """Both halves of all products."""
        return self._halves.vectors

    def why_not(self, name: str) -> str:
        """Why a ranker cannot be asked; empty if it can."""
        return self._unavailable.get(name, "")

    def rank(
        self,
        queries: Sequence[Query],
        names: Sequence[str],
        *,
        text_weight: float,
        top_k: int,
        within: BoolArray | None = None,
    ) -> list[dict[str, Ranking]]:
        """Rank for many queries by rankers among `names`; see `SearchEngine.search_many`."""
        answers: list[dict[str, Ranking]] = [{} for _ in queries]
        reasons = self._reasons(names)
        by_towers = [name for name in names if name != "bm25" and name not in reasons]
        if by_towers:
            answers = self._rank_by_towers(queries, by_towers, text_weight, top_k, within)
        for query, answer in zip(queries, answers, strict=True):
            if "bm25" in names:
                answer["bm25"] = self._rank_by_words(query, top_k, within)
            for name, reason in reasons.items():
                answer[name] = Ranking(name, query.query_id, (), reason)
        return answers

    def places(
        self,
        query: Query,
        names: Sequence[str],
        rows: IntArray,
        *,
        text_weight: float,
        within: BoolArray | None = None,
    ) -> dict[str, list[Hit | None]]:
        """Where products (rows) stand by each ranker; see `SearchEngine.places`."""
        found: dict[str, list[Hit | None]] = {n: [None] * len(rows) for n in self._reasons(names)}
        endless = [n for n in names if n != "bm25" and n not in RANK_RULES and n not in found]
        if endless:
            encoded = self.encoder.encode([query])
            for planned in self._plan(encoded, endless, text_weight, 1):
                found[planned.ranker] = planned.halves.places(planned.ask, rows, within)
        for name in set(names) & set(RANK_RULES):
            ranked = self.rank(
                [query], [name], text_weight=text_weight, top_k=2 * RRF_DEPTH, within=within
            )
            hits = {hit.product_id: hit for hit in ranked[0][name].hits}
            found[name] = [hits.get(self._ids[row]) for row in rows.tolist()]
        if "bm25" in names:
            found["bm25"] = self._places_by_words(query, rows, within)
        return found

    def similar(
        self, row: int, *, text: float | None, image: float | None, top_k: int, within: BoolArray
    ) -> list[Hit]:
        """Rank by likeness to a product: `text` and `image` weigh the halves, None leaves out."""
        vectors = self.vectors
        as_query = EncodedQuery(vectors.text[row], vectors.image[row])
        ask = Ask(
            as_query,
            None if text is None else Part(text),
            None if image is None else Part(image),
            top_k,
        )
        return self._halves.search([ask], within)[0].hits(top_k)

    def _rank_by_towers(
        self,
        queries: Sequence[Query],
        names: Sequence[str],
        weight: float,
        top_k: int,
        within: BoolArray | None,
    ) -> list[dict[str, Ranking]]:
        """The rankings that come from the towers' vectors."""
        merging = set(names) & set(RANK_RULES)
        depth = max(top_k, RRF_DEPTH) if merging else top_k
        planned = self._plan(self.encoder.encode(queries), names, weight, top_k, depth)
        missing = {(p.query, p.ranker): p.missing for p in planned}
        found: list[dict[str, Listing]] = [{} for _ in queries]
        for halves in dict.fromkeys(p.halves for p in planned):
            own = [p for p in planned if p.halves is halves]
            for p, listing in zip(own, halves.search([p.ask for p in own], within), strict=True):
                found[p.query][p.ranker] = listing
        answers: list[dict[str, Ranking]] = [{} for _ in queries]
        for i, (query, lists) in enumerate(zip(queries, found, strict=True)):
            hits = {name: lists[name].hits(top_k) for name in lists if name in names}
            for name in merging:
                text, image = lists["text"].product_ids, lists["image"].product_ids
                hits[name] = RANK_RULES[name].merge(text, image, weight, depth=top_k)
            query_id = query.query_id
            for name, best in hits.items():
                reason = missing.get((i, name), "")
                answers[i][name] = Ranking(name, query_id, tuple(best), reason)
        return answers

    def _plan(
        self,
        encoded: Sequence[EncodedQuery],
        names: Sequence[str],
        weight: float,
        top_k: int,
        single_depth: int | None = None,
    ) -> list[_Planned]:
        """Lists to ask for; those of one half as deep as `single_depth`, to merge them."""
        linear = [LINEAR_RULES[name] for name in names if name in LINEAR_RULES]
        merging = any(name in RANK_RULES for name in names)
        spreads = self._halves.cosines(encoded, ranges=any(rule.needs_range for rule in linear))
        planned: list[_Planned] = []
        for i, query in enumerate(encoded):
            for name in SINGLE:
                if name in names or merging:
                    ask = _single(query, name, single_depth or top_k)
                    planned.append(_Planned(i, name, ask, self._halves))
            for rule in linear:
                if rule.centered:
                    ask = self._centered_ask(rule, query, weight, top_k)
                    planned.append(_Planned(i, rule.name, ask, self._centered))
                else:
                    text, image = rule.parts(*spreads[i], weight)
                    ask = Ask(query, text, image, top_k)
                    planned.append(_Planned(i, rule.name, ask, self._halves))
        for name in names:
            if name in self._learned:
                one = self._learned[name]
                asks = enumerate(one.asks(encoded, top_k))
                planned += [_Planned(i, name, ask, one.halves) for i, ask in asks]
        return planned

    def _reasons(self, names: Sequence[str]) -> dict[str, str]:
        """Learned fusions among `names` that cannot be asked, and why not."""
        absent = (name for name in names if name in LEARNED and name not in self._learned)
        return {name: self._unavailable.get(name, _ABSENT) for name in absent}

    def _rank_by_words(self, query: Query, top_k: int, within: BoolArray | None) -> Ranking:
        if not query.text.strip():
            return Ranking("bm25", query.query_id, (), _WORDLESS)
        # Ties beyond top_k are cut by row, which is product_id order.
        scores, rows = self._lexical.search(query.text, top_k, within)
        hits = tuple(
            Hit(self._ids[row], rank, round(float(score), 6))
            for rank, (score, row) in enumerate(zip(scores, rows, strict=True), start=1)
        )
        return Ranking("bm25", query.query_id, hits)

    def _places_by_words(
        self, query: Query, rows: IntArray, within: BoolArray | None
    ) -> list[Hit | None]:
        scores = self._lexical.scores(query.text)
        if not len(scores):
            return [None] * len(rows)
        if within is not None:
            scores = np.where(within, scores, 0)
        places: list[Hit | None] = []
        for row in rows.tolist():
            own = scores[row]
            rank = 1 + int((scores > own).sum()) + int((scores[:row] == own).sum())
            hit = Hit(self._ids[row], rank, round(float(own), 6))
            places.append(hit if own > 0 else None)
        return places

    @cached_property
    def _centered(self) -> Halves:
        return Halves(self.vectors.centered(), self._ids)

    def _centered_ask(
        self, rule: LinearRule, query: EncodedQuery, weight: float, depth: int
    ) -> Ask:
        moved = query.centered(
            words=self.vectors.query_text_mean,
            asking=self.vectors.query_image_mean,
            photo=self._halves.image.moments.mean.astype(np.float32),
        )
        text, image = rule.parts(*self._centered.cosines([moved])[0], weight)
        return Ask(moved, text, image, depth)


def _single(query: EncodedQuery, name: str, depth: int) -> Ask:
    if name == "text":
        # A query that cannot ask the text half gets an empty list.
        return Ask(query, Part(1.0), None, depth if query.text is not None else 0)
    return Ask(query, None, Part(1.0), depth)
