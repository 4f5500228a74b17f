"""Simulated grades: how many, of what, and how often they lie."""

import numpy as np

from benchmarks.from_labels import halves, simulate
from mmdemo.records import Query, Topic

POOLS = {"q1": ["a", "b", "c"], "q2": ["a"], "q3": ["d", "e", "f", "g"]}
TRUTH = {"q1": {"a": 3, "b": 1, "z": 2}, "q3": {"d": -1, "e": 2}}


def test_without_noise_grades_are_the_truth_and_spread_over_the_queries() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        grades = simulate(POOLS, TRUTH, count=5, noise=0, rng=rng)
        assert {topic: len(own) for topic, own in grades.items()} == {"q1": 2, "q2": 1, "q3": 2}
        truth = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 0}}
        truth["q3"] = {"d": 0, "e": 2, "f": 0, "g": 0}
        for topic, own in grades.items():
            assert own.items() <= truth[topic].items()
    every = simulate(POOLS, TRUTH, count=100, noise=0, rng=np.random.default_rng(0))
    assert {topic: sorted(own) for topic, own in every.items()} == POOLS


def test_a_tenth_is_another_grade() -> None:
    pools = {f"q{i}": [f"p{j}" for j in range(10)] for i in range(300)}
    truth = {topic: dict.fromkeys(pool, 2) for topic, pool in pools.items()}
    grades = simulate(pools, truth, count=3000, noise=0.1, rng=np.random.default_rng(0))
    given = [grade for own in grades.values() for grade in own.values()]
    wrong = {grade: given.count(grade) for grade in (0, 1, 3)}
    deviation = (3000 * 0.1 * 0.9) ** 0.5
    assert abs(sum(wrong.values()) - 300) < 4 * deviation
    assert all(abs(count - 100) < 4 * 10 for count in wrong.values())


def test_halves_by_number() -> None:
    topics = [Topic(name, Query(name)) for name in ("Q1", "Q10", "Q3", "Q4")]
    even, odd = halves(topics)
    assert [t.topic_id for t in even] == ["Q10", "Q4"]
    assert [t.topic_id for t in odd] == ["Q1", "Q3"]
