"""Align an image tower with a text tower on (photo, text) pairs. Knows no query and no grade."""

from __future__ import annotations

import logging
import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.files import write_json
from mmdemo.towers import absolute_spec
from mmdemo.towers.base import pick_device
from mmdemo.towers.openclip import tokenize
from mmdemo.train.checkpoint import load_checkpoint, save_checkpoint
from mmdemo.train.config import AlignConfig
from mmdemo.train.losses import contrastive_loss
from mmdemo.train.model import TrainableModel, build_model, save_model
from mmdemo.train.pairs import Pairs, catalog_pairs
from mmdemo.train.photos import PixelArray, load_pixels, to_float, vary

_log = logging.getLogger(__name__)
_MAX_SCALE = 100.0  # of the logits, Radford et al. 2021
_WARM_UP = 0.1  # share of the steps with a rising rate


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


def align(catalog: Catalog, config: AlignConfig, out: Path, *, device: str = "auto") -> AlignResult:
    """Train, and save an open_clip `local-dir:` model in `out`. An interrupted run goes on.

    Raises:
        TrainingError: no pairs, a loss that is not a number, or `out` holds another run.
    """
    started = time.perf_counter()
    device = pick_device(device)
    pairs = catalog_pairs(catalog, config.text_fields)
    built = build_model(config, device=device)
    work = out / "training"
    identity = config.to_json() | {
        "text_tower": absolute_spec(config.text_tower),
        "catalog": catalog.fingerprint,
    }
    checkpoint = load_checkpoint(work / "checkpoint.pt", identity)
    pixels = load_pixels(catalog, pairs.photos, config.image_size, work / "pixels.npy")
    run = _Run(built, config, pairs, pixels, device)
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
        identity | {"pairs": len(pairs), "recall_at_10": run.recall, "losses": run.losses},
    )
    shutil.rmtree(work)
    return result


