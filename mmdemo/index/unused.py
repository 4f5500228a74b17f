"""Drop vectors that no index of a catalog needs any more. Knows no query and no model.

Vectors of products that changed or went stay in the cache until they are more than a tenth of it:
a product that comes back next week costs nothing, and a cache is not copied for every change.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from mmdemo.catalog import Catalog, product_text
from mmdemo.index.manifest import Manifest
from mmdemo.towers.cache import VectorCache, content_key

_log = logging.getLogger(__name__)
_SPARE = 0.1  # share of the cache that may be unused


def drop_unused(catalog: Catalog, manifests: Iterable[Manifest], queries: Sequence[str]) -> int:
    """Drop vectors from the caches of the towers that these indexes were made with.

    Args:
        catalog: as it is now.
        manifests: of all its indexes; what one of them needs is kept.
        queries: texts that stand in for queries in each of them.

    Returns:
        How many vectors were dropped.
    """
    needed: dict[tuple[str, int], set[bytes]] = {}  # tower, dimension → keys
    asked = {content_key(query) for query in queries}
    photos = {content_key(product.images[0]) for product in catalog if product.images}
    for manifest in manifests:
        texts = {content_key(product_text(p, manifest.text_fields)) for p in catalog}
        for fingerprint, dimension, keys in (
            (manifest.text_fingerprint, manifest.text_dimension, texts | asked),
            (manifest.image_query_fingerprint, manifest.image_dimension, asked),
            (manifest.image_fingerprint, manifest.image_dimension, photos),
        ):
            needed.setdefault((fingerprint, dimension), set()).update(keys)
    dropped = 0
    for (fingerprint, dimension), keys in needed.items():
        with VectorCache(catalog.directory / "vectors" / fingerprint, dimension) as cache:
            if cache.count_except(keys) > _SPARE * len(cache):
                dropped += cache.keep_only(keys)
    if dropped:
        _log.info("dropped %d vectors that no index needs any more", dropped)
    return dropped
