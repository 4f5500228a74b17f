"""Tune the encoders on a catalog's own photos and texts. Knows no query and no file."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from mmdemo.train.config import SAME, RecipeConfig
from mmdemo.train.contrast import Batch, Side, as_it_is
from mmdemo.train.encoders import PhotoEncoder, TextEncoder
from mmdemo.train.model import TrainableModel
from mmdemo.train.pairs import Pairs
from mmdemo.train.photos import vary
from mmdemo.train.sampling import IntArray


class DomainTuning:
    """Photo ↔ the product's own texts.

    Attributes:
        training, validation: pairs to train on, and held out to measure recall@10.
    """

    name = "domain"

    def __init__(
        self,
        built: TrainableModel,
        pairs: Pairs,
        config: RecipeConfig,
        *,
        photos: PhotoEncoder,
        texts: TextEncoder,
        photo_of: IntArray,
        held_out: IntArray,
        device: str,
    ) -> None:
        self._pairs, self._config, self._seed = pairs, config.domain, config.seed
        self._photos, self._texts, self._photo_of, self._device = photos, texts, photo_of, device
        self.rates = dict[str, float]()
        # A held-out pair must not have a twin among the training pairs.
        self.validation = held_out
        self.training = np.flatnonzero(~pairs.twins(held_out))
        if len(self.training) < 2:
            self.training, self.validation = np.arange(len(pairs)), held_out[:0]
        self.steps = len(self.training) // config.domain.batch_size or 1
        for parameter in built.model.visual.parameters():
            parameter.requires_grad = True
        for parameter in built.model.text.parameters():
            parameter.requires_grad = built.tune_text
        self._frozen: tuple[Tensor, IntArray] | None = None
        if config.pretrained and config.image_tower != SAME:
            head = "visual.head." if built.tune_text else "head."
            self.rates[head] = config.domain.head_learning_rate
        if built.tune_text:
            self.module = built.model
            if not built.from_scratch:
                self.rates["text."] = config.domain.text_learning_rate
        else:
            self.module = built.model.visual
            counts = np.array([len(own) for own in pairs.texts])
            starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
            flat = [text for own in pairs.texts for text in own]
            self._frozen = texts.table(flat, label="wordings"), starts

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Each photo once, varied, with one of its wordings drawn."""
        size = self._config.batch_size
        rng = np.random.default_rng((self._seed, epoch))
        generator = torch.Generator().manual_seed(self._seed * 100_003 + epoch)
        order = rng.permutation(self.training)
        for step in range(self.steps):
            batch = np.sort(order[step * size : (step + 1) * size])
            pixels = vary(self._photos.photos(self._photo_of[batch]), generator)
            wordings = rng.integers([len(self._pairs.texts[i]) for i in batch])
            right = self._pairs.right(batch, batch, wordings)
            yield Batch(
                Side(pixels, self._photos),
                self._side(batch, wordings),
                torch.from_numpy(~right).to(self._device),
            )

    def measure(self) -> float:
        """Recall@10 of its text by photo over the held-out pairs."""
        places = self.validation
        if not len(places):
            return math.nan
        first = np.zeros_like(places)  # the first wording of each
        photos = self._photos.table(self._photo_of[places], label="held-out photos")
        if self._frozen is None:
            wordings = [self._pairs.texts[i][0] for i in places.tolist()]
            texts = self._texts.table(wordings, label="held-out texts")
        else:
            texts = self._frozen[0][self._frozen[1][places]]
        nearest = (photos @ texts.T).topk(min(10, len(places)), dim=1).indices
        right = torch.from_numpy(self._pairs.right(places, places, first))
        return float(right.gather(1, nearest).any(dim=1).float().mean())

    def _side(self, batch: IntArray, wordings: IntArray) -> Side:
        if self._frozen is not None:
            table, starts = self._frozen
            rows = table[torch.from_numpy(starts[batch] + wordings)].to(self._device)
            return Side(rows, as_it_is)
        texts = [self._pairs.texts[i][w] for i, w in zip(batch, wordings, strict=True)]
        return Side(texts, self._texts)
