import json
import logging
import math
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from mmdemo.catalog import Catalog
from mmdemo.errors import ModelError, TrainingError
from mmdemo.fusion import LEARNED, fusion_folder, load_fusion, read_fusion
from mmdemo.towers import FloatArray, embed_photos, load_text_tower, load_towers
from mmdemo.train import STEPS, RecipeConfig, RecipeResult, TrainingQueries, run_recipe
from tests.train.left import NETWORKS, folder_of, kept_steps, weights

MakeConfig = Callable[..., RecipeConfig]
MakeQueries = Callable[..., TrainingQueries]


def found_in_10(photos: FloatArray, texts: FloatArray) -> float:
    """Share of photos whose own text is among the 10 nearest of all."""
    nearest = np.argsort(-photos @ texts.T, axis=1)[:, :10]
    return float(np.mean([i in row for i, row in enumerate(nearest)]))


@pytest.fixture
def nothing_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("this was trained before")

    monkeypatch.setattr("mmdemo.train.loop.contrast", refuse)


def test_towers_learn_and_the_folder_is_a_model(
    shop: Catalog, trained: RecipeResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    towers = load_towers(trained.spec, device="cpu")
    photos = embed_photos(
        towers.image, [p.images[0] for p in shop], shop.image_path, tmp_path / "vectors"
    )
    texts = towers.text.encode_texts([product.title for product in shop])
    assert found_in_10(photos, texts) > 0.9, "chance is 10 of 120"
    assert trained.steps.keys() == {"domain"}
    losses = trained.steps["domain"].losses
    assert losses[-1] < losses[0] / 2


def test_every_step_runs_and_leaves_what_can_be_used(whole: RecipeResult, shop: Catalog) -> None:
    assert list(whole.steps) == ["domain", "text", "image", *NETWORKS]
    assert whole.seconds == pytest.approx(sum(s.seconds for s in whole.steps.values()))
    folder = folder_of(whole)
    towers = load_towers(whole.spec, device="cpu")
    rows = towers.text.encode_texts(["red disc", "bar on blue"])
    for name, step in whole.steps.items():
        assert len(step.losses) <= 2
        assert len(step.measures) == len(step.losses) + 1
        assert all(0 <= measure <= 1 for measure in step.measures)
        assert whole.measure(name) == max(step.measures)
    for name in NETWORKS:
        network = load_fusion(fusion_folder(folder, name))
        assert type(network) is LEARNED[name]
        with torch.no_grad():
            fused = network(torch.from_numpy(rows), torch.from_numpy(rows[::-1].copy()))
        assert fused.shape == (2, 32)
        told = read_fusion(fusion_folder(folder, name))
        assert told.text_fingerprint == towers.text.fingerprint
        assert told.image_fingerprint == towers.image.fingerprint


def test_the_card_tells_data_choices_and_measures(
    whole: RecipeResult, shop: Catalog, make_config: MakeConfig
) -> None:
    folder = folder_of(whole)
    told = json.loads((folder / "training.json").read_text(), parse_constant=pytest.fail)
    assert told["catalog"] == {"name": shop.name, "fingerprint": shop.fingerprint}
    assert told["data"]["products"] == 108
    assert told["data"]["products held out"] == 12
    assert told["data"]["queries"] + told["data"]["queries held out"] == 200
    assert told["parent"] == make_config().text_tower
    assert RecipeConfig.from_json(told["recipe"]) == make_config()
    assert RecipeConfig.from_json(json.loads((folder / "recipe.json").read_text())) == make_config()
    assert told["steps"]["fused-moe"]["measures"] == whole.steps["fused-moe"].measures
    card = (folder / "README.md").read_text()
    assert told["date"] in card
    assert make_config().text_tower in card
    assert "test_convnext" in card
    assert "108 products" in card and "12 and" in card
    for name in whole.steps:
        assert f"{whole.measure(name):.4f}" in card
        assert name in card


@pytest.mark.usefixtures("nothing_is_trained")
def test_a_second_run_trains_nothing(
    whole: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    work = folder_of(whole) / "training"
    again = run_recipe(shop, make_config(), tmp_path / "model", work=work, device="cpu")
    assert again.steps == whole.steps
    one, two = weights(folder_of(whole)), weights(tmp_path / "model")
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())
    for name in NETWORKS:
        assert (
            load_fusion(fusion_folder(folder_of(whole), name)).fingerprint
            == load_fusion(fusion_folder(tmp_path / "model", name)).fingerprint
        )


def test_recipes_that_differ_late_share_what_is_early(
    whole: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.symlink_to(folder_of(whole) / "training")
    before = kept_steps(work)
    steps = {name.rpartition("-")[0] for name in before}
    assert steps == {"domain", "text", "image", *NETWORKS}

    def new(**choices: object) -> set[str]:
        known = kept_steps(work)
        config = make_config(**choices)
        run_recipe(shop, config, tmp_path / "model", work=work, device="cpu")
        return {name.rpartition("-")[0] for name in kept_steps(work) - known}

    assert new(fusion={"networks": ["fused-gate"], "learning_rate": 3e-3}) == {"fused-gate"}
    assert new(fusion={"networks": ["fused-gate"]}) == set()
    options = {"fused-moe": {"bilinear": False}}
    assert new(fusion={"options": options}) == {"fused-moe"}
    assert new(fusion={"epochs": 0}, image={"learning_rate": 3e-3}) == {"image"}
    assert before <= kept_steps(work)


def test_steps_can_be_left_out(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    config = make_config(fusion={"networks": ["fused-mlp"], "epochs": 1})
    for step in ("domain", "text", "image"):
        config = config.without(step)
    result = run_recipe(shop, config, tmp_path / "model", device="cpu")
    assert list(result.steps) == ["fused-mlp"]
    before = load_file(bert / "model.safetensors")
    after = weights(tmp_path / "model")
    checked = [
        torch.equal(after[f"text.transformer.{name}"], tensor)
        for name, tensor in before.items() if not name.startswith("pooler.")
    ]  # fmt: skip
    assert len(checked) > 15 and all(checked)

    # The towers' rows are of this data, although the towers are those of the run before.
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:60])
    other = run_recipe(
        few, config, tmp_path / "other", work=tmp_path / "model" / "training", device="cpu"
    )
    fresh = run_recipe(few, config, tmp_path / "fresh", device="cpu")
    assert other.steps["fused-mlp"].measures == fresh.steps["fused-mlp"].measures
    assert other.steps["fused-mlp"].losses == fresh.steps["fused-mlp"].losses


def test_every_step_trains_its_own_tower(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    config = make_config(validation_products=0)  # so that the last epoch is kept
    made: dict[str, dict[str, torch.Tensor]] = {}
    for step in ("domain", "text", "image"):
        out = tmp_path / step
        result = run_recipe(shop, config, out, work=tmp_path / "work", until=step, device="cpu")
        made[step] = weights(out)
        assert list(result.steps) == ["domain", "text", "image"][: len(made)]
        assert not (out / "fusions").exists()

    def changed(one: str, two: str, tower: str) -> set[str]:
        names = {name for name in made[one] if name.startswith(tower)}
        return {name for name in names if not torch.equal(made[one][name], made[two][name])}

    before = load_file(bert / "model.safetensors")
    for name, tensor in made["domain"].items():
        if name.startswith("text.transformer."):
            assert torch.equal(tensor, before[name.removeprefix("text.transformer.")]), name
    tuned = changed("domain", "text", "text.")
    assert "text.transformer.encoder.layer.0.output.dense.weight" in tuned
    assert not any("embeddings" in name for name in tuned)
    assert not changed("domain", "text", "visual.")
    assert not changed("text", "image", "text.")
    assert changed("text", "image", "visual.")


def test_micro_batches_reach_the_same(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    # Without dropout (a frozen text tower) the gradients are the same to rounding.
    config = make_config(text={"epochs": 0}, fusion={"epochs": 0})
    results = [
        run_recipe(shop, replace(config, micro_batch=size), tmp_path / str(size), device="cpu")
        for size in (None, 10)
    ]
    for step in ("domain", "image"):
        np.testing.assert_allclose(
            results[0].steps[step].losses, results[1].steps[step].losses, rtol=1e-3
        )


def test_mistakes_show_before_anything_is_trained(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path, nothing_is_trained: None
) -> None:
    for fusion, message in (
        ({"networks": ["fused-mop"]}, r"no such fusion: got fused-mop, expected fused-mlp, .*"),
        ({"options": {"fused-mop": {}}}, r"no such fusion: got fused-mop"),
        (
            {"options": {"fused-mlp": {"hiden": 3}}},
            r"fusion.options.fused-mlp are not usable.*hiden",
        ),
    ):
        with pytest.raises(TrainingError, match=message):
            run_recipe(shop, make_config(fusion=fusion), tmp_path / "model", device="cpu")
    with pytest.raises(TrainingError, match=r"no product .* has such a field .*got 'titel'"):
        config = make_config(domain={"wordings": [["titel"]]})
        run_recipe(shop, config, tmp_path / "model", device="cpu")
    assert not (tmp_path / "model" / "open_clip_config.json").exists()


def test_too_little_to_train_on_is_told(
    shop: Catalog, make_config: MakeConfig, make_queries_of: MakeQueries, tmp_path: Path
) -> None:
    def run(products: int, queries: TrainingQueries | None = None, *, photos: bool = True) -> None:
        few = [p if photos else replace(p, images=()) for p in shop.products[:products]]
        catalog = Catalog(shop.directory, fingerprint="few", products=few)
        config = make_config()
        run_recipe(catalog, config, tmp_path / "model", queries=queries, device="cpu")

    with pytest.raises(TrainingError, match=r"too little to train on: got 1 products"):
        run(1, make_queries_of([[4], [4]]))
    with pytest.raises(
        TrainingError, match=r"no queries to learn from: got queries=0; .* --set queries=40000"
    ):
        run_recipe(shop, make_config(queries=0), tmp_path / "model", device="cpu")
    with pytest.raises(TrainingError, match="too few pairs to train on: got 0 products"):
        run(5, photos=False)
    with pytest.raises(TrainingError, match="no query has a right product to train on: got 2"):
        run(5, make_queries_of([[1] * 5, [0] * 5]))


def test_a_small_catalog_trains_without_measures(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:6])
    config = make_config(fusion={"networks": ["fused-mlp"], "epochs": 1}, queries=30)
    result = run_recipe(few, config, tmp_path / "model", device="cpu")
    for step in result.steps.values():
        assert step.best == len(step.losses)
        assert all(math.isnan(measure) for measure in step.measures)
    told = (tmp_path / "model" / "training.json").read_text()
    steps = json.loads(told, parse_constant=pytest.fail)["steps"]
    assert steps["domain"]["measures"] == [None, None, None]
    assert load_text_tower(result.spec, device="cpu").encode_texts(["red disc"]).shape == (1, 32)


def test_what_a_model_goes_on_with_is_written_down(
    trained: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    config = make_config(text_tower=trained.spec, image_tower="same", image_size=None)
    for step in STEPS:
        config = config.without(step)
    run_recipe(shop, config, tmp_path / "model", device="cpu")
    told = json.loads((tmp_path / "model" / "recipe.json").read_bytes())
    assert told["image_size"] == [32, 32], "the model's own"
    assert told == json.loads((tmp_path / "model" / "training.json").read_bytes())["recipe"]
    assert "32 × 32 pixels" in (tmp_path / "model" / "README.md").read_text()


def test_a_model_is_replaced_as_a_whole_or_is_absent(
    whole: RecipeResult,
    shop: Catalog,
    make_config: MakeConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out, work = tmp_path / "model", folder_of(whole) / "training"
    shutil.copytree(folder_of(whole), out, ignore=shutil.ignore_patterns("training"))
    config = make_config(fusion={"networks": ["fused-gate"]})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("mmdemo.train.model.write_json", killed)  # after the weights
        with pytest.raises(KeyboardInterrupt):
            run_recipe(shop, config, out, work=work, device="cpu")
    with pytest.raises(ModelError, match="no model in this folder"):
        load_towers(f"local-dir:{out}", device="cpu")
    assert not (out / "training.json").exists() and not (out / "README.md").exists()
    assert not list(out.glob("fusions/*"))

    run_recipe(shop, config, out, work=work, device="cpu")
    assert [path.name for path in out.glob("fusions/*")] == ["fused-gate"]
    assert json.loads((out / "recipe.json").read_bytes()) == config.to_json()


def test_a_run_that_fails_leaves_the_model_and_its_choices(
    whole: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    out = tmp_path / "model"
    shutil.copytree(folder_of(whole), out, ignore=shutil.ignore_patterns("training"))
    config = make_config(domain={"wordings": [["titel"]]}, seed=3)
    with pytest.raises(TrainingError, match="no product"):
        run_recipe(shop, config, out, device="cpu")
    assert RecipeConfig.from_json(json.loads((out / "recipe.json").read_bytes())) == make_config()
    assert load_fusion(fusion_folder(out, "fused-moe")).dimension == 32
    assert (
        RecipeConfig.from_json(json.loads((out / "training" / "recipe.json").read_bytes()))
        == config
    ), "what was tried"


def test_another_model_is_not_written_over(
    trained: RecipeResult, shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    out = tmp_path / "other"
    out.mkdir()
    (out / "open_clip_config.json").write_text("{}")
    with pytest.raises(TrainingError, match=r"other holds another model; give another --out"):
        run_recipe(shop, make_config(), out, device="cpu")
    assert (out / "open_clip_config.json").read_text() == "{}"
    with pytest.raises(TrainingError, match=r"is the model to start from; give another --out"):
        run_recipe(shop, make_config(text_tower=trained.spec), folder_of(trained), device="cpu")


def test_out_of_memory_names_the_step_and_keeps_what_is_done(
    whole: RecipeResult,
    shop: Catalog,
    make_config: MakeConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hungry(*_: object, **__: object) -> None:
        torch.empty(10**16)

    config = make_config(image={"learning_rate": 7e-4})
    work = folder_of(whole) / "training"
    for place in ("mmdemo.train.loop.contrast", "mmdemo.train.recipe.ImageAlignment"):
        with monkeypatch.context() as patch:
            patch.setattr(place, hungry)
            with pytest.raises(TrainingError, match=r"step image ran out of memory; lower micro_b"):
                run_recipe(shop, config, tmp_path / "model", work=work, device="cpu")


def test_a_model_that_does_not_fit_is_told(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hungry(*_: object, **__: object) -> None:
        torch.empty(10**16)

    monkeypatch.setattr("mmdemo.train.recipe.build_model", hungry)
    with pytest.raises(TrainingError, match="the model does not fit in memory; take smaller"):
        run_recipe(shop, make_config(), tmp_path / "model", device="cpu")


def test_how_far_it_is_is_logged(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:40])
    config = make_config(queries=40)
    with caplog.at_level(logging.INFO, logger="mmdemo"):
        run_recipe(few, config, tmp_path / "model", until="domain", device="cpu")
        run_recipe(few, config, tmp_path / "model", until="domain", device="cpu")
    lines = [record.getMessage() for record in caplog.records if "mmdemo.train" in record.name]
    told = r"36 products and 3[6-9] queries to train on, 4 and [1-4] held out"
    assert re.fullmatch(told, lines[0])
    assert lines[1].startswith("domain: epoch 1 of 2, loss ")
    assert "min left" in lines[1]
    assert "domain: done before" in lines
