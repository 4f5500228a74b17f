"""A catalog's halves through a network, in arrays."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from mmdemo.errors import ModelError
from mmdemo.fusion import ConcatMLP, LearnedFusion, ask_fused, fuse_products

MakeHalves = Callable[..., tuple[Tensor, Tensor]]


@pytest.fixture
def fusion() -> LearnedFusion:
    torch.manual_seed(2)
    fusion = ConcatMLP(16, hidden=32)
    for parameter in fusion.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return fusion.eval()


def test_arrays_in_and_out(fusion: LearnedFusion, make_halves: MakeHalves) -> None:
    text, image = make_halves(1500, no_text=[2, 7], no_image=[7])  # more than a batch
    fused = fuse_products(fusion, text.numpy(), image.numpy())
    assert fused.dtype == np.float32
    with torch.no_grad():
        np.testing.assert_allclose(fused, fusion(text, image).numpy(), atol=1e-6)
        asked = ask_fused(fusion, text[:3].numpy())
        np.testing.assert_allclose(asked, fusion.query(text[:3]).numpy(), atol=1e-7)
    assert not fused[7].any()


def test_equal_products_get_equal_vectors_wherever_they_stand(
    fusion: LearnedFusion, make_halves: MakeHalves
) -> None:
    text, image = (half.numpy() for half in make_halves(7))
    picks = np.random.default_rng(0).integers(0, 7, 1100)
    fused = fuse_products(fusion, text[picks], image[picks])
    for product in range(7):
        assert len({row.tobytes() for row in fused[picks == product]}) == 1
    assert len({row.tobytes() for row in fused}) == 7


def test_an_empty_catalog(fusion: LearnedFusion) -> None:
    assert fuse_products(
        fusion, np.zeros((0, 16), np.float32), np.zeros((0, 16), np.float32)
    ).shape == (
        0,
        16,
    )


def test_halves_of_another_dimension_are_refused(fusion: LearnedFusion) -> None:
    with pytest.raises(ModelError, match="another dimension: got 8, expected 16"):
        fuse_products(fusion, np.ones((2, 16), np.float32), np.ones((2, 8), np.float32))


def test_a_broken_network_says_so(fusion: LearnedFusion, make_halves: MakeHalves) -> None:
    text, image = make_halves(3)
    for parameter in fusion.parameters():
        torch.nn.init.constant_(parameter, float("nan"))
    with pytest.raises(ModelError, match="fused-mlp gave values that are not numbers"):
        fuse_products(fusion, text.numpy(), image.numpy())
    with pytest.raises(ModelError, match="not numbers"):
        ask_fused(fusion, text.numpy())
