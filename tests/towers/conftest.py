import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

MakeModel = Callable[..., Path]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TEXT = "a the red blue small round oak chair lamp table with and"
WORDS = TEXT.split()


@pytest.fixture(scope="session", autouse=True)
def offline() -> Iterator[None]:
    """What HF_HUB_OFFLINE=1 sets when huggingface_hub is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        yield


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny random BERT and its tokenizer."""
    folder = tmp_path_factory.mktemp("bert")
    vocabulary = {word: i for i, word in enumerate(SPECIAL + WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=40,
    )
    BertModel(config).save_pretrained(folder)
    return folder


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
            "vocab_size": len(SPECIAL + WORDS),
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
