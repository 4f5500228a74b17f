"""Make the fusion networks of a recipe, or take those of its parent. Trains none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from mmdemo.errors import ModelError, TrainingError
from mmdemo.fusion import LEARNED, LearnedFusion, load_fusion, read_fusion, saved_fusions
from mmdemo.towers.load import absolute_spec
from mmdemo.towers.openclip import load_open_clip
from mmdemo.train.config import RecipeConfig

_ANEW = "start anew: --set fusion.go_on=false"


def make_networks(config: RecipeConfig, *, dimension: int, device: str) -> dict[str, LearnedFusion]:
    """Every network that is to be trained, by its name.

    Args:
        config: the recipe.
        dimension: length of a vector.
        device: where they are to be.

    Raises:
        TrainingError: there is no such network, its options are not usable, or the parent's is
            of other towers.
    """
    choices = config.fusion
    for name in (*choices.networks, *choices.options):
        if name not in LEARNED:
            raise TrainingError("no such fusion", got=name, expected=", ".join(LEARNED))
    parent = absolute_spec(config.text_tower)
    saved = saved_fusions(parent) if choices.go_on else {}
    taken = {name: saved[name] for name in choices.networks if name in saved}
    if taken:
        _check_towers(parent, taken)
    made = {}
    for name in choices.networks:
        options = choices.options.get(name, {})
        if name in taken:
            made[name] = _take(name, taken[name], options).to(device)
            continue
        torch.manual_seed(config.seed)
        try:
            made[name] = LEARNED[name](
                dimension=dimension, text_weight=choices.text_weight, **options
            ).to(device)
        except (TypeError, ModelError) as error:
            raise TrainingError(
                f"fusion.options.{name} are not usable: {error}",
                got=None if isinstance(error, ModelError) else dict(options),
            ) from error
    return made


def _check_towers(parent: str, folders: Mapping[str, Path]) -> None:
    """Networks that another model's vectors taught have nothing to go on with."""
    text, image = load_open_clip(parent, device="cpu")
    for name, folder in folders.items():
        told = read_fusion(folder)
        if (told.text_fingerprint, told.image_fingerprint) != (text.fingerprint, image.fingerprint):
            raise TrainingError(
                f"{name} of {parent} learned to fuse vectors of other towers than stand beside it",
                remedy=_ANEW,
            )


def _take(name: str, folder: Path, options: Mapping[str, object]) -> LearnedFusion:
    network = load_fusion(folder)
    has = network.config()
    if other := [option for option in options if options[option] != has.get(option)]:
        raise TrainingError(
            f"fusion.options.{name} are not those of the network to go on with",
            got={option: options[option] for option in other},
            expected={option: has.get(option) for option in other},
            remedy=f"leave them out, or {_ANEW}",
        )
    return network
