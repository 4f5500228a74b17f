import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from mmdemo.errors import TrainingError
from mmdemo.train.config import ImageConfig, StepConfig
from mmdemo.train.contrast import Batch, Side, as_it_is
from mmdemo.train.loop import Trained, _groups, memory_told, train

IDENTITY: dict[str, object] = {"step": "toy"}


class Toy:
    """Turns 24 rows towards 24 others, with dropout; measures what it is told to, or cosines."""

    name = "image"

    def __init__(self, *, measures: Sequence[float] = (), stop_in: int = -1) -> None:
        torch.manual_seed(0)
        self.module: nn.Module = nn.Sequential(nn.Linear(8, 8), nn.Dropout(0.2), nn.Linear(8, 8))
        self.rates: dict[str, float] = {}
        self.steps = 3
        self.seen: list[tuple[int, int]] = []
        self.weights: list[Tensor] = []
        self._measures, self._stop_in = list(measures), stop_in
        generator = torch.Generator().manual_seed(1)
        self._asking, self._answering = torch.randn(2, 24, 8, generator=generator)

    def batches(self, epoch: int) -> Iterator[Batch]:
        order = torch.randperm(24, generator=torch.Generator().manual_seed(epoch))
        for step in range(self.steps):
            if epoch == self._stop_in and step == 1:
                raise KeyboardInterrupt
            self.seen.append((epoch, step))
            part = order[step * 8 : step * 8 + 8]
            asking = nn.functional.normalize(self._asking[part], dim=-1)
            yield Batch(
                Side(asking, as_it_is),
                Side(
                    self._answering[part], lambda x: nn.functional.normalize(self.module(x), dim=-1)
                ),
                torch.ones(8, 8, dtype=torch.bool),
            )

    def measure(self) -> float:
        self.weights.append(self.module[0].weight.detach().clone())  # type: ignore[index]
        if self._measures:
            return self._measures.pop(0)
        self.module.eval()
        with torch.no_grad():
            found = self.module(self._answering)
        return float(nn.functional.cosine_similarity(found, self._asking).mean() / 2 + 0.5)


def run(toy: Toy, folder: Path, **choices: Any) -> Trained:
    config = ImageConfig(**({"epochs": 4, "learning_rate": 1e-2} | choices))
    return train(toy, config, folder, identity=IDENTITY, seed=0)


def test_it_learns_and_tells_how_it_went(tmp_path: Path) -> None:
    toy = Toy()
    trained = run(toy, tmp_path, epochs=12)
    assert len(trained.losses) == 12
    assert len(trained.measures) == 13
    assert trained.losses[-1] < trained.losses[0] / 2
    assert trained.measures[-1] > trained.measures[0] + 0.05
    assert trained.seconds > 0
    assert list((tmp_path / "events").glob("events.out.tfevents*")), "for TensorBoard"


@pytest.mark.parametrize("stop_in", [1, 2, 3])
def test_an_interrupted_run_ends_as_one_that_was_not(tmp_path: Path, stop_in: int) -> None:
    straight, stopped, resumed = Toy(), Toy(stop_in=stop_in), Toy()
    wanted = run(straight, tmp_path / "straight")
    with pytest.raises(KeyboardInterrupt):
        run(stopped, tmp_path / "stopped")
    trained = run(resumed, tmp_path / "stopped")
    assert resumed.seen == [(e, s) for e in range(stop_in, 4) for s in range(3)]
    assert trained.losses == pytest.approx(wanted.losses, abs=1e-6)
    assert trained.measures == pytest.approx(wanted.measures, abs=1e-6)
    assert trained.best == wanted.best
    for name, weight in straight.module.state_dict().items():
        torch.testing.assert_close(resumed.module.state_dict()[name], weight)


def test_the_best_epoch_is_kept(tmp_path: Path) -> None:
    toy = Toy(measures=[0.1, 0.3, 0.5, 0.4, 0.5])
    trained = run(toy, tmp_path)
    assert (trained.best, trained.measures) == (2, [0.1, 0.3, 0.5, 0.4, 0.5])
    assert torch.equal(toy.module.state_dict()["0.weight"], toy.weights[2])


def test_what_was_better_before_is_kept(tmp_path: Path) -> None:
    toy = Toy(measures=[0.6, 0.3, 0.5, 0.4, 0.5])
    assert run(toy, tmp_path).best == 0
    assert torch.equal(toy.module.state_dict()["0.weight"], toy.weights[0])


