"""Align an image tower with a text tower on (photo, text) pairs. Knows no query and no grade."""

from __future__ import annotations

import logging
import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.files import write_json
from mmdemo.towers import absolute_spec
from mmdemo.towers.base import pick_device
from mmdemo.towers.openclip import CONFIG_NAME
from mmdemo.train.checkpoint import load_checkpoint, save_checkpoint
from mmdemo.train.config import AlignConfig
from mmdemo.train.model import build_model, save_model
from mmdemo.train.pairs import Pairs, catalog_pairs
from mmdemo.train.photos import load_pixels
from mmdemo.train.run import Run

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AlignResult:
    """What a run reached.

    Attributes:
        spec: the model, ready for `mmdemo index --model`.
        recall_at_10: share of held-out photos whose text is among the 10 nearest texts.
        seconds: wall-clock time of this process, all steps.
    """

    spec: str
    pairs: int
    epochs: int
    recall_at_10: float
    seconds: float


def align(
    catalog: Catalog,
    config: AlignConfig,
    out: Path,
    *,
    pairs: Pairs | None = None,
    device: str = "auto",
) -> AlignResult:
    """Train, and save an open_clip `local-dir:` model in `out`. An interrupted run goes on.

    Args:
        catalog: where the photos are.
        config: every choice.
        out: folder of the model.
        pairs: what to train on; the catalog's photos with `config.text_fields` by default.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Raises:
        TrainingError: no pairs, a loss that is not a number, or `out` holds another run or a
            finished model.
    """
    started = time.perf_counter()
    device = pick_device(device)
    work = out / "training"
    if (out / CONFIG_NAME).is_file() and not work.is_dir():
        raise TrainingError(
            f"{out} holds a finished model",
            remedy="give another --out, or delete the folder to train again",
        )
    pairs = pairs or catalog_pairs(catalog, config.text_fields)
    built = build_model(config, device=device)
    identity = config.to_json() | {
        "text_tower": absolute_spec(config.text_tower),
        "catalog": catalog.fingerprint,
        "data": pairs.fingerprint,
    }
    checkpoint = load_checkpoint(work / "checkpoint.pt", identity)
    pixels = load_pixels(catalog, pairs.photos, config.image_size, work / "pixels.npy")
    run = Run(
        built,
        config,
        pairs=pairs,
        pixels=pixels,
        cache=catalog.directory / "vectors",
        device=device,
    )
    if checkpoint is not None:
        run.restore(checkpoint)
        _log.info("going on after epoch %d", run.epoch)
    write_json(out / "training.json", identity)
    for epoch in range(run.epoch, config.epochs):
        loss = run.train_epoch(epoch)
        save_checkpoint(work / "checkpoint.pt", identity, run.state())
        _log.info(
            "epoch %d of %d: loss %.3f, recall@10 %.3f", epoch + 1, config.epochs, loss, run.recall
        )
    save_model(built, out)
    result = AlignResult(
        spec=f"local-dir:{out}",
        pairs=len(pairs),
        epochs=config.epochs,
        recall_at_10=run.recall,
        seconds=time.perf_counter() - started,
    )
    write_json(
        out / "training.json",
        identity
        | {
            "pairs": len(pairs),
            "recall_at_10": None if math.isnan(run.recall) else run.recall,
            "losses": run.losses,
        },
    )
    shutil.rmtree(work)
    return result
