"""Fuse by attention from each half to the other. Knows no file or query."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmdemo.errors import ModelError
from mmdemo.fusion.learned import LearnedFusion, check_sizes, zero_linear


class CrossAttention(LearnedFusion):
    """Each half becomes a few tokens, which look at the tokens of the other half.

    Of one vector a half, attention would have nothing to choose from. Without biases a missing
    half has zero tokens, and tells nothing.
    """

    name = "fused-attention"

    def __init__(
        self,
        dimension: int,
        *,
        text_weight: float = 0.5,
        hidden: int = 512,
        tokens: int = 8,
        heads: int = 4,
    ) -> None:
        super().__init__(dimension, text_weight=text_weight)
        check_sizes(hidden=hidden, tokens=tokens, heads=heads)
        if hidden % (tokens * heads):
            raise ModelError(
                "hidden width cannot be cut into tokens and heads",
                got=hidden,
                expected=f"a multiple of {tokens} tokens × {heads} heads",
            )
        self.hidden, self.tokens, self.heads = hidden, tokens, heads
        width = hidden // tokens
        self._text_tokens = nn.Linear(dimension, hidden, bias=False)
        self._image_tokens = nn.Linear(dimension, hidden, bias=False)
        self._text_looks = nn.MultiheadAttention(width, heads, bias=False, batch_first=True)
        self._image_looks = nn.MultiheadAttention(width, heads, bias=False, batch_first=True)
        self._layers = nn.Sequential(
            nn.Linear(2 * hidden, hidden), nn.GELU(), zero_linear(hidden, dimension)
        )

    def correction(self, text: Tensor, image: Tensor) -> Tensor:
        """Let the halves look at each other, then join their tokens."""
        cut = (self.tokens, -1)
        t = self._text_tokens(self._spread(text)).unflatten(1, cut)  # (n, tokens, width)
        v = self._image_tokens(self._spread(image)).unflatten(1, cut)
        seen_by_text, _ = self._text_looks(t, v, v, need_weights=False)
        seen_by_image, _ = self._image_looks(v, t, t, need_weights=False)
        joined = torch.cat([t + seen_by_text, v + seen_by_image], dim=1).flatten(1)
        correction: Tensor = self._layers(joined)
        return correction

    def config(self) -> dict[str, object]:
        """Add width, tokens and heads."""
        own = {"hidden": self.hidden, "tokens": self.tokens, "heads": self.heads}
        return super().config() | own
