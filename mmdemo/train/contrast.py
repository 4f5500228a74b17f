"""Take one contrastive step: encode both sides, score, go back. Knows no tower and no data.

A batch that does not fit in memory is encoded in micro-batches, first without and then with
gradients, so that every row still meets every other: gradient caching (Gao et al. 2021,
arXiv 2101.06983). Loss and gradients are those of the whole batch, but for batch norm, whose
statistics are then of each part (ghost batch norm, Hoffer et al. 2017, arXiv 1705.08741).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from mmdemo.train.losses import contrastive_loss, drift, unsettled

MAX_SCALE = 100.0  # of the logits, Radford et al. 2021


def as_it_is(rows: Tensor) -> Tensor:
    """Encode what is encoded already."""
    return rows


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one side of a batch, not encoded yet.

    Attributes:
        inputs: n texts, photos or vectors.
        encode: a part of them as unit rows (k, d).
        kept: (n, d) unit rows that an untouched encoder gives, if it is to be stayed near.
    """

    inputs: Tensor | Sequence[str]
    encode: Callable[[Any], Tensor]
    kept: Tensor | None = None

    def rows(self, start: int, stop: int) -> Tensor:
        """Unit rows of the inputs from one place to another."""
        return self.encode(self.inputs[start:stop])


@dataclass(frozen=True, slots=True)
class Batch:
    """What asks, and what it should find.

    Attributes:
        asking: m rows.
        answering: n ≥ m rows: the i-th is the answer to the i-th that asks, the rest is there
            as hard negatives.
        wrong: bool (m, n), which are known to be wrong answers; only they are negatives.
    """

    asking: Side
    answering: Side
    wrong: Tensor


def contrast(
    batch: Batch,
    scale: Tensor,
    *,
    keep: float,
    micro_batch: int | None,
    keep_scores: float = 0.0,
    module: nn.Module | None = None,
) -> float:
    """Add the gradients of one batch to the parameters behind it; returns the loss.

    Args:
        batch: the rows, not encoded yet.
        scale: the learned inverse temperature, before it is bounded, on the device in use.
        keep: weight of staying near the `kept` rows.
        micro_batch: rows encoded at a time; None for all at once, which is faster.
        keep_scores: weight of leaving scores as the `kept` rows give them where nobody knows
            whether the answer is right.
        module: what encodes; its batch norms count each part of a batch once.
    """
    keeping = (keep, keep_scores)
    sides = (batch.asking, batch.answering)
    if micro_batch is None or max(len(side.inputs) for side in sides) <= micro_batch:
        rows = [side.rows(0, len(side.inputs)) for side in sides]
        loss = _loss(rows, batch, scale, keeping)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.item()
    states: list[list[Tensor]] = []
    with torch.no_grad(), _uncounted(module):
        found = [_encode_in_parts(side, micro_batch, states, scale.device) for side in sides]
    leaves = [rows.requires_grad_() for rows in found]
    loss = _loss(leaves, batch, scale, keeping)
    loss.backward()  # type: ignore[no-untyped-call]
    remembered = iter(states)
    for side, leaf in zip(sides, leaves, strict=True):
        for start, stop in _parts(len(side.inputs), micro_batch):
            _set_random(next(remembered), scale.device)  # dropout falls as it did the first time
            part = side.rows(start, stop)
            if part.requires_grad and leaf.grad is not None:
                part.backward(leaf.grad[start:stop])  # type: ignore[no-untyped-call]
    return loss.item()


def _loss(rows: list[Tensor], batch: Batch, scale: Tensor, keeping: tuple[float, float]) -> Tensor:
    asking, answering = rows
    keep, keep_scores = keeping
    wrong = batch.wrong.to(asking.device)
    loss = contrastive_loss(asking, answering, scale.exp().clamp(max=MAX_SCALE), wrong)
    if keep:
        for side, own in zip((batch.asking, batch.answering), rows, strict=True):
            if side.kept is not None:
                loss = loss + keep * drift(own, side.kept.to(own.device))
    before = batch.asking.kept, batch.answering.kept
    if keep_scores and before[0] is not None and before[1] is not None:
        kept = before[0].to(asking.device), before[1].to(asking.device)
        loss = loss + keep_scores * unsettled(asking, answering, kept, wrong)
    return loss


def _encode_in_parts(
    side: Side, size: int, states: list[list[Tensor]], device: torch.device
) -> Tensor:
    parts = []
    for start, stop in _parts(len(side.inputs), size):
        states.append(_random(device))
        parts.append(side.rows(start, stop))
    return torch.cat(parts)


def _parts(count: int, size: int) -> list[tuple[int, int]]:
    """Where parts begin and end; of one row batch norm has no statistics, so it joins another."""
    starts = list(range(0, count, size))
    if len(starts) > 1 and count - starts[-1] == 1:
        starts.pop()
    return list(zip(starts, [*starts[1:], count], strict=True))


@contextmanager
def _uncounted(module: nn.Module | None) -> Iterator[None]:
    """Let batch norms use the statistics of what they see without remembering them."""
    norms = [m for m in module.modules() if isinstance(m, _BatchNorm)] if module else []
    tracked = [norm.track_running_stats for norm in norms]
    for norm in norms:
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm, was in zip(norms, tracked, strict=True):
            norm.track_running_stats = was


def _random(device: torch.device) -> list[Tensor]:
    """The states that dropout draws from: the CPU's, and that of the device in use."""
    states = [torch.get_rng_state()]
    if device.type == "cuda":
        states.append(torch.cuda.get_rng_state(device))
    elif device.type == "mps":
        states.append(torch.mps.get_rng_state())
    return states


def _set_random(states: list[Tensor], device: torch.device) -> None:
    torch.set_rng_state(states[0])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states[1], device)
    elif device.type == "mps":
        torch.mps.set_rng_state(states[1])
