"""What a tower is. Knows no library that makes one.

A tower turns a batch into unit rows; two towers that share a space can be compared by inner
product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from mmdemo.errors import ModelError

FloatArray = NDArray[np.float32]

_LONGEST = 300  # characters of an error of another library


class TextTower(Protocol):
    """Encodes product text and queries.

    Attributes:
        spec: how to load it again, from any working directory.
        fingerprint: changes with the weights and with whatever is done to the text before.
        dimension: length of a vector.
    """

    spec: str
    fingerprint: str
    dimension: int

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Encode texts: float32 (n, dimension), unit rows."""
        ...


class ImageTower(Protocol):
    """Encodes product photos and query photos; attributes as `TextTower`."""

    spec: str
    fingerprint: str
    dimension: int

    def preprocess(self, image: Image.Image) -> FloatArray:
        """Resize and normalize one RGB photo: float32 (3, height, width). Thread-safe."""
        ...

    def encode_pixels(self, pixels: FloatArray) -> FloatArray:
        """Encode preprocessed photos (n, 3, height, width): float32 (n, dimension), unit rows."""
        ...


@dataclass(frozen=True, slots=True)
class Towers:
    """The towers behind one index.

    Attributes:
        text: product text, and a query's text half.
        image: product photos and query photos.
        image_query: words into the space of `image`. The same object as `text` when both
            halves come from one model; a query is then encoded once.
    """

    text: TextTower
    image: ImageTower
    image_query: TextTower

    @property
    def shared(self) -> bool:
        """True if both halves live in one space, so that a photo can ask for text too."""
        return self.text is self.image_query


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale rows to length 1; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: FloatArray = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return units


def check_finite(vectors: FloatArray, spec: str) -> FloatArray:
    """Refuse vectors that a broken model gave.

    Raises:
        ModelError: a value is not finite.
    """
    if not np.isfinite(vectors).all():
        raise ModelError(
            f"model {spec} gave values that are not numbers", remedy="its weights are damaged"
        )
    return vectors


def first_line(error: Exception) -> str:
    """What a library's error says, for a message of ours: one line, at most 300 characters."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].strip()
    if len(line) <= _LONGEST:
        return line
    words = line[: _LONGEST - 1].rpartition(" ")[0] or line[: _LONGEST - 2]
    return f"{words.rstrip(' ,;:.')} …"


def hash_weights(state: Mapping[str, torch.Tensor], *settings: object) -> str:
    """Name weights and settings by their content: 16 hex digits."""
    digest = hashlib.sha256(repr(settings).encode())
    for name, tensor in sorted(state.items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:16]


def pick_device(name: str) -> str:
    """Resolve ``auto`` to the fastest device there is.

    Raises:
        ModelError: the named device is not there.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    counts = {
        "cpu": 1,
        "cuda": torch.cuda.device_count() if torch.cuda.is_available() else 0,
        "mps": int(torch.backends.mps.is_available()),
    }
    there = [family for family, count in counts.items() if count]
    there += [f"{family}:{i}" for family, count in counts.items() for i in range(count)]
    if name not in there:
        raise ModelError(
            "device is not available here", got=name, expected=", ".join(sorted(there))
        )
    return name
