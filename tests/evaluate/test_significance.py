import numpy as np
import pytest
from scipy.stats import bootstrap

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import Interval, mean_intervals
from mmdemo.evaluate.significance import differences, is_fused, pairs_to_report


def test_interval_agrees_with_the_normal_approximation() -> None:
    values = np.random.default_rng(1).beta(2, 1, size=400)
    (interval,) = mean_intervals([values])
    half = 1.959964 * values.std() / np.sqrt(400)
    assert interval.mean == pytest.approx(values.mean())
    assert interval.queries == 400
    assert interval.low == pytest.approx(values.mean() - half, abs=0.04 * half)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.04 * half)


def test_interval_of_two_values_is_exact() -> None:
    # Resamples of {0, 1}: mean 0 and 1 with probability 1/4 each, so both ends are reached.
    assert mean_intervals([[0.0, 1.0]]) == (Interval(0.5, 0.0, 1.0, 2),)


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    values = np.random.default_rng(2).random((1, 50))
    assert mean_intervals(values) == mean_intervals(values)
    assert mean_intervals(values) != mean_intervals(values, seed=1)


def test_rows_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.random(30), 10 + rng.random(30)
    constant = np.full(30, 0.1)
    together = mean_intervals([first, constant, second])
    for found, row in zip(together, (first, constant, second), strict=True):
        (alone,) = mean_intervals([row])
        assert found.mean == pytest.approx(alone.mean, abs=1e-12)
        assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=1e-12)


def test_batches_do_not_change_the_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(4).random((1, 50))
    whole = mean_intervals(values)
    monkeypatch.setattr("mmdemo.evaluate.significance._ELEMENTS", 50 * 999)
    assert mean_intervals(values) == whole


@pytest.mark.parametrize("values", [[0.3], [0.1] * 7, [0.0, 0.0]])
def test_values_without_spread_have_an_interval_without_width(values: list[float]) -> None:
    (interval,) = mean_intervals([values])
    assert interval.mean == pytest.approx(values[0])
    assert interval.low == interval.high == interval.mean
    assert interval.queries == len(values)


def test_no_query_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no query"):
        mean_intervals([[]])


@pytest.mark.parametrize(
    ("low", "high", "queries", "expected"),
    [(0.1, 0.2, 10, True), (-0.2, -0.1, 10, True), (-0.1, 0.1, 99, False), (0.1, 0.2, 9, False)],
)
def test_zero_is_excluded_only_with_enough_queries(
    low: float, high: float, queries: int, expected: bool
) -> None:
    assert Interval(0.0, low, high, queries).excludes_zero is expected


def test_paired_interval_is_that_of_the_differences_and_narrower_than_unpaired() -> None:
    rng = np.random.default_rng(5)
    hard = rng.random(300)  # what both rankers share: some queries are harder
    ours = 0.8 * hard + 0.03 + 0.02 * rng.standard_normal(300)
    theirs = 0.8 * hard + 0.02 * rng.standard_normal(300)
    topics = [str(i) for i in range(300)]
    per_query = {
        "fused": {"nDCG@10": dict(zip(topics, ours.tolist(), strict=True))},
        "text": {"nDCG@10": dict(zip(topics, theirs.tolist(), strict=True))},
    }
    (difference,) = differences("fused", "text", per_query)
    interval = difference.interval
    half = 1.959964 * (ours - theirs).std() / np.sqrt(300)
    assert interval.mean == pytest.approx((ours - theirs).mean())
    assert interval.low == pytest.approx(interval.mean - half, abs=0.04 * half)
    assert interval.high == pytest.approx(interval.mean + half, abs=0.04 * half)
    unpaired = 1.959964 * np.sqrt((ours.var() + theirs.var()) / 300)
    assert interval.high - interval.low < 0.2 * 2 * unpaired
    assert interval.excludes_zero
    assert difference.better == int((ours > theirs).sum())
    assert difference.better + difference.worse == 300


def test_a_difference_is_over_common_queries_only() -> None:
    per_query = {
        "fused": {"P@1": {"q1": 1.0, "q2": 1.0, "q3": 0.5, "q4": 0.1 + 0.2}},
        "text": {"P@1": {"q2": 0.5, "q3": 1.0, "q4": 0.3, "q5": 0.0}},
    }
    (difference,) = differences("fused", "text", per_query)
    assert (difference.ranker, difference.baseline, difference.measure) == ("fused", "text", "P@1")
    assert difference.interval.queries == 3
    assert difference.interval.mean == 0.0  # +0.5, -0.5, and rounding that is none
    assert (difference.better, difference.worse) == (1, 1)


def test_rankers_without_a_common_query_have_no_difference() -> None:
    per_query = {"fused": {"P@1": {"q1": 1.0}}, "text": {"P@1": {"q2": 0.5}}}
    assert differences("fused", "text", per_query) == ()


def test_pairs_hold_each_fused_ranker_against_text_image_and_the_best_single() -> None:
    rankers = ["bm25", "text", "image", "fused", "fused-rrf"]
    assert pairs_to_report(rankers, "bm25") == [
        (fused, baseline)
        for fused in ("fused", "fused-rrf")
        for baseline in ("text", "image", "bm25")
    ]
    assert pairs_to_report(rankers, "text")[:2] == [("fused", "text"), ("fused", "image")]
    assert len(pairs_to_report(rankers, "text")) == 4
    assert pairs_to_report(["fused"], None) == []
    assert pairs_to_report(["text", "image"], "text") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("fused", True), ("fused-moe", True), ("run:fused", False), ("text", False), ("bm25", False)],
)
def test_fused_rankers_are_known_by_name(name: str, expected: bool) -> None:
    assert is_fused(name) is expected


@pytest.mark.parametrize("count", [1, 2, 30, 500])
def test_intervals_are_those_of_scipy(count: int) -> None:
    values = np.random.default_rng(count).beta(2, 1, size=(2, count)).round(2)
    for row, found in zip(values, mean_intervals(values, resamples=2000, seed=7), strict=True):
        if np.ptp(row) == 0:
            assert (found.low, found.high) == (row[0], row[0])
            continue
        expected = bootstrap(
            (row,),
            np.mean,
            n_resamples=2000,
            method="percentile",
            rng=np.random.default_rng(7),
        ).confidence_interval
        assert (found.low, found.high) == pytest.approx(tuple(expected), abs=1e-12)
