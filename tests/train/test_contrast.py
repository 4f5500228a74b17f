import copy
import math
from collections.abc import Callable

import pytest
import timm
import torch
from torch import Tensor, nn

from mmdemo.train.contrast import MAX_SCALE, Batch, Side, as_it_is, contrast

MICRO = 3


class Towers(nn.Module):
    """Two small towers and the learned scale."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.asking = nn.Sequential(nn.Linear(6, 16), nn.Dropout(dropout), nn.Linear(16, 4))
        self.answering = nn.Sequential(nn.Linear(5, 16), nn.Dropout(dropout), nn.Linear(16, 4))
        self.scale = nn.Parameter(torch.tensor(2.0))

    def gradients(self) -> dict[str, Tensor]:
        return {n: p.grad for n, p in self.named_parameters() if p.grad is not None}


def unit(tower: nn.Module) -> Callable[[Tensor], Tensor]:
    return lambda rows: nn.functional.normalize(tower(rows), dim=-1)


def batch_of(towers: Towers, *, kept: bool = False) -> Batch:
    """Seven ask, ten answer; three of these are there as hard negatives."""
    generator = torch.Generator().manual_seed(1)
    wrong = torch.rand(7, 10, generator=generator) < 0.8
    near = nn.functional.normalize(torch.randn(10, 4, generator=generator), dim=-1)
    return Batch(
        Side(torch.randn(7, 6, generator=generator), unit(towers.asking)),
        Side(
            torch.randn(10, 5, generator=generator), unit(towers.answering), near if kept else None
        ),
        wrong,
    )


def by_definition(towers: Towers, *, keep: float, parts: tuple[list[int], list[int]]) -> float:
    """The loss written out, encoded in parts of these sizes, with plain back-propagation."""
    batch = batch_of(towers, kept=True)
    asking, answering = (
        torch.cat([side.encode(part) for part in torch.split(torch.as_tensor(side.inputs), sizes)])
        for side, sizes in zip((batch.asking, batch.answering), parts, strict=True)
    )
    logits = towers.scale.exp() * asking @ answering.T
    losses = []
    for i in range(7):
        negatives = [logits[i, j] for j in range(10) if j != i and batch.wrong[i, j]]
        losses.append(torch.stack([logits[i, i], *negatives]).logsumexp(0) - logits[i, i])
        negatives = [logits[k, i] for k in range(7) if k != i and batch.wrong[k, i]]
        losses.append(torch.stack([logits[i, i], *negatives]).logsumexp(0) - logits[i, i])
    loss = torch.stack(losses).mean()
    if keep:
        near = torch.as_tensor(batch.answering.kept)
        loss = loss + keep * (1 - nn.functional.cosine_similarity(answering, near).mean())
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.item()


@pytest.mark.parametrize("keep", [0.0, 0.7])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize(
    ("micro_batch", "parts"),
    [(None, ([7], [10])), (MICRO, ([3, 4], [3, 3, 4])), (4, ([4, 3], [4, 4, 2]))],
)
def test_gradients_are_those_of_the_whole_batch(
    keep: float, dropout: float, micro_batch: int | None, parts: tuple[list[int], list[int]]
) -> None:
    expected, towers = Towers(dropout), Towers(dropout)
    torch.manual_seed(5)  # of dropout
    wanted = by_definition(expected, keep=keep, parts=parts)
    torch.manual_seed(5)
    batch = batch_of(towers, kept=True)
    loss = contrast(batch, towers.scale, keep=keep, micro_batch=micro_batch)
    assert loss == pytest.approx(wanted, rel=1e-5)
    ours, theirs = towers.gradients(), expected.gradients()
    assert ours.keys() == theirs.keys() == dict(towers.named_parameters()).keys()
    for name, gradient in theirs.items():
        assert gradient.abs().sum() > 0, name
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-6)


def test_dropout_differs_between_steps_and_between_parts() -> None:
    towers = Towers(0.5)
    torch.manual_seed(5)
    losses = {contrast(batch_of(towers), towers.scale, keep=0, micro_batch=MICRO) for _ in range(4)}
    assert len(losses) == 4


def test_a_side_that_is_encoded_already_stays() -> None:
    towers = Towers(0.0)
    batch = batch_of(towers)
    rows = nn.functional.normalize(torch.randn(7, 4), dim=-1)
    before = rows.clone()
    both = []
    for micro_batch in (None, MICRO):
        towers.zero_grad()
        frozen = Batch(Side(rows, as_it_is), batch.answering, batch.wrong)
        contrast(frozen, towers.scale, keep=0, micro_batch=micro_batch)
        both.append(towers.gradients())
        assert all(not name.startswith("asking") for name in both[-1])
    for name, gradient in both[0].items():
        torch.testing.assert_close(both[1][name], gradient, rtol=1e-4, atol=1e-6)
    assert torch.equal(rows, before) and not rows.requires_grad


def test_texts_can_be_encoded_in_parts() -> None:
    seen: list[list[str]] = []
    weight = nn.Parameter(torch.eye(2))

    def encode(texts: list[str]) -> Tensor:
        seen.append(list(texts))
        return nn.functional.normalize(
            torch.tensor([[float(len(text)), 1.0] for text in texts]) @ weight, dim=-1
        )

    side = Side(["a", "bb", "ccc", "dddd"], encode)
    contrast(
        Batch(side, Side(torch.eye(4)[:, :2] + 0.1, as_it_is), torch.ones(4, 4, dtype=torch.bool)),
        torch.tensor(0.0),
        keep=0,
        micro_batch=2,
    )
    assert seen == [["a", "bb"], ["ccc", "dddd"]] * 2
    assert weight.grad is not None


def test_batch_norm_has_the_statistics_of_each_part_and_counts_it_once() -> None:
    torch.manual_seed(0)
    ours = timm.create_model("resnet10t", num_classes=4)
    theirs = copy.deepcopy(ours)
    photos = torch.randn(7, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    asking = nn.functional.normalize(torch.eye(7)[:, :4] + 0.1, dim=-1)
    wrong = torch.ones(7, 7, dtype=torch.bool)
    sizes = []

    def encode(part: Tensor) -> Tensor:
        sizes.append(len(part))
        return nn.functional.normalize(ours(part), dim=-1)

    batch = Batch(Side(asking, as_it_is), Side(photos, encode), wrong)
    loss = contrast(batch, torch.tensor(1.0), keep=0, micro_batch=3, module=ours)
    assert sizes == [3, 4, 3, 4], "no part of one row"

    parts = [nn.functional.normalize(theirs(part), dim=-1) for part in torch.split(photos, [3, 4])]
    logits = math.e * asking @ torch.cat(parts).T
    right = torch.arange(7)
    both = [nn.functional.cross_entropy(own, right) for own in (logits, logits.T)]
    expected = (both[0] + both[1]) / 2
    expected.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    wanted = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, wanted[name].grad, rtol=1e-3, atol=1e-5)
    counted = dict(theirs.named_buffers())
    for name, buffer in ours.named_buffers():
        torch.testing.assert_close(buffer, counted[name])
    assert int(counted["bn1.num_batches_tracked"]) == 2


def test_frozen_batch_norm_stays_frozen() -> None:
    tower = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    side = Side(torch.randn(4, 3), lambda x: nn.functional.normalize(tower(x), dim=-1))
    batch = Batch(side, Side(torch.eye(4)[:, :2] + 0.1, as_it_is), torch.ones(4, 4).bool())
    losses = [
        contrast(batch, torch.tensor(0.0), keep=0, micro_batch=size, module=tower)
        for size in (None, 2)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert tower[1].running_mean.tolist() == [0, 0]  # type: ignore[operator]
    assert tower[1].track_running_stats


def test_the_processor_s_runs_touch_no_other_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for name in ("get_rng_state", "set_rng_state", "device_count"):
        monkeypatch.setattr(torch.cuda, name, pytest.fail)
    towers = Towers(0.5)
    contrast(batch_of(towers), towers.scale, keep=0, micro_batch=MICRO)


def test_the_scale_is_bounded() -> None:
    # Two axes, each asks for the other: at scale s the loss is log(1 + e^s).
    axes = torch.eye(2)
    batch = Batch(
        Side(axes, as_it_is), Side(axes.flip(0), as_it_is), torch.ones(2, 2, dtype=torch.bool)
    )
    scale = nn.Parameter(torch.tensor(math.log(1000.0)))
    assert contrast(batch, scale, keep=0, micro_batch=None) == pytest.approx(MAX_SCALE)
