import json
from pathlib import Path

import pytest
import torch

from mmdemo.errors import TrainingError
from mmdemo.train import DomainConfig, FusionConfig, ImageConfig, RecipeConfig, TextConfig
from mmdemo.train.config import STEPS, part_of, read_config, set_choice


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"domain": {"epochs": -1}}, "domain.epochs is not usable: got -1, expected 0 or more"),
        ({"text": {"learning_rate": -0.1}}, "text.learning_rate is not usable"),
        ({"image": {"temperature": 0.0}}, "image.temperature is not usable"),
        ({"fusion": {"batch_size": 1}}, "fusion.batch_size is not usable: got 1, .* since"),
        ({"text": {"weight_decay": -1.0}}, "text.weight_decay is not usable: got -1.0"),
        ({"text": {"patience": 0}}, "text.patience is not usable"),
        ({"text": {"average": 1.5}}, "text.average is not usable: got 1.5, expected 0 to 1"),
        ({"text": {"keep": -1}}, "text.keep is not usable: got -1.0, expected 0 to 100"),
        ({"image": {"hard_negatives": 17}}, "image.hard_negatives is not usable: .* 0 to 16"),
        ({"text": {"keep_scores": -1}}, "text.keep_scores is not usable"),
        (
            {"domain": {"hard_negatives": 1}},
            "domain.hard_negatives .* it has no effect in this step",
        ),
        ({"domain": {"keep": 0.5}}, "domain.keep .* it has no effect in this step"),
        ({"fusion": {"modality_dropout": 1.1}}, "fusion.modality_dropout is not usable"),
        ({"fusion": {"dropped_words": -0.1}}, "fusion.dropped_words is not usable"),
        ({"validation_products": -1}, "validation_products is not usable"),
        ({"seed": -1}, "seed is not usable: got -1, expected 0 to 100000000000000"),
        ({"seed": 10**14 + 1}, "seed is not usable: got 100000000000001"),
        ({"domain": {"text_learning_rate": 0}}, "domain.text_learning_rate is not usable"),
        ({"domain": {"head_learning_rate": 0}}, "domain.head_learning_rate is not usable"),
        ({"fusion": {"half": True}}, "fusion.half .* it has no effect in this step"),
        ({"image_size": [96]}, r"recipe: image_size.1: Field required: got \[96\]"),
        ({"micro_batch": 1}, "micro_batch is not usable: got 1, expected rows, 2 or more"),
        ({"image_size": [96, 8]}, r"image_size is not usable: got \(96, 8\)"),
        ({"epochs": 3}, "recipe: epochs: Unexpected keyword argument"),
        ({"text": {"epoch": 3}}, "recipe: text.epoch: Unexpected keyword argument: got 3"),
        ({"text": {"epochs": "many"}}, "recipe: text.epochs: .* valid integer.*: got 'many'"),
        ({"fusion": {"networks": "fused-mlp"}}, "recipe: fusion.networks: .*tuple"),
    ],
)
def test_choices_that_cannot_work_are_refused(choices: dict[str, object], message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        RecipeConfig.from_json({"text_tower": "scratch", **choices})


def test_a_text_tower_has_to_be_named() -> None:
    with pytest.raises(TrainingError, match="recipe: no text_tower: expected --text-tower"):
        RecipeConfig.from_json({"seed": 3})


def test_every_choice_is_written_down_and_read_again(tmp_path: Path) -> None:
    config = RecipeConfig(
        text_tower="st:encoder",
        image_tower="resnet10t",
        image_size=(80, 60),
        text_fields=("title", "brand"),
        micro_batch=32,
        domain=DomainConfig(wordings=(("title",), ("title", "color")), tune_text=True),
        text=TextConfig(epochs=0, average=0.5),
        image=ImageConfig(half=True),
        fusion=FusionConfig(networks=("fused-moe",), options={"fused-moe": {"experts": 0}}),
        seed=3,
    )
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(config.to_json()))
    assert RecipeConfig.from_json(read_config(path)) == config
    told = config.to_json()
    assert told["image_size"] == [80, 60]
    assert told["domain"]["wordings"] == [["title"], ["title", "color"]]
    assert (told["text"]["epochs"], told["image"]["epochs"]) == (0, 6)
    assert told["fusion"]["options"] == {"fused-moe": {"experts": 0}}


