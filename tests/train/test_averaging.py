from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from mmdemo.catalog import Catalog
from mmdemo.fusion import fusion_folder, load_fusion
from mmdemo.train import RecipeConfig, TrainingQueries, run_recipe
from mmdemo.train.alignment import TextAlignment
from tests.train.left import weights

MakeConfig = Callable[..., RecipeConfig]
NAME = "encoder.layer.1.output.dense.weight"


def test_tuned_text_weights_can_be_averaged_with_the_untouched(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    # Tuning that ends where the untouched tower is better would leave nothing to average.
    text = {"epochs": 1, "batch_size": 60, "hard_negatives": 0, "keep": 0}
    config = make_config(domain={"epochs": 0}, validation_products=0, text=text)
    averaged = replace(config, text=replace(config.text, average=0.25))
    for name, own in (("tuned", config), ("averaged", averaged)):
        run_recipe(shop, own, tmp_path / name, until="text", device="cpu")
    before = load_file(bert / "model.safetensors")[NAME]
    tuned, mixed = (
        weights(tmp_path / f)[f"text.transformer.{NAME}"] for f in ("tuned", "averaged")
    )
    assert not torch.equal(tuned, before)
    torch.testing.assert_close(mixed, 0.25 * before + 0.75 * tuned)


def test_the_measure_that_is_told_is_that_of_what_is_saved(
    shop: Catalog,
    asked: TrainingQueries,
    make_config: MakeConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[torch.Tensor] = []

    def measure(task: TextAlignment) -> float:
        state = task.module.state_dict()
        measured.append(state[f"transformer.{NAME}"].clone())
        return (0.1, 0.6, 0.5, 0.4)[len(measured) - 1]

    monkeypatch.setattr(TextAlignment, "measure", measure)
    config = make_config(domain={"epochs": 0}, text={"epochs": 2, "average": 0.5})
    first = run_recipe(shop, config, tmp_path, queries=asked, until="text", device="cpu")
    assert first.steps["text"].measures == [0.1, 0.4, 0.5], "of the mean, where epoch 1 was kept"
    assert first.steps["text"].best == 1
    torch.testing.assert_close(measured[3], (measured[0] + measured[1]) / 2)
    assert torch.equal(weights(tmp_path)[f"text.transformer.{NAME}"], measured[3])
    again = run_recipe(shop, config, tmp_path, queries=asked, until="text", device="cpu")
    assert again.steps == first.steps
    assert torch.equal(weights(tmp_path)[f"text.transformer.{NAME}"], measured[3])
    assert len(measured) == 4, "the second run takes what the first has left"


def test_networks_can_be_averaged_too(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    steps = {name: {"epochs": 0} for name in ("domain", "text", "image")}
    fusion = {"epochs": 1, "networks": ["fused-mlp"]}
    turns = {}
    for share in (0.0, 0.25):
        own = make_config(**steps, validation_products=0, fusion={**fusion, "average": share})
        out = tmp_path / str(share)
        run_recipe(shop, own, out, device="cpu")
        turns[share] = load_fusion(fusion_folder(out, "fused-mlp")).state_dict()["_turn.weight"]
    assert turns[0.0].abs().max() > 0  # it began with zeros
    torch.testing.assert_close(turns[0.25], 0.75 * turns[0.0])
