from collections.abc import Callable, Sequence
from pathlib import Path

import hypothesis
import pytest

from mmdemo.records import Hit, Ranking

MakeRanking = Callable[..., Ranking]

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
