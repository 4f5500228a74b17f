import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.errors import TrainingError
from mmdemo.fusion import fusion_folder, load_fusion
from mmdemo.train import RecipeConfig, RecipeResult
from mmdemo.train.networks import make_networks
from tests.train.left import folder_of

MakeConfig = Callable[..., RecipeConfig]


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("fused-attention", {"heads": 0}, "heads is not usable: got 0, expected 1 or more"),
        ("fused-mlp", {"hidden": -5}, "hidden is not usable: got -5"),
        ("fused-gate", {"hidden": "wide"}, "hidden is not usable: got wide"),
        ("fused-attention", {"hidden": 30}, "hidden width cannot be cut"),
        ("fused-moe", {"experts": 0, "bilinear": False}, "needs experts or the bilinear part"),
        ("fused-mlp", {"hiden": 5}, "hiden"),
        ("fused-mlp", {"text_weight": 0.5}, "text_weight"),
    ],
)
def test_options_that_cannot_be(
    make_config: MakeConfig, name: str, options: dict[str, object], told: str
) -> None:
    config = make_config(fusion={"networks": [name], "options": {name: options}})
    with pytest.raises(TrainingError, match=rf"fusion.options.{name} are not usable: .*{told}"):
        make_networks(config, dimension=8, device="cpu")


def going_on(make_config: MakeConfig, parent: Path, **fusion: object) -> RecipeConfig:
    return make_config(
        text_tower=f"local-dir:{parent}",
        image_tower="same",
        fusion={"go_on": True, "networks": ["fused-mlp", "fused-gate"], **fusion},
    )


def test_the_parent_s_networks_go_on_and_others_are_new(
    whole: RecipeResult, make_config: MakeConfig, tmp_path: Path
) -> None:
    parent = tmp_path / "parent"
    shutil.copytree(folder_of(whole), parent, ignore=shutil.ignore_patterns("training"))
    shutil.rmtree(fusion_folder(parent, "fused-gate"))
    saved = load_fusion(fusion_folder(parent, "fused-mlp"))
    options = {"fused-mlp": {"hidden": 512}, "fused-gate": {"hidden": 8}}
    config = going_on(make_config, parent, text_weight=0.25, options=options)
    made = make_networks(config, dimension=32, device="cpu")
    assert list(made) == ["fused-mlp", "fused-gate"]
    assert made["fused-mlp"].fingerprint == saved.fingerprint
    assert made["fused-mlp"].text_weight == 0.5, "of a new network only"
    new = {"dimension": 32, "text_weight": 0.25, "hidden": 8}
    assert made["fused-gate"].config() == new


def test_options_of_another_network_than_the_parent_s_are_refused(
    whole: RecipeResult, make_config: MakeConfig
) -> None:
    config = going_on(make_config, folder_of(whole), options={"fused-mlp": {"hidden": 8}})
    with pytest.raises(
        TrainingError,
        match=r"fusion.options.fused-mlp are not those of the network to go on with: "
        r"got \{'hidden': 8\}, expected \{'hidden': 512\}; leave them out, or start anew: --set",
    ):
        make_networks(config, dimension=32, device="cpu")


@pytest.mark.parametrize("tower", ["text_fingerprint", "image_fingerprint"])
def test_networks_of_other_towers_do_not_go_on(
    whole: RecipeResult, make_config: MakeConfig, tmp_path: Path, tower: str
) -> None:
    parent = tmp_path / "parent"
    shutil.copytree(folder_of(whole), parent, ignore=shutil.ignore_patterns("training"))
    path = fusion_folder(parent, "fused-gate") / "fusion.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {tower: "0123456789abcdef"}))
    config = going_on(make_config, parent)
    with pytest.raises(TrainingError, match=r"fused-gate of .*parent learned .* other towers"):
        make_networks(config, dimension=32, device="cpu")
    alone = going_on(make_config, parent, networks=["fused-mlp"])
    assert list(make_networks(alone, dimension=32, device="cpu")) == ["fused-mlp"]
