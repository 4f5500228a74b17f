"""Towers that hash what they see, and a catalog with a drawn photo for some products."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog import Catalog, keep_photo, write_catalog
from mmdemo.records import Product
from mmdemo.towers import FloatArray, Towers, unit_rows


class HashTower:
    """Gives each content a direction of its own; counts what it was asked to encode."""

    def __init__(self, name: str, dimension: int) -> None:
        self.spec = self.fingerprint = name
        self.dimension = dimension
        self.seen: list[str] = []

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        self.seen += texts
        return self._directions([text.encode() for text in texts])

    def preprocess(self, image: Image.Image) -> FloatArray:
        small = np.asarray(image.resize((2, 2)), dtype=np.float32)
        return np.moveaxis(small, 2, 0)

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        self.seen += ["photo"] * len(pixels)
        return self._directions([photo.tobytes() for photo in pixels])

    def _directions(self, contents: Sequence[bytes]) -> FloatArray:
        rows = np.zeros((len(contents), self.dimension), np.float32)
        for row, content in zip(rows, contents, strict=True):
            seed = int.from_bytes(hashlib.sha256(self.spec.encode() + content).digest()[:8])
            row[:] = np.random.default_rng(seed).normal(size=self.dimension)
        return unit_rows(rows)


@pytest.fixture
def towers() -> Towers:
    """One model for both halves."""
    words = HashTower("words", 12)
    return Towers(text=words, image=HashTower("photos", 12), image_query=words)


@pytest.fixture
def make_towers() -> Callable[..., Towers]:
    """Separate towers of given names."""

    def make(text: str = "words", image: str = "photos", asking: str = "asking") -> Towers:
        return Towers(HashTower(text, 12), HashTower(image, 8), HashTower(asking, 8))

    return make


@pytest.fixture
def make_catalog(tmp_path: Path) -> Callable[..., Catalog]:
    """`make_catalog("red cup", "lamp")`: products p0, p1 …; the even ones have a photo."""

    def make(*titles: str, name: str = "shop") -> Catalog:
        directory = tmp_path / name
        products = []
        for i, title in enumerate(titles):
            images: tuple[str, ...] = ()
            if i % 2 == 0:
                file = io.BytesIO()
                Image.new("RGB", (8, 8), (10 * i, 99, 200 - 10 * i)).save(file, "PNG")
                images = (keep_photo(directory, file.getvalue()),)
            products.append(
                Product(f"p{i}", title, f"about {title}" if title else "", images=images)
            )
        return write_catalog(directory, products)

    return make
