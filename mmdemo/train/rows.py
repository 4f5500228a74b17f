"""Encode every product and query for the fusions, and keep that. Knows no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mmdemo.files import replacing
from mmdemo.train.data import TrainingData, drop_words
from mmdemo.train.encoders import PhotoEncoder, TextEncoder
from mmdemo.train.fusing import ProductRows
from mmdemo.train.workplace import damaged, read_tensors


def encode_products(
    data: TrainingData, texts: TextEncoder, photos: PhotoEncoder, *, seed: int
) -> ProductRows:
    """What the towers say of every query, product text and photo, and of their variants."""
    rng = np.random.default_rng((seed, 5))
    wordings = [
        data.texts,
        *(
            [
                drop_words(product, text, rng)
                for product, text in zip(data.catalog.products, data.texts, strict=True)
            ]
            for _ in range(2)
        ),
    ]
    return ProductRows(
        texts.table(data.queries.texts, label="queries"),
        [_there(texts.table(w, label="product texts"), w) for w in wordings],
        [_photo_rows(data, photos, mirrored=mirrored) for mirrored in (False, True)],
    )


def write_rows(rows: ProductRows, path: Path) -> None:
    """Keep rows for the next process."""
    with replacing(path) as file:
        torch.save({"queries": rows.queries, "texts": rows.texts, "photos": rows.photos}, file)


def read_rows(path: Path) -> ProductRows:
    """Read what `write_rows` wrote.

    Raises:
        TrainingError: it is damaged.
    """
    kept = read_tensors(path, delete=path)
    try:
        return ProductRows(kept["queries"], kept["texts"], kept["photos"])
    except (LookupError, TypeError) as error:
        raise damaged(path, delete=path) from error


def _photo_rows(data: TrainingData, encoder: PhotoEncoder, *, mirrored: bool) -> Tensor:
    table = encoder.table(np.arange(len(data.photos)), label="photos", mirrored=mirrored)
    rows = torch.zeros(len(data.texts), table.shape[1])
    pictured = data.photo_of >= 0
    rows[pictured] = table[data.photo_of[pictured]]
    return rows


def _there(rows: Tensor, texts: Sequence[str]) -> Tensor:
    """Rows with zeros where there is no text."""
    return rows * torch.tensor([[float(bool(text))] for text in texts])
