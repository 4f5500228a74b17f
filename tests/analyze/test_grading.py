from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from mmdemo.analyze.grading import grades_to_settle, weightiest
from mmdemo.evaluate.bounds import OpenGains, extremes


def gains(
    fixed: list[float], slopes: list[list[float]], judged: list[int], shown: Sequence[float] = (0,)
) -> OpenGains:
    width = max(1, *map(len, slopes))
    padded = [row + [0.0] * (width - len(row)) for row in slopes]
    return OpenGains(
        np.array(fixed),
        np.array(padded),
        np.array([len(row) for row in slopes]),
        np.array([[count] for count in judged]),
        (),
        np.array([[slope, grade] for slope in (-1.0, 1.0) for grade in [*shown] * 10]),
    )


def test_grades_to_settle_are_as_few_as_can_be_in_a_case_worked_by_trying() -> None:
    found = gains([1.0, 0.9, 0.1], [[0.5, -1.0], [-0.9], [0.4, -0.6, -0.7]], [3, 2, 1])
    mean = 0.3
    asked = grades_to_settle(found, mean, depth=10)

    def settled(graded: set[tuple[int, int]]) -> bool:
        rest = [
            [s for column, s in enumerate(row[:count]) if (r, column) not in graded]
            for r, (row, count) in enumerate(
                zip(found.slopes.tolist(), found.unjudged.tolist(), strict=True)
            )
        ]
        low, _ = extremes(gains(found.fixed.tolist(), rest, [3, 2, 1]), depth=10)
        return bool(low.mean() > 0)

    pairs = [(r, c) for r, count in enumerate(found.unjudged) for c in range(count)]
    fewest = min(n for n in range(7) if any(settled(set(s)) for s in combinations(pairs, n)))
    assert 0 < fewest <= asked <= len(pairs)
    assert asked == fewest


def test_grades_to_settle_at_the_edges() -> None:
    assert grades_to_settle(gains([1.0], [[]], [1]), 0.5, depth=10) == 0
    assert grades_to_settle(gains([1.0], [[0.5]], [1]), 0.5, depth=10) == 0  # it can only help
    assert grades_to_settle(gains([-1.0], [[-0.5]], [1]), -0.5, depth=10) == 0
    assert grades_to_settle(gains([0.5], [[-1.0]], [1]), 0.5, depth=10) == 1


def test_the_weightiest_are_those_that_only_the_other_list_shows() -> None:
    found = gains([1.0, 0.9], [[0.5, -0.4], [-0.3]], [1, 4])
    # 0.4 over 1 + 1 before 0.3 over 2.56 + 1, and what helps the leader last.
    rows, columns = weightiest(found, 0.5, depth=10)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (1, 0), (0, 0)]
    rows, columns = weightiest(found, -0.5, depth=10)
    assert (rows[0], columns[0]) == (0, 0)


def test_grades_that_turn_out_relevant_take_more_of_them() -> None:
    # Ten queries, each with one relevant product of the leader and one open pair of the other.
    case = [0.3] * 10, [[-0.5]] * 10, [1] * 10
    irrelevant = grades_to_settle(gains(*case), 0.3, depth=10)
    mixed = grades_to_settle(gains(*case, shown=(0, 0, 1)), 0.3, depth=10)
    assert 0 < irrelevant < mixed <= 10


@pytest.mark.parametrize("relevant", [0, 1])
def test_all_of_them_settle_it_at_last(relevant: int) -> None:
    case = gains([0.1] * 4, [[-0.5, -0.6]] * 4, [1] * 4, shown=(relevant,))
    assert 0 < grades_to_settle(case, 0.1, depth=10) <= 8
