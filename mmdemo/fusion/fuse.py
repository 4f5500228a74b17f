"""Give learned fusions the vectors of a catalog or of queries. Knows no file or index."""

from __future__ import annotations

import numpy as np
import torch
from tqdm import tqdm

from mmdemo.errors import ModelError
from mmdemo.fusion.learned import LearnedFusion
from mmdemo.towers import FloatArray

_BATCH = 1024


def fuse_products(fusion: LearnedFusion, text: FloatArray, image: FloatArray) -> FloatArray:
    """Fuse a catalog: float32 (n, d), unit rows, zero where a product has neither half.

    Products with the same two vectors get the same one, to the last bit, wherever they stand.

    Args:
        fusion: the network.
        text: (n, d) unit rows, zero where a product has no text.
        image: (n, d) unit rows, zero where it has no photo.

    Raises:
        ModelError: the halves have another dimension, or the network gives what is no number.
    """
    for half in (text, image):
        if half.shape[1] != fusion.dimension:
            raise ModelError(
                f"{fusion.name} fuses vectors of another dimension",
                got=half.shape[1],
                expected=fusion.dimension,
            )
    # A row's place in a batch changes the last digits of what a layer makes of it.
    first: dict[bytes, int] = {}
    pairs = np.concatenate([text, image], axis=1)
    firsts = [first.setdefault(row.tobytes(), i) for i, row in enumerate(pairs)]
    rows, places = np.unique(np.array(firsts, np.int64), return_inverse=True)
    device = next(fusion.parameters()).device
    fused = np.zeros((len(rows), fusion.dimension), np.float32)
    with (
        torch.inference_mode(),
        tqdm(total=len(rows), desc=fusion.name, unit=" products", delay=2) as progress,
    ):
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            halves = (torch.from_numpy(half[batch]).to(device) for half in (text, image))
            fused[start : start + len(batch)] = fusion(*halves).float().cpu().numpy()
            progress.update(len(batch))
    return _checked(fused, fusion)[places]


def ask_fused(fusion: LearnedFusion, words: FloatArray) -> FloatArray:
    """Turn queries (m, d) of the text tower to ask for fused products: float32 (m, d), unit rows.

    Raises:
        ModelError: the network gives what is no number.
    """
    device = next(fusion.parameters()).device
    with torch.inference_mode():
        asked: FloatArray = fusion.query(torch.from_numpy(words).to(device)).cpu().numpy()
    return _checked(asked, fusion)


def _checked(vectors: FloatArray, fusion: LearnedFusion) -> FloatArray:
    if not np.isfinite(vectors).all():
        raise ModelError(f"{fusion.name} gave values that are not numbers", remedy="train it again")
    return vectors
