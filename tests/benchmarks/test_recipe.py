"""The choices that the benchmark of the recipe compares."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import recipe
from mmdemo.fusion import LEARNED
from mmdemo.train import RecipeConfig
from mmdemo.train.config import read_config, set_choice

CHOICES = Path(recipe.__file__).with_name("recipe.toml")


@pytest.mark.parametrize("arm", recipe.ARMS)
def test_each_arm_is_the_recipe_with_one_thing_changed(arm: str) -> None:
    base = read_config(CHOICES) | {"text_tower": "scratch"}
    changed = json.loads(json.dumps(base))
    for change in recipe.ARMS[arm]:
        set_choice(changed, change)
    whole, part = RecipeConfig.from_json(base), RecipeConfig.from_json(changed)
    differing = {
        f"{name}.{choice}"
        for name in ("domain", "text", "image", "fusion")
        for choice, value in whole.to_json()[name].items()
        if part.to_json()[name][choice] != value
    }
    assert len(differing) == 1
    for name, options in part.fusion.options.items():
        LEARNED[name](dimension=8, **options)


KINDS = {"text": [0.2, 0.4], "image": [0.1, 0.1], "fused": [0.3, 0.5], "fused-moe": [0.5, 0.5]}


def write_run(folder: Path, more: float = 0.0) -> None:
    """What a run measured: for each ranker two queries, so much more than in `KINDS`."""
    folder.mkdir()
    values = {
        ranker: {f"q{n}": value + more for n, value in enumerate(found)}
        for ranker, found in KINDS.items()
    }
    content = {"minutes": 1.0, "values": {"products plain": values}}
    (folder / "measured.json").write_text(json.dumps(content))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_tables_are_means_over_seeds_and_differences_by_query(tmp_path: Path) -> None:
    for seed, more in ((0, 0.0), (1, 0.2)):
        write_run(tmp_path / f"seed-{seed}", more)
    recipe.write_tables(tmp_path, arms_of=0)
    told = (tmp_path / "recipe.md").read_text()
    (row,) = (cells(line) for line in told.splitlines() if line.startswith("| fused-moe"))
    # means of (0.5, 0.5) and (0.7, 0.7); less fused: (0.6 − 0.4) and (0.6 − 0.6)
    assert row[1].startswith("0.6000 [")
    assert row[2:4] == ["0.5000", "0.7000"]
    assert row[6].startswith("+0.1000 [")


def test_arms_are_held_against_their_own_seed_and_seeds_are_in_order(tmp_path: Path) -> None:
    for seed, more in ((10, 0.1), (9, 0.2), (2, 0.3)):
        write_run(tmp_path / f"seed-{seed}", more)
    write_run(tmp_path / "without-gate", 0.05)
    recipe.write_tables(tmp_path, arms_of=9)
    rows = [cells(line) for line in (tmp_path / "recipe.md").read_text().splitlines()]
    (header,) = (row for row in rows if row[:2] == ["ranker", "mean of seeds"])
    assert header[2:5] == ["seed-2", "seed-9", "seed-10"]
    (whole,) = (row for row in rows if row[0] == "whole recipe")
    assert whole[1] == "0.5000"  # text: the mean of 0.2 and 0.4, and 0.2 more
    (arm,) = (row for row in rows if row[0] == "without gate")
    assert arm[1].startswith("-0.1500 [")  # 0.05 more, less 0.2 more
