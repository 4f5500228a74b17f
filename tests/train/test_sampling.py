from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import torch

from mmdemo.train.queries import TrainingQueries
from mmdemo.train.sampling import QuerySampler

MakeQueries = Callable[..., TrainingQueries]


def over_all(queries: TrainingQueries) -> QuerySampler:
    return QuerySampler(
        queries, rows=np.arange(queries.grades.shape[1]), texts=np.arange(len(queries.texts))
    )


def test_grades_weigh_what_is_drawn(make_queries_of: MakeQueries) -> None:
    # Grade 3 has gain 7, grade 2 gain 3, grade 1 gain 1; grade 0 and the unjudged none.
    sampler = over_all(make_queries_of([[4, 3, 3, 2, 1, 0]]))
    rng = np.random.default_rng(0)
    places, grades = sampler.answers(np.zeros(11_000, np.int64), rng)
    assert dict(zip(places.tolist(), grades.tolist(), strict=True)) == {0: 4, 1: 3, 2: 3, 3: 2}
    drawn = Counter(places.tolist())
    for place, share in {0: 7 / 11, 1: 3 / 22, 2: 3 / 22, 3: 1 / 11}.items():
        deviation = (11_000 * share * (1 - share)) ** 0.5
        assert abs(drawn[place] - 11_000 * share) < 4 * deviation


def test_grades_that_do_not_occur_get_no_draws(make_queries_of: MakeQueries) -> None:
    sampler = over_all(make_queries_of([[1, 2, 0, 2]]))
    places, grades = sampler.answers(np.zeros(50, np.int64), np.random.default_rng(0))
    assert set(places.tolist()) == {1, 3}
    assert set(grades.tolist()) == {2}


def test_wrong_is_what_is_known_to_be_worse(make_queries_of: MakeQueries) -> None:
    row = [4, 3, 2, 1, 0]
    queries = make_queries_of([row, row], closed=[True, False])
    wrong = over_all(queries).wrong(
        np.array([0, 1, 0, 1]), np.array([4, 3, 2, 1, 0, 0]), np.array([4, 4, 3, 2])
    )
    assert wrong.tolist() == [
        [True, True, True, True, False, False],  # made: what is not named is irrelevant
        [False, True, True, True, False, False],  # judged: what is not judged is unknown
        [True, True, True, False, False, False],  # against grade 2, neither 2 nor 3
        [False, True, False, False, False, False],  # against grade 1
    ]


def test_wordings_of_an_ask_share_its_products(make_queries_of: MakeQueries) -> None:
    sampler = over_all(make_queries_of([[4, 0], [0, 4]], asks=[1, 0, 1]))
    places, _ = sampler.answers(np.array([0, 1, 2]), np.random.default_rng(0))
    assert places.tolist() == [1, 0, 1]
    wrong = sampler.wrong(np.array([0, 1, 2]), places, np.array([4, 4, 4]))
    assert wrong.tolist() == [[False, True, False], [True, False, True], [False, True, False]]


def test_only_queries_with_a_right_product_here_are_asked(make_queries_of: MakeQueries) -> None:
    queries = make_queries_of([[4, 0, 0], [0, 2, 0], [0, 0, 4], [1, 1, 4], [0, 0, 0]])
    sampler = QuerySampler(queries, rows=np.array([1, 0]), texts=np.array([0, 1, 2, 3, 4]))
    assert sampler.texts.tolist() == [0, 1]
    assert sampler.qrels(0) == {1: 3}  # the second of the rows, graded 3
    assert sampler.qrels(1) == {0: 1}
    assert sampler.qrels(3) == {0: 0, 1: 0}
    nothing = make_queries_of([[0, 0], [0, 0]])
    assert len(over_all(nothing)) == 0


@pytest.mark.parametrize("closed", [True, False])
def test_hard_negatives_are_the_nearest_known_wrong_ones(
    make_queries_of: MakeQueries, closed: bool
) -> None:
    rng = np.random.default_rng(3)
    grades = rng.choice([0, 1, 2, 3, 4], (30, 80), p=[0.5, 0.2, 0.1, 0.1, 0.1])
    grades[:, 0] = 4
    queries = make_queries_of(grades.tolist(), closed=[closed] * 30)
    sampler = over_all(queries)
    asking, answering = rng.normal(size=(30, 8)), rng.normal(size=(80, 8))
    sampler.mine(sampler.texts, torch.from_numpy(asking), torch.from_numpy(answering))
    scores = asking @ answering.T
    for text in range(30):
        wrong = [
            place for place in range(80)
            if grades[text, place] in (1, 2, 3) or (closed and grades[text, place] == 0)
        ]  # fmt: skip
        nearest = sorted(wrong, key=lambda place, text=text: -scores[text, place])[:16]  # type: ignore[misc]
        drawn = {
            int(sampler.hard(np.array([text]), 1.0, np.random.default_rng(seed))[0])
            for seed in range(300)
        }
        assert drawn == set(nearest)


def test_a_share_of_a_batch_brings_a_hard_negative(make_queries_of: MakeQueries) -> None:
    sampler = over_all(
        make_queries_of([[4, 0, 0, 0], [0, 4, 0, 0], [4, 4, 4, 4]], asks=[0, 1, 2, 0])
    )
    rng = np.random.default_rng(0)
    texts = np.array([0, 1, 2, 3])
    assert not len(sampler.hard(texts, 1.0, rng)), "nothing is mined yet"
    sampler.mine(texts, torch.eye(4), torch.eye(4))
    assert len(sampler.hard(texts, 0.5, rng)) == 2
    assert len(sampler.hard(texts, 1.0, rng)) == 3, "to the third nothing is wrong"
    assert len(sampler.hard(texts, 0.0, rng)) == 0
    sampler.mine(texts[1:2], torch.eye(4)[1:2], torch.eye(4))
    assert len(sampler.hard(texts, 1.0, rng)) == 1, "only the second was mined again"


def test_pairs_may_bring_several(make_queries_of: MakeQueries) -> None:
    sampler = over_all(make_queries_of([[4, 1, 2, 0], [4, 0, 0, 1]], closed=[False, False]))
    texts = np.array([0, 1])
    sampler.mine(texts, torch.ones(2, 3), torch.ones(4, 3))
    rng = np.random.default_rng(0)
    drawn = sampler.hard(texts, 3.0, rng).tolist()
    assert len(drawn) == 6
    assert set(drawn[0::2]) <= {1, 2}, "judged worse by the first query"
    assert set(drawn[1::2]) == {3}
    assert len(sampler.hard(texts, 2.5, rng)) == 5
    many = {place for _ in range(20) for place in sampler.hard(texts[:1], 3.0, rng).tolist()}
    assert many == {1, 2}


def test_unknown_is_what_nobody_judged(make_queries_of: MakeQueries) -> None:
    row = [4, 1, 0, 0]
    sampler = over_all(make_queries_of([row, row], closed=[True, False], asks=[1, 0]))
    assert sampler.unknown(np.array([0, 1])).tolist() == [
        [False, False, True, True],
        [False, False, False, False],
    ]
