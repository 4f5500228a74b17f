"""One training run: model, optimizer and data, epoch by epoch. Knows no file but the cache."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from mmdemo.errors import TrainingError
from mmdemo.towers import embed_texts
from mmdemo.towers.openclip import OpenClipTextTower, tokenize
from mmdemo.train.config import AlignConfig
from mmdemo.train.losses import contrastive_loss
from mmdemo.train.model import TrainableModel
from mmdemo.train.pairs import Pairs
from mmdemo.train.photos import PixelArray, to_float, vary

_MAX_SCALE = 100.0  # of the logits, Radford et al. 2021
# Share of the steps with a rising rate: about a tenth, but PyTorch's schedule divides by zero
# where share x steps is 1, and 10 steps are a small catalog's ten epochs.
_WARM_UP = 0.099


class Run:
    """Model, optimiser and data of one run; its state can be saved between epochs."""

    def __init__(
        self,
        built: TrainableModel,
        config: AlignConfig,
        *,
        pairs: Pairs,
        pixels: PixelArray,
        cache: Path,
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
        self.validation = np.sort(shuffled[:held_out])
        seen = pairs.twins(self.validation)
        self.training = np.array([i for i in shuffled[held_out:] if not seen[i]], dtype=np.int64)
        if len(self.training) < 2:
            self.training, self.validation = shuffled, shuffled[:0]
        self.steps_an_epoch = max(1, len(self.training) // config.batch_size)
        if not built.tune_text:
            for parameter in self.model.text.parameters():
                parameter.requires_grad = False
        self.texts = None if built.tune_text else self._frozen_texts(cache)
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
        torch.manual_seed(config.seed * 100_003 + epoch)  # dropout, the same after a resume
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
            wordings = rng.integers([len(self.pairs.texts[i]) for i in batch])
            texts = self._texts(batch, wordings)
            right = torch.from_numpy(self.pairs.right(batch, batch, wordings)).to(self.device)
            scale = self.model.logit_scale.exp().clamp(max=_MAX_SCALE)
            loss = contrastive_loss(images, texts, scale, right)
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
            total += loss.item()
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
        first = np.zeros_like(self.validation)  # the first wording of each
        images, texts = [], []
        for chunk in np.array_split(self.validation, len(self.validation) // 256 + 1):
            photos = self._photos(chunk).to(self.device)
            images.append(functional.normalize(self.model.visual(photos), dim=-1))
            texts.append(self._texts(chunk, np.zeros_like(chunk)))
        cosines = torch.cat(images) @ torch.cat(texts).T
        nearest = cosines.topk(min(10, len(first)), dim=1).indices.cpu()
        right = torch.from_numpy(self.pairs.right(self.validation, self.validation, first))
        return float(right.gather(1, nearest).any(dim=1).float().mean())

    def _photos(self, places: NDArray[np.int64]) -> Tensor:
        preprocess = self.built.config["preprocess_cfg"]
        return to_float(self.pixels[places], preprocess["mean"], preprocess["std"])

    def _texts(self, places: NDArray[np.int64], wordings: NDArray[np.int64]) -> Tensor:
        """Unit text vectors (n, d) of the given wording of each pair."""
        if self.texts is not None:
            table, starts = self.texts
            rows = torch.from_numpy(starts[places] + wordings)
            return table[rows].to(self.device)
        tokens = tokenize(
            self.model,
            self.built.tokenizer,
            [self.pairs.texts[i][w] for i, w in zip(places, wordings, strict=True)],
        )
        return functional.normalize(self.model.text(tokens.to(self.device)), dim=-1)

    def _frozen_texts(self, cache: Path) -> tuple[Tensor, NDArray[np.int64]]:
        """Every wording encoded once: unit rows, and where each pair's wordings start."""
        self.model.eval()
        counts = np.array([len(texts) for texts in self.pairs.texts])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        flat = [text for texts in self.pairs.texts for text in texts]
        tower = OpenClipTextTower(
            self.config.text_tower,
            self.model,
            self.built.tokenizer,
            self.device,
            config=self.built.config["model_cfg"],
        )
        return torch.from_numpy(embed_texts(tower, flat, cache)), starts
