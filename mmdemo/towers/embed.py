"""Embed texts and photos, each content once. Knows no index and no query.

Photos are decoded by a pool of threads while the model works on the batch before. What is done
is kept at once, so that a killed run goes on where it was.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from mmdemo.catalog import decode
from mmdemo.errors import CatalogError
from mmdemo.towers.base import FloatArray, ImageTower, TextTower
from mmdemo.towers.cache import VectorCache, content_key

_log = logging.getLogger(__name__)

TEXT_BATCH = 64
IMAGE_BATCH = 64
_BATCHES_AHEAD = 2


def embed_texts(
    tower: TextTower, texts: Sequence[str], cache_dir: Path, *, label: str = "text"
) -> FloatArray:
    """Encode texts: float32 (n, dimension), unit rows; a zero row for an empty text."""
    keys = [content_key(text) if text.strip() else None for text in texts]
    with VectorCache(cache_dir / tower.fingerprint, tower.dimension) as cache:
        pending = {
            key: text
            for key, text in zip(keys, texts, strict=True)
            if key is not None and key not in cache
        }
        # Texts of one length together: a batch is padded to its longest.
        ordered = sorted(pending.items(), key=lambda item: len(item[1]))
        with tqdm(total=len(ordered), desc=label, unit=" texts", delay=2) as progress:
            for start in range(0, len(ordered), TEXT_BATCH):
                batch = ordered[start : start + TEXT_BATCH]
                cache.append([k for k, _ in batch], tower.encode_texts([t for _, t in batch]))
                progress.update(len(batch))
        return cache.gather(keys)


def embed_photos(
    tower: ImageTower,
    photos: Sequence[str | None],
    read: Callable[[str], Path],
    cache_dir: Path,
    *,
    workers: int | None = None,
) -> FloatArray:
    """Encode photos: float32 (n, dimension), unit rows; a zero row where there is none.

    Args:
        photos: keys in the catalog, None for a product without photo.
        read: from a key to its file.
        workers: threads that decode; the number of cores by default.
    """
    keys = [content_key(photo) if photo else None for photo in photos]
    with VectorCache(cache_dir / tower.fingerprint, tower.dimension) as cache:
        pending = {
            photo: key
            for photo, key in zip(photos, keys, strict=True)
            if photo and key is not None and key not in cache
        }
        lost = _encode_photos(tower, pending, read, cache, workers or os.cpu_count() or 1)
        if lost:
            _log.warning("%d photos cannot be read any more; run `mmdemo import` again", len(lost))
        return cache.gather([k if k is not None and k in cache else None for k in keys])


def _encode_photos(
    tower: ImageTower,
    pending: dict[str, bytes],
    read: Callable[[str], Path],
    cache: VectorCache,
    workers: int,
) -> list[str]:
    """Encode what is pending into the cache; returns the photos that could not be read."""

    def load(photo: str) -> FloatArray | None:
        try:
            return tower.preprocess(decode(read(photo).read_bytes()))
        except (CatalogError, OSError) as error:
            _log.warning("photo %s: %s", photo, error)
            return None

    lost: list[str] = []
    batches: deque[list[tuple[str, Future[FloatArray | None]]]] = deque()
    names = iter(list(pending))
    with (
        ThreadPoolExecutor(workers, thread_name_prefix="decode") as pool,
        tqdm(total=len(pending), desc="photos", unit=" photos", delay=2) as progress,
    ):

        def fill() -> None:
            while len(batches) <= _BATCHES_AHEAD:
                ahead = [(name, pool.submit(load, name)) for name in islice(names, IMAGE_BATCH)]
                if not ahead:
                    return
                batches.append(ahead)

        fill()
        while batches:
            loaded = [(name, future.result()) for name, future in batches.popleft()]
            fill()
            there = [(name, pixels) for name, pixels in loaded if pixels is not None]
            lost += [name for name, pixels in loaded if pixels is None]
            if there:
                vectors = tower.encode_pixels(np.stack([pixels for _, pixels in there]))
                cache.append([pending[name] for name, _ in there], vectors)
            progress.update(len(loaded))
    return lost
