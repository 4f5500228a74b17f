"""What a model's card says of the rounds that it has been through."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.catalog import Catalog
from mmdemo.train import RecipeConfig, TrainingQueries
from mmdemo.train.card import CARD_NAME, learned_before, write_card
from mmdemo.train.data import lay_out
from mmdemo.train.loop import Trained

MakeConfig = Callable[..., RecipeConfig]


@pytest.fixture
def write(
    shop: Catalog, asked: TrainingQueries, make_config: MakeConfig
) -> Callable[..., tuple[str, dict[str, object]]]:
    """`write(folder, step=Trained(…), text_tower=…)` gives the card as text and as values."""

    def write(
        folder: Path,
        text_tower: str = "st:org/words",
        judgments: dict[str, object] | None = None,
        **steps: Trained,
    ) -> tuple[str, dict[str, object]]:
        folder.mkdir()
        config = make_config(text_tower=text_tower)
        data = lay_out(shop, asked, config)
        write_card(folder, config, shop, steps, data=data, judgments=judgments)
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


def judgments(*learned: str) -> dict[str, object]:
    return {
        "source": {"qrels": "spring.txt"},
        "grades": 24,
        "queries": len(learned),
        "queries held back": 2,
        "learned": list(learned),
        "parent": {"text": "0123456789abcdef", "image": "fedcba9876543210"},
    }


def test_what_was_learned_from_is_told_through_all_rounds(
    write: Callable[..., tuple[str, dict[str, object]]], tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three", "four")]
    specs = [f"local-dir:{folder}" for folder in folders]
    first, told = write(folders[0])
    assert "judgments" not in told
    assert "Judgments:" not in first
    assert "44 queries (0 judged, 44 made) to train on, 12 and 4 held out" in first
    write(folders[1], specs[0], judgments("a", "b"))
    write(folders[2], specs[1])  # a round of made queries between two of judged ones
    card, told = write(folders[3], specs[2], judgments("b", "c"))
    assert "Judgments: 24 grades of 2 queries, 2 queries held back; qrels spring.txt\n" in card
    assert "- Went on from: text tower `0123456789ab`, image tower `fedcba987654`\n" in card
    assert told["judgments"] == judgments("b", "c")
    learned = [sorted(learned_before(spec)) for spec in specs]
    assert learned == [[], ["a", "b"], ["a", "b"], ["a", "b", "c"]]
    assert learned_before("st:org/words") == frozenset()


def test_an_ancestor_whose_measures_were_not_kept(
    write: Callable[..., tuple[str, dict[str, object]]], tmp_path: Path
) -> None:
    write(tmp_path / "one")
    card, _ = write(
        tmp_path / "two", f"local-dir:{tmp_path}/one", text=Trained([1.0], [0.5, 0.6], 1, 9.0)
    )
    assert "What its steps measured was not kept." in card
    assert card.count("| step ") == 1
