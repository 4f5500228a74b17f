"""Train a fusion network over the two vectors of a product. Knows no tower and no file."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from mmdemo.fusion import LearnedFusion
from mmdemo.fusion.learned import there
from mmdemo.train.alignment import draw
from mmdemo.train.config import FusionConfig
from mmdemo.train.contrast import Batch, Side
from mmdemo.train.data import TrainingData
from mmdemo.train.encoders import evaluating
from mmdemo.train.sampling import IntArray
from mmdemo.train.validation import Validation


@dataclass(frozen=True, slots=True)
class ProductRows:
    """What the towers say of every product and query, encoded once.

    Attributes:
        queries: (texts, d) unit rows of all query wordings.
        texts: each (products, d), the product texts as they are, then as lazy sellers write
            them; zero rows where there is no text.
        photos: each (products, d), the photos as they are, then mirrored; zero rows without one.
    """

    queries: Tensor
    texts: Sequence[Tensor]
    photos: Sequence[Tensor]


class FusionTraining:
    """Query ↔ fused product vector, with frozen encoders; stays near what the network gave."""

    def __init__(
        self,
        network: LearnedFusion,
        data: TrainingData,
        rows: ProductRows,
        config: FusionConfig,
        *,
        seed: int,
        device: str,
    ) -> None:
        self.name = network.name
        self.module: nn.Module = network
        self.rates: dict[str, float] = {}
        self._network = network
        self._before: LearnedFusion | None = None
        if config.keep or config.keep_scores:
            self._before = copy.deepcopy(network).requires_grad_(False).eval()
        self._rows, self._config, self._seed, self._device = rows, config, seed, device
        self._sampler = data.sampler()
        self._held_out = Validation(data.sampler(held_out=True))
        self.steps = len(self._sampler) // config.batch_size or 1

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Each query wording once; some products have lost words, their text or their photo."""
        config, sampler, rows = self._config, self._sampler, self._rows
        rng = np.random.default_rng((self._seed, 3, epoch))

        def mine(texts: IntArray) -> None:
            with evaluating(self.module), torch.inference_mode():
                answering = self._answering(sampler.rows, lossy=epoch % 2)
                sampler.mine(texts, self._asking(texts), answering)

        for texts, places, wrong in draw(sampler, config, (self._seed, 4, epoch), mine):
            products = sampler.rows[places]
            words, photos = self._drawn(products, rng)
            lost = rng.random(len(products))
            share = config.modality_dropout / 2
            both = (there(words) & there(photos)).squeeze(1).numpy()  # the only half stays
            words[both & (lost < share)] = 0
            photos[both & (lost > 1 - share)] = 0
            asked = rows.queries[texts].to(self._device)
            words, photos = words.to(self._device), photos.to(self._device)
            kept_asked = kept_told = None
            if self._before is not None:
                kept_asked, kept_told = self._before.query(asked), self._before(words, photos)
            yield Batch(
                Side(asked, self._network.query, kept_asked),
                Side(torch.stack([words, photos], dim=1), self._fuse, kept_told),
                wrong.to(self._device),
            )

    def measure(self) -> float:
        """Retrieval nDCG@10 by held-out queries, of whole and of lossy texts in equal parts."""
        held_out = self._held_out.sampler
        with torch.inference_mode():
            asking = self._asking(held_out.texts)
            values = [
                self._held_out.measure(asking, self._answering(held_out.rows, lossy=lossy))
                for lossy in (0, 1)
            ]
        return sum(values) / len(values)

    def _drawn(self, products: IntArray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Text and photo rows of products, each as one of its variants: (n, d) copies."""
        rows, n = self._rows, len(products)
        whole = rng.random(n) >= self._config.dropped_words
        which = np.where(whole, 0, rng.integers(1, len(rows.texts), n))
        mirrored = rng.integers(0, len(rows.photos), n)
        return _choose(rows.texts, which, products), _choose(rows.photos, mirrored, products)

    def _fuse(self, halves: Tensor) -> Tensor:
        fused: Tensor = self._network(halves[:, 0], halves[:, 1])  # (n, 2, d) → (n, d)
        return fused

    def _asking(self, texts: IntArray) -> Tensor:
        rows: Tensor = self._network.query(self._rows.queries[texts].to(self._device))
        return rows.cpu()

    def _answering(self, products: IntArray, *, lossy: int) -> Tensor:
        words, photos = self._rows.texts[lossy][products], self._rows.photos[0][products]
        return self._fuse(torch.stack([words, photos], dim=1).to(self._device)).cpu()


def _choose(variants: Sequence[Tensor], which: IntArray, rows: IntArray) -> Tensor:
    chosen = variants[0][rows].clone()
    for number, variant in enumerate(variants[1:], start=1):
        at = np.flatnonzero(which == number)
        chosen[at] = variant[rows[at]]
    return chosen
