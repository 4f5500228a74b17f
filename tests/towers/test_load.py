import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from mmdemo.errors import ModelError
from mmdemo.towers import FloatArray, absolute_spec, load_text_tower, load_towers
from mmdemo.towers.openclip import tokenize

MakeModel = Callable[..., Path]
TEXTS = ["red chair", "a small round oak table with the blue lamp", "lamp", "unknown words"]


def picture(seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 50, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def reference(folder: Path) -> tuple[Any, Any]:
    """The model as open_clip's own classes make it, and its tokenizer."""
    config = json.loads((folder / "open_clip_config.json").read_bytes())["model_cfg"]
    if "hf_model_name" in config["text_cfg"]:
        config["text_cfg"]["hf_model_name"] = str(folder)
    custom = config.pop("custom_text", False)
    model = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**config)
    model.load_state_dict(load_file(folder / "open_clip_model.safetensors"))
    return model.eval(), open_clip.get_tokenizer(f"local-dir:{folder}")


def unit(vectors: torch.Tensor) -> FloatArray:
    rows: FloatArray = torch.nn.functional.normalize(vectors, dim=1).numpy()
    return rows


@pytest.mark.parametrize("kind", ["clip", "custom", "siglip", "hf"])
def test_vectors_are_open_clips_own_from_any_working_directory(
    tmp_path: Path, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    folder = make_model(tmp_path / "model", kind)
    model, tokenizer = reference(folder)
    with torch.no_grad():
        texts = unit(model.encode_text(tokenizer(TEXTS)))  # padded to the full length
        resized = picture().resize((32, 32), Image.Resampling.BICUBIC)
        pixels = (np.asarray(resized, np.float32) / 255 - 0.5) / 0.25
        images = unit(model.encode_image(torch.from_numpy(pixels).permute(2, 0, 1)[None]))
    assert np.abs(texts[0] - texts[1]).max() > 1e-3, "the reference tells texts apart"

    decoy = make_model(tmp_path / "decoy", kind, seed=1)
    for place, spec in (
        (tmp_path, "local-dir:model"),
        (folder, "local-dir:."),
        (decoy, "local-dir:../model"),
    ):
        monkeypatch.chdir(place)
        towers = load_towers(spec, device="cpu")
        monkeypatch.chdir(decoy)
        assert towers.shared
        assert towers.text.spec == towers.image.spec == f"local-dir:{folder}"
        assert (towers.text.dimension, towers.image.dimension) == (texts.shape[1],) * 2
        got = towers.text.encode_texts(TEXTS)
        np.testing.assert_allclose(got, texts, atol=1e-6)
        assert got.dtype == np.float32
        shown = towers.image.encode_pixels(towers.image.preprocess(picture())[None])
        np.testing.assert_allclose(shown, images, atol=1e-5)


@pytest.mark.parametrize("kind", ["clip", "custom", "siglip", "hf"])
def test_a_batch_is_its_texts_one_by_one(tmp_path: Path, make_model: MakeModel, kind: str) -> None:
    tower = load_text_tower(f"local-dir:{make_model(tmp_path / 'm', kind)}", device="cpu")
    together = tower.encode_texts(TEXTS)
    alone = np.concatenate([tower.encode_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert tower.encode_texts([" ".join(TEXTS * 9)]).shape == (1, tower.dimension)


def test_padding_is_cut_only_where_the_model_masks_it(
    tmp_path: Path, make_model: MakeModel
) -> None:
    lengths = {}
    for kind in ("siglip", "hf"):
        model, tokenizer = reference(make_model(tmp_path / kind, kind))
        lengths[kind] = tokenize(model, tokenizer, ["red chair", "lamp"]).shape[1]
    assert lengths == {"siglip": 12, "hf": 4}  # [CLS] red chair [SEP]


def test_fingerprints_follow_content_and_not_the_path(
    tmp_path: Path, make_model: MakeModel
) -> None:
    def prints(name: str, kind: str = "custom", **changes: Any) -> tuple[str, str]:
        towers = load_towers(f"local-dir:{make_model(tmp_path / name, kind, **changes)}")
        return towers.text.fingerprint, towers.image.fingerprint

    text, image = prints("one")
    assert text != image
    assert prints("elsewhere/two") == (text, image)
    assert set(prints("seed", seed=1)).isdisjoint({text, image})
    mean = prints("mean", preprocess_cfg={"mean": [0.4] * 3})
    assert mean[0] == text
    assert mean[1] != image
    assert prints("length", text_cfg={"context_length": 12, "pool_type": "first"})[0] != text
    # The same weights under another pooling.
    hf = prints("hf", "hf")[0]
    assert prints("hf2", "hf", text_cfg={"hf_pooler_type": "cls_last_hidden_state_pooler"})[0] != hf


def test_two_models_make_two_spaces(tmp_path: Path, make_model: MakeModel, bert: Path) -> None:
    folder = make_model(tmp_path / "m", "custom")
    towers = load_towers(f"local-dir:{folder}", text_spec=f"st:{bert}", device="cpu")
    assert not towers.shared
    assert (towers.text.dimension, towers.image.dimension) == (32, 16)
    assert towers.text.spec == f"st:{bert}"
    assert towers.image_query.encode_texts(["lamp"]).shape == (1, 16)
    assert load_towers(f"local-dir:{folder}", text_spec=f"local-dir:{folder}/../m").shared


def test_a_path_in_a_spec_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    (tmp_path / "enc").mkdir()
    assert absolute_spec("local-dir:x/../m") == f"local-dir:{tmp_path}/m"
    assert absolute_spec("local-dir:~/m") == "local-dir:/home/ann/m"
    assert absolute_spec("st:enc") == f"st:{tmp_path}/enc"
    for spec in ("st:org/name", "hf-hub:org/name", "ViT-B-32/openai"):
        assert absolute_spec(spec) == spec


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("ViT-B-32/nope", r"no such pretrained open_clip model: got ViT-B-32/nope, .*laion2b"),
        ("nope", r"got nope, expected ARCHITECTURE/TAG, hf-hub:ORG/NAME, local-dir:PATH or st:"),
        ("", r"no such pretrained open_clip model"),
        ("hf-hub:no/such", r"model hf-hub:no/such cannot be loaded: .*; check its name and that"),
        ("hf-hub:", r"cannot be loaded"),
        ("ViT-B-32/laion2b_s34b_b79k", r"cannot be loaded: .*; .*or use a local-dir: model"),
        ("local-dir:/no/such", r"no model in this folder: .*make one with `mmdemo train`"),
        ("st:no/such", r"text encoder st:no/such cannot be loaded: .*; give a folder"),
        ("st:/no/such", r"no such folder: got /no/such, expected one that holds a text encoder"),
    ],
)
def test_a_wrong_spec_is_told_at_once(spec: str, message: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ModelError, match=message) as error:
        load_text_tower(spec, device="cpu")
    assert "\n" not in str(error.value)
    assert time.perf_counter() - started < 10, "offline, it must not wait for a hub"


def test_a_text_encoder_has_no_image_tower(bert: Path) -> None:
    with pytest.raises(ModelError, match=r"no image tower: .*pass it as --text-model st:"):
        load_towers(f"st:{bert}")


def test_a_device_that_is_not_there(tmp_path: Path, make_model: MakeModel) -> None:
    spec = f"local-dir:{make_model(tmp_path / 'm', 'custom')}"
    with pytest.raises(ModelError, match="device is not available here: got tpu, expected cpu"):
        load_towers(spec, device="tpu")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"model_cfg": []}'])
