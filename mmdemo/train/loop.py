"""Train a step epoch by epoch, so that it survives `kill -9`. Knows no tower and no query."""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn
from tqdm import tqdm

from mmdemo.errors import TrainingError
from mmdemo.train.checkpoint import load_checkpoint, save_checkpoint
from mmdemo.train.config import StepConfig, part_of
from mmdemo.train.contrast import Batch, contrast

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

_log = logging.getLogger(__name__)
# Share of the steps with a rising rate: about a tenth, but PyTorch's schedule divides by zero
# where share x steps is 1, and 10 steps are a small catalog's ten epochs.
_WARM_UP = 0.099
# What says that memory ran out where no exception of its own does: PyTorch's allocator on the CPU
# (Linux and macOS, Windows), on Apple's GPUs, CUDA itself and its library of matrix products.
_NO_MEMORY = (
    "can't allocate memory",
    "not enough memory",
    "MPS backend out of memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
)
_SEEDS = 100_003  # more than there are epochs, so that no two runs share a stream


class Task(Protocol):
    """What a step trains on what.

    Attributes:
        name: of the step.
        module: what is trained; parameters that do not require gradients stay.
        rates: learning rate of parameters by the beginning of their name; others the step's.
        steps: batches an epoch.
    """

    name: str
    module: nn.Module
    rates: dict[str, float]
    steps: int

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Batches of an epoch, drawn from the seed and its number alone."""
        ...

    def measure(self) -> float:
        """The validation measure, 0 to 1; nan where there is nothing to measure on."""
        ...


@dataclass(frozen=True, slots=True)
class Trained:
    """How a step went.

    Attributes:
        losses: mean loss of each epoch.
        measures: validation measure before the first and after each epoch; at `best`, of what was
            made of it in the end.
        best: epoch that was kept, 0 for the state before.
        seconds: wall-clock time of all processes that worked on it.
    """

    losses: list[float]
    measures: list[float]
    best: int
    seconds: float


def train(
    task: Task,
    config: StepConfig,
    folder: Path,
    *,
    identity: dict[str, object],
    seed: int,
    micro_batch: int | None = None,
) -> Trained:
    """Train, and leave the best state of all epochs in the task's module.

    Args:
        folder: for the checkpoint and TensorBoard's events.
        identity: what the checkpoint has to belong to.
        seed: of dropout.
        micro_batch: as in `contrast`.

    Raises:
        TrainingError: a loss that is not a number, or a checkpoint of another run.
    """
    checkpoint = load_checkpoint(folder / "checkpoint.pt", identity)
    loop = _Loop(task, config, seed=seed, micro_batch=micro_batch)
    if checkpoint is None:
        loop.begin()
    else:
        loop.restore(checkpoint)
        _log.info("%s: going on after epoch %d", task.name, loop.epoch)
    with _writer(folder) as writer:
        while loop.epoch < config.epochs and not loop.exhausted:
            loop.run_epoch(writer)
            save_checkpoint(folder / "checkpoint.pt", identity, loop.state())
            _log.info("%s", loop.account())
    task.module.load_state_dict(loop.kept)
    return loop.trained


class _Loop:
    """Optimizer, schedule and what has been reached; its state can be saved between epochs."""

    def __init__(
        self, task: Task, config: StepConfig, *, seed: int, micro_batch: int | None
    ) -> None:
        self.task, self.config, self.seed, self.micro_batch = task, config, seed, micro_batch
        self.epoch = 0
        self.trained = Trained([], [], 0, 0.0)
        self.kept: dict[str, Tensor] = {}
        self.scale = nn.Parameter(
            torch.tensor(math.log(1 / config.temperature), device=_device(task.module))
        )
        self.optimizer = torch.optim.AdamW(
            [*_groups(task, config), {"params": [self.scale], "weight_decay": 0.0}],
            lr=config.learning_rate,
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            max_lr=[group["lr"] for group in self.optimizer.param_groups],
            total_steps=max(1, task.steps * config.epochs),
            pct_start=_WARM_UP,
            cycle_momentum=False,
        )

    def begin(self) -> None:
        """Measure the state before the first epoch."""
        self.trained.measures.append(self.task.measure())
        self.kept = _copied(self.task.module)

    @property
    def exhausted(self) -> bool:
        """No better measure for as many epochs as the step is patient."""
        return self.epoch - self.trained.best >= self.config.patience and not math.isnan(
            self.trained.measures[-1]
        )

    def run_epoch(self, writer: SummaryWriter) -> None:
        """One pass over the training pairs, then measure."""
        started = time.perf_counter()
        torch.manual_seed(self.seed * _SEEDS + self.epoch)  # dropout, the same after a resume
        task, config = self.task, self.config
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        total = 0.0
        task.module.train()
        bar = tqdm(
            task.batches(self.epoch),
            total=task.steps,
            desc=f"{task.name} {self.epoch + 1}/{config.epochs}",
            unit="step",
            delay=2,
        )
        for step, batch in enumerate(bar):
            self.optimizer.zero_grad(set_to_none=True)
            loss = contrast(
                batch,
                self.scale,
                keep=config.keep,
                micro_batch=self.micro_batch,
                keep_scores=config.keep_scores,
                module=task.module,
            )
            if not math.isfinite(loss):
                raise self._diverged("loss")
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            self.optimizer.step()
            self.schedule.step()
            total += loss
            writer.add_scalar(f"{task.name}/loss", loss, self.epoch * task.steps + step)
        if not all(bool(p.isfinite().all()) for p in parameters):  # the last batch's doing
            raise self._diverged("weight")
        self.epoch += 1
        measure = task.measure()
        self.trained.losses.append(total / max(1, task.steps))
        reached = self.trained.measures[self.trained.best]
        better = math.isnan(measure) or math.isnan(reached) or measure > reached
        self.trained.measures.append(measure)
        best = self.epoch if better else self.trained.best
        if better:
            self.kept = _copied(task.module)
        seconds = self.trained.seconds + time.perf_counter() - started
        self.trained = Trained(self.trained.losses, self.trained.measures, best, seconds)
        writer.add_scalar(f"{task.name}/measure", measure, self.epoch * task.steps)
        writer.add_scalar(
            f"{task.name}/temperature", float((-self.scale.detach()).exp()), self.epoch
        )

    def _diverged(self, what: str) -> TrainingError:
        rate = f"{part_of(self.task.name)}.learning_rate={self.config.learning_rate / 10:g}"
        return TrainingError(
            f"a {what} of step {self.task.name}, epoch {self.epoch + 1} is not a number",
            remedy=f"lower the rate: --set {rate}",
        )

    def account(self) -> str:
        """One line about the last epoch."""
        left = self.trained.seconds / self.epoch * (self.config.epochs - self.epoch)
        measure = self.trained.measures[-1]
        return (
            f"{self.task.name}: epoch {self.epoch} of {self.config.epochs}, "
            f"loss {self.trained.losses[-1]:.3f}"
            + ("" if math.isnan(measure) else f", validation {measure:.4f}")
            + (f", about {left / 60:.1f} min left" if left else "")
        )

    def state(self) -> dict[str, Any]:
        """Everything a later process needs to go on."""
        return {
            "module": self.task.module.state_dict(),
            "kept": self.kept,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scale": self.scale.detach(),
            "epoch": self.epoch,
            "trained": asdict(self.trained),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.task.module.load_state_dict(state["module"])
        self.kept = state["kept"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.scale.data.copy_(state["scale"])
        self.epoch = state["epoch"]
        self.trained = Trained(**state["trained"])


def _groups(task: Task, config: StepConfig) -> list[dict[str, Any]]:
    """Parameters with the same rate and decay together; small ones are not decayed."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in task.module.named_parameters():
        if parameter.requires_grad:
            starts = (rate for start, rate in task.rates.items() if name.startswith(start))
            rate = next(starts, config.learning_rate)
            small = parameter.ndim < 2 or "embedding" in name
            key = (rate, 0.0 if small else config.weight_decay)
            groups.setdefault(key, []).append(parameter)
    return [{"params": ps, "lr": lr, "weight_decay": wd} for (lr, wd), ps in groups.items()]


def _copied(module: nn.Module) -> dict[str, Tensor]:
    return copy.deepcopy(module.state_dict())


def _device(module: nn.Module) -> torch.device:
    return next(module.parameters()).device


@contextmanager
def memory_told(step: str | None) -> Iterator[None]:
    """Say in one line that memory ran out.

    Args:
        step: in which step; None: while the model was made.

    Raises:
        TrainingError: it did.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        short = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not short and not any(words in str(error) for words in _NO_MEMORY):
            raise
        if step is None:
            raise TrainingError(
                "the model does not fit in memory",
                remedy="take smaller towers or fusions, or another --device",
            ) from error
        raise TrainingError(
            f"step {step} ran out of memory",
            remedy=f"lower micro_batch (--set micro_batch=32) or {part_of(step)}.batch_size; "
            "what was finished is kept",
        ) from error


@contextmanager
def _writer(folder: Path) -> Iterator[SummaryWriter]:
    """TensorBoard's events of a step; `tensorboard --logdir` shows them."""
    from torch.utils.tensorboard import SummaryWriter  # takes a second to import

    writer = SummaryWriter(str(folder / "events"))
    try:
        yield writer
    finally:
        writer.close()
