import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer

from mmdemo.catalog import decode, keep_photo, write_catalog
from mmdemo.errors import ModelError, TrainingError
from mmdemo.records import Product
from mmdemo.towers import load_text_tower, load_towers
from mmdemo.towers.openclip import photo_resizer
from mmdemo.train import RecipeConfig, RecipeResult
from mmdemo.train.model import build_model, round_to_half, save_model
from mmdemo.train.photos import load_pixels, to_float

MakeConfig = Callable[..., RecipeConfig]
WORDS = ["red disc on blue", "a bar painted green", "post"]


@pytest.mark.parametrize("text_tower", ["scratch", "bert"])
def test_a_saved_model_gives_the_vectors_of_the_model_in_memory(
    make_config: MakeConfig,
    bert: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text_tower: str,
) -> None:
    monkeypatch.chdir(bert.parent)
    spec = f"st:{bert.name}" if text_tower == "bert" else text_tower
    built = build_model(make_config(text_tower=spec), device="cpu")
    model = built.model.eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():  # as after training
            weight.add_(torch.randn(weight.shape, generator=generator), alpha=0.02)
    save_model(built, tmp_path / "out")
    pixels = torch.rand(2, 3, 32, 32, generator=generator)
    with torch.no_grad():
        texts = torch.nn.functional.normalize(model.encode_text(built.tokenizer(WORDS)))
        images = torch.nn.functional.normalize(model.encode_image(pixels))

    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").rename(tmp_path / "moved")
    towers = load_towers("local-dir:moved", device="cpu")
    np.testing.assert_allclose(towers.text.encode_texts(WORDS), texts.numpy(), atol=1e-6)
    np.testing.assert_allclose(
        towers.image.encode_pixels(pixels.numpy()), images.numpy(), atol=1e-6
    )


def write_clip(folder: Path, *, preprocess: dict[str, object]) -> str:
    """A tiny random CLIP for photos of 32 pixels, as open_clip keeps one; gives its SPEC."""
    config: dict[str, Any] = {
        "embed_dim": 16,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16},
        "text_cfg": {"context_length": 12, "width": 32, "heads": 2, "layers": 1},
    }
    config["vision_cfg"]["head_width"] = 16
    torch.manual_seed(0)
    model = open_clip.CLIP(**config)
    folder.mkdir()
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": preprocess})
    )
    return f"local-dir:{folder}"


@pytest.mark.parametrize("width", [70, 40])
@pytest.mark.parametrize(
    "preprocess",
    [
        {"resize_mode": "squash"},
        {"resize_mode": "shortest"},
        {"resize_mode": "shortest", "interpolation": "bilinear"},
        {"resize_mode": "longest", "fill_color": 200},
        {"mean": [0.1, 0.2, 0.3], "std": [0.5, 0.6, 0.7]},
    ],
)
def test_training_and_search_see_the_same_pixels(
    make_config: MakeConfig, tmp_path: Path, preprocess: dict[str, object], width: int
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, width, 3), np.uint8)
    content = io.BytesIO()
    Image.fromarray(noise).save(content, "PNG")
    key = keep_photo(tmp_path / "shop", content.getvalue())
    catalog = write_catalog(tmp_path / "shop", [Product("p", images=(key,))])
    spec = write_clip(tmp_path / "clip", preprocess=preprocess)
    config = make_config(text_tower=spec, image_tower="same")
    built = build_model(config, device="cpu")
    seen_as = built.config["preprocess_cfg"]
    pixels = load_pixels(
        catalog,
        [key],
        resize=photo_resizer(seen_as, built.image_size),
        size=built.image_size,
        path=tmp_path / "pixels.npy",
    )
    seen = to_float(pixels[[0]], seen_as["mean"], seen_as["std"])[0].numpy()
    save_model(built, tmp_path / "out")
    photo = decode(catalog.image_path(key).read_bytes())
    for served in (spec, f"local-dir:{tmp_path / 'out'}"):
        tower = load_towers(served, device="cpu").image
        np.testing.assert_allclose(tower.preprocess(photo), seen, atol=1e-6)


