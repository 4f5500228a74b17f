import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import save_file

MakeModel = Callable[..., Path]
TEXT = "a the red blue small round oak chair lamp table with and"
WORDS = TEXT.split()


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """What HF_HUB_OFFLINE=1 sets when huggingface_hub is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield


@pytest.fixture(scope="session")
def bert(make_bert: Callable[[Sequence[str]], Path]) -> Path:
    """A folder with a tiny random BERT and its tokenizer."""
    return make_bert(WORDS)


VISION = {"timm_model_name": "test_resnet", "timm_pool": "avg", "timm_proj": "linear"}
CONFIGS: dict[str, dict[str, Any]] = {
    # As OpenAI's: one class for both towers, causal, read at the last token.
    "clip": {
        "embed_dim": 16,
        "vision_cfg": {"layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
        "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 32, "heads": 2},
    },
    # As `mmdemo train` writes for `scratch`.
    "custom": {
        "embed_dim": 16,
        "custom_text": True,
        "vision_cfg": VISION,
        "text_cfg": {"context_length": 12, "vocab_size": 49408, "width": 32, "heads": 2},
    },
    # As SigLIP: every token sees every other, padding too, and the last place is read.
    "siglip": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": VISION,
        "text_cfg": {
            "context_length": 12,
            "vocab_size": 5 + len(WORDS),  # and five special ones
            "hf_tokenizer_name": ".",
            "no_causal_mask": True,
            "pool_type": "last",
            "width": 32,
            "heads": 2,
        },
    },
    "hf": {
        "embed_dim": 32,
        "custom_text": True,
        "vision_cfg": VISION,
        "text_cfg": {
            "context_length": 12,
            "hf_model_name": ".",
            "hf_tokenizer_name": ".",
            "hf_model_pretrained": False,
            "hf_pooler_type": "mean_pooler",
            "hf_proj_type": None,
        },
    },
}


@pytest.fixture(scope="session")
def make_model(bert: Path) -> MakeModel:
    """`make_model(folder, "clip")` writes a tiny random model of that kind to the folder."""

    def make(folder: Path, kind: str, *, seed: int = 0, **changes: Any) -> Path:
        folder.mkdir(parents=True)
        config = json.loads(json.dumps(CONFIGS[kind]))
        config["vision_cfg"]["image_size"] = 32
        config["text_cfg"].setdefault("layers", 2)
        for part, change in changes.items():
            if part in config:
                config[part] |= change
        if "hf_tokenizer_name" in config["text_cfg"]:
            for file in bert.iterdir():
                (folder / file.name).write_bytes(file.read_bytes())
            (folder / "model.safetensors").unlink()
        build = dict(config)
        if "hf_model_name" in config["text_cfg"]:
            del config["text_cfg"]["layers"]
            build["text_cfg"] = config["text_cfg"] | {"hf_model_name": str(bert)}
        torch.manual_seed(seed)
        custom = build.pop("custom_text", False)
        model = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**build)
        save_file(
            {name: tensor.contiguous() for name, tensor in model.state_dict().items()},
            folder / "open_clip_model.safetensors",
        )
        preprocess = {"mean": [0.5] * 3, "std": [0.25] * 3, "resize_mode": "squash"}
        preprocess |= changes.get("preprocess_cfg", {})
        (folder / "open_clip_config.json").write_text(
            json.dumps({"model_cfg": config, "preprocess_cfg": preprocess})
        )
        return folder

    return make
