import math
from collections.abc import Callable

import ir_measures
import numpy as np
import pytest
import torch

from mmdemo.train import TrainingQueries
from mmdemo.train.sampling import QuerySampler
from mmdemo.train.validation import Validation

MakeQueries = Callable[..., TrainingQueries]


def sampler_of(queries: TrainingQueries, rows: list[int]) -> QuerySampler:
    return QuerySampler(queries, rows=np.array(rows), texts=np.arange(len(queries.texts)))


def test_by_hand(make_queries_of: MakeQueries) -> None:
    # The first query finds grades 0, 3, unjudged, 1; the second has its only right product last.
    sampler = sampler_of(make_queries_of([[4, 1, 2, 0], [0, 0, 0, 3]]), [0, 1, 2, 3])
    asking = torch.eye(2)
    answering = torch.tensor([[0.9, 0.4], [1.0, 0.3], [0.1, 0.2], [0.5, 0.1]])
    first = (3 / math.log2(3) + 1 / math.log2(5)) / (3 + 1 / math.log2(3))
    second = 1 / math.log2(5)
    measured = Validation(sampler).measure(asking, answering)
    assert measured == pytest.approx((first + second) / 2, rel=1e-6)


def test_equals_ir_measures_over_some_of_the_products(make_queries_of: MakeQueries) -> None:
    rng = np.random.default_rng(0)
    grades = rng.choice([0, 1, 2, 3, 4], (12, 60), p=[0.6, 0.1, 0.1, 0.1, 0.1])
    rows = sorted(rng.permutation(60)[:40].tolist())
    sampler = sampler_of(make_queries_of(grades.tolist()), rows)
    asking, answering = rng.normal(size=(12, 6)), rng.normal(size=(40, 6))
    scores = asking @ answering.T
    qrels = {
        str(q): {str(row): int(grades[q, row]) - 1 for row in rows if grades[q, row]}
        for q in range(12)
    }
    run = {str(q): {str(rows[j]): scores[q, j] for j in range(40)} for q in range(12)}
    expected = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
    measured = Validation(sampler).measure(torch.from_numpy(asking), torch.from_numpy(answering))
    assert measured == pytest.approx(next(iter(expected.values())), rel=1e-6)


def test_without_a_query_there_is_no_measure(make_queries_of: MakeQueries) -> None:
    sampler = sampler_of(make_queries_of([[0, 4], [0, 4]]), [0])
    assert math.isnan(Validation(sampler).measure(torch.zeros(0, 3), torch.zeros(1, 3)))


def test_what_nobody_judged_is_taken_out_of_the_ranking(make_queries_of: MakeQueries) -> None:
    # Ranked unjudged, 0, unjudged, 3: without the unjudged, 0 is first and 3 second.
    sampler = sampler_of(make_queries_of([[0, 1, 0, 4]], closed=[False]), [0, 1, 2, 3])
    asking, answering = torch.ones(1, 1), torch.tensor([[0.9], [0.8], [0.7], [0.6]])
    measured = Validation(sampler).measure(asking, answering)
    assert measured == pytest.approx(1 / math.log2(3), rel=1e-6)
