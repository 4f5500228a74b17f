"""What a learned fusion is: a network that makes one product vector of two. Knows no file or query.

All start as the weighted mean of the halves and add a correction that is zero then, so that
training can only leave the mean where that pays. The query stays in the text tower's space.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from mmdemo.errors import ModelError
from mmdemo.towers.base import hash_weights

_NO_LENGTH = 1e-6  # a sum of halves shorter than this has no direction


class LearnedFusion(nn.Module, ABC):
    """One vector for a product from its text vector and its image vector.

    A network says what it adds to their mean in `correction`, whose last layer is made by
    `zero_linear`; what comes before it starts at random, so that everything learns.

    Attributes:
        name: of the ranker.
        dimension: length of a vector, the same for both halves.
        text_weight: weight of text, 0 to 1, in the mean that it starts as.
    """

    name: ClassVar[str]

    def __init__(self, dimension: int, *, text_weight: float = 0.5) -> None:
        super().__init__()
        check_sizes(dimension=dimension)
        if not 0 <= text_weight <= 1:
            raise ModelError("weight of text is not usable", got=text_weight, expected="0 to 1")
        self.dimension = dimension
        self.text_weight = float(text_weight)
        self._turn = zero_linear(dimension, dimension)

    def forward(self, text: Tensor, image: Tensor) -> Tensor:
        """Fuse products.

        Args:
            text: (n, d) unit rows, zero where a product has no text.
            image: (n, d) unit rows, zero where it has no photo.

        Returns:
            (n, d) unit rows, zero where a product has neither.
        """
        has_text, has_image = there(text), there(image)  # (n, 1)
        both = has_text & has_image
        share = torch.where(both, self.text_weight, has_text.to(text.dtype))
        mean = share * text + (1 - share) * image
        return _unit(mean + self.correction(text, image)) * (has_text | has_image)

    @abstractmethod
    def correction(self, text: Tensor, image: Tensor) -> Tensor:
        """What is added to the mean of the halves: (n, d), zero at the start."""

    def query(self, words: Tensor) -> Tensor:
        """Turn queries (m, d), unit rows of the text tower, to ask for fused products."""
        turned: Tensor = self._turn(words)
        return _unit(words + turned)

    def config(self) -> dict[str, object]:
        """What to call the class with to make the same network, for JSON."""
        return {"dimension": self.dimension, "text_weight": self.text_weight}

    @property
    def fingerprint(self) -> str:
        """Changes with the weights and with how they are used."""
        config = json.dumps(self.config(), sort_keys=True)
        return hash_weights(self.state_dict(), self.name, config)

    def _spread(self, rows: Tensor) -> Tensor:
        """Unit rows with elements around 1 in size, where layers are at home."""
        return rows * math.sqrt(self.dimension)


def check_sizes(**sizes: int) -> None:
    """Refuse sizes of layers that cannot be.

    Raises:
        ModelError: one is no whole number from 1 on.
    """
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise ModelError(f"{name} is not usable", got=size, expected="1 or more")


def zero_linear(inputs: int, outputs: int) -> nn.Linear:
    """A layer that gives zeros until it learns."""
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.zeros_(layer.weight)
    return layer


def there(rows: Tensor) -> Tensor:
    """Where a product has this half: bool (n, 1)."""
    return (rows != 0).any(dim=1, keepdim=True)


def _unit(rows: Tensor) -> Tensor:
    return functional.normalize(rows, dim=1, eps=_NO_LENGTH)
