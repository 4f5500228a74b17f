import math

import pytest
import torch
from torch import Tensor

from mmdemo.train.losses import contrastive_loss


def unit(*shape: int, seed: int = 0) -> Tensor:
    rows = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(rows, dim=-1)


def by_loops(images: Tensor, texts: Tensor, scale: float, twins: list[int]) -> float:
    """The definition, one pair at a time."""
    total = 0.0
    n = len(images)
    for rows, columns in ((images, texts), (texts, images)):
        for i in range(n):
            scores = {
                j: scale * float(rows[i] @ columns[j])
                for j in range(n)
                if j == i or twins[j] != twins[i]
            }
            total -= scores[i] - math.log(sum(math.exp(s) for s in scores.values()))
    return total / (2 * n)


def test_values_by_hand() -> None:
    axes = torch.eye(2)
    twins = torch.tensor([0, 1])
    right = contrastive_loss(axes, axes, torch.tensor(3.0), twins)
    assert float(right) == pytest.approx(math.log(1 + math.exp(-3)), rel=1e-5)
    swapped = contrastive_loss(axes, axes.flip(0), torch.tensor(3.0), twins)
    assert float(swapped) == pytest.approx(math.log(1 + math.exp(3)), rel=1e-5)
    same = contrastive_loss(torch.ones(4, 1), torch.ones(4, 1), torch.tensor(9.0), torch.arange(4))
    assert float(same) == pytest.approx(math.log(4), rel=1e-5)


@pytest.mark.parametrize("twins", [[0, 1, 2, 3, 4], [0, 0, 2, 3, 3], [7, 1, 7, 1, 7]])
def test_twins_are_no_negatives(twins: list[int]) -> None:
    images, texts = unit(5, 8), unit(5, 8, seed=1)
    loss = contrastive_loss(images, texts, torch.tensor(10.0), torch.tensor(twins))
    assert float(loss) == pytest.approx(by_loops(images, texts, 10.0, twins), rel=1e-5)


def test_a_batch_of_twins_teaches_nothing_and_breaks_nothing() -> None:
    images = unit(4, 8).requires_grad_()
    loss = contrastive_loss(
        images, unit(4, 8, seed=1), torch.tensor(10.0), torch.zeros(4, dtype=torch.int64)
    )
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert images.grad is not None
    assert torch.equal(images.grad, torch.zeros(4, 8))


def test_gradients_are_numbers_where_twins_are_masked() -> None:
    images = unit(4, 8).requires_grad_()
    contrastive_loss(
        images, unit(4, 8, seed=1), torch.tensor(10.0), torch.tensor([0, 0, 1, 2])
    ).backward()  # type: ignore[no-untyped-call]
    assert images.grad is not None
    assert torch.isfinite(images.grad).all()
    assert (images.grad != 0).any()
