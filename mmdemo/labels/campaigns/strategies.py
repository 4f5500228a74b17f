"""Order a pool: which pair is asked first. Knows no table and no judge."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

from mmdemo.labels.campaigns.decisive import most_decisive
from mmdemo.labels.campaigns.definition import Strategy
from mmdemo.labels.campaigns.pool import Pooled

BAND = 5  # ranks that count as equally deep, so that a block of a query has several pairs
NEVER = 1e12  # of pairs that can decide nothing: last
UNFOUND = 10_000.0  # of pairs that no ranker found: last


def priorities(
    strategy: Strategy,
    pool: Sequence[Pooled],
    positions: Mapping[str, int],
    grades: Mapping[tuple[str, str], Sequence[float]],
    *,
    highest: float,
    seed: int,
) -> list[float]:
    """A number for each pair of the pool; the lowest is asked first.

    Args:
        positions: of the queries in the campaign.
        grades: regular ones given so far, for *most decisive first*.
        highest: grade of the scale.
        seed: of what is drawn at random.
    """
    match strategy:
        case Strategy.BY_QUERY:
            return [float(positions[pair.query_id]) for pair in pool]
        case Strategy.BY_DEPTH:
            # Within a band query by query, so that judges do not all stand at the same query.
            width = len(positions) + 1
            return [_band(pair) * width + positions[pair.query_id] for pair in pool]
        case Strategy.MOST_DECISIVE:
            values = most_decisive(rankings_of(pool), grades, highest=highest)
            return [
                _drawn(values.get((pair.query_id, pair.product_id), 0.0), pair, seed)
                for pair in pool
            ]


def _drawn(value: float, pair: Pooled, seed: int) -> float:
    """An arrival time at the rate `value`: sorted by it, pairs come in proportion to their values.

    Strictly the most decisive first would leave out all that is a little less so, and a verdict
    from the grades extrapolates to these: docs/RESULTS.md has both simulated.
    """
    chance = random.Random(f"{seed}:{pair.query_id}:{pair.product_id}").random()
    waits = -math.log(1.0 - chance)
    return waits / value if value > 0 else NEVER * (1 + waits)


def rankings_of(pool: Iterable[Pooled]) -> dict[str, dict[str, list[str]]]:
    """What each ranker lists for each query, as far as the pool goes."""
    ranks: dict[str, dict[str, dict[str, int]]] = {}
    for pair in pool:
        by_ranker = ranks.setdefault(pair.query_id, {})
        for ranker, rank in pair.found_by.items():
            by_ranker.setdefault(ranker, {})[pair.product_id] = rank
    return {
        query: {ranker: sorted(of, key=of.__getitem__) for ranker, of in by_ranker.items()}
        for query, by_ranker in ranks.items()
    }


def _band(pair: Pooled) -> float:
    return (min(pair.found_by.values()) - 1) // BAND if pair.found_by else UNFOUND
