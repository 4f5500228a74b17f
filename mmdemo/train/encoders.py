"""Encode texts and photos with gradients, in the model that is trained. Knows no loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from mmdemo.towers.openclip import tokenize
from mmdemo.train.model import TrainableModel
from mmdemo.train.photos import PixelArray, to_float

_PART = 64  # texts padded to one length
_BATCH = 256


class TextEncoder:
    """The text side of the model."""

    def __init__(self, built: TrainableModel, *, device: str, half: bool) -> None:
        self._built, self._device, self._half = built, device, half
        self._padding = getattr(getattr(built.model.text, "config", None), "pad_token_id", None)

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Unit rows (n, d) in float32; texts of one length are padded together."""
        tokens = tokenize(self._built.model, self._built.tokenizer, texts)
        if self._padding is None or len(tokens) <= _PART:
            return self._encode(tokens)
        lengths = (tokens != self._padding).sum(dim=1)
        order = lengths.argsort()
        rows = torch.cat(
            [self._encode(tokens[p][:, : int(lengths[p].max())]) for p in order.split(_PART)]
        )
        return rows[order.argsort()]

    def table(self, texts: Sequence[str], *, label: str) -> Tensor:
        """Rows of many texts (n, d) without gradients, each distinct text encoded once."""
        # By length, so that little is padded; ties by the text, as a set's order is the process's.
        distinct = sorted(set(texts), key=lambda text: (len(text), text))
        places = {text: place for place, text in enumerate(distinct)}
        parts = []
        with evaluating(self._built.model), torch.inference_mode():
            for start in tqdm(range(0, len(distinct), _BATCH), desc=label, unit="batch", delay=2):
                parts.append(self(distinct[start : start + _BATCH]).cpu())
        rows = torch.cat(parts) if parts else torch.zeros(0, self._built.dimension)
        return rows[[places[text] for text in texts]].clone()

    def _encode(self, tokens: Tensor) -> Tensor:
        with in_half(self._device, self._half):
            rows: Tensor = self._built.model.text(tokens.to(self._device))
        return functional.normalize(rows.float(), dim=-1)


class PhotoEncoder:
    """The image side of the model, over photos decoded before."""

    def __init__(
        self, built: TrainableModel, pixels: PixelArray, *, device: str, half: bool
    ) -> None:
        self._built, self._pixels, self._device, self._half = built, pixels, device, half

    def photos(self, places: NDArray[np.int64]) -> Tensor:
        """Normalized photos (n, 3, height, width)."""
        preprocess = self._built.config["preprocess_cfg"]
        return to_float(self._pixels[places], preprocess["mean"], preprocess["std"])

    def __call__(self, photos: Tensor) -> Tensor:
        """Unit rows (n, d) in float32."""
        photos = photos.to(self._device, memory_format=torch.channels_last)
        with in_half(self._device, self._half):
            rows: Tensor = self._built.model.visual(photos)
        return functional.normalize(rows.float(), dim=-1)

    def table(self, places: NDArray[np.int64], *, label: str, mirrored: bool = False) -> Tensor:
        """Rows of many photos (n, d) without gradients."""
        parts = []
        starts = range(0, len(places), _BATCH)
        with evaluating(self._built.model), torch.inference_mode():
            for start in tqdm(starts, desc=label, unit="batch", delay=2):
                photos = self.photos(places[start : start + _BATCH])
                parts.append(self(photos.flip(3) if mirrored else photos).cpu())
        return torch.cat(parts).clone() if parts else torch.zeros(0, self._built.dimension)


def in_half(device: str, half: bool) -> AbstractContextManager[object]:
    """Compute in bfloat16 where asked."""
    return torch.autocast(device.partition(":")[0], torch.bfloat16, enabled=half)


def half_pays(device: str) -> bool:
    """Whether a device is a card that computes in bfloat16; older ones emulate it, slowly."""
    if not device.startswith("cuda"):
        return False
    with torch.cuda.device(device):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Switch dropout and batch statistics off, and back as they were."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training
