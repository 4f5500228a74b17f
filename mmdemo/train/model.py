"""Build an open_clip model of a text tower and a timm image tower, and save it.

Knows no data. The folder it makes is `local-dir:` for open_clip, with tokenizer files beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import timm
import torch
from safetensors.torch import save
from torch import nn

from mmdemo.errors import ModelError, TrainingError
from mmdemo.files import write_bytes, write_json
from mmdemo.towers.base import first_line
from mmdemo.towers.load import absolute_spec
from mmdemo.towers.openclip import CONFIG_NAME, LOCAL_DIR, create_model, model_config
from mmdemo.towers.sentence import PREFIX
from mmdemo.train.config import SAME, RecipeConfig

SCRATCH = "scratch"
_CONTEXT_LENGTH = 128  # tokens; titles have about 10, descriptions about 150
_IMAGE_SIZE = (96, 96)  # of a new image tower: small enough for a CPU
_MEAN = _STD = (0.5, 0.5, 0.5)
_PREPROCESS = ("mean", "std", "interpolation", "resize_mode", "fill_color")
# open_clip's max_pooler takes the padding and leaves the words (open_clip 3.3): not offered.
_POOLERS = {"mean": "mean_pooler", "cls": "cls_last_hidden_state_pooler"}
# Small enough to train in a minute on a CPU: for demos and tests.
_SCRATCH_TEXT = {"context_length": 32, "vocab_size": 49408, "width": 128, "heads": 4, "layers": 2}


@dataclass(frozen=True, slots=True)
class TrainableModel:
    """A model on its way to a `local-dir:` folder.

    Attributes:
        model: open_clip's CustomTextCLIP.
        config: content of `open_clip_config.json`.
        tokenizer: what open_clip's `get_tokenizer` gives.
        text_source: where tokenizer and HuggingFace configuration files come from, if any.
        image_size: height and width in pixels that the image tower sees.
        from_scratch: whether the text tower starts from nothing.
        tune_text: whether the text tower takes part in domain tuning.
    """

    model: Any
    config: dict[str, Any]
    tokenizer: Any
    text_source: Any
    image_size: tuple[int, int]
    from_scratch: bool = False
    tune_text: bool = False

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.config["model_cfg"]["embed_dim"])


def build_model(config: RecipeConfig, *, device: str) -> TrainableModel:
    """Join a text tower and an image tower in one open_clip model, or go on with one that is.

    Raises:
        TrainingError: timm does not know the image tower, or it cannot see this size.
        ModelError: the text tower cannot be loaded, or cannot be part of an open_clip model.
    """
    if config.image_tower == SAME:
        return _whole(config, device=device)
    if not timm.is_model(config.image_tower):
        near = timm.list_models(f"*{config.image_tower.partition('_')[0]}*")[:8]
        raise TrainingError(
            "timm has no such image tower",
            got=config.image_tower,
            expected=", ".join(near) if near else "a name that timm.list_models() gives",
        )
    size = config.image_size or _IMAGE_SIZE
    text_config, text_state, tokenizer, source = _text_tower(config.text_tower)
    vision = {
        "timm_model_name": config.image_tower,
        "timm_model_pretrained": config.pretrained,
        "timm_pool": "avg",
        "timm_proj": "linear",
        "image_size": list(size),
    }
    dimension = int(text_config.pop("embed_dim"))
    torch.manual_seed(config.seed)
    try:
        model = open_clip.CustomTextCLIP(
            embed_dim=dimension,
            vision_cfg=vision,
            text_cfg=text_config,
            output_dict=True,
        )
    except Exception as error:  # timm and the hub raise all kinds
        raise TrainingError(
            f"{config.image_tower} cannot be built: {first_line(error)}",
            remedy="without --pretrained no model hub is needed" if config.pretrained else None,
        ) from error
    if text_state is not None:
        model.text.load_state_dict(text_state, strict=True)
    trained = model.visual.trunk.pretrained_cfg if config.pretrained else {}
    preprocess = {
        "mean": list(trained.get("mean", _MEAN)),
        "std": list(trained.get("std", _STD)),
        "interpolation": "bicubic",
        "resize_mode": "squash",
    }
    native = model.visual.trunk.pretrained_cfg.get("input_size", "?")
    _look(model, size, name=config.image_tower, expected=f"{native[1:]}, or another tower")
    saved = {**text_config, "hf_model_name": "."} if "hf_model_name" in text_config else text_config
    return TrainableModel(
        model.to(device),
        {
            "model_cfg": {
                "embed_dim": dimension,
                "custom_text": True,
                "vision_cfg": vision | {"timm_model_pretrained": False},
                "text_cfg": saved,
            },
            "preprocess_cfg": preprocess,
        },
        tokenizer,
        source,
        size,
        from_scratch=config.text_tower == SCRATCH,
        tune_text=config.domain.tune_text or config.text_tower == SCRATCH,
    )


def round_to_half(module: nn.Module) -> None:
    """Round weights to what float16 can hold, so that they can be stored in half the space."""
    state = module.state_dict()
    module.load_state_dict({n: t.half() if t.is_floating_point() else t for n, t in state.items()})


def save_model(built: TrainableModel, folder: Path, *, half: bool = False) -> None:
    """Write the `local-dir:` folder; its configuration comes last, so it is whole or absent.

    Args:
        half: store float16; see `round_to_half`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if built.text_source is not None:
        for part in built.text_source:
            part.save_pretrained(str(folder))
    state = {n: t.detach().cpu().contiguous() for n, t in built.model.state_dict().items()}
    if half:
        state = {n: t.half() if t.is_floating_point() else t for n, t in state.items()}
    write_bytes(folder / "open_clip_model.safetensors", save(state))
    write_json(folder / CONFIG_NAME, built.config)


