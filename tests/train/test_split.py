"""Which graded queries are learned from, and which are held back: also as more are graded."""

from __future__ import annotations

import pytest

from mmdemo.errors import EvaluationError, TrainingError
from mmdemo.records import Query, Topic
from mmdemo.train import split_topics


def topics(count: int, **splits: str) -> list[Topic]:
    return [Topic(f"q{i}", Query(f"query {i}"), splits.get(f"q{i}", "")) for i in range(count)]


def ids(side: list[Topic]) -> list[str]:
    return [topic.topic_id for topic in side]


def all_graded(count: int) -> dict[str, dict[str, int]]:
    return {f"q{i}": {"a": 3} for i in range(count)}


def test_a_share_is_held_back_by_the_seed() -> None:
    asked, qrels = topics(400), all_graded(400)
    sides = [split_topics(asked, qrels, held_back=0.25, seed=seed) for seed in (1, 1, 2)]
    for learned, held, left_out in sides:
        assert abs(len(held) - 100) < 4 * (400 * 0.25 * 0.75) ** 0.5
        assert sorted(ids(learned) + ids(held)) == sorted(ids(asked))
        assert not left_out
    assert sides[0] == sides[1] != sides[2]
    # Two seeds agree on a query to hold back by chance only: 1 of 16.
    both = set(ids(sides[0].held_back)) & set(ids(sides[2].held_back))
    assert abs(len(both) - 25) < 4 * (400 / 16 * 15 / 16) ** 0.5
    assert split_topics(asked, qrels, held_back=0, seed=1) == (asked, [], {})


@pytest.mark.parametrize("seed", range(5))
def test_a_query_stays_on_its_side_when_others_come(seed: int) -> None:
    few, more = (
        split_topics(topics(n), all_graded(n), held_back=0.3, seed=seed) for n in (40, 100)
    )
    old = {f"q{i}" for i in range(40)}
    assert {i for i in ids(more.held_back) if i in old} == set(ids(few.held_back))
    assert {i for i in ids(more.training) if i in old} == set(ids(few.training))


@pytest.mark.parametrize("seed", range(5))
def test_what_the_model_has_learned_from_is_never_held_back(seed: int) -> None:
    first = split_topics(topics(30), all_graded(30), held_back=0.3, seed=0)
    learned = {topic.query.query_id for topic in first.training}
    second = split_topics(topics(60), all_graded(60), held_back=0.3, seed=seed, learned=learned)
    assert set(ids(first.training)) <= set(ids(second.training))
    assert second.held_back
    marked = topics(3, q0="dev", q1="dev")
    sides = split_topics(
        marked, all_graded(3), held_back=0.3, seed=seed, learned={Query("query 0").query_id}
    )
    assert (ids(sides.training), ids(sides.held_back)) == (["q2"], ["q1"])
    assert sides.left_out == {"marked validation that the model has learned from": 1}


def test_one_query_at_least_is_on_each_side() -> None:
    for share, expected in ((1e-9, 1), (1 - 1e-9, 4)):
        sides = split_topics(topics(5), all_graded(5), held_back=share, seed=0)
        assert len(sides.held_back) == expected


def test_queries_without_a_grade_are_on_no_side_and_wordings_of_one_query_on_one() -> None:
    asked = [*topics(10), *(Topic(f"r{i}", Query(f" QUERY  {i}")) for i in range(10))]
    qrels = all_graded(10) | {f"r{i}": {"a": 1} for i in range(10)} | {"q0": {}}
    learned, held, left_out = split_topics(asked, qrels, held_back=0.3, seed=0)
    assert "q0" not in ids(learned) + ids(held)
    assert not left_out
    assert {i[1:] for i in ids(learned)}.isdisjoint(i[1:] for i in ids(held))
    assert len(ids(learned) + ids(held)) == 19


def test_only_what_can_be_learned_from_or_measured_is_on_a_side() -> None:
    asked = [*topics(4, q0="dev", q1="dev"), *(Topic(n, Query("", b"x")) for n in ("p", "r"))]
    qrels = {
        "q0": {"a": 0, "b": 0}, "q1": {"a": 1, "b": 0}, "q2": {"a": 0}, "q3": {"a": 2},
        "p": {"a": 3}, "r": {"b": -1},
    }  # fmt: skip
    sides = split_topics(asked, qrels, held_back=0.2, seed=0)
    assert (ids(sides.training), ids(sides.held_back)) == (["q3"], ["q1"])
    assert sides.left_out == {
        "without a right product": 3,
        "with a photo that nothing learns from": 1,
    }
    photo = [Topic("q1", Query("like this", b"x"), "dev"), *topics(1)]
    sides = split_topics(photo, all_graded(2), held_back=0.2, seed=0)
    assert (ids(sides.training), ids(sides.held_back)) == (["q0"], ["q1"])


def test_marked_queries_are_held_back_and_test_queries_refused() -> None:
    asked = topics(8, q1="validation", q2="dev", q3="train", q4="Validation")
    learned, held, _ = split_topics(asked, all_graded(8), held_back=0.5, seed=0)
    assert ids(held) == ["q1", "q2", "q4"]
    assert ids(learned) == ["q0", "q3", "q5", "q6", "q7"]
    with pytest.raises(EvaluationError, match=r"cannot be used to train.*such as q5"):
        split_topics(topics(8, q5="test"), all_graded(8), held_back=0.2, seed=0)


def test_too_few_queries() -> None:
    with pytest.raises(TrainingError, match=r"too few graded queries.*: got 1 and 0"):
        split_topics(topics(1), all_graded(1), held_back=0.2, seed=0)
    with pytest.raises(TrainingError, match=r"got 0 and 2"):
        marked = topics(2, q0="validation", q1="validation")
        split_topics(marked, all_graded(2), held_back=0.2, seed=0)
    learned = {topic.query.query_id for topic in topics(3)}
    with pytest.raises(TrainingError, match=r"got 3 and 0.*not learned from.*--held-back 0"):
        split_topics(topics(3), all_graded(3), held_back=0.2, seed=0, learned=learned)
    assert len(split_topics(topics(3), all_graded(3), held_back=0, seed=0, learned=learned)[0]) == 3
