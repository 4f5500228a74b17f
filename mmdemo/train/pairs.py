"""Make (photo, text) pairs of a catalog. Knows no model.

This is the seam for other sources of pairs: queries made from templates, grades of judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Product, normalize_query_text


@dataclass(frozen=True, slots=True)
class Pairs:
    """Photos and the texts that belong to them.

    Attributes:
        photos: keys in the catalog, one a pair.
        texts: wordings of each pair, at least one.
        twins: int64 (n,); pairs of one number share a wording or a photo and are never each
            other's negatives.
    """

    photos: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    twins: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.photos)

    @property
    def fingerprint(self) -> str:
        """Changes with any photo or wording: 64 hex digits."""
        return hashlib.sha256(repr((self.photos, self.texts)).encode()).hexdigest()


def product_text(product: Product, fields: Sequence[str]) -> str:
    """Join the named fields; a name that is no field of a product is taken as an attribute."""
    values = (
        getattr(product, name) if name in _FIELDS else product.attributes.get(name, "")
        for name in fields
    )
    return "\n".join(value for value in values if value)


_FIELDS = frozenset({"title", "description", "brand", "category"})


def catalog_pairs(catalog: Catalog, wordings: Sequence[Sequence[str]]) -> Pairs:
    """One pair for every product that has a photo and a text.

    Args:
        wordings: each a list of fields that make one text.

    Raises:
        TrainingError: fewer than two products have both.
    """
    photos: list[str] = []
    texts: list[tuple[str, ...]] = []
    for product in catalog:
        found = dict.fromkeys(t for fields in wordings if (t := product_text(product, fields)))
        if product.images and found:
            photos.append(product.images[0])
            texts.append(tuple(found))
    if len(photos) < 2:
        raise TrainingError(
            f"catalog {catalog.name} has too few pairs to train on",
            got=f"{len(photos)} products with a photo and {wordings}",
            expected="at least 2",
        )
    return make_pairs(photos, texts)


def make_pairs(photos: Sequence[str], texts: Sequence[tuple[str, ...]]) -> Pairs:
    """Pair photos with their wordings, and find the twins among them."""
    return Pairs(tuple(photos), tuple(texts), _twins(photos, texts))


def _twins(photos: Sequence[str], texts: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    """Number the connected groups of pairs that share a photo or a wording."""
    parent = list(range(len(photos)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[str, int] = {}
    for i, (photo, wordings) in enumerate(zip(photos, texts, strict=True)):
        for mark in (f"photo {photo}", *(f"text {normalize_query_text(t)}" for t in wordings)):
            parent[root(i)] = root(first.setdefault(mark, i))
    return np.array([root(i) for i in range(len(photos))], dtype=np.int64)
