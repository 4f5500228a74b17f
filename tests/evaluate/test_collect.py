from collections.abc import Callable
from typing import Any

import pytest

from mmdemo.errors import QueryError, RankerError
from mmdemo.evaluate import rank_topics
from mmdemo.records import Query, Ranking, Topic

TABLE = {
    "shoe": {"a": (0.9, 0.1), "b": (0.2, 0.8), "c": (0.4, 0.4)},
    "hat": {"a": (0.1, 0.2), "b": (0.3, 0.1), "c": (0.2, 0.9)},
    "sock": {"a": (0.5, 0.5), "b": (0.4, 0.1), "c": (0.3, 0.2)},
}
TOPICS = [Topic("1", Query("shoe")), Topic("2", Query("hat")), Topic("3", Query("sock"))]


def order(ranking: Ranking) -> str:
    return "".join(hit.product_id for hit in ranking.hits)


@pytest.mark.parametrize("batch", [1, 2, 64])
def test_collects_every_ranker_by_topic(make_engine: Callable[..., Any], batch: int) -> None:
    engine = make_engine(TABLE)
    found = rank_topics(engine, TOPICS, ["text", "image"], top_k=2, batch=batch)
    assert {r: {t: order(x) for t, x in by.items()} for r, by in found.items()} == {
        "text": {"1": "ac", "2": "bc", "3": "ab"},
        "image": {"1": "bc", "2": "ca", "3": "ac"},
    }
    assert len(engine.calls) == -(-3 // batch)


def test_the_weight_reaches_the_engine(make_engine: Callable[..., Any]) -> None:
    engine = make_engine(TABLE)
    ranked = {
        weight: order(rank_topics(engine, TOPICS[:1], ["fused"], text_weight=weight)["fused"]["1"])
        for weight in (0.0, None, 1.0)
    }
    # At 0.5: a 0.5, b 0.5, c 0.4.
    assert ranked == {0.0: "bca", None: "abc", 1.0: "acb"}


def test_an_unknown_ranker_is_an_error_before_any_search(make_engine: Callable[..., Any]) -> None:
    engine = make_engine(TABLE)
    with pytest.raises(RankerError, match="got 'fuesd', expected text, image, fused"):
        rank_topics(engine, TOPICS, ["text", "fuesd"])
    assert engine.calls == []


def test_other_errors_are_not_swallowed(make_engine: Callable[..., Any]) -> None:
    engine = make_engine(TABLE)

    def refuse(*_: object, **__: object) -> None:
        raise QueryError("query is empty")

    engine.search_many = refuse
    with pytest.raises(QueryError, match="query is empty"):
        rank_topics(engine, TOPICS, ["text"])


def test_no_topics_give_empty_rankings(make_engine: Callable[..., Any]) -> None:
    assert rank_topics(make_engine(TABLE), [], ["text"]) == {"text": {}}
