from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from mmdemo.towers import load_text_tower
from mmdemo.train.encoders import TextEncoder, evaluating, half_pays

MakeStage = Callable[..., Any]


def test_texts_padded_in_parts_keep_their_rows_and_their_order(make_stage: MakeStage) -> None:
    stage = make_stage()
    rng = np.random.default_rng(0)
    words = ["red", "disc", "on", "blue", "a", "bar", "painted"]
    texts = [" ".join(rng.choice(words, rng.integers(1, 20))) for _ in range(150)]
    expected = load_text_tower(stage.config.text_tower, device="cpu").encode_texts(texts)
    with evaluating(stage.built.model), torch.no_grad():
        np.testing.assert_allclose(stage.texts(texts).numpy(), expected, atol=1e-5)
    np.testing.assert_allclose(stage.texts.table(texts, label="").numpy(), expected, atol=1e-5)


def test_each_distinct_text_is_encoded_once(make_stage: MakeStage, monkeypatch: Any) -> None:
    stage = make_stage()
    seen: list[str] = []
    encode = TextEncoder.__call__

    def spy(self: TextEncoder, texts: list[str]) -> torch.Tensor:
        seen.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(TextEncoder, "__call__", spy)
    rows = stage.texts.table(["red", "blue disc", "red", "red"], label="")
    assert seen == ["red", "blue disc"]
    assert torch.equal(rows[0], rows[2]) and torch.equal(rows[0], rows[3])
    assert not torch.equal(rows[0], rows[1])
    assert stage.texts.table([], label="").shape == (0, 32)


def test_texts_are_encoded_in_the_same_order_in_every_process(
    make_stage: MakeStage, monkeypatch: Any
) -> None:
    stage = make_stage()
    seen: list[str] = []

    def spy(self: TextEncoder, texts: list[str]) -> torch.Tensor:
        seen.extend(texts)
        return torch.zeros(len(texts), 32)

    monkeypatch.setattr(TextEncoder, "__call__", spy)
    texts = [f"{i:03d}" for i in range(300)]  # a set gives them in an order of this process
    stage.texts.table([*reversed(texts), "z"], label="")
    assert seen == ["z", *texts]


def test_tables_have_no_dropout_and_leave_the_model_training(make_stage: MakeStage) -> None:
    stage = make_stage()
    model = stage.built.model
    model.train()
    model.text.eval()
    modes = [part.training for part in model.modules()]
    one, two = (stage.texts.table(["red disc"], label="") for _ in "ab")
    assert torch.equal(one, two)
    photos = stage.photos.table(np.array([3, 1]), label="")
    assert not photos.requires_grad and photos.shape == (2, 32)
    assert [part.training for part in model.modules()] == modes


def test_photos_are_looked_up_by_place_and_mirrored(make_stage: MakeStage) -> None:
    stage = make_stage()
    pixels = stage.photos.photos(np.array([5, 7]))
    assert pixels.shape == (2, 3, 32, 32)
    assert float(pixels.min()) >= -1 and float(pixels.max()) <= 1
    model = stage.built.model.eval()
    with torch.no_grad():
        for mirrored, seen in ((False, pixels), (True, pixels.flip(3))):
            rows = torch.nn.functional.normalize(model.visual(seen), dim=-1)
            table = stage.photos.table(np.array([5, 7]), label="", mirrored=mirrored)
            torch.testing.assert_close(table, rows, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("major", "pays"), [(7, False), (8, True), (9, True)])
def test_half_precision_pays_on_cards_that_have_it(
    monkeypatch: pytest.MonkeyPatch, major: int, pays: bool
) -> None:
    asked: list[int] = []

    def properties(device: int) -> SimpleNamespace:
        asked.append(device)
        return SimpleNamespace(major=major)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "device", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "get_device_properties", properties)
    assert half_pays("cuda:1") == pays
    assert not half_pays("cpu") and not half_pays("mps")
    assert asked == [1]


def test_half_precision_gives_full_rows(make_stage: MakeStage) -> None:
    stage = make_stage()
    half = TextEncoder(stage.built, device="cpu", half=True)
    full, rough = (own.table(["red disc", "bar"], label="") for own in (stage.texts, half))
    assert rough.dtype == torch.float32
    assert not torch.equal(rough, full)
    torch.testing.assert_close(rough, full, atol=0.03, rtol=0)
