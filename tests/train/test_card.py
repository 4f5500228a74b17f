"""What a model's card says of the rounds that it has been through."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.catalog import Catalog
from mmdemo.train import RecipeConfig, TrainingQueries
from mmdemo.train.card import CARD_NAME, write_card
from mmdemo.train.data import lay_out
from mmdemo.train.loop import Trained

MakeConfig = Callable[..., RecipeConfig]


@pytest.fixture
def write(
    shop: Catalog, asked: TrainingQueries, make_config: MakeConfig
) -> Callable[..., tuple[str, dict[str, object]]]:
    """`write(folder, step=Trained(…), text_tower=…)` gives the card as text and as values."""

    def write(
        folder: Path, text_tower: str = "st:org/words", **steps: Trained
    ) -> tuple[str, dict[str, object]]:
        folder.mkdir()
        config = make_config(text_tower=text_tower)
        write_card(folder, config, shop, steps, data=lay_out(shop, asked, config))
        return (folder / "README.md").read_text(), json.loads((folder / CARD_NAME).read_bytes())

    return write


def test_rounds_are_told_from_the_first_one_on(
    write: Callable[..., tuple[str, dict[str, object]]], tmp_path: Path
) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    first, told = write(one, domain=Trained([1.5], [0.25, 0.75], 1, 60.0))
    assert "Earlier rounds" not in first
    assert told["ancestors"] == []
    second, _ = write(two, f"local-dir:{one}", text=Trained([2.5, 2.0], [0.125, 0.375], 1, 90.0))
    third, values = write(three, f"local-dir:{two}", image=Trained([0.5], [0.5, 0.625], 1, 30.0))
    assert "- Text tower: began as `st:org/words`" in third
    rows = ["| image | 1 ", "| domain | 1 ", "| text | 2 "]  # its own, then the others
    squeezed = " ".join(third.split())
    places = [squeezed.index(row) for row in rows]
    assert places == sorted(places)
    assert squeezed.count("| domain |") == 1
    assert "0.7500" in third and "0.3750" in third
    assert "| text |" not in " ".join(first.split())
    assert "| image |" not in " ".join(second.split())
    found = values["ancestors"]
    assert isinstance(found, list)
    assert [list(ancestor["steps"]) for ancestor in found] == [["domain"], ["text"]]
    assert all("ancestors" not in ancestor for ancestor in found)


def test_a_parent_without_a_card_is_no_ancestor(
    write: Callable[..., tuple[str, dict[str, object]]], tmp_path: Path
) -> None:
    card, told = write(
        tmp_path / "model", f"local-dir:{tmp_path}/gone", text=Trained([], [math.nan], 0, 0.0)
    )
    assert told["ancestors"] == []
    assert "Earlier rounds" not in card
