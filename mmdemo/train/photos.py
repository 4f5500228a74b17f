"""Hold a catalog's photos as pixels for training, and vary them. Knows no model and no text."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
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
from mmdemo.train.workplace import alone, damaged

PixelArray = NDArray[np.uint8]
Resize = Callable[[Image.Image], Image.Image]
_SMALLEST_CROP = 0.75  # of each side


def load_pixels(
    catalog: Catalog,
    photos: Sequence[str],
    *,
    resize: Resize,
    size: tuple[int, int],
    path: Path,
) -> PixelArray:
    """Decode photos once into a file: uint8 (n, height, width, 3), mapped, not in memory.

    A file that is there is taken as it is: `path` has to name its content.

    Args:
        catalog: where the photos are.
        photos: their keys.
        resize: makes a photo this size, as the model does where it is served.
        size: height and width in pixels.
        path: the file.

    Raises:
        TrainingError: it is damaged.
        CatalogError: a photo is gone.
    """
    with alone(path):
        if not path.is_file():
            _decode(catalog, photos, path, resize=resize, size=size)
    try:
        kept: PixelArray = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise damaged(path, delete=path) from error
    if kept.shape != (len(photos), *size, 3) or kept.dtype != np.uint8:
        raise damaged(path, delete=path)
    return kept


def _decode(
    catalog: Catalog, photos: Sequence[str], path: Path, *, resize: Resize, size: tuple[int, int]
) -> None:
    unfinished = path.with_name(f".{path.name}")  # nobody else is at it; see `alone`
    unwritten = np.lib.format.open_memmap(
        unfinished, mode="w+", dtype=np.uint8, shape=(len(photos), *size, 3)
    )

    def load(place: int) -> None:
        image = decode(catalog.image_path(photos[place]).read_bytes())
        unwritten[place] = np.asarray(resize(image))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(load, range(len(photos)))
        for _ in tqdm(done, total=len(photos), desc="decode", unit=" photos", delay=2):
            pass
    unwritten.flush()
    unfinished.replace(path)


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
