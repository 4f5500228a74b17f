import pytest

from mmdemo.labels import Aggregation, aggregate


@pytest.mark.parametrize(
    ("grades", "majority", "median", "mean", "lowest"),
    [
        ([2], 2, 2, 2, 2),
        ([3, 0], 0, 0, 1, 0),  # halfway is the lower
        ([3, 3, 0], 3, 3, 2, 0),
        ([0, 1, 3, 3], 3, 1, 2, 0),  # mean 1.75
        ([1, 2, 2, 1], 1, 1, 1, 1),
        ([0, 0, 3, 3, 3], 3, 3, 2, 0),  # mean 1.8
        ([0, 0, 1], 0, 0, 0, 0),
    ],
)
def test_one_grade_of_several(
    grades: list[int], majority: int, median: int, mean: int, lowest: int
) -> None:
    assert [aggregate(grades, rule) for rule in Aggregation] == [majority, median, mean, lowest]
    assert aggregate(grades) == majority
