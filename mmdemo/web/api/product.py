"""Tell all of one product: its text, its photos, its place in every ranker. Knows no request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmdemo.catalog import Catalog, Facets
from mmdemo.errors import CatalogError
from mmdemo.records import Product
from mmdemo.web.api.photo import size_of
from mmdemo.web.api.products import product_json
from mmdemo.web.api.search import Search, hit_json, ids_of, placed, ranked

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine


def product_answer(
    engine: SearchEngine, facets: Facets, product_id: str, search: Search | None
) -> dict[str, object]:
    """`POST /api/product`; `search` is what it was found by, None if by nothing.

    Raises:
        CatalogError: the catalog has no such product.
    """
    product = engine.catalog.get(product_id)
    told: dict[str, object] = dict(product_json(product, has_text=engine.has_text(product_id)))
    told["description"] = product.description
    told["attributes"] = [{"name": n, "value": v} for n, v in product.attributes.items()]
    told["photos"] = [photo_json(engine.catalog, key) for key in product.images]
    return {
        "product": told,
        "places": [] if search is None else _places(engine, facets, product_id, search),
        "words": _words(product, "" if search is None else search.query.text),
    }


def _places(
    engine: SearchEngine, facets: Facets, product_id: str, search: Search
) -> list[dict[str, object]]:
    """Rank and score in every ranker of the served index, and in those asked for besides."""
    infos = {info.name: info for info in engine.rankers}
    own = [name for name, info in infos.items() if not info.index and not info.unavailable]
    names = list(dict.fromkeys((*own, *search.rankers)))
    within = facets.rows(search.filters)
    found = placed(engine, search, names, [product_id], within)
    absent = [name for name in names if found[name][product_id] is None]
    unranked = ranked(engine, search, absent, within)
    places = []
    for name in names:
        hit = found[name][product_id]
        # Not listed, or has the ranker no answer at all?
        missing = unranked[name].missing if hit is None else ""
        place: dict[str, object] = {"ranker": name, "missing": missing, "rank": None}
        if hit is not None:
            told = hit_json(engine, hit, name)
            del told["id"]
            place |= told
        places.append(place)
    return places


def _words(product: Product, query: str) -> dict[str, object]:
    """Which words of the query the product's texts have, and the texts cut at them."""
    from mmdemo.index import marked, words_in

    asked = list(dict.fromkeys(found.word for found in words_in(query)))
    texts = {
        "title": product.title,
        "description": product.description,
        "brand": product.brand,
        "category": product.category,
    }
    cut, attributes = (
        {name: [(piece, word or None) for piece, word in marked(text, asked)] for name, text in of}
        for of in (texts.items(), product.attributes.items())
    )
    there = {word for pieces in (*cut.values(), *attributes.values()) for _, word in pieces}
    return {
        "query": asked,
        "found": [word for word in asked if word in there],
        "fields": cut,
        "attributes": attributes,
    }


def photo_json(catalog: Catalog, key: str) -> dict[str, object]:
    """A photo and its size; null where the file cannot be read."""
    try:
        size = size_of(catalog.image_path(key))
    except CatalogError:
        size = None
    width, height = size or (None, None)
    return {"key": key, "width": width, "height": height}


def similar_answer(
    engine: SearchEngine, product_id: str, *, by: str, text_weight: float | None, top_k: int
) -> dict[str, object]:
    """`POST /api/similar`: products like this one by text, by photo, or by both.

    Raises:
        CatalogError: the catalog has no such product.
    """
    ranking = engine.similar(product_id, by=by, text_weight=text_weight, top_k=top_k)
    return {
        "id": product_id,
        "by": by,
        "missing": ranking.missing,
        "hits": [hit_json(engine, hit, ranking.ranker) for hit in ranking.hits],
        "products": {
            found: product_json(engine.catalog.get(found), has_text=engine.has_text(found))
            for found in ids_of(ranking)
        },
    }
