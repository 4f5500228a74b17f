"""Make one grade of what several judges gave. Knows no store and no format."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Aggregation(StrEnum):
    """Rules that make one whole grade of several; doubt always goes to the lower grade."""

    MAJORITY = "majority"
    MEDIAN = "median"
    MEAN = "mean"
    LOWEST = "lowest"


def aggregate(grades: Sequence[int], rule: Aggregation = Aggregation.MAJORITY) -> int:
    """Make one grade of at least one.

    Majority takes the lowest of the grades given equally often, median the lower of the two in
    the middle; a mean halfway between two grades is the lower one.
    """
    match rule:
        case Aggregation.MAJORITY:
            return majority(grades)
        case Aggregation.MEDIAN:
            return sorted(grades)[(len(grades) - 1) // 2]
        case Aggregation.MEAN:
            return math.ceil(sum(grades) / len(grades) - 0.5)
        case Aggregation.LOWEST:
            return min(grades)


def majority(grades: Sequence[int]) -> int:
    """Return the grade given most often; of those given equally often, the lowest."""
    votes = Counter(grades)
    return min(votes, key=lambda grade: (-votes[grade], grade))
