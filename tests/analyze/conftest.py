"""Small studies that a test spells out, and an engine over vectors that it gives."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mmdemo.analyze import Study
from mmdemo.catalog import Catalog
from mmdemo.index import LexicalIndex, ProductVectors
from mmdemo.records import Hit, Product, Query, Ranking, Topic
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers, unit_rows

MakeStudy = Callable[..., Study]
MakeEngine = Callable[..., tuple[SearchEngine, ProductVectors]]
DIMENSION = 6


@pytest.fixture
def make_study() -> MakeStudy:
    """`make_study({"text": {"q1": "a b"}}, {"q1": {"a": 3}})`: None for a list is missing."""

    def make(
        lists: Mapping[str, Mapping[str, str | None]],
        qrels: Mapping[str, Mapping[str, int]],
        *,
        texts: Mapping[str, str] | None = None,
        products: Sequence[Product] = (),
        **options: Any,
    ) -> Study:
        names = dict.fromkeys([*qrels, *(q for by_topic in lists.values() for q in by_topic)])
        topics = tuple(Topic(q, Query((texts or {}).get(q, f"query {q}"))) for q in names)

        def ranking(ranker: str, ids: str | None) -> Ranking:
            if ids is None:
                return Ranking(ranker, "0" * 16, (), "it failed")
            hits = (Hit(p, rank, 1.0 / rank) for rank, p in enumerate(ids.split(), start=1))
            return Ranking(ranker, "0" * 16, tuple(hits))

        rankings = {
            ranker: {q: ranking(ranker, ids) for q, ids in by_topic.items()}
            for ranker, by_topic in lists.items()
        }
        known = {product.product_id: product for product in products}
        return Study(topics, rankings, qrels, products=known, **options)

    return make


@pytest.fixture
def random_study(make_study: MakeStudy) -> Callable[..., Study]:
    """`random_study(40, better={"fused": 2.0})`: rankers see grades through noise."""

    def make(
        queries: int,
        *,
        better: Mapping[str, float],
        seed: int = 0,
        judged: float = 1.0,
        **options: Any,
    ) -> Study:
        rng = np.random.default_rng(seed)
        grades = rng.integers(0, 4, (queries, 30))
        lists = {}
        for ranker, sharpness in better.items():
            scores = sharpness * grades + rng.normal(size=grades.shape) * 2
            lists[ranker] = {
                f"q{q}": " ".join(f"p{p}" for p in np.argsort(-row)[:20])
                for q, row in enumerate(scores)
            }
        qrels = {
            f"q{q}": {f"p{p}": int(g) for p, g in enumerate(row) if rng.random() < judged}
            for q, row in enumerate(grades)
        }
        return make_study(lists, qrels, **options)

    return make


class WordTower:
    """A text is the sum of a direction for each word; a photo is that of its color."""

    def __init__(self, name: str, dimension: int = DIMENSION) -> None:
        self.spec = self.fingerprint = name
        self.dimension = dimension

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        rows = [np.sum([self._direction(word) for word in text.split()], axis=0) for text in texts]
        return unit_rows(np.array(rows, np.float32))

    def preprocess(self, image: Image.Image) -> FloatArray:
        return np.asarray(image.resize((1, 1)), np.float32).reshape(3, 1, 1)

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        return unit_rows(np.array([self._direction(str(p.tolist())) for p in pixels], np.float32))

    def _direction(self, word: str) -> FloatArray:
        seed = zlib.crc32(f"{self.spec} {word}".encode())
        return np.random.default_rng(seed).normal(size=self.dimension).astype(np.float32)


@pytest.fixture(scope="session")
def towers() -> Towers:
    words = WordTower("words")
    return Towers(words, WordTower("photos"), words)


@pytest.fixture(scope="session")
def separate_towers() -> Towers:
    return Towers(WordTower("sentences", 4), WordTower("photos"), WordTower("words"))


@pytest.fixture(scope="session")
def make_engine() -> MakeEngine:
    """`make_engine(towers, 50, no_photo=0.2)`: products p0000 … and their random halves."""

    def make(
        towers: Towers,
        count: int,
        *,
        seed: int = 0,
        no_photo: float = 0.0,
        no_text: float = 0.0,
        distinct: int | None = None,
    ) -> tuple[SearchEngine, ProductVectors]:
        rng = np.random.default_rng(seed)
        halves = []
        for tower, missing in ((towers.text, no_text), (towers.image, no_photo)):
            rows = unit_rows((rng.normal(size=(count, tower.dimension)) + 0.3).astype(np.float32))
            if distinct:
                rows = rows[rng.integers(0, distinct, count)]
            rows[rng.random(count) < missing] = 0
            halves.append(rows)
        means = [np.zeros(rows.shape[1], np.float32) for rows in halves]
        products = [Product(f"p{i:04d}", f"title {i}") for i in range(count)]
        vectors = ProductVectors(halves[0], halves[1], means[0], means[1])
        catalog = Catalog(Path("shop"), products=products)
        words = LexicalIndex.build([product.title for product in products])
        return SearchEngine(catalog, towers, vectors, words), vectors

    return make
