"""How close embedding photos comes to the fastest that model and decoder allow.

The bound is one photo in `model + decode / cores` seconds: the model uses all cores, decoding is
spread over them, and nothing else takes time. Parts and whole are measured in turn in one run.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from statistics import median

import numpy as np

from mmdemo.catalog import Catalog, decode
from mmdemo.towers import Towers, embed_photos
from mmdemo.towers.embed import IMAGE_BATCH


def measure(catalog: Catalog, towers: Towers, cache: Path, *, rounds: int = 5) -> dict[str, float]:
    """Photos a second, the bound, and the median of their ratio over the rounds."""
    photos = [product.images[0] for product in catalog if product.images]
    tower = towers.image
    cores = os.cpu_count() or 1
    rates, bounds, ratios = [], [], []
    for _ in range(rounds):
        started = time.perf_counter()
        pixels = [tower.preprocess(decode(catalog.image_path(p).read_bytes())) for p in photos]
        decoding = (time.perf_counter() - started) / len(photos)
        started = time.perf_counter()
        for start in range(0, len(photos), IMAGE_BATCH):
            tower.encode_pixels(np.stack(pixels[start : start + IMAGE_BATCH]))
        encoding = (time.perf_counter() - started) / len(photos)
        shutil.rmtree(cache, ignore_errors=True)
        started = time.perf_counter()
        embed_photos(tower, photos, catalog.image_path, cache)
        whole = (time.perf_counter() - started) / len(photos)
        bound = encoding + decoding / cores
        rates.append(1 / whole)
        bounds.append(1 / bound)
        ratios.append(bound / whole)
    return {
        "photos_per_second": median(rates),
        "bound_per_second": median(bounds),
        "ratio": median(ratios),
    }
