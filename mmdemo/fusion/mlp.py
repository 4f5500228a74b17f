"""Fuse by a multilayer perceptron over both vectors. Knows no file or query."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmdemo.fusion.learned import LearnedFusion, check_sizes, zero_linear


class ConcatMLP(LearnedFusion):
    """Two hidden layers over `[t; v]`: the plainest network that sees both halves at once."""

    name = "fused-mlp"

    def __init__(self, dimension: int, *, text_weight: float = 0.5, hidden: int = 512) -> None:
        super().__init__(dimension, text_weight=text_weight)
        check_sizes(hidden=hidden)
        self.hidden = hidden
        self._layers = nn.Sequential(
            nn.Linear(2 * dimension, hidden),
            nn.GELU(),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            zero_linear(hidden, dimension),
        )

    def correction(self, text: Tensor, image: Tensor) -> Tensor:
        """Run the layers."""
        correction: Tensor = self._layers(self._spread(torch.cat([text, image], dim=1)))
        return correction

    def config(self) -> dict[str, object]:
        """Add the width."""
        return super().config() | {"hidden": self.hidden}
