"""Order a pool: which pair is asked first. Knows no table and no judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mmdemo.labels.campaigns.decisive import most_decisive
from mmdemo.labels.campaigns.definition import Strategy
from mmdemo.labels.campaigns.pool import Pooled

BAND = 5  # ranks that count as equally deep, so that a block of a query has several pairs
UNFOUND = 10_000.0  # of pairs that no ranker found: last


def priorities(
    strategy: Strategy,
    pool: Sequence[Pooled],
    positions: Mapping[str, int],
    grades: Mapping[tuple[str, str], Sequence[float]],
    *,
    highest: float,
) -> list[float]:
    """A number for each pair of the pool; the lowest is asked first.

    Args:
        positions: of the queries in the campaign.
        grades: regular ones given so far, for *most decisive first*.
        highest: grade of the scale.
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
            return [-values.get((pair.query_id, pair.product_id), 0.0) for pair in pool]


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
