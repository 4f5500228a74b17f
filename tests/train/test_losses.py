import math

import pytest
import torch
from torch import Tensor

from mmdemo.train.losses import contrastive_loss


def unit(*shape: int, seed: int = 0) -> Tensor:
    rows = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(rows, dim=-1)


def by_loops(images: Tensor, texts: Tensor, scale: float, right: list[tuple[int, int]]) -> float:
    """The definition, one pair at a time; `right` has (image, text)."""
    total = 0.0
    n = len(images)
    for rows, columns, by_image in ((images, texts, True), (texts, images, False)):
        for i in range(n):
            scores = {
                j: scale * float(rows[i] @ columns[j])
                for j in range(n)
                if j == i or ((i, j) if by_image else (j, i)) not in right
            }
            total -= scores[i] - math.log(sum(math.exp(s) for s in scores.values()))
    return total / (2 * n)


def test_values_by_hand() -> None:
    axes = torch.eye(2)
    none = torch.zeros(2, 2, dtype=torch.bool)
    right = contrastive_loss(axes, axes, torch.tensor(3.0), none)
    assert float(right) == pytest.approx(math.log(1 + math.exp(-3)), rel=1e-5)
    swapped = contrastive_loss(axes, axes.flip(0), torch.tensor(3.0), none)
    assert float(swapped) == pytest.approx(math.log(1 + math.exp(3)), rel=1e-5)
    ones = torch.ones(4, 1)
    same = contrastive_loss(ones, ones, torch.tensor(9.0), torch.zeros(4, 4, dtype=torch.bool))
    assert float(same) == pytest.approx(math.log(4), rel=1e-5)


@pytest.mark.parametrize(
    "right", [[], [(0, 1)], [(1, 0), (0, 1)], [(0, 0), (2, 4), (4, 2), (3, 0)]]
)
def test_a_true_text_is_no_negative(right: list[tuple[int, int]]) -> None:
    images, texts = unit(5, 8), unit(5, 8, seed=1)
    mask = torch.zeros(5, 5, dtype=torch.bool)
    for i, j in right:
        mask[i, j] = True
    loss = contrastive_loss(images, texts, torch.tensor(10.0), mask)
    assert float(loss) == pytest.approx(by_loops(images, texts, 10.0, right), rel=1e-5)


def test_a_batch_of_twins_teaches_nothing_and_breaks_nothing() -> None:
    images = unit(4, 8).requires_grad_()
    loss = contrastive_loss(
        images, unit(4, 8, seed=1), torch.tensor(10.0), torch.ones(4, 4, dtype=torch.bool)
    )
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert images.grad is not None
    assert torch.equal(images.grad, torch.zeros(4, 8))


def test_gradients_are_numbers_where_twins_are_masked() -> None:
    images = unit(4, 8).requires_grad_()
    mask = torch.zeros(4, 4, dtype=torch.bool)
    mask[0, 1] = mask[1, 0] = True
    contrastive_loss(images, unit(4, 8, seed=1), torch.tensor(10.0), mask).backward()  # type: ignore[no-untyped-call]
    assert images.grad is not None
    assert torch.isfinite(images.grad).all()
    assert (images.grad != 0).any()
