"""Lay out what a recipe trains on, and what it holds out. Knows no tower and no step."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.catalog import Catalog, product_text
from mmdemo.errors import TrainingError
from mmdemo.records import Product, normalize_query_text
from mmdemo.train.config import RecipeConfig
from mmdemo.train.pairs import check_fields
from mmdemo.train.queries import TrainingQueries
from mmdemo.train.sampling import QuerySampler

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A catalog's products and queries, split so that twins are on one side.

    Attributes:
        catalog: the products.
        texts: (products,) text of each, empty where there is none.
        photos: photos in use, each once.
        photo_of: (products,) place among `photos`, −1 without one.
        queries: over all products of the catalog.
        training, validation: rows of products.
        asked, held_out: numbers of query wordings to train on and to measure with.
    """

    catalog: Catalog
    texts: tuple[str, ...]
    photos: tuple[str, ...]
    photo_of: IntArray
    queries: TrainingQueries
    training: IntArray
    validation: IntArray
    asked: IntArray
    held_out: IntArray

    @property
    def fingerprint(self) -> str:
        """Changes with any text, photo or query: 64 hex digits."""
        digest = hashlib.sha256(repr((self.texts, self.photos, self.queries.texts)).encode())
        grades = self.queries.grades
        for part in (
            self.photo_of,
            self.training,
            self.asked,
            self.held_out,
            self.queries.asks,
            self.queries.closed,
            grades.data,
            grades.indices,
            grades.indptr,
        ):
            digest.update(part.tobytes())
        return digest.hexdigest()

    def sampler(
        self, *, held_out: bool = False, pictured: bool = False, texted: bool = False
    ) -> QuerySampler:
        """Queries over the training products, or over those held out.

        Args:
            held_out: whether over those held out.
            pictured: only products that have a photo.
            texted: only products that have a text.

        Raises:
            TrainingError: there is nothing to train on.
        """
        rows = self.validation if held_out else self.training
        if pictured:
            rows = rows[self.photo_of[rows] >= 0]
        if texted:
            rows = rows[np.array([bool(self.texts[row]) for row in rows.tolist()], np.bool_)]
        sampler = QuerySampler(
            self.queries, rows=rows, texts=self.held_out if held_out else self.asked
        )
        if not held_out and not len(sampler):
            raise TrainingError(
                "no query has a right product to train on",
                got=f"{len(self.asked)} queries, {len(rows)} products"
                + (" with a photo" if pictured else "")
                + (" with a text" if texted else ""),
            )
        return sampler


def lay_out(catalog: Catalog, queries: TrainingQueries, config: RecipeConfig) -> TrainingData:
    """Split products and queries by the recipe's seed.

    Raises:
        TrainingError: there are fewer than two products or queries, none of the queries can be
            measured with, or no product has a text.
    """
    products = catalog.products
    if len(products) < 2 or len(queries.texts) < 2:
        raise TrainingError(
            f"catalog {catalog.name} has too little to train on",
            got=f"{len(products)} products, {len(queries.texts)} queries",
            expected="at least 2 of each",
        )
    texts, places, photo_of = _contents(catalog, config)
    rng = np.random.default_rng(config.seed)
    rows = _hold_out(_twins(texts, photo_of), config.validation_products, rng)
    asks = _hold_out(queries.asks, config.validation_queries, rng)
    if len(rows[0]) and len(asks[0]):
        answered = np.asarray((queries.grades[:, rows[0]] > 1).sum(axis=1)).ravel() > 0
        of_use = answered[queries.asks]
        if not of_use[asks[0]].any():  # few queries: only those that can be measured
            asks = _hold_out(queries.asks, config.validation_queries, rng, of_use=of_use)
        if not len(asks[0]):
            raise TrainingError(
                "nothing to validate with: no query has a right product among those held out",
                got=f"{len(queries.texts)} queries, {len(rows[0])} products held out",
                remedy="hold out more, or train without: --set validation_products=0",
            )
    return TrainingData(
        catalog, texts, tuple(places), photo_of, queries, rows[1], rows[0], asks[1], asks[0]
    )


def lay_out_whole(
    catalog: Catalog, queries: TrainingQueries, config: RecipeConfig, *, held_out: IntArray
) -> TrainingData:
    """Every product to train on, those that judges saw to measure with; queries are held out.

    Args:
        held_out: numbers of the wordings to measure with.

    Raises:
        TrainingError: no product has a text.
    """
    texts, places, photo_of = _contents(catalog, config)
    rows = np.arange(len(catalog), dtype=np.int64)
    judged = np.unique(queries.grades[~queries.closed].indices).astype(np.int64)
    asked = np.setdiff1d(np.arange(len(queries.texts), dtype=np.int64), held_out)
    return TrainingData(
        catalog, texts, tuple(places), photo_of, queries, rows, judged, asked, held_out
    )


def drop_words(product: Product, text: str, rng: np.random.Generator) -> str:
    """The text as a lazy seller writes it: about half of what the attributes say is left out.

    Only what can be seen elsewhere is lost, on a photo or not at all; without attributes in the
    text, every third word goes.
    """
    said = [v for v in product.attributes.values() if v and _word(v).search(text)]
    for value in sorted(said, key=len, reverse=True):
        if rng.random() < 0.5:
            text = _word(value).sub(" ", text)
    if not said:
        text = " ".join(word for word in text.split() if rng.random() > 1 / 3)
    return re.sub(r"\s+", " ", text).strip()


def _contents(
    catalog: Catalog, config: RecipeConfig
) -> tuple[tuple[str, ...], dict[str, int], IntArray]:
    """The text of each product, the place of each photo, and each product's place among them.

    Raises:
        TrainingError: a text field is no product's, or all texts are empty.
    """
    check_fields(catalog, config.text_fields)
    texts = tuple(product_text(product, config.text_fields) for product in catalog)
    if not any(texts):
        raise TrainingError(
            f"no product of {catalog.name} has a text",
            got=f"text fields {', '.join(config.text_fields) or '(none)'}",
            remedy="name others: --text-fields",
        )
    places: dict[str, int] = {}
    photo_of = np.array(
        [places.setdefault(p.images[0], len(places)) if p.images else -1 for p in catalog],
        np.int64,
    )
    return texts, places, photo_of


def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)


def _twins(texts: tuple[str, ...], photo_of: IntArray) -> IntArray:
    """A number for each product, equal for those of one text or one photo."""
    owner: dict[object, int] = {}
    group = np.arange(len(texts))

    def root(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = int(group[place])
        return place

    for place, (text, photo) in enumerate(zip(texts, photo_of.tolist(), strict=True)):
        for key in (normalize_query_text(text), photo):
            if key not in ("", -1):
                group[root(place)] = root(owner.setdefault(key, place))
    return np.array([root(place) for place in range(len(texts))], np.int64)


def _hold_out(
    groups: IntArray, most: int, rng: np.random.Generator, *, of_use: BoolArray | None = None
) -> tuple[IntArray, IntArray]:
    """Places held out, whole groups, at most a tenth, those of use only; and the others."""
    wanted = min(most, len(groups) // 10)
    numbers, sizes = np.unique(groups, return_counts=True)
    order = rng.permutation(len(numbers))
    order = order[sizes[order] <= wanted]  # a large group must not keep all others in
    if of_use is not None:
        order = order[np.isin(numbers[order], groups[of_use])]
    chosen = order[np.cumsum(sizes[order]) <= wanted]
    held = np.isin(groups, numbers[chosen])
    return np.flatnonzero(held), np.flatnonzero(~held)
