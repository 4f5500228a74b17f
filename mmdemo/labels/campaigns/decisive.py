"""Say which pairs' grades can most change which ranker wins. Knows no table, judge or campaign.

The measure is nDCG@k as trec_eval computes it: gains are the grades themselves, the discount of
rank r is 1 / log2(r + 1) (Järvelin and Kekäläinen 2002).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

Rankings = Mapping[str, Mapping[str, Sequence[str]]]  # query → ranker → products, best first
Grades = Mapping[tuple[str, str], Sequence[float]]  # (query, product) → grades given so far

DEPTH = 10


def most_decisive(
    rankings: Rankings, grades: Grades, *, k: int = DEPTH, highest: float = 3
) -> dict[tuple[str, str], float]:
    """By how much one more grade of each pair can change a difference of mean nDCG@k.

    One more grade moves the mean of the n grades that a pair has by at most ``highest / (n + 1)``.
    That gain counts at the ranks at which two rankers show the product; where both show it at the
    same rank, it changes nothing between them. What is left is divided by the query's ideal gain,
    in which ungraded products count with the mean grade of all graded ones (at first: half of the
    highest). Of several pairs of rankers, those count most whose difference one more grade of
    every pair could turn.

    Args:
        rankings: of each query, the products that each ranker lists; a ranker that has no answer
            to a query is left out or has an empty list.
        grades: all that were given so far, none for a pair that has none.
        k: depth of the measure.
        highest: grade of the scale.

    Returns:
        A value for every pair of a ranking's first k, 0 where no grade can change anything.
        Higher is more decisive. Of a pair that all have graded, the caller asks no more.
    """
    discounts = [1 / math.log2(rank + 1) for rank in range(1, k + 1)]
    means = {pair: sum(given) / len(given) for pair, given in grades.items() if given}
    expected = sum(means.values()) / len(means) if means else highest / 2
    names = sorted({ranker for by_ranker in rankings.values() for ranker in by_ranker})
    contests = list(combinations(names, 2))
    swings: dict[tuple[str, str], list[float]] = {}  # of each pair, in each contest
    differences = [0.0] * len(contests)
    open_swings = [0.0] * len(contests)
    for query, by_ranker in rankings.items():
        places = {
            ranker: {p: discounts[i] for i, p in enumerate(dict.fromkeys(listed[:k]))}
            for ranker, listed in by_ranker.items()
        }
        products = {product for listed in by_ranker.values() for product in listed}
        gains = {product: means.get((query, product), expected) for product in products}
        best = sorted(gains.values(), reverse=True)[:k]
        ideal = sum(gain * discount for gain, discount in zip(best, discounts, strict=False))
        # Nothing relevant is known: as if one product could still have the highest grade.
        ideal = max(ideal, highest * discounts[0])
        for product in products:
            shown = [places.get(name, {}).get(product, 0.0) for name in names]
            if not any(shown):
                continue
            pair = (query, product)
            moved = highest / (len(grades.get(pair, ())) + 1) / ideal
            at = dict(zip(names, shown, strict=True))
            apart = [at[one] - at[other] for one, other in contests]
            swings[pair] = [moved * abs(distance) for distance in apart]
            for i, distance in enumerate(apart):
                differences[i] += distance * means.get(pair, 0.0) / ideal
                open_swings[i] += swings[pair][i]
    weights = [
        open_swing / (open_swing + abs(difference)) if open_swing else 0.0
        for difference, open_swing in zip(differences, open_swings, strict=True)
    ]
    return {
        pair: max((w * s for w, s in zip(weights, of_pair, strict=True)), default=0.0)
        for pair, of_pair in swings.items()
    }
