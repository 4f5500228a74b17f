"""Give a figure its interval, and say why where there is none. Knows no judge and no grade."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE = 0.95
RESAMPLES = 500
FEW_QUERIES = 10  # below, too few to resample: see `Resampler`

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95 % interval.

    Attributes:
        value: None where the number is not defined; `why` then says why.
        low, high: None where nothing can be said about how sure it is.
        n: of how many things it is made: pairs, repeats, answers.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    why: str = ""


class Unit(StrEnum):
    """What is drawn again to see how sure a figure is."""

    QUERIES = "queries"
    PAIRS = "pairs"


class Resampler:
    """Draws pairs with replacement, all those of a query together.

    Products of one query resemble each other, and their grades err together; so queries are
    drawn, not pairs, unless there are fewer than `FEW_QUERIES` of them.

    Attributes:
        unit: what is drawn.
    """

    def __init__(self, queries: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0):
        names, of_query = np.unique(np.asarray(queries, dtype=object), return_inverse=True)
        by_query = len(names) >= FEW_QUERIES
        self.unit = Unit.QUERIES if by_query else Unit.PAIRS
        self._group = of_query if by_query else np.arange(len(queries))
        self._groups = len(names) if by_query else len(queries)
        self._resamples, self._seed = resamples, seed

    @property
    def groups(self) -> int:
        """How many are drawn, with replacement."""
        return self._groups

    def draws(self) -> Iterator[NDArray[np.int64]]:
        """How often each group is drawn: one (groups,) for each sample."""
        rng = np.random.default_rng(self._seed)
        even = np.full(self._groups, 1 / self._groups)
        for _ in range(self._resamples):
            yield rng.multinomial(self._groups, even)

    def places(self) -> Iterator[Places]:
        """Rows of each sample, as numbers of the rows there are."""
        rows = np.arange(len(self._group))
        for counts in self.draws():
            yield np.repeat(rows, counts[self._group])

    def sums(self, values: Floats) -> Floats:
        """Sum of values (n,) over each group: (groups,)."""
        sums: Floats = np.bincount(self._group, values, self._groups).astype(np.float64)
        return sums


def ratio(
    numerators: ArrayLike, denominators: ArrayLike, resampler: Resampler, *, why: str
) -> Figure:
    """Sum of numerators over sum of denominators, both one a row.

    Args:
        why: what to say where there is no row.
    """
    above, below = np.asarray(numerators, np.float64), np.asarray(denominators, np.float64)
    if not below.sum() > 0:
        return Figure(None, n=len(above), why=why)
    value = float(above.sum() / below.sum())
    if resampler.groups < 2:
        return Figure(value, n=len(above))
    tops, bottoms = resampler.sums(above), resampler.sums(below)
    drawn = []
    for counts in resampler.draws():
        bottom = float(counts @ bottoms)
        drawn.append(float(counts @ tops) / bottom if bottom > 0 else math.nan)
    return _with_interval(value, drawn, len(above))


def mean(values: ArrayLike, resampler: Resampler, *, why: str) -> Figure:
    """Mean of values, one a row; see `ratio`."""
    plain = np.asarray(values, np.float64)
    return ratio(plain, np.ones(len(plain)), resampler, why=why)


def statistic(
    function: Callable[[NDArray[np.int64]], float],
    table: NDArray[np.int64],
    resampler: Resampler,
    *,
    why: str,
) -> Figure:
    """Any number made of the rows of a table.

    Args:
        function: nan where it is not defined.
        why: what to say then.
    """
    value = function(table)
    if math.isnan(value):
        return Figure(None, n=len(table), why=why)
    if resampler.groups < 2:
        return Figure(value, n=len(table))
    drawn = [function(table[rows]) for rows in resampler.places()]
    return _with_interval(value, drawn, len(table))


def share(count: int, of: int, *, why: str) -> Figure:
    """A share with Wilson's interval (JASA 22, 1927), which holds for few and for all alike."""
    if of == 0:
        return Figure(None, why=why)
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, of, alpha=1 - CONFIDENCE, method="wilson")
    return Figure(count / of, float(low), float(high), of)


def _with_interval(value: float, drawn: Sequence[float], n: int) -> Figure:
    """Percentile interval of the samples in which the number is defined, if most are."""
    defined = [number for number in drawn if not math.isnan(number)]
    if 2 * len(defined) < len(drawn):
        return Figure(value, n=n)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(defined, (tail, 1 - tail))
    # A value at the edge of what samples give, such as 1 for full agreement, belongs to it.
    return Figure(value, min(float(low), value), max(float(high), value), n)
