"""Test whether paired differences could be chance, and correct for many tests. Knows no measure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mmdemo.errors import EvaluationError

ROUNDS = 10_000  # random sign changes; the smallest p-value is 1 / (ROUNDS + 1)
EXACT_QUERIES = 13  # up to here all 2**n sign changes are fewer than ROUNDS
_ROUNDING = 1e-12  # sums of gains that differ by less are equal
_ELEMENTS = 8_000_000  # signs held at a time: 64 MB


class Correction(StrEnum):
    """How p-values are corrected for the number of comparisons."""

    HOLM = "holm"  # Holm 1979: the chance of even one false claim stays below the level
    BENJAMINI_HOCHBERG = "benjamini-hochberg"  # 1995: the share of false claims does
    NONE = "none"


def randomization_p(
    gains: ArrayLike, *, rounds: int = ROUNDS, seed: int = 0
) -> NDArray[np.float64]:
    """Two-sided paired randomization test of each row of gains (m, n): p-values (m,).

    Under the null either ranker could have had either value, so each gain may change its sign
    (Smucker, Allan and Carterette, CIKM 2007). Up to `EXACT_QUERIES` queries all sign changes
    are counted; above that `rounds` random ones, with the observed one among them, so that no
    p-value is 0 (Phipson and Smyth 2010).

    Raises:
        EvaluationError: there are no queries.
    """
    values = np.atleast_2d(np.asarray(gains, dtype=np.float64))  # (m, n)
    count = values.shape[1]
    if count == 0:
        raise EvaluationError("no query to test a difference on", expected="at least one")
    observed = np.abs(values.sum(axis=1)) - _ROUNDING * count
    if count <= EXACT_QUERIES:
        reached = np.abs(_all_signs(count) @ values.T) >= observed
        exact: NDArray[np.float64] = reached.mean(axis=0)
        return exact
    batch = max(1, _ELEMENTS // count)
    if rounds <= batch:
        reached_by = (np.abs(_signs(count, rounds, seed) @ values.T) >= observed).sum(axis=0)
    else:
        rng = np.random.default_rng(seed)
        reached_by = np.zeros(len(values), np.int64)
        for start in range(0, rounds, batch):
            signs = _draw(rng, count, min(batch, rounds - start))
            reached_by += (np.abs(signs @ values.T) >= observed).sum(axis=0)
    p_values: NDArray[np.float64] = (reached_by + 1) / (rounds + 1)
    return p_values


def corrected(p_values: Sequence[float], method: Correction = Correction.HOLM) -> list[float]:
    """Correct p-values for how many there are, in their order; compare with the same level."""
    plain = np.asarray(p_values, dtype=np.float64)
    count = len(plain)
    if method == Correction.NONE or count == 0:
        return [float(p) for p in plain]
    order = np.argsort(plain, kind="stable")
    rank = np.arange(1, count + 1)
    if method == Correction.HOLM:
        steps = np.maximum.accumulate(plain[order] * (count - rank + 1))
    else:
        steps = np.minimum.accumulate((plain[order] * count / rank)[::-1])[::-1]
    found = np.empty(count)
    found[order] = np.minimum(steps, 1.0)
    return [float(p) for p in found]


def _all_signs(count: int) -> NDArray[np.float64]:
    """Every way to give `count` gains a sign: (2**count, count)."""
    bits = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    signs: NDArray[np.float64] = 1.0 - 2.0 * bits.astype(np.float64)
    return signs


@lru_cache(maxsize=2)  # the same for every pair of rankers over the same queries
def _signs(count: int, rounds: int, seed: int) -> NDArray[np.float64]:
    return _draw(np.random.default_rng(seed), count, rounds)


def _draw(rng: np.random.Generator, count: int, rounds: int) -> NDArray[np.float64]:
    bits = rng.integers(0, 2, (rounds, count), dtype=np.int8)
    signs: NDArray[np.float64] = 1.0 - 2.0 * bits.astype(np.float64)
    return signs
