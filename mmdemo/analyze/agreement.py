"""Say how far two lists agree. Knows no grade, engine or page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.records import Ranking

PERSISTENCE = 0.9  # a reader goes on to the next product with this chance; then ten weigh 86 %


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two rankers agree on the queries of a segment.

    Attributes:
        name: of the segment; empty for all queries.
        overlap: share of the first k that both have, mean over the queries.
        rbo: rank-biased overlap, mean over the queries.
    """

    name: str
    queries: int
    overlap: float
    rbo: float


def rank_biased_overlap(
    one: Sequence[str], other: Sequence[str], *, persistence: float = PERSISTENCE
) -> float:
    """Extrapolated RBO of two lists without ties (Webber, Moffat and Zobel, TOIS 28, 2010).

    0 for lists with nothing in common, 1 for equal ones, also where they go on unseen. Lists of
    different length are cut to the shorter one; two empty lists have 0.
    """
    depth = min(len(one), len(other))
    if depth == 0:
        return 0.0
    seen_one: set[str] = set()
    seen_other: set[str] = set()
    shared, total = 0, 0.0
    for place in range(depth):
        a, b = one[place], other[place]
        shared += (a in seen_other) + (b in seen_one) + (a == b)
        seen_one.add(a)
        seen_other.add(b)
        total += shared / (place + 1) * persistence**place
    return (1 - persistence) * total + shared / depth * persistence**depth


def agreement(
    first: Mapping[str, Ranking],
    second: Mapping[str, Ranking],
    topics: Sequence[str],
    facets: Mapping[str, Mapping[str, str]],
    *,
    depth: int,
) -> tuple[Agreement, ...]:
    """How far two rankers agree on topics that both answered: all of them, then each segment."""
    overlap, rbo = {}, {}
    for topic in topics:
        one, other = ([h.product_id for h in r[topic].hits] for r in (first, second))
        overlap[topic] = len(set(one[:depth]) & set(other[:depth])) / depth
        rbo[topic] = rank_biased_overlap(one, other)
    groups: dict[str, list[str]] = {"": list(topics)}
    for facet, by_topic in facets.items():
        members: dict[str, list[str]] = defaultdict(list)
        for topic in topics:
            if topic in by_topic:
                members[f"{facet}: {by_topic[topic]}"].append(topic)
        groups |= dict(sorted(members.items(), key=lambda item: -len(item[1])))
    return tuple(
        Agreement(
            name,
            len(own),
            float(np.mean([overlap[t] for t in own])),
            float(np.mean([rbo[t] for t in own])),
        )
        for name, own in groups.items()
        if own
    )
