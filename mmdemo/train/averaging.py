"""Mix the weights from before a step into those after it. Knows no tower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from mmdemo.train.loop import Task, Trained


def average(task: Task, trained: Trained, before: Mapping[str, Tensor], *, share: float) -> Trained:
    """Average a task's weights with those from before (Wortsman et al. 2022, arXiv 2109.01903).

    Args:
        task: trained; its module gets the mean.
        trained: how that went.
        before: the module's state before.
        share: of `before` in the mean, 0 to 1.

    Returns:
        `trained` with the measure of the mean in place of that of the epoch that was kept.
    """
    after = task.module.state_dict()
    for name, value in before.items():
        if value.is_floating_point():
            after[name] = share * value + (1 - share) * after[name]
    task.module.load_state_dict(after)
    measures = list(trained.measures)
    measures[trained.best] = task.measure()
    return replace(trained, measures=measures)
