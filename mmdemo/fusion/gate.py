"""Fuse by a gate that says how much of each half to take. Knows no file or query."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mmdemo.fusion.learned import LearnedFusion, check_sizes, there, zero_linear

_OPEN = 1e-7  # how near to 0 and 1 a gate may start: float32 tells no smaller step from 1


class Gate(LearnedFusion):
    """`g⊙t + (1−g)⊙v` with a gate for each element, from both halves and their product.

    After the gated fusion of UniECS (arXiv 2508.13843), on vectors instead of tokens; each half
    is also turned a little (`A·t + B·v`), which is all that is learned of a product with only one.
    """

    name = "fused-gate"

    def __init__(self, dimension: int, *, text_weight: float = 0.5, hidden: int = 512) -> None:
        super().__init__(dimension, text_weight=text_weight)
        check_sizes(hidden=hidden)
        self.hidden = hidden
        self._layers = nn.Sequential(
            nn.Linear(3 * dimension, hidden), nn.GELU(), zero_linear(hidden, dimension)
        )
        self._turn_text = zero_linear(dimension, dimension)
        self._turn_image = zero_linear(dimension, dimension)
        start = min(max(self.text_weight, _OPEN), 1 - _OPEN)
        self._start = math.log(start / (1 - start))

    def correction(self, text: Tensor, image: Tensor) -> Tensor:
        """Move from the mean to what the gate says, where there is something to choose from."""
        t, v = self._spread(text), self._spread(image)
        gate = torch.sigmoid(self._layers(torch.cat([t, v, t * v], dim=1)) + self._start)
        both = there(text) & there(image)
        moved = (gate - self.text_weight) * (text - image) * both
        turned: Tensor = self._turn_text(text) + self._turn_image(image)
        return moved + turned

    def config(self) -> dict[str, object]:
        """Add the width."""
        return super().config() | {"hidden": self.hidden}