@pytest.mark.parametrize(("patience", "epochs"), [(1, 2), (2, 5), (3, 6)])
def test_patience_ends_a_step(tmp_path: Path, patience: int, epochs: int) -> None:
    toy = Toy(measures=[0.1, 0.5, 0.4, 0.6, 0.2, 0.3, 0.1, 0.9])
    assert len(run(toy, tmp_path, epochs=6, patience=patience).losses) == epochs
    # A second start does not go on where patience has ended.
    assert len(run(Toy(), tmp_path, epochs=6, patience=patience).losses) == epochs


def test_without_a_measure_the_last_epoch_is_kept(tmp_path: Path) -> None:
    toy = Toy(measures=[math.nan] * 5)
    trained = run(toy, tmp_path, patience=1)
    assert (trained.best, len(trained.losses)) == (4, 4)
    assert torch.equal(toy.module.state_dict()["0.weight"], toy.weights[4])


def test_a_loss_that_is_no_number_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(
        TrainingError,
        match=r"of step image, epoch \d is not a number; lower the rate: "
        r"--set image.learning_rate=1e\+29",
    ):
        run(Toy(), tmp_path, learning_rate=1e30)


def test_weights_that_are_no_numbers_are_not_kept(tmp_path: Path) -> None:
    class Last(Toy):
        """The last step makes weights that are no numbers."""

        def batches(self, epoch: int) -> Iterator[Batch]:
            for batch in super().batches(epoch):
                yield batch
                with torch.no_grad():
                    self.module[0].weight.fill_(math.nan)  # type: ignore[index]

    toy = Last(measures=[math.nan] * 2)
    toy.steps = 1
    with pytest.raises(TrainingError, match="a weight of step image, epoch 1 is not a number"):
        run(toy, tmp_path, epochs=1)
    assert not (tmp_path / "checkpoint.pt").exists()


def test_one_step_and_ten_steps_in_all(tmp_path: Path) -> None:
    # PyTorch's one-cycle schedule divides by zero where the warm-up is exactly one step.
    for epochs in (1, 10):
        toy = Toy()
        toy.steps = 1
        assert len(run(toy, tmp_path / str(epochs), epochs=epochs, patience=99).losses) == epochs


def test_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"damaged")
    with pytest.raises(TrainingError, match=r"checkpoint.pt is damaged; delete .* to start over"):
        run(Toy(), tmp_path)


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(Toy(stop_in=1), tmp_path)
    with pytest.raises(TrainingError, match="an interrupted run with other choices or another"):
        train(Toy(), ImageConfig(), tmp_path, identity={"step": "other"}, seed=0)


def test_rates_and_decay_are_by_name() -> None:
    toy = Toy()
    toy.module = nn.ModuleDict(
        {"text": nn.Linear(2, 2), "visual": nn.Linear(2, 2), "token_embedding": nn.Embedding(3, 2)}
    )
    toy.module.get_submodule("visual").bias.requires_grad = False
    toy.rates = {"text.": 1e-5}
    names = {id(parameter): name for name, parameter in toy.module.named_parameters()}
    config: StepConfig = ImageConfig(learning_rate=1e-3, weight_decay=0.05)
    assert {
        names[id(p)]: (group["lr"], group["weight_decay"])
        for group in _groups(toy, config)
        for p in group["params"]
    } == {
        "text.weight": (1e-5, 0.05),
        "text.bias": (1e-5, 0.0),
        "visual.weight": (1e-3, 0.05),
        "token_embedding.weight": (1e-3, 0.0),
    }


def test_out_of_memory_is_told() -> None:
    def fail(error: BaseException | None) -> None:
        with memory_told("fused-moe"):
            if error is not None:
                raise error
            torch.empty(10**16)  # the allocator's own words

    with (
        pytest.raises(
            TrainingError,
            match=r"the model does not fit in memory; take smaller towers .* --device",
        ),
        memory_told(None),
    ):
        raise MemoryError
    for error in (
        None,
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("MPS backend out of memory (MPS allocated: 5 GiB, …). Tried to …"),
        RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be …"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ):
        with pytest.raises(
            TrainingError,
            match=r"step fused-moe ran out of memory; lower micro_batch .* or fusion.batch_size; "
            "what was finished is kept",
        ):
            fail(error)
    with pytest.raises(RuntimeError, match="shapes"):
        fail(RuntimeError("shapes do not fit"))
