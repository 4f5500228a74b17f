"""The layout `[t | v | no_t | no_v]`, moments and centering, against numpy in float64."""

import numpy as np
import pytest

from mmdemo.index import Moments, ProductVectors
from mmdemo.towers import FloatArray, unit_rows


def random_units(count: int, dimension: int, *, seed: int = 0, around: float = 0.0) -> FloatArray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)) + around
    return unit_rows(rows.astype(np.float32))


def make_vectors(text: FloatArray, image: FloatArray) -> ProductVectors:
    return ProductVectors(
        text, image, np.ones(text.shape[1], np.float32), np.ones(image.shape[1], np.float32)
    )


def test_layout_flags_what_is_missing() -> None:
    text = np.array([[1, 0], [0, 0], [0, 1], [0, 0]], np.float32)
    image = np.array([[0, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    assert make_vectors(text, image).layout().tolist() == [
        [1, 0, 0, 0, 1, 0, 0, 1],
        [0, 0, 0, 1, 0, 1, 0, 0],
        [0, 1, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1, 1, 0],
    ]


def test_layout_of_no_products() -> None:
    empty = make_vectors(np.zeros((0, 4), np.float32), np.zeros((0, 3), np.float32))
    assert empty.layout().shape == (0, 10)


@pytest.mark.parametrize("around", [0.0, 3.0])  # 3.0: cosines are near 0.9 and hardly spread
def test_moments_give_mean_and_spread_of_the_cosines(around: float) -> None:
    rows, query = random_units(500, 16, around=around), random_units(1, 16, seed=1)[0]
    cosines = rows.astype(np.float64) @ query.astype(np.float64)
    moments = Moments.of(rows)
    assert query @ moments.mean == pytest.approx(cosines.mean(), abs=1e-7)
    assert query @ moments.covariance @ query == pytest.approx(cosines.var(), rel=1e-5)


def test_equal_rows_have_no_spread_at_all() -> None:
    moments = Moments.of(np.repeat(random_units(1, 64), 1000, axis=0))
    assert not moments.covariance.any()


def test_moments_of_no_rows_are_zero() -> None:
    moments = Moments.of(np.zeros((0, 4), np.float32))
    assert moments.mean.tolist() == [0] * 4
    assert moments.covariance.tolist() == [[0] * 4] * 4


def test_centered_takes_off_the_mean_of_what_is_there() -> None:
    text, image = random_units(40, 8, around=1), random_units(40, 6, seed=1, around=2)
    text[3], image[[3, 7]] = 0, 0
    centered = make_vectors(text, image).centered()
    for rows, got in ((text, centered.text), (image, centered.image)):
        there = rows.any(axis=1)
        moved = rows[there].astype(np.float64) - rows[there].astype(np.float64).mean(axis=0)
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        assert got[there] == pytest.approx(moved, abs=1e-6)
        assert not got[~there].any()


def test_rows_that_are_the_mean_stay_as_they_were() -> None:
    same = np.repeat(random_units(1, 64), 300, axis=0)
    assert np.array_equal(make_vectors(same, same).centered().text, same)


def test_centered_without_any_photo() -> None:
    vectors = make_vectors(random_units(3, 4), np.zeros((3, 5), np.float32))
    assert not vectors.centered().has_image.any()
