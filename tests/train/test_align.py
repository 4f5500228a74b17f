import importlib
import json
import math
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer

from mmdemo.catalog import Catalog
from mmdemo.errors import CatalogError, ModelError, TrainingError
from mmdemo.towers import FloatArray, embed_photos, load_text_tower, load_towers
from mmdemo.train import AlignConfig, AlignResult, align
from mmdemo.train.model import TrainableModel, build_model, save_model
from mmdemo.train.pairs import catalog_pairs, make_pairs
from mmdemo.train.photos import load_pixels, to_float
from mmdemo.train.run import Run

MakeConfig = Callable[..., AlignConfig]


def folder_of(result: AlignResult) -> Path:
    return Path(result.spec.removeprefix("local-dir:"))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "open_clip_model.safetensors")


def found_in_10(photos: FloatArray, texts: FloatArray) -> float:
    """Share of photos whose own text is among the 10 nearest of all."""
    nearest = np.argsort(-photos @ texts.T, axis=1)[:, :10]
    return float(np.mean([i in row for i, row in enumerate(nearest)]))


def test_training_learns_and_the_folder_is_a_model(
    shop: Catalog, trained: AlignResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    towers = load_towers(trained.spec, device="cpu")
    photos = embed_photos(
        towers.image, [p.images[0] for p in shop], shop.image_path, tmp_path / "vectors"
    )
    texts = towers.text.encode_texts([product.title for product in shop])
    assert found_in_10(photos, texts) > 0.9, "chance is 10 of 120"
    assert trained.recall_at_10 > 0.9  # of 12 held out, among 12
    assert (trained.pairs, trained.epochs) == (120, 8)

    folder = folder_of(trained)
    assert not (folder / "training").exists()
    told = json.loads((folder / "training.json").read_bytes())
    assert told["catalog"] == shop.fingerprint
    assert told["image_tower"] == "test_convnext"
    assert (told["pairs"], told["recall_at_10"]) == (120, trained.recall_at_10)
    assert len(told["losses"]) == 8
    assert told["losses"][-1] < told["losses"][0] / 2


@pytest.mark.parametrize("text_tower", ["scratch", "st:bert"])
def test_a_saved_model_gives_the_vectors_of_the_model_in_memory(
    shop: Catalog,
    make_config: MakeConfig,
    bert: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text_tower: str,
) -> None:
    monkeypatch.chdir(bert.parent)
    kept: list[TrainableModel] = []

    def keep(built: TrainableModel, folder: Path) -> None:
        kept.append(built)
        save_model(built, folder)

    # The package exports a function of the same name as the module.
    monkeypatch.setattr(importlib.import_module("mmdemo.train.align"), "save_model", keep)
    text_tower = text_tower.replace("bert", bert.name)
    align(shop, make_config(text_tower=text_tower), tmp_path / "out", device="cpu")
    model = kept[0].model.eval()
    titles = [*(product.title for product in shop.products[:7]), "red disc"]
    pixels = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        texts = torch.nn.functional.normalize(model.encode_text(kept[0].tokenizer(titles)))
        images = torch.nn.functional.normalize(model.encode_image(pixels))

    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").rename(tmp_path / "moved")
    towers = load_towers("local-dir:moved", device="cpu")
    np.testing.assert_allclose(towers.text.encode_texts(titles), texts.numpy(), atol=1e-6)
    np.testing.assert_allclose(
        towers.image.encode_pixels(pixels.numpy()), images.numpy(), atol=1e-6
    )


def test_training_and_search_see_the_same_pixels(
    shop: Catalog, trained: AlignResult, tmp_path: Path
) -> None:
    config = json.loads((folder_of(trained) / "open_clip_config.json").read_bytes())
    preprocess = config["preprocess_cfg"]
    key = shop.products[0].images[0]
    seen = to_float(
        load_pixels(shop, [key], (32, 32), tmp_path / "pixels.npy"),
        preprocess["mean"],
        preprocess["std"],
    )
    with Image.open(shop.image_path(key)) as image:
        served = load_towers(trained.spec, device="cpu").image.preprocess(image.convert("RGB"))
    np.testing.assert_allclose(served, seen[0].numpy(), atol=1e-6)


def test_a_frozen_text_tower_stays_as_it_was(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    result = align(shop, make_config(text_tower=f"st:{bert}"), tmp_path / "out", device="cpu")
    before = load_file(bert / "model.safetensors")
    after = weights(tmp_path / "out")
    checked = 0
    for name, tensor in before.items():
        if not name.startswith("pooler."):
            assert torch.equal(after[f"text.transformer.{name}"], tensor), name
            checked += 1
    assert checked > 15
    titles = ["red disc on blue", "a bar", "bar"]
    np.testing.assert_allclose(
        load_text_tower(result.spec, device="cpu").encode_texts(titles),
        load_text_tower(f"st:{bert}", device="cpu").encode_texts(titles),
        atol=1e-6,
    )


def test_a_tuned_text_tower_changes(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    config = make_config(text_tower=f"st:{bert}", tune_text=True)
    align(shop, config, tmp_path / "out", device="cpu")
    name = "encoder.layer.0.output.dense.weight"
    before = load_file(bert / "model.safetensors")
    assert not torch.equal(weights(tmp_path / "out")[f"text.transformer.{name}"], before[name])


def test_a_trained_model_can_lend_its_text_tower(
    shop: Catalog, make_config: MakeConfig, bert: Path, trained: AlignResult, tmp_path: Path
) -> None:
    first = align(shop, make_config(text_tower=f"st:{bert}"), tmp_path / "first", device="cpu")
    titles = [product.title for product in shop]
    for i, spec in enumerate((trained.spec, first.spec)):
        out = tmp_path / f"second{i}"
        second = align(shop, make_config(text_tower=spec, seed=1), out, device="cpu")
        np.testing.assert_allclose(
            load_text_tower(second.spec, device="cpu").encode_texts(titles),
            load_text_tower(spec, device="cpu").encode_texts(titles),
            atol=1e-6,
        )


def test_the_text_tower_of_a_plain_clip_can_be_used(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    config = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16},
        "text_cfg": {"context_length": 12, "width": 32, "heads": 2, "layers": 1},
    }
    config["vision_cfg"]["head_width"] = 16  # type: ignore[index]
    torch.manual_seed(0)
    model = open_clip.CLIP(**config)
    source = tmp_path / "clip"
    source.mkdir()
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, source / "open_clip_model.safetensors")
    (source / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": {}})
    )
    built = build_model(make_config(text_tower=f"local-dir:{source}"), device="cpu")
    save_model(built, tmp_path / "out")
    titles = ["red disc on blue", "bar"]
    np.testing.assert_allclose(
        load_text_tower(f"local-dir:{tmp_path / 'out'}", device="cpu").encode_texts(titles),
        load_text_tower(f"local-dir:{source}", device="cpu").encode_texts(titles),
        atol=1e-6,
    )


def test_a_killed_run_ends_with_the_weights_of_one_that_was_not(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    # A tuned BERT has dropout, so that the random numbers count too.
    config = make_config(text_tower=f"st:{bert}", tune_text=True, epochs=4)
    script = """
        import sys, time
        from pathlib import Path
        import torch
        torch.set_num_threads(1)
        from mmdemo.catalog import Catalog
        from mmdemo.train import AlignConfig, align, run

        calls, loss = [], run.contrastive_loss
        def slow(*batch):
            calls.append(batch)
            if len(calls) == 8:  # the second of three steps of the third epoch
                (Path(sys.argv[2]).parent / "there").touch()
                time.sleep(60)
            return loss(*batch)
        run.contrastive_loss = slow
        config = AlignConfig(
            text_tower=sys.argv[3], image_tower="test_convnext", image_size=(32, 32),
            epochs=4, batch_size=32, tune_text=True,
        )
        align(Catalog.open(Path(sys.argv[1])), config, Path(sys.argv[2]), device="cpu")
    """
    out = tmp_path / "killed"
    arguments = [str(shop.directory), str(out), f"st:{bert}"]
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script), *arguments]) as process:
        deadline = time.monotonic() + 100
        while not (tmp_path / "there").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, "it was still at work"
    with pytest.raises(ModelError, match="no model in this folder"):
        load_towers(f"local-dir:{out}")
    checkpoint = torch.load(out / "training" / "checkpoint.pt", weights_only=True)
    assert checkpoint["epoch"] == 2

    other = make_config(text_tower=f"st:{bert}", tune_text=True, epochs=4, seed=1)
    with pytest.raises(
        TrainingError, match=r"other choices or another catalog; give another --out"
    ):
        align(shop, other, out, device="cpu")

    resumed = align(shop, config, out, device="cpu")
    straight = align(shop, config, tmp_path / "straight", device="cpu")
    one, two = weights(out), weights(tmp_path / "straight")
    assert one.keys() == two.keys()
    for name, tensor in one.items():
        torch.testing.assert_close(tensor, two[name], rtol=0, atol=1e-4)
    assert resumed.recall_at_10 == straight.recall_at_10
    told = [json.loads((f / "training.json").read_bytes()) for f in (out, tmp_path / "straight")]
    np.testing.assert_allclose(told[0]["losses"], told[1]["losses"], atol=1e-4)


