from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer

from mmdemo.errors import ModelError
from mmdemo.towers import load_text_tower

TEXTS = ["red chair", "a small round oak table with the blue lamp", "lamp", "unknown words"]
SaveEncoder = Callable[..., str]


@pytest.fixture
def save_encoder(bert: Path, tmp_path: Path) -> SaveEncoder:
    """`save_encoder("cls")` makes a sentence-transformers folder; gives its SPEC."""

    def save(pooling: str, **options: str) -> str:
        folder = tmp_path / "-".join([pooling, *options.values()])
        transformer, mean = SentenceTransformer(str(bert), device="cpu")
        steps = [transformer, type(mean)(32, pooling)]
        prompts = {"query": options["prompt"]} if options else {}
        SentenceTransformer(
            modules=steps,
            device="cpu",
            prompts=prompts,
            default_prompt_name="query" if prompts else None,
        ).save(str(folder))
        return f"st:{folder}"

    return save


def test_vectors_are_the_mean_of_the_masked_tokens(bert: Path) -> None:
    tower = load_text_tower(f"st:{bert}", device="cpu")
    model = AutoModel.from_pretrained(bert).eval()
    tokenizer = AutoTokenizer.from_pretrained(bert)
    for text, row in zip(TEXTS, tower.encode_texts(TEXTS), strict=True):
        with torch.no_grad():
            states = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        mean = states.mean(dim=0).numpy()
        np.testing.assert_allclose(row, mean / np.linalg.norm(mean), atol=1e-6)
    assert (tower.dimension, tower.spec) == (32, f"st:{bert}")


def test_its_folder_may_be_named_from_anywhere(bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bert.parent)
    tower = load_text_tower(f"st:{bert.name}", device="cpu")
    assert tower.spec == f"st:{bert}"
    assert tower.fingerprint == load_text_tower(f"st:{bert}", device="cpu").fingerprint


def test_pooling_and_prompt_are_part_of_the_fingerprint(save_encoder: SaveEncoder) -> None:
    specs = [
        save_encoder("mean"),
        save_encoder("cls"),
        save_encoder("mean", prompt="the "),
        save_encoder("mean", prompt="a "),
    ]
    towers = [load_text_tower(spec, device="cpu") for spec in specs]
    vectors = [tower.encode_texts(["red chair"]) for tower in towers]
    for i, one in enumerate(towers):
        for j in range(i):
            assert np.abs(vectors[i] - vectors[j]).max() > 1e-4, "they are different towers"
            assert one.fingerprint != towers[j].fingerprint


def test_threads_may_share_a_tower(bert: Path) -> None:
    tower = load_text_tower(f"st:{bert}", device="cpu")
    alone = tower.encode_texts(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda i: tower.encode_texts([TEXTS[i % 4]])[0], range(40)))
    np.testing.assert_allclose(rows, alone[[i % 4 for i in range(40)]], atol=1e-6)


def test_a_folder_that_holds_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"text encoder .* cannot be loaded: .*; give a folder"):
        load_text_tower(f"st:{tmp_path}", device="cpu")
