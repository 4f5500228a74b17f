import math

import pytest
import torch
from open_clip.loss import ClipLoss
from torch import Tensor

from mmdemo.train.losses import contrastive_loss, drift, unsettled


def unit(*shape: int, seed: int = 0) -> Tensor:
    rows = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(rows, dim=-1)


def by_loops(asking: Tensor, answering: Tensor, scale: float, wrong: list[list[bool]]) -> float:
    """The definition, one pair at a time."""
    m, n = len(asking), len(answering)
    ours, theirs = asking.tolist(), answering.tolist()

    def logit(i: int, j: int) -> float:
        return scale * math.fsum(a * b for a, b in zip(ours[i], theirs[j], strict=True))

    forth = back = 0.0
    for i in range(m):
        others = [logit(i, j) for j in range(n) if j != i and wrong[i][j]]
        forth += math.log(sum(map(math.exp, [logit(i, i), *others]))) - logit(i, i)
        others = [logit(k, i) for k in range(m) if k != i and wrong[k][i]]
        back += math.log(sum(map(math.exp, [logit(i, i), *others]))) - logit(i, i)
    return (forth + back) / (2 * m)


def all_wrong(m: int, n: int) -> Tensor:
    return torch.ones(m, n, dtype=torch.bool)


def test_values_by_hand() -> None:
    axes = torch.eye(2)
    right = contrastive_loss(axes, axes, torch.tensor(3.0), all_wrong(2, 2))
    assert float(right) == pytest.approx(math.log(1 + math.exp(-3)), rel=1e-5)
    swapped = contrastive_loss(axes, axes.flip(0), torch.tensor(3.0), all_wrong(2, 2))
    assert float(swapped) == pytest.approx(math.log(1 + math.exp(3)), rel=1e-5)
    ones = torch.ones(4, 1)
    same = contrastive_loss(ones, ones, torch.tensor(9.0), all_wrong(4, 4))
    assert float(same) == pytest.approx(math.log(4), rel=1e-5)


def test_without_anything_known_to_be_right_it_is_clip_s() -> None:
    asking, answering, scale = unit(6, 8), unit(6, 8, seed=1), torch.tensor(14.0)
    theirs = ClipLoss()(asking, answering, scale)
    ours = contrastive_loss(asking, answering, scale, all_wrong(6, 6))
    assert float(ours) == pytest.approx(float(theirs), rel=1e-6)


@pytest.mark.parametrize("extra", [0, 3])
@pytest.mark.parametrize(
    "right", [[], [(0, 1)], [(1, 0), (0, 1)], [(0, 0), (2, 4), (4, 2), (3, 0)]]
)
def test_only_answers_known_to_be_wrong_are_negatives(
    right: list[tuple[int, int]], extra: int
) -> None:
    asking, answering = unit(5, 8), unit(5 + extra, 8, seed=1)
    wrong = all_wrong(5, 5 + extra)
    for i, j in [*right, *([(1, 6), (2, 7)] if extra else [])]:
        wrong[i, j] = False
    loss = contrastive_loss(asking, answering, torch.tensor(10.0), wrong)
    expected = by_loops(asking, answering, 10.0, wrong.tolist())
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_a_hard_negative_by_hand() -> None:
    # One that asks, its answer, and another product: only forth has a negative.
    asking, answering = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    loss = contrastive_loss(asking, answering, torch.tensor(5.0), all_wrong(1, 2))
    assert float(loss) == pytest.approx(math.log(1 + math.exp(5 * 0.6 - 5)) / 2, rel=1e-5)


def test_a_batch_of_twins_teaches_nothing_and_breaks_nothing() -> None:
    asking = unit(4, 8).requires_grad_()
    loss = contrastive_loss(asking, unit(4, 8, seed=1), torch.tensor(10.0), ~all_wrong(4, 4))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert asking.grad is not None
    assert torch.equal(asking.grad, torch.zeros(4, 8))


def test_gradients_are_numbers_where_twins_are_masked() -> None:
    asking = unit(4, 8).requires_grad_()
    wrong = all_wrong(4, 4)
    wrong[0, 1] = wrong[1, 0] = False
    contrastive_loss(asking, unit(4, 8, seed=1), torch.tensor(10.0), wrong).backward()  # type: ignore[no-untyped-call]
    assert asking.grad is not None
    assert torch.isfinite(asking.grad).all()
    assert (asking.grad != 0).any()


def test_drift_is_one_minus_the_cosine() -> None:
    axes = torch.eye(2)
    assert float(drift(axes, axes)) == 0
    assert float(drift(axes, axes.flip(0))) == 1
    assert float(drift(axes, torch.stack([axes[0], -axes[1]]))) == 1  # 0 and 2
    rows, kept = unit(7, 5), unit(7, 5, seed=2)
    theirs = 1 - torch.nn.functional.cosine_similarity(rows, kept).mean()
    assert float(drift(rows, kept)) == pytest.approx(float(theirs), abs=1e-6)


def test_scores_that_moved_though_nobody_knows() -> None:
    # Scores are now [[1, 0, 0], [0, 1, 0]] and were [[.6, .8, 0], [.8, .6, .5]].
    asking = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    kept = asking, torch.tensor([[0.6, 0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.5, 0.75**0.5]])
    wrong = torch.tensor([[False, True, False], [False, False, False]])
    # Left are (0, 2): 0 → 0, (1, 0): 0.8 → 0, (1, 2): 0.5 → 0, of six pairs.
    moved = unsettled(asking, torch.eye(3), kept, wrong)
    assert float(moved) == pytest.approx((0.8**2 + 0.5**2) / 6, rel=1e-6)
    assert float(unsettled(asking, kept[1], kept, wrong)) == 0.0
