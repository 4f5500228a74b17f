import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mmdemo.errors import IndexMismatchError, ModelError
from mmdemo.towers import FloatArray
from mmdemo.towers.cache import VectorCache, content_key

A, B, C = (content_key(name) for name in "abc")


def rows(*values: float) -> FloatArray:
    return np.array([[v, -v] for v in values], dtype=np.float32)


def test_vectors_come_back_in_the_order_asked_for(tmp_path: Path) -> None:
    with VectorCache(tmp_path / "c", 2) as cache:
        assert A not in cache
        cache.append([A, B], rows(1, 2))
        cache.append([C], rows(3))
        expected = rows(3, 0, 1, 3, 2)
        np.testing.assert_array_equal(cache.gather([C, None, A, C, B]), expected)
    with VectorCache(tmp_path / "c", 2) as cache:
        assert A in cache
        np.testing.assert_array_equal(cache.gather([C, None, A, C, B]), expected)
        assert cache.gather([]).shape == (0, 2)
        assert cache.gather([None]).tolist() == [[0, 0]]


def test_an_empty_cache_gives_zero_rows(tmp_path: Path) -> None:
    with VectorCache(tmp_path, 3) as cache:
        assert cache.gather([]).shape == (0, 3)
        assert cache.gather([None, None]).tolist() == [[0, 0, 0]] * 2


def test_a_key_given_twice_does_not_shift_the_others(tmp_path: Path) -> None:
    with VectorCache(tmp_path, 2) as cache:
        cache.append([A, A], rows(1, 1))
        cache.append([B], rows(2))
        np.testing.assert_array_equal(cache.gather([A, B]), rows(1, 2))
    with VectorCache(tmp_path, 2) as cache:
        cache.append([C], rows(3))
        np.testing.assert_array_equal(cache.gather([A, B, C]), rows(1, 2, 3))


@pytest.mark.parametrize(
    ("keys", "vectors", "kept"),
    [
        (64, 16, [A, B]),  # whole
        (64, 15, [A]),  # the last vector is torn
        (64, 8, [A]),
        (63, 16, [A]),  # the last key is torn
        (32, 16, [A]),  # killed between the two files
        (32, 13, [A]),
        (0, 16, []),
        (31, 7, []),
    ],
)
def test_what_a_killed_writer_left_over_is_cut_off(
    tmp_path: Path, keys: int, vectors: int, kept: list[bytes]
) -> None:
    with VectorCache(tmp_path, 2) as cache:
        cache.append([A, B], rows(1, 2))
    os.truncate(tmp_path / "keys.bin", keys)
    os.truncate(tmp_path / "vectors.f32", vectors)
    with VectorCache(tmp_path, 2) as cache:
        assert [key for key in (A, B) if key in cache] == kept
        cache.append([C], rows(3))
        expected = rows(*range(1, len(kept) + 1), 3)
        np.testing.assert_array_equal(cache.gather([*kept, C]), expected)
    with VectorCache(tmp_path, 2) as cache:
        np.testing.assert_array_equal(cache.gather([*kept, C]), expected)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with (
        VectorCache(tmp_path, 2),
        pytest.raises(IndexMismatchError, match=r"another process is embedding into .*let it"),
        VectorCache(tmp_path, 2),
    ):
        pass
    with VectorCache(tmp_path, 2) as cache:
        cache.append([A], rows(1))


def test_the_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), VectorCache(tmp_path, 2):
        raise ValueError("stop")
    with VectorCache(tmp_path, 2):
        pass


@pytest.mark.parametrize("shape", [(1, 2), (2, 3), (2,)])
def test_vectors_must_fit_their_keys(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with VectorCache(tmp_path, 2) as cache:
        with pytest.raises(ModelError, match=r"of another shape: got .*, expected \(2, 2\)"):
            cache.append([A, B], np.zeros(shape, np.float32))
        assert A not in cache
        cache.append([A], rows(1))
        np.testing.assert_array_equal(cache.gather([A]), rows(1))


def test_vectors_can_be_dropped(tmp_path: Path) -> None:
    with VectorCache(tmp_path, 2) as cache:
        cache.append([A, B, C], rows(1, 2, 3))
        assert cache.count_except({C, A}) == 1
        assert cache.keep_only({C, A}) == 1
        assert len(cache) == 2
        assert B not in cache
        cache.append([B], rows(4))
        np.testing.assert_array_equal(cache.gather([A, B, C]), rows(1, 4, 3))
        assert cache.keep_only({A, B, C}) == 0
    with VectorCache(tmp_path, 2) as cache:
        np.testing.assert_array_equal(cache.gather([A, B, C]), rows(1, 4, 3))
        assert cache.keep_only(set()) == 3
        assert len(cache) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.bin", "lock", "vectors.f32"]
    assert (tmp_path / "vectors.f32").stat().st_size == 0


def test_dropping_survives_a_kill_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    while True:
        folder = tmp_path / str(steps)
        with VectorCache(folder, 2) as cache:
            cache.append([A, B, C], rows(1, 2, 3))
        done = 0

        def count(real: Callable[..., object], limit: int) -> Callable[..., object]:
            def step(*args: object, **kwargs: object) -> object:
                nonlocal done
                if done == limit:
                    raise KeyboardInterrupt
                done += 1
                return real(*args, **kwargs)

            return step

        with monkeypatch.context() as patched:
            for name in ("rename", "replace", "unlink", "rmdir", "open"):
                patched.setattr(Path, name, count(getattr(Path, name), steps))
            try:
                with VectorCache(folder, 2) as cache:
                    cache.keep_only({A, C})
                killed = False
            except KeyboardInterrupt:
                killed = True
        with VectorCache(folder, 2) as cache:
            assert len(cache) in {2, 3}
            np.testing.assert_array_equal(cache.gather([A, C]), rows(1, 3))
        if not killed:
            assert B not in cache
            break
        steps += 1
    assert steps > 6
