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


def test_tables_are_means_over_seeds_and_differences_by_query(tmp_path: Path) -> None:
    kinds = {"text": [0.2, 0.4], "image": [0.1, 0.1], "fused": [0.3, 0.5], "fused-moe": [0.5, 0.5]}
    for seed, more in ((0, 0.0), (1, 0.2)):
        (tmp_path / f"seed-{seed}").mkdir()
        values = {
            ranker: {f"q{n}": value + more for n, value in enumerate(found)}
            for ranker, found in kinds.items()
        }
        content = {"minutes": 1.0, "values": {"products plain": values}}
        (tmp_path / f"seed-{seed}" / "measured.json").write_text(json.dumps(content))
    recipe.write_tables(tmp_path)
    told = (tmp_path / "recipe.md").read_text()
    (row,) = (line for line in told.splitlines() if line.startswith("| fused-moe"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    # means of (0.5, 0.5) and (0.7, 0.7); less fused: (0.6 − 0.4) and (0.6 − 0.6)
    assert cells[1].startswith("0.6000 [")
    assert cells[2:4] == ["0.5000", "0.7000"]
    assert cells[6].startswith("+0.1000 [")
