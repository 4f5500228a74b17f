"""Products as a judge sees them: what a shopper sees, and nothing of any ranker. Knows no route."""

from __future__ import annotations

import threading
from collections import OrderedDict

from mmdemo.catalog import Catalog
from mmdemo.errors import CatalogError
from mmdemo.web.api.context import Context
from mmdemo.web.api.product import photo_json
from mmdemo.web.api.products import product_json

KEPT = 20_000  # products; some kilobytes each


class Shown:
    """Products of the served catalog as JSON, made once: sizes of photos are read from disk."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._catalog: Catalog | None = None
        self._made: OrderedDict[str, dict[str, object]] = OrderedDict()

    def product(self, product_id: str) -> dict[str, object]:
        """Text, attributes and photos; `missing` is true for one that the catalog has not.

        Raises:
            Refusal: the catalog is not there yet.
        """
        catalog = self._context.catalog()
        with self._lock:
            if catalog is not self._catalog:
                self._catalog = catalog
                self._made.clear()
            known = self._made.get(product_id)
        if known is not None:
            return known
        made = _product(catalog, product_id)
        with self._lock:
            if catalog is self._catalog:
                self._made[product_id] = made
                if len(self._made) > KEPT:
                    self._made.popitem(last=False)
        return made


def _product(catalog: Catalog, product_id: str) -> dict[str, object]:
    try:
        product = catalog.get(product_id)
    except CatalogError:
        return {
            "id": product_id,
            "missing": True,
            "title": "",
            "description": "",
            "brand": "",
            "category": "",
            "price": "",
            "amount": None,
            "currency": "",
            "attributes": [],
            "photos": [],
            "text": False,
        }
    told = product_json(product, has_text=bool(product.title or product.description))
    return {
        **told,
        "missing": False,
        "description": product.description,
        "attributes": [{"name": n, "value": v} for n, v in product.attributes.items()],
        "photos": [photo_json(catalog, key) for key in product.images],
    }
