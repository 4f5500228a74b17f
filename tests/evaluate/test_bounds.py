import itertools
import math
from collections.abc import Callable, Mapping

import ir_measures
import numpy as np
import pytest

from mmdemo.evaluate.bounds import ndcg_bounds
from mmdemo.records import Ranking

MakeRanking = Callable[..., Ranking]

LOG3 = 1 / math.log2(3)  # what a grade counts at rank 2


def brute_force(
    qrels: Mapping[str, int], one: str, other: str | None, depth: int, top_grade: int
) -> tuple[float, float]:
    """Try every grade of every unjudged product, measured by ir_measures."""
    lists = [one.split(), (other or "").split()]
    shown = dict.fromkeys(p for products in lists for p in products[:depth])
    unjudged = [p for p in shown if p not in qrels]
    measure = ir_measures.nDCG @ depth
    found = []
    for grades in itertools.product(range(top_grade + 1), repeat=len(unjudged)):
        judged = {"q": dict(qrels) | dict(zip(unjudged, grades, strict=True))}
        values = []
        for products in lists:
            run = {"q": {p: -float(rank) for rank, p in enumerate(products)}}
            values.append(ir_measures.calc_aggregate([measure], judged, run)[measure])
        found.append(values[0] - values[1] if other is not None else values[0])
    return min(found), max(found)


def bounds(
    make: MakeRanking, qrels: Mapping[str, int], one: str, other: str | None, **options: int
) -> tuple[float, float]:
    less = None if other is None else {"q": make(other)}
    found = ndcg_bounds({"q": make(one)}, {"q": qrels}, ["q"], less=less, **options)
    return found.low, found.high


def test_one_list_by_hand(make_ranking: MakeRanking) -> None:
    # Binary grades, first two. "a" is relevant at rank 1, "x" unjudged at rank 2: irrelevant
    # gives 1 / 1; relevant gives (1 + LOG3) / (1 + LOG3). With "x" before "a", relevant gives 1,
    # irrelevant LOG3.
    options = {"depth": 2, "top_grade": 1}
    assert bounds(make_ranking, {"a": 1}, "a x", None, **options) == pytest.approx((1, 1))
    assert bounds(make_ranking, {"a": 1}, "x a", None, **options) == pytest.approx((LOG3, 1))


def test_a_grade_above_0_can_be_the_worst(make_ranking: MakeRanking) -> None:
    # "a" has 1. At rank 2 a 3 would have to be first: (1 + 3·LOG3) / (3 + LOG3) < 1.
    low = (1 + 3 * LOG3) / (3 + LOG3)
    found = bounds(make_ranking, {"a": 1}, "a x", None, depth=2, top_grade=3)
    assert found == pytest.approx((low, 1))


def test_a_difference_by_hand(make_ranking: MakeRanking) -> None:
    # "x" is first in one list and nowhere in the other; "a" is second in one, first in the other.
    # Irrelevant: LOG3 − 1. Relevant: (1 + LOG3 − 1) / (1 + LOG3).
    found = bounds(make_ranking, {"a": 1}, "x a", "a b", depth=1, top_grade=1)
    # Cut at 1: irrelevant 0 − 1, relevant 1 − 1 over an ideal of 1.
    assert found == pytest.approx((-1, 0))
    found = bounds(make_ranking, {"a": 1, "b": 0}, "x a", "a b", depth=2, top_grade=1)
    assert found == pytest.approx((LOG3 - 1, LOG3 / (1 + LOG3)))


def test_what_both_lists_show_alike_cannot_turn_the_sign(make_ranking: MakeRanking) -> None:
    # "x" is first in both: it can only make the difference of "a" count less.
    low, high = bounds(make_ranking, {"a": 3, "b": 0}, "x a", "x b", depth=2, top_grade=3)
    assert low == pytest.approx(3 * LOG3 / (3 + 3 * LOG3))
    assert high == pytest.approx(LOG3)


def test_all_judged_leaves_nothing_open(make_ranking: MakeRanking) -> None:
    found = ndcg_bounds(
        {"q": make_ranking("a b")}, {"q": {"a": 0, "b": 2}}, ["q"], depth=10, top_grade=3
    )
    assert (found.low, found.high) == pytest.approx((LOG3, LOG3))
    assert found.unjudged == 0


def test_without_any_relevant_product_the_value_is_0_or_what_the_unjudged_make_of_it(
    make_ranking: MakeRanking,
) -> None:
    assert bounds(make_ranking, {"a": 0}, "a b", None, depth=1, top_grade=3) == (0, 0)
    found = bounds(make_ranking, {"a": 0}, "a x", None, depth=2, top_grade=3)
    assert found == pytest.approx((0, LOG3))


def test_an_empty_list_can_only_lose(make_ranking: MakeRanking) -> None:
    assert bounds(make_ranking, {"a": 3}, "", "x", depth=1, top_grade=3) == pytest.approx((-1, 0))


@pytest.mark.parametrize("seed", range(60))
def test_random_cases_equal_trying_every_grade(make_ranking: MakeRanking, seed: int) -> None:
    rng = np.random.default_rng(seed)
    top_grade, depth = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    names = [f"p{i}" for i in range(9)]
    judged = rng.choice(names, size=int(rng.integers(0, 7)), replace=False)
    qrels = {str(p): int(rng.integers(0, top_grade + 1)) for p in judged}
    one = " ".join(rng.permutation(names)[: int(rng.integers(0, 6))])
    other = None if seed % 3 == 0 else " ".join(rng.permutation(names)[: int(rng.integers(0, 6))])
    shown = {*one.split()[:depth], *(other or "").split()[:depth]} - set(qrels)
    if len(shown) > 6:
        other = one
    expected = brute_force(qrels, one, other, depth, top_grade)
    found = bounds(make_ranking, qrels, one, other, depth=depth, top_grade=top_grade)
    assert found == pytest.approx(expected, abs=1e-9)


def test_bounds_of_a_set_are_means_over_its_queries(make_ranking: MakeRanking) -> None:
    rankings = {"q": make_ranking("x a"), "r": make_ranking("a")}
    found = ndcg_bounds(rankings, {"q": {"a": 1}, "r": {"a": 1}}, ["q", "r"], depth=2, top_grade=1)
    assert (found.low, found.high) == pytest.approx(((LOG3 + 1) / 2, 1.0))
    assert found.unjudged == 1
