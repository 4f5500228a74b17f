import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from mmdemo.evaluate.power import power, queries_for, queries_to_settle, settling_chance


@pytest.mark.parametrize("queries", [5, 30, 300, 2000])
@pytest.mark.parametrize(("effect", "spread"), [(0.03, 0.2), (-0.03, 0.2), (0.001, 0.3)])
@pytest.mark.parametrize("level", [0.05, 0.05 / 7])
def test_power_is_that_of_statsmodels(
    effect: float, spread: float, queries: int, level: float
) -> None:
    expected = TTestPower().power(abs(effect) / spread, queries, level)
    assert power(effect, spread, queries, level=level) == pytest.approx(expected, abs=1e-9)


def test_power_at_the_edges() -> None:
    assert power(0.03, 0.2, 1) == 0.0
    assert power(0.0, 0.2, 100) == pytest.approx(0.05, abs=1e-9)
    assert (power(0.1, 0.0, 10), power(0.0, 0.0, 10)) == (1.0, 0.0)
    assert power(0.5, 0.1, 100_000) == 1.0


def test_queries_for_a_power_are_those_of_statsmodels_rounded_up() -> None:
    exact = TTestPower().solve_power(0.03 / 0.2, power=0.8, alpha=0.05)
    assert queries_for(0.03, 0.2) == int(np.ceil(exact))
    assert queries_for(0.0, 0.2) is None
    assert queries_for(1e-9, 0.2) is None


def test_nothing_is_left_to_chance_without_more_queries() -> None:
    # 1.984 × 0.2 / 10 = 0.0397: an interval of ± 0.04 around the mean
    assert settling_chance(0.041, 0.2, 100, 0) == 1.0
    assert settling_chance(0.038, 0.2, 100, 0) == 0.0
    assert settling_chance(-0.041, 0.2, 100, 0) == 1.0


@pytest.mark.parametrize(("mean", "more"), [(0.02, 100), (0.0, 500), (-0.03, 40), (0.01, 3000)])
def test_chance_to_settle_is_what_a_simulation_finds(mean: float, more: int) -> None:
    rng = np.random.default_rng(1)
    seen, spread, margin = 60, 0.2, 0.012
    # The true mean is uncertain; so is what more queries will show of it.
    true = rng.normal(mean, spread / np.sqrt(seen), 40_000)
    new = rng.normal(true, spread / np.sqrt(more))
    total = (seen * mean + more * new) / (seen + more)
    half = 1.96 * spread / np.sqrt(seen + more)
    settled = (np.abs(total) > half) | (np.abs(total) < margin - half)
    found = settling_chance(mean, spread, seen, more, margin=margin)
    assert found == pytest.approx(settled.mean(), abs=0.015)


def test_queries_to_settle_reach_the_wanted_chance_and_no_fewer_do() -> None:
    more = queries_to_settle(0.02, 0.2, 100)
    assert more is not None
    assert settling_chance(0.02, 0.2, 100, more) >= 0.8 > settling_chance(0.02, 0.2, 100, more - 1)


def test_queries_to_settle_at_the_edges() -> None:
    assert queries_to_settle(0.1, 0.2, 100) == 0  # settled
    assert queries_to_settle(0.0, 0.0, 100) == 0
    assert queries_to_settle(0.1, 0.2, 1) is None
    # No difference at all is settled by an interval inside the margin: at most (1.96·2·s/m)².
    more = queries_to_settle(0.0, 0.2, 100, margin=0.01)
    assert more is not None
    assert more < (2 * 1.96 * 0.2 / 0.01) ** 2
    # Where every difference matters, it takes more.
    assert (queries_to_settle(0.0, 0.2, 100, margin=0.0) or 0) > more
