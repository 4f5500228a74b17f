"""Score a batch of pairs. Knows no model and no data."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def contrastive_loss(images: Tensor, texts: Tensor, scale: Tensor, twins: Tensor) -> Tensor:
    """InfoNCE both ways (Radford et al. 2021), with twins left out of the negatives.

    Args:
        images: (n, d) unit rows.
        texts: (n, d) unit rows, the i-th belonging to the i-th image.
        scale: inverse temperature.
        twins: (n,) group numbers; two pairs of one group are no negatives of each other.
    """
    logits = scale * images @ texts.T  # (image, text)
    same = twins[:, None] == twins[None, :]
    same.fill_diagonal_(False)
    logits = logits.masked_fill(same, float("-inf"))
    target = torch.arange(len(images), device=images.device)
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2
