"""Hold a catalog's photos as pixels for training, and vary them. Knows no model and no text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from mmdemo.catalog import Catalog, decode

PixelArray = NDArray[np.uint8]
_SMALLEST_CROP = 0.75  # of each side


def load_pixels(
    catalog: Catalog, photos: Sequence[str], size: tuple[int, int], path: Path
) -> PixelArray:
    """Decode photos once into a file: uint8 (n, height, width, 3), mapped, not in memory.

    A file that is there is taken as it is: `path` has to name its content.
    """
    if path.is_file():
        kept: PixelArray = np.load(path, mmap_mode="r")
        return kept
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = size
    unfinished = path.with_name(f".{path.name}")
    unwritten = np.lib.format.open_memmap(
        unfinished, mode="w+", dtype=np.uint8, shape=(len(photos), height, width, 3)
    )

    def load(place: int) -> None:
        image = decode(catalog.image_path(photos[place]).read_bytes())
        image = image.resize((width, height), Image.Resampling.BICUBIC)
        unwritten[place] = np.asarray(image)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(load, range(len(photos)))
        for _ in tqdm(done, total=len(photos), desc="decode", unit=" photos", delay=2):
            pass
    unwritten.flush()
    unfinished.replace(path)
    return load_pixels(catalog, photos, size, path)


def to_float(pixels: PixelArray, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """Normalize uint8 (n, height, width, 3) to float32 (n, 3, height, width)."""
    batch = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255
    return (batch - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)


def vary(batch: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror and crop each photo at random; color stays, since shoppers ask for it."""
    n = len(batch)
    scale = _SMALLEST_CROP + (1 - _SMALLEST_CROP) * torch.rand(n, 2, generator=generator)
    shift = (2 * torch.rand(n, 2, generator=generator) - 1) * (1 - scale)
    mirror = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    transform = torch.zeros(n, 2, 3)
    transform[:, 0, 0], transform[:, 1, 1] = scale[:, 0] * mirror, scale[:, 1]
    transform[:, :, 2] = shift
    grid = functional.affine_grid(transform, list(batch.shape), align_corners=False)
    return functional.grid_sample(batch, grid, padding_mode="border", align_corners=False)
