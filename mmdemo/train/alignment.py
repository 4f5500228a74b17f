"""Align queries with products, one modality at a time. Knows no fusion and no file.

First query ↔ product text, in one text tower; then query ↔ product photo, where that tower stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor, nn

from mmdemo.train.config import ImageConfig, RecipeConfig, StepConfig, TextConfig
from mmdemo.train.contrast import Batch, Side, as_it_is
from mmdemo.train.data import TrainingData
from mmdemo.train.encoders import PhotoEncoder, TextEncoder
from mmdemo.train.photos import vary
from mmdemo.train.sampling import IntArray, QuerySampler
from mmdemo.train.validation import Validation


class TextAlignment:
    """Query ↔ product text. Stays near `kept`, the rows that the untouched tower gives.

    Hard negatives are mined once, by the rows of the untouched tower.
    """

    name = "text"

    def __init__(
        self, data: TrainingData, encoder: TextEncoder, tower: nn.Module, config: RecipeConfig
    ) -> None:
        self._data, self._encoder, self._seed = data, encoder, config.seed
        self._config: TextConfig = config.text
        self.module, self.rates = tower, dict[str, float]()
        self._sampler = data.sampler(texted=True)
        self._held_out = Validation(data.sampler(held_out=True, texted=True))
        self.steps = len(self._sampler) // config.text.batch_size or 1
        self._kept_queries = self._kept_texts = None
        self._stays = bool(config.text.keep or config.text.keep_scores)
        if self._stays or config.text.hard_negatives:
            rows = encoder.table(self._asked(self._sampler.texts), label="queries")
            places = np.searchsorted(self._sampler.texts, np.arange(len(data.queries.texts)))
            self._kept_queries = rows, places
            self._kept_texts = encoder.table(self._texts(self._sampler.rows), label="product texts")
            if config.text.hard_negatives:
                self._sampler.mine(self._sampler.texts, rows, self._kept_texts)
        for name, parameter in tower.named_parameters():
            embedding = "embedding" in name and not config.text.tune_embeddings
            parameter.requires_grad = not embedding

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Each query wording once, with a right product drawn for it."""
        config, sampler = self._config, self._sampler
        for texts, places, wrong in draw(sampler, config, (self._seed, 1, epoch)):
            asked = self._asked(texts)
            told = self._texts(sampler.rows[places])
            kept_queries = kept_texts = None
            if self._stays and self._kept_queries and self._kept_texts is not None:
                rows, at = self._kept_queries
                kept_queries, kept_texts = rows[at[texts]], self._kept_texts[places]
            yield Batch(
                Side(asked, self._encoder, kept_queries),
                Side(told, self._encoder, kept_texts),
                wrong,
            )

    def measure(self) -> float:
        """Retrieval nDCG@10 of held-out products by held-out queries."""
        held_out = self._held_out.sampler
        return self._held_out.measure(
            self._encoder.table(self._asked(held_out.texts), label="held-out queries"),
            self._encoder.table(self._texts(held_out.rows), label="held-out texts"),
        )

    def _asked(self, texts: IntArray) -> list[str]:
        return [self._data.queries.texts[i] for i in texts.tolist()]

    def _texts(self, rows: IntArray) -> list[str]:
        return [self._data.texts[i] for i in rows.tolist()]


class ImageAlignment:
    """Query ↔ product photo; queries are encoded once, by the text tower as it is.

    Stays near `kept`, the rows that the image tower gives before.
    """

    name = "image"

    def __init__(
        self,
        data: TrainingData,
        encoder: PhotoEncoder,
        tower: nn.Module,
        config: RecipeConfig,
        *,
        texts: TextEncoder,
        device: str,
    ) -> None:
        self._data, self._encoder, self._seed, self._device = data, encoder, config.seed, device
        self._config: ImageConfig = config.image
        self.module, self.rates = tower, dict[str, float]()
        self._sampler = data.sampler(pictured=True)
        self._held_out = Validation(data.sampler(held_out=True, pictured=True))
        self.steps = len(self._sampler) // config.image.batch_size or 1
        self._queries = texts.table(data.queries.texts, label="queries")
        self._kept = (
            self._table(self._sampler, "photos")
            if config.image.keep or config.image.keep_scores
            else None
        )
        for parameter in tower.parameters():
            parameter.requires_grad = True

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Each query wording once, with a right product's photo drawn for it and varied."""
        config, sampler = self._config, self._sampler

        def mine(texts: IntArray) -> None:
            sampler.mine(texts, self._queries[texts], self._table(sampler, "hard negatives"))

        generator = torch.Generator().manual_seed(self._seed * 100_003 + epoch)
        for texts, places, wrong in draw(sampler, config, (self._seed, 2, epoch), mine):
            asked = self._queries[texts].to(self._device)
            photos = self._encoder.photos(self._data.photo_of[sampler.rows[places]])
            photos = vary(photos, generator)
            yield Batch(
                Side(asked, as_it_is, asked),
                Side(photos, self._encoder, None if self._kept is None else self._kept[places]),
                wrong.to(self._device),
            )

    def measure(self) -> float:
        """Retrieval nDCG@10 of held-out photos by held-out queries."""
        held_out = self._held_out.sampler
        return self._held_out.measure(
            self._queries[held_out.texts], self._table(held_out, "held-out photos")
        )

    def _table(self, sampler: QuerySampler, label: str) -> Tensor:
        return self._encoder.table(self._data.photo_of[sampler.rows], label=label)


def draw(
    sampler: QuerySampler,
    config: StepConfig,
    seed: tuple[int, ...],
    mine: Callable[[IntArray], None] | None = None,
) -> Iterator[tuple[IntArray, IntArray, Tensor]]:
    """Batches of an epoch: wordings (m,), places that answer and hard ones (n,), wrong (m, n).

    Args:
        mine: mines hard negatives for the wordings that are to bring one along.
    """
    rng = np.random.default_rng(seed)
    order, size = rng.permutation(sampler.texts), config.batch_size
    batches = [order[i * size : (i + 1) * size] for i in range(max(1, len(order) // size))]
    if mine is not None and config.hard_negatives:
        mine(np.concatenate([b[: round(config.hard_negatives * len(b))] for b in batches]))
    for texts in batches:
        places, grades = sampler.answers(texts, rng)
        places = np.concatenate([places, sampler.hard(texts, config.hard_negatives, rng)])
        if config.bystanders:
            more = rng.integers(0, len(sampler.rows), config.bystanders)
            places = np.concatenate([places, more])
        yield texts, places, sampler.wrong(texts, places, grades)
