"""Learned fusions of each kind, tiny, and halves of products for them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from mmdemo.fusion import (
    ConcatMLP,
    CrossAttention,
    Gate,
    LearnedFusion,
    MixtureOfExperts,
)

MakeFusion = Callable[..., LearnedFusion]
DIMENSION = 16

KINDS: dict[str, MakeFusion] = {
    "mlp": ConcatMLP,
    "gate": Gate,
    "attention": CrossAttention,
    "moe": MixtureOfExperts,
    "experts only": lambda d, **o: MixtureOfExperts(d, bilinear=False, **o),
    "one expert": lambda d, **o: MixtureOfExperts(d, experts=1, **o),
    "bilinear only": lambda d, **o: MixtureOfExperts(d, experts=0, **o),
}


@pytest.fixture(params=KINDS)
def make_fusion(request: pytest.FixtureRequest) -> MakeFusion:
    """`make_fusion(text_weight=0.3)` is a fresh network of each kind in turn."""

    def make(*, dimension: int = DIMENSION, seed: int = 0, **options: object) -> LearnedFusion:
        torch.manual_seed(seed)
        return KINDS[request.param](dimension, hidden=64, **options)

    return make


@pytest.fixture
def make_halves() -> Callable[..., tuple[Tensor, Tensor]]:
    """`make_halves(9, no_text=[2])`: unit rows of 9 products, zero where a half is missing."""

    def make(
        count: int, *, no_text: list[int] | None = None, no_image: list[int] | None = None
    ) -> tuple[Tensor, Tensor]:
        numbers = torch.Generator().manual_seed(1)
        text, image = (
            functional.normalize(torch.randn(count, DIMENSION, generator=numbers), dim=1)
            for _ in range(2)
        )
        text[no_text or []] = 0
        image[no_image or []] = 0
        return text, image

    return make


@pytest.fixture
def train() -> Callable[..., None]:
    """`train(fusion, queries, text, image)`: that each query finds its product, and no other."""

    def run(
        fusion: LearnedFusion,
        queries: Tensor,
        text: Tensor,
        image: Tensor,
        *,
        steps: int = 150,
        rate: float = 3e-3,
    ) -> None:
        optimizer = torch.optim.AdamW(fusion.parameters(), rate)
        right = torch.arange(len(queries))
        for _ in range(steps):
            optimizer.zero_grad()
            scores = 20 * fusion.query(queries) @ fusion(text, image).T
            loss: Tensor = functional.cross_entropy(scores, right)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()

    return run
