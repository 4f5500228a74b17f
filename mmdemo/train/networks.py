"""Make the fusion networks of a recipe, or take those of its parent. Trains none."""

from __future__ import annotations

import torch

from mmdemo.errors import TrainingError
from mmdemo.fusion import LEARNED, LearnedFusion, load_fusion, saved_fusions
from mmdemo.towers.load import absolute_spec
from mmdemo.train.config import RecipeConfig


def make_networks(config: RecipeConfig, *, dimension: int, device: str) -> dict[str, LearnedFusion]:
    """Every network that is to be trained, by its name.

    Args:
        config: the recipe.
        dimension: length of a vector.
        device: where they are to be.

    Raises:
        TrainingError: there is no such network, or its options are not usable.
    """
    choices = config.fusion
    for name in (*choices.networks, *choices.options):
        if name not in LEARNED:
            raise TrainingError("no such fusion", got=name, expected=", ".join(LEARNED))
    saved = saved_fusions(absolute_spec(config.text_tower)) if choices.go_on else {}
    made = {}
    for name in choices.networks:
        if name in saved:
            made[name] = load_fusion(saved[name], device=device)
            continue
        options = choices.options.get(name, {})
        torch.manual_seed(config.seed)
        try:
            made[name] = LEARNED[name](
                dimension=dimension, text_weight=choices.text_weight, **options
            ).to(device)
        except TypeError as error:
            raise TrainingError(
                f"fusion.options.{name} are not usable: {error}", got=dict(options)
            ) from error
    return made
