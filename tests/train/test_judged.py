import hashlib
from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import EvaluationError, TrainingError
from mmdemo.records import Product, Query, Topic
from mmdemo.train import judged_queries
from mmdemo.train.judged import judgments_told
from mmdemo.train.sampling import QuerySampler

SHOP = Catalog(Path("shop"), products=[Product(name, title=name) for name in "abcd"])


def test_what_judges_said_is_all_that_is_known() -> None:
    topics = [
        Topic("q1", Query("something bright"), "train"),
        Topic("q2", Query("to sit on", b"photo"), "train"),
        Topic("q3", Query("unjudged")),
        Topic("q4", Query("nothing right")),
        Topic("q5", Query("soft"), "dev"),
    ]
    qrels = {
        "q1": {"a": 3, "b": 1, "c": 0, "gone": 3},
        "q2": {"b": 3},
        "q4": {"a": 0, "b": -2},
        "q5": {"d": 2, "c": -1},
    }
    queries = judged_queries(SHOP, topics, qrels)
    assert queries.texts == ("something bright", "soft")
    assert queries.asks.tolist() == [0, 1]
    assert queries.grades.toarray().tolist() == [[4, 2, 1, 0], [0, 0, 1, 3]]
    assert queries.closed.tolist() == [False, False]

    every = np.arange(4)
    sampler = QuerySampler(queries, rows=every, texts=np.arange(2))
    wrong = sampler.wrong(np.array([0, 1]), every, np.array([4, 3]))
    assert wrong.tolist() == [[False, True, True, False], [False, False, True, False]]


def test_test_queries_are_never_learned_from() -> None:
    topics = [Topic("q1", Query("lamp"), "train"), Topic("q2", Query("chair"), "test")]
    with pytest.raises(EvaluationError, match="test queries cannot be used to train"):
        judged_queries(SHOP, topics, {"q1": {"a": 3}})


def test_judgments_without_a_right_product_are_refused() -> None:
    with pytest.raises(TrainingError, match="give nothing to train on: got 1 queries, expected"):
        judged_queries(SHOP, [Topic("q1", Query("sofa"))], {"q1": {"c": 0, "gone": 2}})


def test_grades_that_tell_no_product_from_another_are_refused() -> None:
    topics = [Topic("q1", Query("lamp")), Topic("q2", Query("chair"))]
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"a": 3}}
    with pytest.raises(
        TrainingError,
        match=r"no product was judged worse than another for the same query: got 2 queries to "
        r"learn from.*lower grades.*--set queries=",
    ):
        judged_queries(SHOP, topics, qrels)
    assert len(judged_queries(SHOP, topics, qrels, alone=False).texts) == 2
    assert len(judged_queries(SHOP, topics, qrels | {"q2": {"a": 3, "c": 0}}).texts) == 2


def test_a_grade_of_126_is_the_highest() -> None:
    topics = [Topic("q1", Query("lamp"))]
    queries = judged_queries(SHOP, topics, {"q1": {"a": 126, "b": 1}})
    assert queries.grades.toarray().tolist() == [[127, 2, 0, 0]]
    with pytest.raises(TrainingError, match="query q1, product b: got 127, expected 0 to 126"):
        judged_queries(SHOP, topics, {"q1": {"a": 1, "b": 127}})


def test_what_a_card_tells_of_judgments() -> None:
    topics = [Topic("q1", Query("Lamp")), Topic("q2", Query("lamp")), Topic("q3", Query("chair"))]
    qrels = {"q1": {"a": 1, "b": 0}, "q2": {"a": 3}, "q3": {"b": 2}}
    told = judgments_told(judged_queries(SHOP, topics, qrels), {"qrels": "g.txt"}, held_back=4)
    learned = sorted(hashlib.sha256(text).hexdigest()[:16] for text in (b"lamp", b"chair"))
    assert told == {
        "source": {"qrels": "g.txt"},
        "grades": 4,
        "queries": 3,
        "queries held back": 4,
        "learned": learned,
    }
