"""Turn rankings into what a list shows. Knows no component and no request."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from mmdemo.records import Hit, Price, Product, Ranking

if TYPE_CHECKING:
    from mmdemo.catalog import Catalog
    from mmdemo.search import SearchEngine

_SIGNS = {
    "AUD": "A$", "BRL": "R$", "CAD": "C$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "ILS": "₪",
    "INR": "₹", "JPY": "¥", "KRW": "₩", "NGN": "₦", "TRY": "₺", "USD": "$", "VND": "₫",
}  # fmt: skip
_EXAMPLES = "examples.txt"
_EXAMPLE_LENGTH = 32


class Card(TypedDict):
    """One product in a list. `photo` is an image key, or empty."""

    id: str
    title: str
    brand: str
    category: str
    price: str
    photo: str
    rank: int
    score: float
    text_part: float | None
    image_part: float | None


class ListView(TypedDict):
    """One list. `answer` differs from answer to answer, so that the page sees each one arrive."""

    answer: str
    ranker: str
    query_id: str
    text_weight: float | None
    missing: str
    items: list[Card]


def format_price(price: Price | None) -> str:
    """``₹1,299``, ``€12.50``, ``649 CHF``; empty if unknown."""
    if price is None:
        return ""
    whole = float(price.amount).is_integer()
    amount = f"{price.amount:,.0f}" if whole else f"{price.amount:,.2f}"
    sign = _SIGNS.get(price.currency.upper())
    return f"{sign}{amount}" if sign else f"{amount} {price.currency}".strip()


def card(hit: Hit, product: Product) -> Card:
    """One product at its place."""
    return {
        "id": product.product_id,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "price": format_price(product.price),
        "photo": product.images[0] if product.images else "",
        "rank": hit.rank,
        "score": hit.score,
        "text_part": hit.text_part,
        "image_part": hit.image_part,
    }


def list_view(ranking: Ranking, catalog: Catalog, *, text_weight: float | None = None) -> ListView:
    """One ranker's list; `text_weight` is the one it was ranked with."""
    return {
        "answer": secrets.token_hex(4),
        "ranker": ranking.ranker,
        "query_id": ranking.query_id,
        "text_weight": text_weight,
        "missing": ranking.missing,
        "items": [card(hit, catalog.get(hit.product_id)) for hit in ranking.hits],
    }


def empty_view(ranker: str) -> ListView:
    """A list before the first search, or after one that could not be made."""
    return {
        "answer": secrets.token_hex(4),
        "ranker": ranker,
        "query_id": "",
        "text_weight": None,
        "missing": "",
        "items": [],
    }


def example_queries(catalog: Catalog, *, limit: int = 8) -> list[str]:
    """Queries to begin with: the catalog's ``examples.txt``, or made from its products."""
    try:
        lines = (catalog.directory / _EXAMPLES).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    examples = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return (examples or _made_up_queries(catalog.products, limit))[:limit]


def _made_up_queries(products: Sequence[Product], limit: int) -> list[str]:
    """A few categories, then titles taken evenly from the whole catalog."""
    categories = Counter(p.category.strip().lower() for p in products if p.category.strip())
    named = [name for name, _ in categories.most_common() if len(name) <= _EXAMPLE_LENGTH]
    titles = [
        p.title.strip().lower() for p in products if 0 < len(p.title.strip()) <= _EXAMPLE_LENGTH
    ]
    step = max(1, len(titles) // limit)
    return list(dict.fromkeys([*named[: limit // 3], *titles[step // 2 :: step]]))


def describe_models(engine: SearchEngine) -> list[str]:
    """Names of the towers, text first, without where they come from."""
    manifest = engine.manifest
    if manifest is None:
        return []
    return list(dict.fromkeys(_model_name(n) for n in (manifest.text_model, manifest.model) if n))


def _model_name(spec: str) -> str:
    """``hf-hub:org/name`` → ``org/name``; of a folder its own name only."""
    source, _, name = spec.rpartition(":")
    is_folder = source == "local-dir" or Path(name).is_absolute()
    return Path(name).name if is_folder else name
