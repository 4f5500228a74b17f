"""What a run leaves behind: its model, the steps it has kept."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from mmdemo.train import RecipeResult

NETWORKS = ("fused-mlp", "fused-gate", "fused-attention", "fused-moe")


def folder_of(result: RecipeResult) -> Path:
    return Path(result.spec.removeprefix("local-dir:"))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "open_clip_model.safetensors")


def kept_steps(work: Path) -> set[str]:
    return {path.parent.name for path in work.glob("*/done.json")}
