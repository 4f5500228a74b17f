"""Values worked out by hand from the definition of nDCG."""

from __future__ import annotations

import math

import pytest

from mmdemo.labels.campaigns import most_decisive

D1, D2, D3 = 1.0, 1 / math.log2(3), 0.5  # discounts of ranks 1, 2 and 3


def test_a_product_at_the_same_rank_in_both_changes_nothing() -> None:
    values = most_decisive({"q": {"a": ["x", "y"], "b": ["x", "z"]}}, {}, k=2)
    assert values[("q", "x")] == 0
    assert values[("q", "y")] == values[("q", "z")] > 0


def test_the_value_is_the_most_that_a_grade_can_move_the_difference() -> None:
    # Ungraded products count 1.5: the ideal gain is that of two, 1.5 (D1 + D2), but 3 at least.
    ideal = max(1.5 * (D1 + D2), 3.0)
    values = most_decisive({"q": {"a": ["x", "y"], "b": ["y", "x"]}}, {}, k=2)
    assert values == {
        ("q", "x"): pytest.approx(3 * (D1 - D2) / ideal),
        ("q", "y"): pytest.approx(3 * (D1 - D2) / ideal),
    }


def test_a_second_grade_moves_the_mean_by_half_as_much() -> None:
    rankings = {"q": {"a": ["x", "y"], "b": ["y", "x"]}}
    # x is graded 3, so the ungraded y is expected to be 3 too: ideal gain 3 (D1 + D2).
    ideal = 3 * (D1 + D2)
    difference = 3 * (D1 - D2) / ideal
    open_swing = (1.5 + 3) * (D1 - D2) / ideal
    weight = open_swing / (open_swing + difference)
    values = most_decisive(rankings, {("q", "x"): [3]}, k=2)
    assert values[("q", "x")] == pytest.approx(weight * 1.5 * (D1 - D2) / ideal)
    assert values[("q", "y")] == pytest.approx(weight * 3 * (D1 - D2) / ideal)


def test_what_only_one_ranker_shows_counts_with_its_whole_discount() -> None:
    values = most_decisive({"q": {"a": ["x", "y", "z"], "b": ["y", "x", "w"]}}, {}, k=3)
    ideal = 1.5 * (D1 + D2 + D3)
    assert values[("q", "z")] == pytest.approx(3 * D3 / ideal)
    assert values[("q", "w")] == pytest.approx(3 * D3 / ideal)
    assert values[("q", "z")] > values[("q", "x")]


def test_products_below_the_depth_of_the_measure_are_left_out() -> None:
    values = most_decisive({"q": {"a": ["x", "y", "z"], "b": ["y", "x"]}}, {}, k=2)
    assert set(values) == {("q", "x"), ("q", "y")}


def test_contests_that_can_still_turn_count_most() -> None:
    # c is last by far wherever a pair is graded; a and b differ in the open query alone.
    graded = {f"g{i}": {"a": ["x"], "b": ["x"], "c": ["bad"]} for i in range(20)}
    grades = {(q, p): [3.0 if p == "x" else 0.0] for q in graded for p in ("x", "bad")}
    opened = {"o": {"a": ["y"], "b": ["z"], "c": ["z"]}}
    values = most_decisive(graded | opened, grades, k=1)
    # y and z: in a-b the open grades decide all (weight 1); the ideal gain is taken as 3 at least.
    assert values[("o", "y")] == pytest.approx(1.0)
    assert values[("o", "z")] == pytest.approx(1.0)
    # A graded pair: nothing between a and b. Against c, which trails by 20 · 3/3, one more grade
    # of all could move a by 40 · 1.5/3 and by y and z, b only by the former.
    assert values[("g0", "x")] == pytest.approx(22 / (22 + 20) * 0.5)
    assert values[("g0", "x")] < values[("o", "y")] / 2


def test_one_ranker_or_none_decides_nothing() -> None:
    assert most_decisive({}, {}) == {}
    assert most_decisive({"q": {"a": ["x"]}}, {}) == {("q", "x"): 0.0}