def test_ten_steps_in_all(shop: Catalog, make_config: MakeConfig, tmp_path: Path) -> None:
    # PyTorch's one-cycle schedule divides by zero where the warm-up is exactly one step.
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:5])
    assert align(few, make_config(epochs=10), tmp_path / "out", device="cpu").epochs == 10


def test_a_catalog_too_small_to_hold_pairs_out(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:5])
    result = align(few, make_config(), tmp_path / "out", device="cpu")
    assert math.isnan(result.recall_at_10)
    told = (tmp_path / "out" / "training.json").read_text()
    assert json.loads(told, parse_constant=pytest.fail)["recall_at_10"] is None


def test_held_out_pairs_have_no_twins_in_training(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    photos = [product.images[0] for product in shop]
    pairs = make_pairs(photos, [(f"text {i % 70}",) for i in range(120)])  # 50 texts come twice
    run = Run(
        build_model(make_config(), device="cpu"),
        make_config(),
        pairs=pairs,
        pixels=np.zeros((120, 32, 32, 3), np.uint8),
        cache=tmp_path,
        device="cpu",
    )
    assert len(run.validation) == 12
    texts = [text for (text,) in pairs.texts]
    held_out = {texts[i] for i in run.validation}
    assert held_out.isdisjoint(texts[i] for i in run.training)
    left_out = set(range(120)) - set(run.training) - set(run.validation)
    assert all(texts[i] in held_out for i in left_out)


def test_every_wording_is_drawn_and_the_first_is_measured(
    shop: Catalog, make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    config = make_config(text_tower=f"st:{bert}", text_fields=(("title",), ("description",)))
    pairs = catalog_pairs(shop, config.text_fields)
    built = build_model(config, device="cpu")
    pixels = np.zeros((120, 32, 32, 3), np.uint8)
    frozen = Run(built, config, pairs=pairs, pixels=pixels, cache=tmp_path, device="cpu")
    tower = load_text_tower(f"st:{bert}", device="cpu")
    wordings = [
        tower.encode_texts([product.title for product in shop]),
        tower.encode_texts([product.description for product in shop]),
    ]
    places = np.arange(120)
    np.testing.assert_allclose(
        frozen._texts(places, np.zeros_like(places)).numpy(), wordings[0], atol=1e-6
    )
    drawn = frozen._texts(places, np.arange(120) % 2).numpy()
    chosen = [
        next(w for w in (0, 1) if np.allclose(drawn[i], wordings[w][i], atol=1e-5)) for i in places
    ]
    assert chosen == [i % 2 for i in range(120)]


def test_a_finished_model_is_not_trained_over(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    few = Catalog(shop.directory, fingerprint="few", products=shop.products[:5])
    align(few, make_config(), tmp_path / "out", device="cpu")
    weights = (tmp_path / "out" / "open_clip_model.safetensors").read_bytes()
    with pytest.raises(TrainingError, match="holds a finished model; give another --out"):
        align(few, make_config(), tmp_path / "out", device="cpu")
    assert (tmp_path / "out" / "open_clip_model.safetensors").read_bytes() == weights


def test_pairs_may_come_from_elsewhere(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    pairs = make_pairs([p.images[0] for p in shop][:40], [(f"query {i}",) for i in range(40)])
    result = align(shop, make_config(), tmp_path / "out", pairs=pairs, device="cpu")
    assert result.pairs == 40


def test_a_loss_that_is_no_number_stops_the_run(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=r"not a number; lower --learning-rate"):
        align(shop, make_config(learning_rate=1e30, epochs=4), tmp_path / "out", device="cpu")


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"image_tower": "resnet9999"}, r"no such image tower: got resnet9999, expected \w+"),
        ({"image_tower": ""}, r"no such image tower"),
        ({"image_tower": "test_vit", "image_size": (50, 50)}, r"test_vit cannot .*"),
        ({"pretrained": True}, r"test_convnext cannot be built: .*; .*--pretrained"),
    ],
)
def test_image_towers_that_cannot_be_made(
    make_config: MakeConfig, choices: dict[str, object], message: str
) -> None:
    with pytest.raises(TrainingError, match=message) as error:
        build_model(make_config(**choices), device="cpu")
    assert "\n" not in str(error.value)