def _whole(config: RecipeConfig, *, device: str) -> TrainableModel:
    """An open_clip model as it is, its text side apart from its image side."""
    spec = absolute_spec(config.text_tower)
    if spec == SCRATCH or spec.startswith(PREFIX):
        raise TrainingError(
            "this model has no image tower to go on with",
            got=spec,
            expected="an open_clip model as text_tower, or a timm name as image_tower",
        )
    text_config, text_state, tokenizer, source = _open_clip_text(spec)
    found, _, _ = create_model(spec, "cpu")
    size = _pair(found.visual.preprocess_cfg["size"])
    if config.image_size not in (None, size):
        raise TrainingError(
            f"{spec} sees photos of another size",
            got=config.image_size,
            expected=size,
            remedy="leave image_size out",
        )
    settings = model_config(spec)
    dimension = int(text_config.pop("embed_dim"))
    model = open_clip.CustomTextCLIP(
        embed_dim=dimension,
        vision_cfg=settings["vision_cfg"] | {"timm_model_pretrained": False},
        text_cfg=text_config,
        quick_gelu=bool(settings.get("quick_gelu", False)),
        output_dict=True,
    )
    model.text.load_state_dict(text_state, strict=True)
    model.visual.load_state_dict(found.visual.state_dict(), strict=True)
    _look(model, size, name=spec, expected="a model that sees photos of its own size")
    seen = {key: found.visual.preprocess_cfg[key] for key in _PREPROCESS}
    saved = {**text_config, "hf_model_name": "."} if "hf_model_name" in text_config else text_config
    return TrainableModel(
        model.to(device),
        {
            "model_cfg": {
                **settings,
                "custom_text": True,
                "vision_cfg": settings["vision_cfg"] | {"timm_model_pretrained": False},
                "text_cfg": saved,
            },
            "preprocess_cfg": {
                key: list(v) if isinstance(v, tuple) else v for key, v in seen.items()
            },
        },
        tokenizer,
        source,
        size,
        tune_text=config.domain.tune_text,
    )