def test_a_model_goes_on_at_the_size_that_it_sees(make_config: MakeConfig, tmp_path: Path) -> None:
    spec = write_clip(tmp_path / "clip", preprocess={})
    for size in (None, (32, 32)):
        config = make_config(text_tower=spec, image_tower="same", image_size=size)
        assert build_model(config, device="cpu").image_size == (32, 32)
    config = make_config(text_tower=spec, image_tower="same", image_size=(96, 96))
    with pytest.raises(
        TrainingError,
        match=r"clip sees photos of another size: got \(96, 96\), expected \(32, 32\); leave",
    ):
        build_model(config, device="cpu")
    new = make_config(image_size=None)
    assert build_model(new, device="cpu").image_size == (96, 96)


def test_an_open_clip_model_goes_on_as_it_is(
    make_config: MakeConfig, trained: RecipeResult, tmp_path: Path
) -> None:
    config = make_config(text_tower=trained.spec, image_tower="same")
    save_model(build_model(config, device="cpu"), tmp_path / "out")
    before, after = (
        load_towers(spec, device="cpu") for spec in (trained.spec, f"local-dir:{tmp_path / 'out'}")
    )
    pixels = np.random.default_rng(0).random((2, 3, 32, 32), np.float32)
    np.testing.assert_allclose(
        after.text.encode_texts(WORDS), before.text.encode_texts(WORDS), atol=1e-6
    )
    np.testing.assert_allclose(
        after.image.encode_pixels(pixels), before.image.encode_pixels(pixels), atol=1e-6
    )


def test_a_text_encoder_alone_has_no_image_tower_to_go_on_with(make_config: MakeConfig) -> None:
    for spec in ("scratch", "st:encoder"):
        with pytest.raises(TrainingError, match="this model has no image tower to go on with"):
            build_model(make_config(text_tower=spec, image_tower="same"), device="cpu")


def test_a_trained_model_can_lend_its_text_tower(
    make_config: MakeConfig, trained: RecipeResult, tmp_path: Path
) -> None:
    config = make_config(text_tower=trained.spec, image_tower="test_resnet", seed=1)
    save_model(build_model(config, device="cpu"), tmp_path / "out")
    np.testing.assert_allclose(
        load_text_tower(f"local-dir:{tmp_path / 'out'}", device="cpu").encode_texts(WORDS),
        load_text_tower(trained.spec, device="cpu").encode_texts(WORDS),
        atol=1e-6,
    )


def test_the_text_tower_of_a_plain_clip_can_be_used(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    spec = write_clip(tmp_path / "clip", preprocess={})
    built = build_model(make_config(text_tower=spec), device="cpu")
    save_model(built, tmp_path / "out")
    titles = ["red disc on blue", "bar"]
    np.testing.assert_allclose(
        load_text_tower(f"local-dir:{tmp_path / 'out'}", device="cpu").encode_texts(titles),
        load_text_tower(spec, device="cpu").encode_texts(titles),
        atol=1e-6,
    )


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
    np.testing.assert_allclose(
        load_text_tower(f"local-dir:{tmp_path / 'out'}", device="cpu").encode_texts(WORDS),
        load_text_tower(spec, device="cpu").encode_texts(WORDS),
        atol=1e-5,
    )


def test_half_weights_take_half_the_space_and_give_the_vectors_of_the_rounded_model(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    built = build_model(make_config(), device="cpu")
    save_model(built, tmp_path / "whole")
    round_to_half(built.model)
    save_model(built, tmp_path / "half", half=True)
    sizes = {
        name: (tmp_path / name / "open_clip_model.safetensors").stat().st_size
        for name in ("whole", "half")
    }
    assert sizes["half"] == pytest.approx(sizes["whole"] / 2, rel=0.05)
    tower = load_text_tower(f"local-dir:{tmp_path / 'half'}", device="cpu")
    with torch.inference_mode():
        tokens = built.tokenizer(["red disc"])
        vector = built.model.eval().encode_text(tokens, normalize=True).numpy()
    np.testing.assert_allclose(tower.encode_texts(["red disc"]), vector, atol=1e-6)
