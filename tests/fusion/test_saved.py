"""Networks on disk: the same vectors come back, and damage says so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from mmdemo.errors import ModelError
from mmdemo.fusion import (
    ConcatMLP,
    Gate,
    LearnedFusion,
    fusion_folder,
    load_fusion,
    read_fusion,
    save_fusion,
    saved_fusions,
)

MakeFusion = Callable[..., LearnedFusion]
MakeHalves = Callable[..., tuple[Tensor, Tensor]]


def keep(fusion: LearnedFusion, folder: Path) -> Path:
    save_fusion(
        fusion, folder, text_fingerprint="words", image_fingerprint="photos", trained={"steps": 3}
    )
    return folder


def random(fusion: LearnedFusion) -> LearnedFusion:
    """As training leaves it: nothing is zero."""
    for parameter in fusion.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return fusion


def test_it_comes_back_with_the_same_vectors(
    make_fusion: MakeFusion, make_halves: MakeHalves, tmp_path: Path
) -> None:
    text, image = make_halves(9, no_text=[2], no_image=[5])
    fusion = random(make_fusion(text_weight=0.3))
    loaded = load_fusion(keep(fusion, tmp_path))
    assert type(loaded) is type(fusion)
    assert loaded.config() == fusion.config()
    assert loaded.fingerprint == fusion.fingerprint
    assert torch.equal(loaded(text, image), fusion.eval()(text, image))
    assert torch.equal(loaded.query(text), fusion.query(text))


def test_its_manifest_tells_what_it_is(tmp_path: Path) -> None:
    fusion = Gate(8, text_weight=0.4, hidden=16)
    folder = keep(fusion, tmp_path)
    manifest = read_fusion(folder)
    assert manifest.name == "fused-gate"
    assert manifest.config == {"dimension": 8, "text_weight": 0.4, "hidden": 16}
    assert (manifest.text_fingerprint, manifest.image_fingerprint) == ("words", "photos")
    assert manifest.trained == {"steps": 3}
    assert json.loads((folder / "fusion.json").read_text())["format"] == 1


def test_fingerprint_changes_with_weights_and_with_how_they_are_used() -> None:
    torch.manual_seed(0)
    one = Gate(8, hidden=16)
    other = Gate(8, hidden=16, text_weight=0.6)
    other.load_state_dict(one.state_dict())
    moved = Gate(8, hidden=16)
    moved.load_state_dict(one.state_dict())
    with torch.no_grad():
        next(moved.parameters())[0, 0] = 1e-3
    assert len({one.fingerprint, other.fingerprint, moved.fingerprint}) == 3


def test_saving_again_replaces_it_and_leaves_one_file_of_weights(tmp_path: Path) -> None:
    keep(ConcatMLP(8, hidden=16), tmp_path)
    second = random(ConcatMLP(8, hidden=24))
    keep(second, tmp_path)
    assert load_fusion(tmp_path).fingerprint == second.fingerprint
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".safetensors"]


def test_a_process_killed_while_saving_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ConcatMLP(8, hidden=16)
    keep(first, tmp_path)

    def killed(path: Path, value: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mmdemo.fusion.saved.write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(random(ConcatMLP(8, hidden=16)), tmp_path)
    assert load_fusion(tmp_path).fingerprint == first.fingerprint


def test_a_model_lists_those_it_has(tmp_path: Path) -> None:
    model = tmp_path / "model"
    keep(Gate(8, hidden=16), fusion_folder(model, "fused-gate"))
    fusion_folder(model, "fused-moe").mkdir()  # being written
    assert saved_fusions(f"local-dir:{model}") == {"fused-gate": model / "fusions" / "fused-gate"}
    assert saved_fusions("ViT-B-32/laion2b_s34b_b79k") == {}
    assert saved_fusions(f"local-dir:{tmp_path / 'none'}") == {}


def change(folder: Path, **values: object) -> None:
    path = folder / "fusion.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def weights(folder: Path) -> Path:
    (path,) = folder.glob("weights-*")
    return path


def swap_weights(folder: Path) -> None:
    path = weights(folder)
    other = keep(random(ConcatMLP(8, hidden=16)), folder / "other")
    path.write_bytes(weights(other).read_bytes())


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing there": (lambda f: (f / "fusion.json").unlink(), "there is no learned fusion in"),
    "no JSON": (lambda f: (f / "fusion.json").write_text("{"), "fusion.json is damaged"),
    "another JSON": (lambda f: (f / "fusion.json").write_text("[1]"), "fusion.json is damaged"),
    "a field more": (lambda f: change(f, color="red"), "fusion.json is damaged"),
    "another format": (lambda f: change(f, format=2), "got format 2, expected 1"),
    "another kind": (
        lambda f: change(f, name="fused-magic"),
        "got fused-magic, expected fused-mlp",
    ),
    "another config": (lambda f: change(f, config={"dimension": 9}), "is damaged"),
    "a wrong config": (lambda f: change(f, config={"size": 8}), "is damaged"),
    "no weights": (lambda f: weights(f).unlink(), "is damaged"),
    "cut weights": (lambda f: weights(f).write_bytes(weights(f).read_bytes()[:-9]), "is damaged"),
    "no bytes": (lambda f: weights(f).write_bytes(b""), "is damaged"),
    "other weights": (swap_weights, "does not hold the weights that fusion.json names"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_says_so(damage: str, tmp_path: Path) -> None:
    folder = keep(ConcatMLP(8, hidden=16), tmp_path / "fused-mlp")
    harm, message = DAMAGE[damage]
    harm(folder)
    with pytest.raises(ModelError, match=message) as error:
        load_fusion(folder)
    assert "\n" not in str(error.value)
