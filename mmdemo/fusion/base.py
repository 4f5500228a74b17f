"""What a fusion rule is. Knows no model, index or file.

Two kinds: a linear rule turns each half's cosines into parts that are added up, so one index
call ranks by it; a rank rule merges the two finished lists. `LINEAR_RULES` and `RANK_RULES` name
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mmdemo.records import Hit


@dataclass(frozen=True, slots=True)
class Cosines:
    """How one query's cosines with one half of the whole catalog are spread.

    Attributes:
        mean, std: over the products that have this half.
        low, high: smallest and largest; 0 unless the rule asks for them (`needs_range`).
    """

    mean: float
    std: float
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """What a cosine of one half adds to the score: `scale * (cosine - offset)`."""

    scale: float
    offset: float = 0.0


class LinearRule(Protocol):
    """A rule whose score is a sum of one part from each half.

    Attributes:
        name: of the ranker.
        centered: whether it works on halves with their mean taken off.
        needs_range: whether it reads `Cosines.low` and `high`.
    """

    name: str
    centered: bool
    needs_range: bool

    def parts(self, text: Cosines, image: Cosines, weight: float) -> tuple[Part, Part]:
        """Parts of the text half and the image half for a weight of text from 0 to 1."""
        ...


class RankRule(Protocol):
    """A rule that merges two lists by rank."""

    name: str

    def merge(
        self, text: Sequence[str], image: Sequence[str], weight: float, *, depth: int | None = None
    ) -> list[Hit]:
        """Merge two lists of product ids, best first, into the first `depth` hits of one.

        Parts add up to the score.
        """
        ...
