"""Engines over vectors that a test gives, with towers that hash what they see."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mmdemo.catalog import Catalog
from mmdemo.index import IntArray, LexicalIndex, ProductVectors
from mmdemo.index.flat import FlatIndex
from mmdemo.records import Product
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers, unit_rows

DIMENSION = 8


class HashTower:
    """A text is the sum of a direction for each word; a photo has that of its color."""

    def __init__(self, name: str, dimension: int = DIMENSION) -> None:
        self.spec = self.fingerprint = name
        self.dimension = dimension
        self.batches: list[int] = []

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        self.batches.append(len(texts))
        rows = [sum(map(self._direction, t.split()), np.zeros(self.dimension)) for t in texts]
        return unit_rows(np.array(rows, np.float32))

    def preprocess(self, image: Image.Image) -> FloatArray:
        return np.asarray(image.resize((1, 1)), np.float32).reshape(3, 1, 1)

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        self.batches.append(len(pixels))
        rows = [self._direction(str(p.ravel().tolist())) for p in pixels]
        return unit_rows(np.array(rows, np.float32))

    def _direction(self, word: str) -> FloatArray:
        digest = hashlib.sha256(f"{self.spec} {word}".encode()).digest()
        rng = np.random.default_rng(list(digest))
        return rng.normal(size=self.dimension).astype(np.float32)


@pytest.fixture(scope="session")
def shared_towers() -> Towers:
    """One model for both halves."""
    words = HashTower("words")
    return Towers(words, HashTower("photos"), words)


@pytest.fixture(scope="session")
def separate_towers() -> Towers:
    """A text tower of its own, with another dimension."""
    return Towers(HashTower("sentences", 5), HashTower("photos"), HashTower("words"))


@pytest.fixture(scope="session")
def make_engine(shared_towers: Towers) -> Callable[..., SearchEngine]:
    """`make_engine(text, image)`: products p0000, p0001 … with these rows, zero where missing."""

    def make(
        text: FloatArray,
        image: FloatArray,
        *,
        towers: Towers = shared_towers,
        titles: Sequence[str] = (),
        query_means: tuple[FloatArray, FloatArray] | None = None,
        **options: object,
    ) -> SearchEngine:
        titles = titles or [""] * len(text)
        products = [Product(f"p{i:04d}", title) for i, title in enumerate(titles)]
        text_mean, image_mean = query_means or (
            np.zeros(text.shape[1], np.float32),
            np.zeros(image.shape[1], np.float32),
        )
        return SearchEngine(
            Catalog(Path("shop"), products=products),
            towers,
            ProductVectors(text, image, text_mean, image_mean),
            LexicalIndex.build(titles),
            **options,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture(scope="session")
def make_rows() -> Callable[..., FloatArray]:
    """`make_rows(9, missing=[2], distinct=3)`: unit rows, some zero, some equal to others."""

    def make(
        count: int,
        *,
        dimension: int = DIMENSION,
        seed: int = 0,
        missing: Sequence[int] = (),
        distinct: int | None = None,
        around: float = 0.0,
    ) -> FloatArray:
        rng = np.random.default_rng(seed)
        rows = unit_rows((rng.normal(size=(count, dimension)) + around).astype(np.float32))
        if distinct:
            rows = rows[rng.integers(0, min(distinct, count), count)] if count else rows
        rows[list(missing)] = 0
        return rows

    return make


@pytest.fixture(scope="session")
def make_photo() -> Callable[..., bytes]:
    """The bytes of a photo of one color."""

    def make(color: str = "red") -> bytes:
        file = io.BytesIO()
        Image.new("RGB", (4, 4), color).save(file, "PNG")
        return file.getvalue()

    return make


@pytest.fixture
def index_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(queries, depth) of each call that reaches an index, from now on."""
    calls: list[tuple[int, int]] = []
    search = FlatIndex.search

    def spy(self: FlatIndex, queries: FloatArray, depth: int) -> tuple[FloatArray, IntArray]:
        calls.append((len(queries), depth))
        return search(self, queries, depth)

    monkeypatch.setattr(FlatIndex, "search", spy)
    return calls


@pytest.fixture(scope="session")
def score_fused() -> Callable[..., NDArray[np.float64]]:
    """`score_fused(text, image, parts)`: scores as the docs define them, nan for what is left out.

    `text` and `image` are cosines, nan where a product has no such half; `parts` gives scale and
    offset of each.
    """

    def score(
        text: NDArray[np.float64],
        image: NDArray[np.float64],
        parts: tuple[tuple[float, float], tuple[float, float]],
    ) -> NDArray[np.float64]:
        (a, o), (b, p) = parts
        if a == 0 != b:
            return b * (image - p)
        if b == 0 != a:
            return a * (text - o)
        fused: NDArray[np.float64] = a * (text - o) + b * (image - p)
        whole = ~np.isnan(fused)
        for scale, own, other in ((a, text, image), (b, image, text)):
            gap = np.isnan(other) & ~np.isnan(own)
            if not whole.any():
                fused[gap] = scale * own[gap] - a * o - b * p
                continue
            spread = own[whole].std()
            place = (own - own[whole].mean()) / spread if spread > 1e-6 else np.zeros(len(own))
            fused[gap] = (fused[whole].mean() + fused[whole].std() * place)[gap]
        return fused

    return score
