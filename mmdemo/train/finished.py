"""Train a step once, and take what came of it ever after. Knows no tower and no query."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn

from mmdemo.files import replacing, write_json
from mmdemo.train.loop import Trained, memory_told
from mmdemo.train.workplace import alone, damaged, read_tensors

_log = logging.getLogger(__name__)


def train_once(
    step: str,
    module: nn.Module,
    *,
    folder: Path,
    identity: dict[str, object],
    run: Callable[[], Trained],
) -> Trained:
    """Train a step, or take what an earlier process has left of it.

    Args:
        step: its name.
        module: what it trains, and where its weights go.
        folder: of this step with these choices and data.
        identity: what they are.
        run: trains.

    Raises:
        TrainingError: what was left is damaged, or memory ran out.
    """
    with alone(folder):
        if (folder / "done.json").is_file():
            _log.info("%s: done before", step)
            return _take(folder, module)
        started = time.perf_counter()
        with memory_told(step):
            trained = run()
        with replacing(folder / "weights.pt") as file:
            torch.save(module.state_dict(), file)
        write_json(folder / "done.json", {"identity": identity, "trained": asdict(trained)})
        (folder / "checkpoint.pt").unlink(missing_ok=True)
        _log.info("%s: %.1f min", step, (time.perf_counter() - started) / 60)
        return trained


def _take(folder: Path, module: nn.Module) -> Trained:
    try:
        trained = Trained(**json.loads((folder / "done.json").read_bytes())["trained"])
    except (ValueError, LookupError, TypeError) as error:
        raise damaged(folder / "done.json", delete=folder) from error
    state = read_tensors(folder / "weights.pt", delete=folder)
    try:
        module.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise damaged(folder / "weights.pt", delete=folder) from error
    return trained
