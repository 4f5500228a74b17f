"""Fuse by a mixture of experts and a bilinear interaction. Knows no file or query."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from mmdemo.errors import ModelError
from mmdemo.fusion.learned import LearnedFusion, check_sizes, zero_linear


class MixtureOfExperts(LearnedFusion):
    """`MLP([Σ g_m·E_m(t, v); bilinear(t, v)])` with `g = softmax(W[t; v; t⊙v])`.

    The form that arXiv 2603.04836 names; its sizes are not published. The bilinear part is of low
    rank: `(U·t)⊙(V·v)`, read by the layers that follow (Kim et al. 2017, arXiv 1610.04325).
    Either part can be left out.
    """

    name = "fused-moe"

    def __init__(
        self,
        dimension: int,
        *,
        text_weight: float = 0.5,
        hidden: int = 512,
        experts: int = 4,
        bilinear: bool = True,
        rank: int = 256,
    ) -> None:
        """Make the layers.

        Args:
            dimension: length of a vector.
            text_weight: where it starts.
            hidden: width of an expert and of what joins them.
            experts: how many; 0 leaves them out.
            bilinear: whether to have the bilinear part.
            rank: of the bilinear part.
        """
        super().__init__(dimension, text_weight=text_weight)
        check_sizes(hidden=hidden, rank=rank, **({"experts": experts} if experts else {}))
        if not (experts or bilinear):
            raise ModelError(
                "a mixture of experts needs experts or the bilinear part",
                got=f"{experts} experts, bilinear {bilinear}",
            )
        self.hidden, self.experts, self.bilinear, self.rank = hidden, experts, bilinear, rank
        joined = 0
        if experts:
            self._experts = nn.Linear(2 * dimension, experts * hidden)
            joined += hidden
        if experts > 1:  # one expert has no rival, and its gate would never learn
            self._gate = nn.Linear(3 * dimension, experts)
        if bilinear:
            self._text_factor = nn.Linear(dimension, rank, bias=False)
            self._image_factor = nn.Linear(dimension, rank, bias=False)
            joined += rank
        self._layers = nn.Sequential(
            nn.Linear(joined, hidden), nn.GELU(), zero_linear(hidden, dimension)
        )

    def correction(self, text: Tensor, image: Tensor) -> Tensor:
        """Join what the experts and the bilinear part say."""
        t, v = self._spread(text), self._spread(image)
        parts = [self._mixture(t, v)] if self.experts else []
        if self.bilinear:
            parts.append(self._text_factor(t) * self._image_factor(v))  # (n, rank)
        correction: Tensor = self._layers(torch.cat(parts, dim=1))
        return correction

    def _mixture(self, t: Tensor, v: Tensor) -> Tensor:
        """What the experts say, in the shares that the gate gives them: (n, hidden)."""
        said = functional.gelu(self._experts(torch.cat([t, v], dim=1)))
        said = said.view(-1, self.experts, self.hidden)
        if self.experts == 1:
            return said[:, 0]
        shares: Tensor = self._gate(torch.cat([t, v, t * v], dim=1)).softmax(dim=1)
        mixture: Tensor = torch.einsum("nm,nmh->nh", shares, said)
        return mixture

    def config(self) -> dict[str, object]:
        """Add width and parts."""
        return super().config() | {
            "hidden": self.hidden,
            "experts": self.experts,
            "bilinear": self.bilinear,
            "rank": self.rank,
        }
