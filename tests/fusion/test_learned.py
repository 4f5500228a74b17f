"""What every learned fusion promises, run over all of them."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from mmdemo.errors import ModelError
from mmdemo.fusion import LEARNED, ConcatMLP, CrossAttention, Gate, LearnedFusion, MixtureOfExperts

MakeFusion = Callable[..., LearnedFusion]
MakeHalves = Callable[..., tuple[Tensor, Tensor]]
Train = Callable[..., None]


def close(got: Tensor, expected: Tensor, tolerance: float = 1e-6) -> None:
    torch.testing.assert_close(got, expected, atol=tolerance, rtol=0)


def unit(rows: Tensor) -> Tensor:
    return functional.normalize(rows, dim=1)


def test_networks_by_name() -> None:
    assert list(LEARNED) == ["fused-mlp", "fused-gate", "fused-attention", "fused-moe"]
    assert [kind.name for kind in LEARNED.values()] == list(LEARNED)


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 1.0])
def test_it_starts_as_the_weighted_mean(
    make_fusion: MakeFusion, make_halves: MakeHalves, weight: float
) -> None:
    text, image = make_halves(9)
    fused = make_fusion(text_weight=weight)(text, image)
    close(fused, unit(weight * text + (1 - weight) * image))


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_it_starts_as_the_half_that_is_there(
    make_fusion: MakeFusion, make_halves: MakeHalves, weight: float
) -> None:
    text, image = make_halves(5, no_text=[1, 4], no_image=[2, 4])
    fused = make_fusion(text_weight=weight)(text, image)
    close(fused[1], image[1])
    close(fused[2], text[2])
    assert fused[4].tolist() == [0.0] * 16


def test_a_query_starts_as_it_is(make_fusion: MakeFusion, make_halves: MakeHalves) -> None:
    words, _ = make_halves(4)
    close(make_fusion().query(words), words)


def test_after_training_rows_are_still_unit_or_zero(
    make_fusion: MakeFusion, make_halves: MakeHalves, train: Train
) -> None:
    text, image = make_halves(12, no_text=[1, 4], no_image=[2, 4])
    words = text.flip(0) + image
    fusion = make_fusion()
    train(fusion, unit(words), text, image, steps=5)
    lengths = fusion(text, image).norm(dim=1)
    close(lengths, torch.tensor([1.0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]))
    close(fusion.query(unit(words)).norm(dim=1), torch.ones(12))


def test_every_parameter_learns(
    make_fusion: MakeFusion, make_halves: MakeHalves, train: Train
) -> None:
    """At the start only the last layers can; after one step every element of every layer."""
    text, image = make_halves(24)
    words = unit(text + image.flip(0))
    fusion = make_fusion()
    train(fusion, words, text, image, steps=1)
    fusion.zero_grad()
    (fusion.query(words) @ fusion(text, image).T).softmax(dim=1).diagonal().log().sum().backward()
    for name, parameter in fusion.named_parameters():
        assert parameter.grad is not None, name
        assert (parameter.grad != 0).float().mean() > 0.99, name


def test_no_gradient_is_broken_by_missing_halves(
    make_fusion: MakeFusion, make_halves: MakeHalves
) -> None:
    text, image = make_halves(6, no_text=[0, 1, 2], no_image=[2, 3])
    fusion = make_fusion()
    (fusion(text, image) @ unit(torch.randn(16, 3).T).T).sum().backward()
    gradients = [p.grad for p in fusion.parameters() if p.grad is not None]
    assert gradients
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)


def test_a_product_is_fused_alike_alone_and_in_a_batch(
    make_fusion: MakeFusion, make_halves: MakeHalves, train: Train
) -> None:
    text, image = make_halves(20, no_text=[3], no_image=[7])
    fusion = make_fusion()
    train(fusion, unit(text.flip(0) + image), text, image, steps=20)
    together = fusion.eval()(text, image)
    for i in (0, 3, 7, 19):
        close(fusion(text[i : i + 1], image[i : i + 1])[0], together[i])
    assert fusion(text[:0], image[:0]).shape == (0, 16)


def test_one_seed_gives_one_network(
    make_fusion: MakeFusion, make_halves: MakeHalves, train: Train
) -> None:
    text, image = make_halves(20)
    words = unit(text.flip(0) + image)
    results = []
    for seed in (3, 3, 4):
        fusion = make_fusion(seed=seed)
        train(fusion, words, text, image, steps=10)
        results.append((fusion.fingerprint, fusion(text, image)))
    (one, first), (same, again), (other, apart) = results
    assert one == same != other
    assert torch.equal(first, again)
    assert not torch.equal(first, apart)


def test_it_learns_what_no_weight_can_say(make_fusion: MakeFusion, train: Train) -> None:
    """Every product has one half that is true of it and one that is another product's.

    Which one is true is written in the last two elements. Whatever the weight of text, the
    product whose half was borrowed ranks at least as well for some queries as the true one.
    """
    count = 32
    numbers = torch.Generator().manual_seed(5)
    true = unit(torch.randn(count, 14, generator=numbers))
    borrowed = true.roll(1, dims=0)
    is_text = (torch.arange(count) % 2 == 0)[:, None]
    sign = torch.where(is_text, 0.7, -0.7)
    text = unit(torch.cat([torch.where(is_text, true, borrowed), sign, -sign], dim=1))
    image = unit(torch.cat([torch.where(is_text, borrowed, true), -sign, sign], dim=1))
    words = torch.cat([true, torch.zeros(count, 2)], dim=1)

    def found(fused: Tensor, queries: Tensor) -> float:
        return (queries @ fused.T).argmax(dim=1).eq(torch.arange(count)).float().mean().item()

    sums = [w / 20 * text + (1 - w / 20) * image for w in range(21)]
    assert max(found(unit(rows), words) for rows in sums) < 0.75
    fusion = make_fusion()
    train(fusion, words, text, image)
    assert found(fusion(text, image), fusion.query(words)) > 0.95


def test_config_makes_the_same_network(make_fusion: MakeFusion) -> None:
    fusion = make_fusion(text_weight=0.3)
    again = type(fusion)(**fusion.config())  # type: ignore[arg-type]
    assert again.config() == fusion.config()
    shapes = [{n: t.shape for n, t in net.state_dict().items()} for net in (fusion, again)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MixtureOfExperts(8, experts=0, bilinear=False), "needs experts or the bilinear"),
        (lambda: CrossAttention(8, hidden=100), "a multiple of 8 tokens × 4 heads"),
        (lambda: MixtureOfExperts(8, text_weight=1.5), "got 1.5, expected 0 to 1"),
        (lambda: MixtureOfExperts(0), "dimension is not usable"),
        (lambda: ConcatMLP(4, hidden=-5), "hidden is not usable: got -5, expected 1 or more"),
        (lambda: Gate(4, hidden=2.5), "hidden is not usable: got 2.5"),  # type: ignore[arg-type]
        (lambda: CrossAttention(4, heads=0), "heads is not usable: got 0"),
        (lambda: CrossAttention(4, tokens=True), "tokens is not usable: got True"),
        (lambda: MixtureOfExperts(4, experts=-1), "experts is not usable: got -1"),
        (lambda: MixtureOfExperts(4, rank=0), "rank is not usable: got 0"),
    ],
)
def test_what_cannot_be_made_says_so(make: Callable[[], LearnedFusion], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        make()


def test_parts_that_are_left_out_have_no_weights() -> None:
    whole, no_experts, no_bilinear = (
        {name.split(".")[0] for name, _ in MixtureOfExperts(8, **options).named_parameters()}
        for options in ({}, {"experts": 0}, {"bilinear": False})
    )
    assert whole - no_experts == {"_experts", "_gate"}
    assert whole - no_bilinear == {"_text_factor", "_image_factor"}


def test_a_mixture_is_what_its_experts_say_in_the_shares_of_the_gate() -> None:
    """Two experts of one unit, weighed by hand."""
    fusion = MixtureOfExperts(2, hidden=1, experts=2, bilinear=False)
    expert = torch.tensor([[1.0, 0, 0, 0], [0, 0, 0, 1.0]])  # the first of t, the last of v
    gate = torch.tensor([[0.0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1.0]])  # the last of t⊙v
    state = {"_experts.weight": expert, "_experts.bias": torch.zeros(2)}
    state |= {"_gate.weight": gate, "_gate.bias": torch.zeros(2)}
    state |= {"_layers.0.weight": torch.ones(1, 1), "_layers.0.bias": torch.zeros(1)}
    state |= {"_layers.2.weight": torch.tensor([[1.0], [0.0]]), "_turn.weight": torch.zeros(2, 2)}
    fusion.load_state_dict(state)
    t, v = torch.tensor([[0.6, 0.8]]), torch.tensor([[0.0, 1.0]])
    root = 2**0.5
    share = 1 / (1 + torch.tensor(-0.8 * root * root).exp())  # of the second expert
    gelu = functional.gelu
    mixture = (1 - share) * gelu(torch.tensor(0.6 * root)) + share * gelu(torch.tensor(root))
    expected = torch.stack([0.3 + gelu(mixture), torch.tensor(0.9)])[None]
    close(fusion(t, v), unit(expected))
