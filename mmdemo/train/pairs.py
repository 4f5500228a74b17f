"""Pair a catalog's photos with the products' own texts. Knows no query and no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.catalog import TEXT_FIELDS, Catalog, product_text
from mmdemo.errors import TrainingError
from mmdemo.records import normalize_query_text

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Photos and the texts that belong to them; made by `make_pairs`.

    Attributes:
        photos: keys in the catalog, one a pair.
        texts: wordings of each pair, at least one.
        photo_numbers: int64 (n,), equal for equal photos.
        text_numbers: int64 (n, most wordings of a pair), equal for equal wordings; -1 fills up.
    """

    photos: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    photo_numbers: IntArray
    text_numbers: IntArray

    def __len__(self) -> int:
        return len(self.photos)

    def right(self, photos: IntArray, texts: IntArray, wordings: IntArray) -> BoolArray:
        """Which texts are true of which photos: bool (len(photos), len(texts)).

        A text is true of every photo that it is a wording of, and of every copy of its photo.

        Args:
            photos: pairs whose photos are meant.
            texts: pairs whose texts are meant.
            wordings: which wording of each of `texts`.
        """
        said = self.text_numbers[texts, wordings]
        worded = (self.text_numbers[photos][:, :, None] == said).any(axis=1)
        copied = self.photo_numbers[photos][:, None] == self.photo_numbers[texts]
        both: BoolArray = worded | copied
        return both

    def twins(self, places: IntArray) -> BoolArray:
        """Which pairs have the photo or all the wordings of one of `places`: bool (n,)."""
        _, worded = np.unique(np.sort(self.text_numbers, axis=1), axis=0, return_inverse=True)
        twins: BoolArray = np.isin(self.photo_numbers, self.photo_numbers[places])
        return twins | np.isin(worded, worded[places])

    @property
    def fingerprint(self) -> str:
        """Changes with any photo or wording: 64 hex digits."""
        return hashlib.sha256(repr((self.photos, self.texts)).encode()).hexdigest()


def catalog_pairs(catalog: Catalog, wordings: Sequence[Sequence[str]]) -> tuple[Pairs, IntArray]:
    """One pair for every product that has a photo and a text, and which row each is.

    Args:
        wordings: each a list of fields that make one text.

    Raises:
        TrainingError: fewer than two products have both, or a name is no product's.
    """
    check_fields(catalog, [name for fields in wordings for name in fields])
    photos: list[str] = []
    texts: list[tuple[str, ...]] = []
    rows: list[int] = []
    for row, product in enumerate(catalog.products):
        found = dict.fromkeys(t for fields in wordings if (t := product_text(product, fields)))
        if product.images and found:
            photos.append(product.images[0])
            texts.append(tuple(found))
            rows.append(row)
    if len(photos) < 2:
        raise TrainingError(
            f"catalog {catalog.name} has too few pairs to train on",
            got=f"{len(photos)} products with a photo and {wordings}",
            expected="at least 2",
        )
    return make_pairs(photos, texts), np.array(rows, np.int64)


def check_fields(catalog: Catalog, names: Sequence[str]) -> None:
    """Refuse names that are a mistake.

    Raises:
        TrainingError: a name is no field, and no attribute of any product.
    """
    known = {*TEXT_FIELDS, *(name for product in catalog for name in product.attributes)}
    for name in names:
        if name not in known:
            raise TrainingError(
                f"no product of {catalog.name} has such a field or attribute",
                got=repr(name),
                expected=", ".join([*TEXT_FIELDS, *sorted(known - set(TEXT_FIELDS))][:12]),
            )


def make_pairs(photos: Sequence[str], texts: Sequence[tuple[str, ...]]) -> Pairs:
    """Pair photos with their wordings, and number what is equal among them."""
    seen_photos: dict[str, int] = {}
    seen_texts: dict[str, int] = {}
    text_numbers = np.full((len(texts), max(map(len, texts), default=0)), -1, dtype=np.int64)
    for i, wordings in enumerate(texts):
        for k, text in enumerate(wordings):
            words = normalize_query_text(text)
            text_numbers[i, k] = seen_texts.setdefault(words, len(seen_texts))
    numbers = [seen_photos.setdefault(photo, len(seen_photos)) for photo in photos]
    return Pairs(tuple(photos), tuple(texts), np.array(numbers, dtype=np.int64), text_numbers)
