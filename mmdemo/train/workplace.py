"""Share a working folder: one run at a time, and nothing damaged is taken. Knows no step."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from mmdemo.errors import TrainingError

_log = logging.getLogger(__name__)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other run makes what `path` names, and keep others waiting meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.warning("another run is making %s; waiting for it to end", path)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def read_tensors(path: Path, *, delete: Path) -> dict[str, Any]:
    """Read tensors that a run has left, onto the CPU.

    Args:
        path: the file.
        delete: what to delete if it is damaged.

    Raises:
        TrainingError: it is.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch and pickle raise whatever damage makes them
        raise damaged(path, delete=delete) from error
    return state


def damaged(path: Path, *, delete: Path) -> TrainingError:
    """What to say of a file that cannot be what a run has left."""
    return TrainingError(f"{path} is damaged", remedy=f"delete {delete} to start over")