def _look(model: nn.Module, size: tuple[int, int], *, name: str, expected: str) -> None:
    """Let the image tower see one photo, so that a size it cannot see shows at once."""
    try:
        with torch.no_grad():
            model.eval().get_submodule("visual")(torch.zeros(1, 3, *size))
    except Exception as error:  # timm and torch raise all kinds
        raise TrainingError(
            f"{name} cannot see photos of this size: {first_line(error)}",
            got=size,
            expected=expected,
        ) from error


def _pair(size: int | Sequence[int]) -> tuple[int, int]:
    height, width = (size, size) if isinstance(size, int) else size[-2:]
    return int(height), int(width)


def _text_tower(spec: str) -> tuple[dict[str, Any], dict[str, Any] | None, Any, Any]:
    """Text configuration, weights, tokenizer and what to save beside the model."""
    if spec == SCRATCH:
        tokenizer = open_clip.SimpleTokenizer(context_length=_SCRATCH_TEXT["context_length"])
        return dict(_SCRATCH_TEXT) | {"embed_dim": _SCRATCH_TEXT["width"]}, None, tokenizer, None
    spec = absolute_spec(spec)
    if spec.startswith(PREFIX):
        return _sentence_text(spec)
    return _open_clip_text(spec)


def _sentence_text(spec: str) -> tuple[dict[str, Any], dict[str, Any], Any, Any]:
    from sentence_transformers import SentenceTransformer

    try:
        encoder = SentenceTransformer(spec.removeprefix(PREFIX), device="cpu")
    except Exception as error:
        raise ModelError(f"text encoder {spec} cannot be loaded: {first_line(error)}") from error
    modules = list(encoder)
    kinds = [type(module).__name__ for module in modules]
    pooling = modules[1].get_config_dict() if len(kinds) > 1 and kinds[1] == "Pooling" else {}
    mode = pooling.get("pooling_mode")
    mode = mode or next((m for m in _POOLERS if pooling.get(f"pooling_mode_{m}_tokens")), "")
    mode = mode if isinstance(mode, str) else ""
    if mode not in _POOLERS or set(kinds[2:]) - {"Normalize"}:
        raise ModelError(
            f"text encoder {spec} cannot be part of an open_clip model",
            got=" → ".join(kinds) + (f" ({mode})" if mode else ""),
            expected=f"Transformer → Pooling ({', '.join(_POOLERS)}), optionally → Normalize",
        )
    transformer = modules[0].auto_model
    config = transformer.config
    name = spec.removeprefix(PREFIX)
    length = min(encoder.max_seq_length or _CONTEXT_LENGTH, _CONTEXT_LENGTH)
    text_config = {
        "embed_dim": config.hidden_size,
        "hf_model_name": name,
        "hf_tokenizer_name": ".",
        "hf_model_pretrained": False,
        "hf_pooler_type": _POOLERS[mode],
        "hf_proj_type": None,
        "context_length": length,
    }
    state = {
        f"transformer.{n}": t
        for n, t in transformer.state_dict().items()
        if not n.startswith("pooler.")
    }
    tokenizer = open_clip.tokenizer.HFTokenizer(name, context_length=length)
    return text_config, state, tokenizer, (config, tokenizer.tokenizer)


def _open_clip_text(spec: str) -> tuple[dict[str, Any], dict[str, Any], Any, Any]:
    model, _, tokenizer = create_model(spec, "cpu")
    config = model_config(spec)
    text_config = dict(config["text_cfg"]) | {"embed_dim": config["embed_dim"]}
    source = None
    if "hf_model_name" in text_config:
        source = (model.text.config, tokenizer.tokenizer)
        if spec.startswith(LOCAL_DIR):
            text_config["hf_model_name"] = spec.removeprefix(LOCAL_DIR)
    if hasattr(model, "text"):
        state = model.text.state_dict()
    else:
        whole = open_clip.model.convert_to_custom_text_state_dict(model.state_dict())
        state = {n.removeprefix("text."): t for n, t in whole.items() if n.startswith("text.")}
    return text_config, state, tokenizer, source