def test_text_towers_that_cannot_be_part(
    make_config: MakeConfig, bert: Path, tmp_path: Path
) -> None:
    transformer, pooling = SentenceTransformer(str(bert), device="cpu")
    steps = [transformer, type(pooling)(32, "max")]
    SentenceTransformer(modules=steps, device="cpu").save(str(tmp_path / "encoder"))
    for spec, message in (
        (f"st:{tmp_path / 'encoder'}", r"cannot be part .*Pooling \(max\), expected"),
        (f"st:{tmp_path}", r"text encoder .* cannot be loaded"),
        ("local-dir:/no/such", r"no model in this folder"),
        ("hf-hub:no/such", r"cannot be loaded"),
    ):
        with pytest.raises(ModelError, match=message) as error:
            build_model(make_config(text_tower=spec), device="cpu")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_poolings_that_can_be_part_keep_their_vectors(
    make_config: MakeConfig, bert: Path, tmp_path: Path, pooling: str
) -> None:
    transformer, mean = SentenceTransformer(str(bert), device="cpu")
    steps = [transformer, type(mean)(32, pooling)]
    SentenceTransformer(modules=steps, device="cpu").save(str(tmp_path / "encoder"))
    spec = f"st:{tmp_path / 'encoder'}"
    save_model(build_model(make_config(text_tower=spec), device="cpu"), tmp_path / "out")
    titles = ["red disc on blue", "a bar painted green", "post"]
    np.testing.assert_allclose(
        load_text_tower(f"local-dir:{tmp_path / 'out'}", device="cpu").encode_texts(titles),
        load_text_tower(spec, device="cpu").encode_texts(titles),
        atol=1e-5,
    )


def test_a_photo_that_is_gone_stops_the_run_with_its_remedy(
    shop: Catalog, make_config: MakeConfig, tmp_path: Path
) -> None:
    pairs = make_pairs(["f" * 32, shop.products[0].images[0]], [("a",), ("b",)])
    with pytest.raises(CatalogError, match=r"photo 'f+' is not in catalog shop; run `mmdemo"):
        align(shop, make_config(), tmp_path / "out", pairs=pairs, device="cpu")
