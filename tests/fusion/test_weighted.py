"""Plain and centered weighted sums leave cosines as they are."""

import pytest

from mmdemo.fusion import CenteredSum, Cosines, Part, WeightedSum

SPREAD = Cosines(0.3, 0.05, 0.1, 0.6)


@pytest.mark.parametrize("rule", [WeightedSum(), CenteredSum()])
@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
def test_parts_are_the_weights(rule: WeightedSum, weight: float) -> None:
    assert rule.parts(SPREAD, SPREAD, weight) == (Part(weight), Part(1 - weight))


def test_only_the_centered_sum_asks_for_centered_halves() -> None:
    assert (WeightedSum().centered, CenteredSum().centered) == (False, True)
