"""Score a batch. Knows no model and no data."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def contrastive_loss(asking: Tensor, answering: Tensor, scale: Tensor, wrong: Tensor) -> Tensor:
    """InfoNCE both ways (Radford et al. 2021), against answers known to be wrong only.

    Args:
        asking: (m, d) unit rows.
        answering: (n, d) unit rows, n ≥ m; the i-th answers the i-th of `asking`, the rest is
            there to be wrong.
        scale: inverse temperature.
        wrong: bool (m, n), which answers count as negatives; an own answer never does.
    """
    m = len(asking)
    own = torch.eye(m, answering.shape[0], dtype=torch.bool, device=asking.device)
    logits = (scale * asking @ answering.T).masked_fill(~(wrong | own), float("-inf"))
    target = torch.arange(m, device=asking.device)
    forth = functional.cross_entropy(logits, target)
    back = functional.cross_entropy(logits[:, :m].T, target)
    return (forth + back) / 2


def unsettled(
    asking: Tensor, answering: Tensor, kept: tuple[Tensor, Tensor], wrong: Tensor
) -> Tensor:
    """How far the scores of answers that nobody knows to be wrong have moved: mean square.

    Args:
        asking: (m, d) unit rows.
        answering: (n, d) unit rows; the i-th answers the i-th of `asking`.
        kept: both as an untouched encoder gives them.
        wrong: bool (m, n), which answers are known to be wrong.
    """
    own = torch.eye(len(asking), len(answering), dtype=torch.bool, device=asking.device)
    moved = asking @ answering.T - kept[0] @ kept[1].T
    return moved[~(wrong | own)].square().sum() / wrong.numel()


def drift(rows: Tensor, kept: Tensor) -> Tensor:
    """How far rows have moved from where they were: mean of `1 − cos`.

    Args:
        rows: (n, d) unit rows.
        kept: (n, d) unit rows of the untouched encoder.
    """
    return (1 - (rows * kept).sum(dim=-1)).mean()
