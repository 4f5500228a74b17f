from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog.photos import PhotoStore

OpenStore = Callable[..., PhotoStore]
Noise = Callable[..., bytes]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[OpenStore]:
    """`open_store(source)` opens the photos of the catalog `tmp_path/"shop"`; closed at the end."""
    with ExitStack() as stack:

        def make(source: Path | None = None, **options: object) -> PhotoStore:
            store = PhotoStore(tmp_path / "shop", source, **options)  # type: ignore[arg-type]
            return stack.enter_context(store)

        yield make


@pytest.fixture
def noise() -> Noise:
    """`noise((64, 48), kind="PNG", seed=3)` encodes a photo that does not compress away."""

    def make(
        size: tuple[int, int] = (64, 64), *, kind: str = "JPEG", seed: int = 0, **options: object
    ) -> bytes:
        pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind, **options)
        return buffer.getvalue()

    return make