def test_a_toml_file_names_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('text_tower = "scratch"\n[text]\nepochs = 7\n')
    config = RecipeConfig.from_json(read_config(path) | {"image_tower": "resnet10t"})
    assert config == RecipeConfig(
        text_tower="scratch", image_tower="resnet10t", text=TextConfig(epochs=7)
    )


def test_image_towers_that_have_learned_are_tuned_gently() -> None:
    def image(**choices: object) -> tuple[float, float, float]:
        config = RecipeConfig.from_json({"text_tower": "scratch", **choices})
        assert RecipeConfig.from_json(config.to_json()) == config, "told in full"
        return config.domain.learning_rate, config.image.learning_rate, config.image.keep

    new = (2e-3, 1e-3, 0.0)
    assert image(image_tower="resnet10t") == new
    assert image(image_tower="resnet10t", pretrained=True) == (5e-5, 5e-5, 0.5)
    assert image() == image(image_tower="same") == (5e-5, 5e-5, 0.5)
    assert image(image={"epochs": 9}, domain={"epochs": 9}) == (5e-5, 5e-5, 0.5)
    chosen = {"domain": {"learning_rate": 1e-4}, "image": {"learning_rate": 1e-3, "keep": 0}}
    assert image(**chosen) == (1e-4, 1e-3, 0.0), "what is chosen holds"
    with pytest.raises(TrainingError, match="recipe: image: "):
        image(image=3)


def test_the_largest_seed_is_one_of_every_epoch() -> None:
    config = RecipeConfig(text_tower="scratch", seed=10**14)
    torch.manual_seed(config.seed * 100_003 + 10**6)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("recipe.toml", "text_tower =", r"recipe.toml cannot be read: "),
        ("recipe.json", "{", r"recipe.json cannot be read: "),
        ("recipe.json", "[1]", r"recipe.json is no recipe: got list, expected a table"),
        ("recipe.toml", None, r"recipe.toml cannot be read: .*No such file"),
    ],
)
def test_files_that_are_no_recipe(
    tmp_path: Path, name: str, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(TrainingError, match=message):
        read_config(tmp_path / name)


def test_choices_one_by_one() -> None:
    values: dict[str, object] = {"seed": 1, "text": {"epochs": 2, "keep": 0.5}}
    for assignment in (
        "text.epochs=4",
        "image.learning_rate = 1e-4",
        "text_tower=st:some folder",
        'fusion.networks=["fused-mlp"]',
        "fusion.options.fused-moe.bilinear=false",
        "image_size=[64, 48]",
    ):
        set_choice(values, assignment)
    assert values == {
        "seed": 1,
        "text": {"epochs": 4, "keep": 0.5},
        "image": {"learning_rate": 1e-4},
        "text_tower": "st:some folder",
        "fusion": {"networks": ["fused-mlp"], "options": {"fused-moe": {"bilinear": False}}},
        "image_size": [64, 48],
    }


@pytest.mark.parametrize("assignment", ["text.epochs", "=3", "", "seed.epochs=3", "text.epochs="])
def test_a_choice_that_is_not_written_so(assignment: str) -> None:
    with pytest.raises(TrainingError, match="a choice is not usable: got"):
        set_choice({"seed": 1}, assignment)


def test_a_step_can_be_left_out() -> None:
    config = RecipeConfig(text_tower="scratch", image=ImageConfig(epochs=5, batch_size=8))
    without = config.without("image")
    assert (without.image.epochs, without.image.batch_size) == (0, 8)
    assert without.domain == config.domain
    assert [part_of(step) for step in (*STEPS, "fused-moe")] == [*STEPS, "fusion"]
