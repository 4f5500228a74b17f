import numpy as np
import pytest
import torch

from mmdemo.errors import ModelError
from mmdemo.towers import unit_rows
from mmdemo.towers.base import check_finite, first_line, hash_weights, pick_device


def test_rows_get_length_one_and_zero_rows_stay() -> None:
    rows = np.array([[3, 4], [0, 0], [0, -2]], dtype=np.float32)
    units = unit_rows(rows)
    expected = np.array([[0.6, 0.8], [0, 0], [0, -1]])
    np.testing.assert_allclose(units, expected, rtol=1e-6)
    assert units.dtype == np.float32
    assert unit_rows(np.zeros((0, 5), np.float32)).shape == (0, 5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_numbers_are_refused(bad: float) -> None:
    with pytest.raises(ModelError, match="model m gave values that are not numbers"):
        check_finite(np.array([[1, bad]], dtype=np.float32), "m")


def test_weights_are_named_by_content() -> None:
    weights = {"b": torch.arange(4.0), "a": torch.tensor(1.5)}
    name = hash_weights(weights, "text", 12)
    assert hash_weights({"a": torch.tensor(1.5), "b": torch.arange(4.0)}, "text", 12) == name
    assert len(name) == 16
    other = [
        hash_weights(weights, "text", 13),
        hash_weights(weights, "image", 12),
        hash_weights({**weights, "a": torch.tensor(1.25)}, "text", 12),
        hash_weights({"b": weights["b"], "c": weights["a"]}, "text", 12),
        hash_weights({"b": weights["b"]}, "text", 12),
    ]
    assert name not in other
    assert len(set(other)) == len(other)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.int64, torch.bool])
def test_every_type_of_weight_can_be_named(dtype: torch.dtype) -> None:
    tensor = torch.ones(2, 3, dtype=dtype)
    name = hash_weights({"w": tensor})
    tensor[1, 2] = 0
    assert hash_weights({"w": tensor}) != name
    assert hash_weights({"w": tensor.t().contiguous().t()}) == hash_weights({"w": tensor})


def test_devices() -> None:
    assert pick_device("cpu") == "cpu"
    assert pick_device("auto") in {"cpu", "cuda", "mps"}
    with pytest.raises(ModelError, match=r"not available here: got tpu, expected cpu"):
        pick_device("tpu")


def test_an_error_of_another_library_is_one_line_that_ends_with_a_word() -> None:
    assert first_line(OSError(" no such file \nat line 3")) == "no such file"
    assert first_line(KeyError()) == "KeyError"
    assert first_line(ValueError("x" * 300)) == "x" * 300
    words = "We could not connect, " * 20  # the 300th character is in the 14th "connect"
    assert first_line(ValueError(words)) == "We could not connect, " * 13 + "We could not …"
    assert first_line(ValueError("x" * 301)) == "x" * 298 + " …"


def test_only_cards_that_are_there_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [pick_device(name) for name in ("cuda", "cuda:1", "cpu:0")] == [
        "cuda",
        "cuda:1",
        "cpu:0",
    ]
    for name in ("cuda:2", "cuda:", "cuda:one", "cpu:1"):
        with pytest.raises(ModelError, match=rf"got {name}, expected cpu, cpu:0, cuda, cuda:0, c"):
            pick_device(name)
