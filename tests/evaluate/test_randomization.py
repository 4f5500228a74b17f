from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import permutation_test
from statsmodels.stats.multitest import multipletests

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import Correction, corrected, randomization_p


def scipy_p(gains: Sequence[float]) -> float:
    zero = np.zeros(len(gains))
    found = permutation_test(
        (np.asarray(gains, np.float64), zero),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=2**14,
    )
    return float(found.pvalue)


@pytest.mark.parametrize(
    ("gains", "expected"),
    [
        ([0.5], 1.0),  # one query: both signs reach 0.5
        ([0.1, 0.2, 0.3], 2 / 8),  # only all signs equal reach 0.6
        ([0.1, -0.1], 1.0),
        ([0.0, 0.0, 0.0], 1.0),  # all equal
        ([0.2, 0.2, 0.2, -0.2], 10 / 16),  # sums ±0.8 (2 ways) and ±0.4 (8 ways) reach 0.4
        ([0.3, 0.0, 0.0], 1.0),
    ],
)
def test_p_values_worked_by_hand(gains: list[float], expected: float) -> None:
    assert randomization_p([gains])[0] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("count", [2, 5, 9, 13])
def test_all_sign_changes_are_those_of_scipy(count: int) -> None:
    gains = np.random.default_rng(count).normal(0.2, 0.5, count).round(1)  # with ties
    assert randomization_p([gains])[0] == pytest.approx(scipy_p(gains.tolist()), abs=1e-12)


def test_random_sign_changes_come_near_the_exact_value() -> None:
    gains = np.random.default_rng(3).normal(0.12, 0.3, (6, 14))
    found = randomization_p(gains, rounds=40_000)
    for row, p_value in zip(gains, found, strict=True):
        assert p_value == pytest.approx(scipy_p(row.tolist()), abs=0.01)


def test_no_p_value_is_zero_and_the_smallest_is_one_of_all_rounds() -> None:
    assert randomization_p(np.full((1, 40), 0.1), rounds=999)[0] == pytest.approx(1 / 1000)


def test_batches_and_other_rows_do_not_change_a_p_value(monkeypatch: pytest.MonkeyPatch) -> None:
    gains = np.random.default_rng(4).normal(0.05, 0.3, (3, 50))
    whole = randomization_p(gains)
    assert randomization_p(gains[1])[0] == whole[1]
    assert (randomization_p(gains, seed=1) != whole).any()
    monkeypatch.setattr("mmdemo.evaluate.randomization._ELEMENTS", 50 * 999)
    batched = randomization_p(gains)
    assert batched == pytest.approx(whole, abs=0.01)


def test_a_null_that_holds_is_rejected_as_often_as_the_level_says() -> None:
    gains = np.random.default_rng(5).normal(0, 0.3, (2000, 30))
    share = (randomization_p(gains, rounds=2000) < 0.05).mean()
    assert share == pytest.approx(0.05, abs=0.015)  # three standard errors


def test_no_query_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no query"):
        randomization_p([[]])


@pytest.mark.parametrize(
    ("method", "name"), [(Correction.HOLM, "holm"), (Correction.BENJAMINI_HOCHBERG, "fdr_bh")]
)
@pytest.mark.parametrize(
    "p_values",
    [
        [0.01, 0.04, 0.03, 0.005],
        [0.5],
        [0.02, 0.02, 0.02],
        [1.0, 0.9, 0.0001],
        [0.011, 0.01, 0.9, 0.04, 0.04, 0.2],
    ],
)
def test_corrections_are_those_of_statsmodels(
    method: Correction, name: str, p_values: list[float]
) -> None:
    expected = multipletests(p_values, method=name)[1]
    assert corrected(p_values, method) == pytest.approx(expected.tolist(), abs=1e-15)


def test_holm_by_hand_and_no_correction() -> None:
    # 3 × 0.01, then 2 × 0.02, then 1 × 0.03, which may not fall below the one before.
    assert corrected([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert corrected([0.03, 0.01], Correction.NONE) == [0.03, 0.01]
    assert corrected([]) == []
