"""Score a batch of pairs. Knows no model and no data."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def contrastive_loss(images: Tensor, texts: Tensor, scale: Tensor, right: Tensor) -> Tensor:
    """InfoNCE both ways (Radford et al. 2021) that takes no true text for a negative.

    Args:
        images: (n, d) unit rows.
        texts: (n, d) unit rows, the i-th belonging to the i-th image.
        scale: inverse temperature.
        right: bool (n, n), whether text j is true of image i too.
    """
    logits = scale * images @ texts.T  # (image, text)
    own = torch.eye(len(images), dtype=torch.bool, device=images.device)
    logits = logits.masked_fill(right & ~own, float("-inf"))
    target = torch.arange(len(images), device=images.device)
    return (
        functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    ) / 2