class _Run:
    """Model, optimiser and data of one run; its state can be saved between epochs."""

    def __init__(
        self,
        built: TrainableModel,
        config: AlignConfig,
        pairs: Pairs,
        pixels: PixelArray,
        device: str,
    ) -> None:
        self.built, self.config, self.pairs, self.pixels = built, config, pairs, pixels
        self.device, self.model = device, built.model
        self.epoch = 0
        self.recall = 0.0
        self.losses: list[float] = []
        shuffled = np.random.default_rng(config.seed).permutation(len(pairs))
        held_out = min(config.validation_pairs, len(pairs) // 10)
        # A held-out pair must not have a twin among the training pairs.
        self.validation = shuffled[:held_out]
        seen = np.isin(pairs.twins, pairs.twins[self.validation])
        self.training = np.array([i for i in shuffled[held_out:] if not seen[i]], dtype=np.int64)
        if len(self.training) < 2:
            self.training, self.validation = shuffled, shuffled[:0]
        self.steps_an_epoch = max(1, len(self.training) // config.batch_size)
        if not built.tune_text:
            for parameter in self.model.text.parameters():
                parameter.requires_grad = False
        self.texts = self._frozen_texts() if not built.tune_text else None
        self.model.logit_scale.data.fill_(math.log(1 / config.temperature))
        decayed: list[torch.nn.Parameter] = []
        plain: list[torch.nn.Parameter] = []
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                small = parameter.ndim < 2 or "embedding" in name
                (plain if small else decayed).append(parameter)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": config.weight_decay},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=config.learning_rate,
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            max_lr=config.learning_rate,
            total_steps=self.steps_an_epoch * config.epochs,
            pct_start=_WARM_UP,
            cycle_momentum=False,
        )

    def state(self) -> dict[str, object]:
        """Everything a later process needs to go on."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epoch": self.epoch,
            "recall": self.recall,
            "losses": self.losses,
        }

    def restore(self, state: dict[str, object]) -> None:
        """Go on from what `state` gave."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])  # type: ignore[arg-type]
        self.schedule.load_state_dict(state["schedule"])  # type: ignore[arg-type]
        self.epoch = int(state["epoch"])  # type: ignore[call-overload]
        self.recall = float(state["recall"])  # type: ignore[arg-type]
        self.losses = list(state["losses"])  # type: ignore[call-overload]

    def train_epoch(self, epoch: int) -> float:
        """One pass in an order drawn from seed and epoch; returns the mean loss."""
        config = self.config
        rng = np.random.default_rng((config.seed, epoch))
        generator = torch.Generator().manual_seed(config.seed * 100_003 + epoch)
        order = rng.permutation(self.training)
        self.model.train()
        if not self.built.tune_text:
            self.model.text.eval()  # no dropout in a frozen tower
        total = 0.0
        description = f"epoch {epoch + 1}/{config.epochs}"
        for step in tqdm(range(self.steps_an_epoch), desc=description, unit=" steps", delay=2):
            batch = np.sort(order[step * config.batch_size : (step + 1) * config.batch_size])
            photos = vary(self._photos(batch), generator).to(self.device)
            images = functional.normalize(self.model.visual(photos), dim=-1)
            texts = self._texts(batch, rng)
            twins = torch.from_numpy(self.pairs.twins[batch]).to(self.device)
            scale = self.model.logit_scale.exp().clamp(max=_MAX_SCALE)
            loss = contrastive_loss(images, texts, scale, twins)
            if not torch.isfinite(loss):
                raise TrainingError(
                    f"the loss of epoch {epoch + 1} is not a number",
                    remedy="lower --learning-rate or raise --batch-size",
                )
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            total += float(loss)
        self.epoch = epoch + 1
        self.losses.append(total / self.steps_an_epoch)
        self.recall = self.measure()
        return self.losses[-1]

    @torch.inference_mode()
    def measure(self) -> float:
        """Recall@10 of text by photo over the held-out pairs; nan without any."""
        if not len(self.validation):
            return math.nan
        self.model.eval()
        chunks = np.array_split(np.sort(self.validation), max(1, len(self.validation) // 256))
        images = torch.cat(
            [
                functional.normalize(self.model.visual(self._photos(c).to(self.device)), dim=-1)
                for c in chunks
            ]
        )
        texts = torch.cat([self._texts(c, None) for c in chunks])
        twins = torch.from_numpy(self.pairs.twins[np.concatenate(chunks)]).to(self.device)
        nearest = (images @ texts.T).topk(min(10, len(texts)), dim=1).indices
        return float((twins[nearest] == twins[:, None]).any(dim=1).float().mean())

    def _photos(self, places: NDArray[np.int64]) -> Tensor:
        preprocess = self.built.config["preprocess_cfg"]
        return to_float(self.pixels[places], preprocess["mean"], preprocess["std"])

    def _texts(self, places: NDArray[np.int64], rng: np.random.Generator | None) -> Tensor:
        """Unit text vectors (n, d), one wording of each pair: drawn, or the first without rng."""
        wordings = [
            rng.integers(len(self.pairs.texts[i])) if rng is not None else 0 for i in places
        ]
        if self.texts is not None:
            table, starts = self.texts
            rows = torch.from_numpy(starts[places] + np.array(wordings))
            return table[rows].to(self.device)
        tokens = tokenize(
            self.model,
            self.built.tokenizer,
            [self.pairs.texts[i][w] for i, w in zip(places, wordings, strict=True)],
        )
        return functional.normalize(self.model.text(tokens.to(self.device)), dim=-1)

    @torch.inference_mode()
    def _frozen_texts(self) -> tuple[Tensor, NDArray[np.int64]]:
        """Every wording encoded once: unit rows, and where each pair's wordings start."""
        self.model.eval()
        counts = np.array([len(texts) for texts in self.pairs.texts])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        flat = [text for texts in self.pairs.texts for text in texts]
        table = torch.zeros(len(flat), self.model.text.output_dim)
        order = sorted(range(len(flat)), key=lambda i: len(flat[i]))
        for start in tqdm(range(0, len(order), 128), desc="text", unit=" batches", delay=2):
            rows = order[start : start + 128]
            tokens = tokenize(self.model, self.built.tokenizer, [flat[i] for i in rows])
            vectors = self.model.text(tokens.to(self.device))
            table[rows] = functional.normalize(vectors, dim=-1).cpu()
        return table, starts
