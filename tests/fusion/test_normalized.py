"""z-scores and min-max: parts against values worked by hand."""

import pytest

from mmdemo.fusion import Cosines, LinearRule, MinMaxSum, Part, ZScoreSum


def score(part: Part, cosine: float) -> float:
    return part.scale * (cosine - part.offset)


def test_zscore_counts_standard_deviations_from_the_mean() -> None:
    text, image = ZScoreSum().parts(Cosines(0.5, 0.1), Cosines(0.2, 0.02), 0.25)
    # 0.7 is two deviations above 0.5; 0.18 is one below 0.2.
    assert score(text, 0.7) == pytest.approx(0.25 * 2)
    assert score(image, 0.18) == pytest.approx(0.75 * -1)


def test_minmax_is_0_at_the_worst_and_the_weight_at_the_best() -> None:
    text, image = MinMaxSum().parts(Cosines(0, 0, 0.2, 0.6), Cosines(0, 0, -0.1, 0.3), 0.4)
    assert [score(text, c) for c in (0.2, 0.3, 0.6)] == pytest.approx([0, 0.4 * 0.25, 0.4])
    assert [score(image, c) for c in (-0.1, 0.1, 0.3)] == pytest.approx([0, 0.6 * 0.5, 0.6])


@pytest.mark.parametrize("rule", [ZScoreSum(), MinMaxSum()])
@pytest.mark.parametrize("noise", [0.0, 2e-7])
def test_a_half_that_tells_nothing_apart_has_no_say(rule: LinearRule, noise: float) -> None:
    # float32 cosines of equal vectors differ by some 1e-7; stretched, that would decide.
    flat = Cosines(0.4, noise, 0.4, 0.4 + noise)
    text, image = rule.parts(flat, Cosines(0.2, 0.1, 0.0, 0.4), 0.5)
    assert text.scale == 0
    assert image.scale > 0


def test_only_minmax_needs_the_range() -> None:
    assert (ZScoreSum().needs_range, MinMaxSum().needs_range) == (False, True)