def test_a_damaged_configuration(tmp_path: Path, make_model: MakeModel, content: str) -> None:
    folder = make_model(tmp_path / "m", "custom")
    (folder / "open_clip_config.json").write_text(content)
    with pytest.raises(ModelError, match=r"open_clip_config\.json is not a model's configuration"):
        load_towers(f"local-dir:{folder}")


def test_missing_and_damaged_weights(tmp_path: Path, make_model: MakeModel) -> None:
    folder = make_model(tmp_path / "m", "custom")
    weights = folder / "open_clip_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"cannot be loaded: .*check that the folder is complete"):
        load_towers(f"local-dir:{folder}")
    weights.unlink()
    with pytest.raises(ModelError, match=r"cannot be loaded: .*check that the folder is complete"):
        load_towers(f"local-dir:{folder}")


def test_weights_that_are_not_numbers(tmp_path: Path, make_model: MakeModel) -> None:
    from safetensors.torch import save_file

    folder = make_model(tmp_path / "m", "custom")
    weights = load_file(folder / "open_clip_model.safetensors")
    weights["text.ln_final.weight"][:] = torch.nan
    save_file(weights, folder / "open_clip_model.safetensors")
    with pytest.raises(ModelError, match="gave values that are not numbers; its weights"):
        load_towers(f"local-dir:{folder}")


def test_loading_leaves_logging_alone(tmp_path: Path, make_model: MakeModel) -> None:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    try:
        load_towers(f"local-dir:{make_model(tmp_path / 'm', 'custom')}")
        assert root.level == logging.DEBUG
    finally:
        root.setLevel(before)
