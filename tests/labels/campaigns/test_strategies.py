"""The order in which a pool is asked."""

from __future__ import annotations

from mmdemo.labels.campaigns import Strategy
from mmdemo.labels.campaigns.pool import Pooled
from mmdemo.labels.campaigns.strategies import priorities, rankings_of


def ordered(strategy: Strategy, pool: list[Pooled], seed: int = 1) -> list[str]:
    positions = {query: n for n, query in enumerate(dict.fromkeys(p.query_id for p in pool))}
    found = priorities(strategy, pool, positions, {}, highest=3, seed=seed)
    return [
        pair.product_id for _, pair in sorted(zip(found, pool, strict=True), key=lambda f: f[0])
    ]


def test_by_query_all_of_a_query_are_alike() -> None:
    pool = [Pooled("q1", "a", {"text": 9}), Pooled("q2", "b", {"text": 1}), Pooled("q1", "c")]
    found = priorities(Strategy.BY_QUERY, pool, {"q1": 0, "q2": 1}, {}, highest=3, seed=1)
    assert found == [0, 1, 0]


def test_by_depth_the_best_rank_of_any_ranker_counts_in_bands_of_five() -> None:
    pool = [
        Pooled("q1", "sixth", {"text": 6}),
        Pooled("q1", "fifth", {"text": 9, "fused": 5}),
        Pooled("q2", "first", {"text": 1}),
        Pooled("q2", "nowhere"),
    ]
    assert ordered(Strategy.BY_DEPTH, pool) == ["fifth", "first", "sixth", "nowhere"]


def test_the_decisive_are_drawn_in_proportion_to_what_they_can_change() -> None:
    # Of each query the rankers swap ranks 1 and 3: x and z are worth 3 (1 - 1/2) / ideal each,
    # y nothing; d is at rank 2 in one ranker alone: 3 / log2(3) / ideal, 1.26 times as much.
    pool = []
    for n in range(300):
        pool += [
            Pooled(f"a{n}", "x", {"text": 1, "fused": 3}),
            Pooled(f"a{n}", "y", {"text": 2, "fused": 2}),
            Pooled(f"a{n}", "z", {"text": 3, "fused": 1}),
        ]
    order = ordered(Strategy.MOST_DECISIVE, pool)
    assert set(order[:600]) == {"x", "z"}
    assert set(order[600:]) == {"y"}
    assert 0.4 < order[:200].count("x") / 200 < 0.6  # neither is first throughout
    assert order == ordered(Strategy.MOST_DECISIVE, pool)
    assert order != ordered(Strategy.MOST_DECISIVE, pool, seed=2)


def test_what_is_worth_more_comes_earlier_more_often() -> None:
    pool = []
    for n in range(400):
        pool.append(Pooled(f"q{n}", "top", {"text": 1}))  # 3 · 1 / 3, of an ideal gain of 3
        alike = [Pooled(f"r{n}", f"s{r}", {"text": r, "fused": r}) for r in range(1, 7)]
        pool += [*alike, Pooled(f"r{n}", "low", {"text": 7})]  # 3 / log2(8) / (1.5 · 3.635)
    order = ordered(Strategy.MOST_DECISIVE, pool)
    # Of the earliest, 1 / (1 + 0.183) are top: 169 of 200, with a standard deviation of 5.
    assert 145 < order[:200].count("top") < 190
    assert set(order[:800]) == {"top", "low"}


def test_rankings_come_back_from_the_pool() -> None:
    pool = [
        Pooled("q1", "b", {"text": 2}),
        Pooled("q1", "a", {"text": 1, "fused": 3}),
        Pooled("q1", "c", {"fused": 1}),
    ]
    assert rankings_of(pool) == {"q1": {"text": ["a", "b"], "fused": ["c", "a"]}}
