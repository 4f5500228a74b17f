"""Answer a search: a column for each ranker, and how the columns differ. Knows no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.catalog.facets import BoolArray, Facets, Filters
from mmdemo.records import Hit, Query, Ranking
from mmdemo.web.api.filters import facets_json
from mmdemo.web.api.products import product_json

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine

TEXT = "text"  # the ranker that all others are held against


@dataclass(frozen=True)
class Search:
    """A search as it was asked."""

    query: Query
    photo: str
    rankers: tuple[str, ...]
    text_weight: float
    top_k: int
    filters: Filters


def search_json(engine: SearchEngine, facets: Facets, search: Search) -> dict[str, object]:
    """`POST /api/search`."""
    started = perf_counter()
    rankers = tuple(dict.fromkeys((*search.rankers, TEXT)))
    passing = facets.rows(search.filters)
    # Places need the scores of all products; told a part, even if it is all, the engine makes the
    # lists of the same scores and does not ask its index besides.
    within = np.ones(len(engine.catalog), np.bool_) if passing is None else passing
    rankings = ranked(engine, search, rankers, within)
    shown = {name: rankings[name] for name in dict.fromkeys(search.rankers)}
    columns = [column_json(engine, ranking, shown, rankings[TEXT]) for ranking in shown.values()]
    named = dict.fromkeys(hit.product_id for r in rankings.values() for hit in r.hits)
    places = placed(engine, search, rankers, list(named), within)
    return {
        "query": {
            "id": search.query.query_id,
            "text": search.query.text,
            "photo": search.photo,
        },
        "text_weight": search.text_weight,
        "top_k": search.top_k,
        "matches": int(within.sum()),
        "columns": columns,
        "products": {
            product_id: product_json(
                engine.catalog.get(product_id), has_text=engine.has_text(product_id)
            )
            for product_id in named
        },
        "places": {
            product_id: {name: rank_of(places[name][product_id]) for name in rankers}
            for product_id in named
        },
        "facets": facets_json(facets, search.filters),
        "notes": [*_cut_off(engine, search.query), *facets.unknown(search.filters)],
        "milliseconds": round((perf_counter() - started) * 1000, 1),
    }


def _cut_off(engine: SearchEngine, query: Query) -> list[str]:
    read = engine.read_part(query)
    if len(read) == len(query.text):
        return []
    return [f"The model reads this query up to “{read[-30:]}”; the rest does not count."]


def ranked(
    engine: SearchEngine, search: Search, rankers: Sequence[str], within: BoolArray | None
) -> dict[str, Ranking]:
    """Rankings; one that the engine does not know, as of an old link, is missing."""
    found = engine.search(
        search.query,
        rankers=_known(engine, rankers),
        text_weight=search.text_weight,
        top_k=search.top_k,
        within=within,
    )
    query_id = search.query.query_id
    return {
        name: found.get(name) or Ranking(name, query_id, (), f"there is no ranker {name!r} here")
        for name in rankers
    }


def placed(
    engine: SearchEngine,
    search: Search,
    rankers: Sequence[str],
    product_ids: Sequence[str],
    within: BoolArray | None,
) -> dict[str, Mapping[str, Hit | None]]:
    """Places of products by each ranker; none by one that the engine does not know."""
    found = engine.places(
        search.query,
        product_ids,
        rankers=_known(engine, rankers),
        text_weight=search.text_weight,
        within=within,
    )
    return {name: found.get(name) or dict.fromkeys(product_ids) for name in rankers}


def _known(engine: SearchEngine, rankers: Sequence[str]) -> list[str]:
    known = {info.name for info in engine.rankers}
    return [name for name in rankers if name in known]


def column_json(
    engine: SearchEngine, ranking: Ranking, shown: Mapping[str, Ranking], text: Ranking
) -> dict[str, object]:
    """One column, held against the text list and the other columns.

    Without a text list (a photo that the text tower cannot read) nothing is rescued or buried.
    """
    own = ids_of(ranking)
    others = {p for name, r in shown.items() if name != ranking.ranker for p in ids_of(r)}
    of_text = ids_of(text)
    compared = ranking.ranker != TEXT and not text.missing and not ranking.missing
    return {
        "ranker": ranking.ranker,
        "missing": ranking.missing,
        "hits": [hit_json(engine, hit, ranking.ranker) for hit in ranking.hits],
        "overlap": None if text.missing or ranking.missing else len(set(own) & set(of_text)),
        "exclusive": [p for p in own if p not in others] if len(shown) > 1 else [],
        "rescued": [p for p in own if p not in set(of_text)] if compared else [],
        "buried": [p for p in of_text if p not in set(own)] if compared else [],
    }


def hit_json(engine: SearchEngine, hit: Hit, ranker: str) -> dict[str, object]:
    """A product at its place; `estimated` names the part of a half that the product lacks.

    A merge of ranks estimates nothing: what is not in a list gets no part of it.
    """
    from mmdemo.fusion import RANK_RULES  # brings PyTorch, which the page does not wait for

    value: dict[str, object] = {
        "id": hit.product_id,
        "rank": hit.rank,
        "score": hit.score,
        "text_part": hit.text_part,
        "image_part": hit.image_part,
    }
    if ranker.partition("@")[0] not in RANK_RULES:
        lacking = engine.lacking(hit.product_id)
        # At an end of the slider the other half has no say, and its part is 0.
        if hit.text_part and hit.image_part and lacking:
            value["estimated"] = lacking
    return value


def ids_of(ranking: Ranking) -> Sequence[str]:
    """Product ids, best first."""
    return [hit.product_id for hit in ranking.hits]


def rank_of(hit: Hit | None) -> int | None:
    """Its rank, or None for none."""
    return None if hit is None else hit.rank
