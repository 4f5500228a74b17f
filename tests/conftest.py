import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from mmdemo.records import Hit, Ranking

MakeRanking = Callable[..., Ranking]
MakeTinyModel = Callable[..., Path]

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no defect
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", metavar="DIR", help="folder of real products to test on")


@pytest.fixture
def make_ranking() -> MakeRanking:
    """`make_ranking("a b c")` ranks a before b before c, with falling scores."""

    def make(products: str, *, ranker: str = "text", missing: str = "") -> Ranking:
        ids = products.split()
        hits = tuple(Hit(p, rank, 1.0 / rank) for rank, p in enumerate(ids, start=1))
        return Ranking(ranker, "0" * 16, hits, missing)

    return make


@pytest.fixture(scope="session")
def make_bert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[str]], Path]:
    """`make_bert(words)` is a folder with a tiny random BERT and a tokenizer of these words."""

    def make(words: Sequence[str]) -> Path:
        import torch
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        folder = tmp_path_factory.mktemp("bert")
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        vocabulary = {word: i for i, word in enumerate([*special, *words])}
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

    return make


@pytest.fixture(scope="session")
def assets_of_checkout() -> Path:
    """`assets/`; the model may not be there."""
    return Path(__file__).resolve().parent.parent / "assets"


@pytest.fixture(scope="session")
def make_tiny_model() -> MakeTinyModel:
    """`make_tiny_model(folder, seed=5)` writes a small random `local-dir:` model to the folder."""

    def make(folder: Path, *, seed: int = 0) -> Path:
        import open_clip
        import torch
        from safetensors.torch import save_file

        text = {"context_length": 12, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
        vision = {"timm_model_name": "test_resnet", "timm_pool": "avg", "timm_proj": "linear"}
        config: dict[str, Any] = {
            "embed_dim": 16, "vision_cfg": {**vision, "image_size": 32}, "text_cfg": text,
        }  # fmt: skip
        torch.manual_seed(seed)
        weights = open_clip.CustomTextCLIP(**config).state_dict()
        folder.mkdir(parents=True)
        save_file(
            {name: tensor.contiguous() for name, tensor in weights.items()},
            folder / "open_clip_model.safetensors",
        )
        described = {"model_cfg": {**config, "custom_text": True}, "preprocess_cfg": {}}
        (folder / "open_clip_config.json").write_text(json.dumps(described))
        return folder

    return make


@pytest.fixture(scope="session")
def tiny_model(make_tiny_model: MakeTinyModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One such model, which no test may change."""
    return make_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
