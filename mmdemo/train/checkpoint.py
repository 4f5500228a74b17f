"""Keep a run's state so that it survives `kill -9`. Knows no model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from mmdemo.errors import TrainingError
from mmdemo.files import replacing
from mmdemo.train.workplace import damaged, read_tensors


def save_checkpoint(path: Path, identity: dict[str, object], state: dict[str, Any]) -> None:
    """Replace the checkpoint by the state of a run that `identity` describes."""
    with replacing(path) as file:
        torch.save({"identity": json.dumps(identity, sort_keys=True), **state}, file)


def load_checkpoint(path: Path, identity: dict[str, object]) -> dict[str, Any] | None:
    """The state of an interrupted run, or None if there is none.

    Raises:
        TrainingError: the checkpoint is damaged, or of a run with other choices or data.
    """
    if not path.is_file():
        return None
    state = read_tensors(path, delete=path.parent)
    try:
        identity_then = state.pop("identity")
    except (LookupError, TypeError, AttributeError) as error:
        raise damaged(path, delete=path.parent) from error
    if identity_then != json.dumps(identity, sort_keys=True):
        raise TrainingError(
            f"{path.parent} holds an interrupted run with other choices or another catalog",
            remedy="give another --out, or delete the folder to start over",
        )
    return state
