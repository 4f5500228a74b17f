import json
from pathlib import Path

import pytest
import torch
from torch import nn

from mmdemo.errors import TrainingError
from mmdemo.train.finished import train_once
from mmdemo.train.loop import Trained

TRAINED = Trained([1.5, 1.0], [0.25, 0.5, 0.75], 2, 3.0)


def once(folder: Path, module: nn.Module) -> Trained:
    """Set all weights to 7, if that was not done before."""

    def run() -> Trained:
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.fill_(7)
        return TRAINED

    return train_once("toy", module, folder=folder, identity={"step": "toy"}, run=run)


def test_what_was_trained_is_taken_and_not_trained_again(tmp_path: Path) -> None:
    assert once(tmp_path / "toy", nn.Linear(2, 2)) == TRAINED
    other = nn.Linear(2, 2)

    def refuse() -> Trained:
        pytest.fail("it was trained before")

    taken = train_once("toy", other, folder=tmp_path / "toy", identity={}, run=refuse)
    assert taken == TRAINED
    assert other.weight.tolist() == [[7, 7], [7, 7]] and other.bias.tolist() == [7, 7]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("done.json", b"{"),
        ("done.json", b"{}"),
        ("done.json", b'{"trained": {"loss": 1}}'),
        ("done.json", b"[]"),
        ("weights.pt", b""),
        ("weights.pt", b"damaged"),
        ("weights.pt", None),
    ],
)
def test_damage_is_told(tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = tmp_path / "toy"
    once(folder, nn.Linear(2, 2))
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(TrainingError, match=rf"{name} is damaged; delete {folder} to start over"):
        once(folder, nn.Linear(2, 2))


def test_weights_of_another_shape_are_damage(tmp_path: Path) -> None:
    once(tmp_path / "toy", nn.Linear(2, 2))
    with pytest.raises(TrainingError, match=r"weights.pt is damaged"):
        once(tmp_path / "toy", nn.Linear(3, 2))
    assert json.loads((tmp_path / "toy" / "done.json").read_bytes())["identity"] == {"step": "toy"}
