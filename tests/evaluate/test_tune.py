import json
from collections.abc import Callable
from typing import Any

import pytest

from mmdemo.errors import EvaluationError, RankerError
from mmdemo.evaluate import tune_weight
from mmdemo.records import Query, Topic

# "good" wins where w * text + (1 - w) * image is above bad's, which is always 0.5.
TABLE = {
    "low": {"good": (0.0, 0.75), "bad": (0.5, 0.5)},  # good first while w < 1/3
    "high": {"good": (0.75, 0.0), "bad": (0.5, 0.5)},  # good first while w > 2/3
    "wide": {"good": (0.78, 0.18), "bad": (0.5, 0.5)},  # good first while w > 8/15
    "any": {"good": (0.9, 0.9), "bad": (0.5, 0.5)},
}


def topics(*texts: str) -> list[Topic]:
    return [Topic(f"t-{text}", Query(text)) for text in texts]


def qrels(*texts: str) -> dict[str, dict[str, int]]:
    return {f"t-{text}": {"good": 1, "bad": 0} for text in texts}


def test_finds_the_best_weight_and_the_curve(make_engine: Callable[..., Any]) -> None:
    found = tune_weight(
        make_engine(TABLE),
        topics("low", "high", "wide", "unjudged"),
        qrels("low", "high", "wide"),
        measure="P@1",
        step=0.25,
    )
    assert [weight for weight, _ in found.curve] == [0.0, 0.25, 0.5, 0.75, 1.0]
    # low alone, low alone, none, high and wide, high and wide
    means = [mean for _, mean in found.curve]
    assert means == pytest.approx([1 / 3, 1 / 3, 0.0, 2 / 3, 2 / 3])
    assert found.text_weight == 0.75  # as good as 1.0, nearer to 0.5
    assert (found.measure, found.queries) == ("P@1", 3)
    assert json.loads(json.dumps(found.to_json()))["text_weight"] == 0.75


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("any",), 0.5),
        (("low",), 0.3),
        (("high",), 0.7),
        (("low", "high"), 0.3),  # 0.3 and 0.7 are equally near: the lower
        (("low", "high", "wide"), 0.7),
    ],
)
def test_equally_good_weights_give_the_nearest_to_the_middle(
    make_engine: Callable[..., Any], texts: tuple[str, ...], expected: float
) -> None:
    found = tune_weight(make_engine(TABLE), topics(*texts), qrels(*texts), measure="RR", step=0.1)
    assert found.text_weight == expected
    assert [weight for weight, _ in found.curve] == [
        0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0,
    ]  # fmt: skip


def test_means_that_differ_by_rounding_are_equally_good(make_engine: Callable[..., Any]) -> None:
    def placed(text_rank: int, image_rank: int) -> dict[str, tuple[float, float]]:
        """Twenty products, of which "good" has these ranks by text and by image."""
        others = {f"p{i}": (-float(i), -float(i)) for i in range(1, 20)}
        return others | {"good": (0.5 - text_rank, 0.5 - image_rank)}

    engine = make_engine({"one": placed(10, 4), "two": placed(5, 20)})
    found = tune_weight(engine, topics("one", "two"), qrels("one", "two"), measure="RR", step=1)
    assert found.curve == ((0.0, 0.15), (1.0, 0.15000000000000002))  # 1/4 + 1/20, 1/10 + 1/5
    assert found.text_weight == 0.0


def test_the_default_is_ndcg_at_21_weights_on_judged_queries_only(
    make_engine: Callable[..., Any],
) -> None:
    engine = make_engine(TABLE)
    found = tune_weight(engine, topics("any", "not in the table"), qrels("any"))
    assert found.measure == "nDCG@10"
    assert found.curve == tuple((round(i * 0.05, 2), 1.0) for i in range(21))
    assert engine.calls == [(1, ("fused",))] * 21


def test_queries_without_an_answer_are_not_averaged_in(make_engine: Callable[..., Any]) -> None:
    engine = make_engine(TABLE, missing=[("fused", "low")])
    found = tune_weight(engine, topics("low", "any"), qrels("low", "any"), measure="P@1", step=0.5)
    assert (found.queries, found.curve) == (1, ((0.0, 1.0), (0.5, 1.0), (1.0, 1.0)))


def test_nothing_to_tune_on_is_an_error(make_engine: Callable[..., Any]) -> None:
    engine = make_engine(TABLE, missing=[("fused", "low")])
    for judged in (qrels("low"), qrels("elsewhere")):
        with pytest.raises(EvaluationError, match="no query can be used to tune"):
            tune_weight(engine, topics("low"), judged)


@pytest.mark.parametrize("step", [0.0, -0.1, 0.3, 1.5, float("nan")])
def test_a_step_must_divide_one(make_engine: Callable[..., Any], step: float) -> None:
    with pytest.raises(EvaluationError, match="step between weights cannot be used"):
        tune_weight(make_engine(TABLE), topics("any"), qrels("any"), step=step)


def test_unknown_names_are_errors(make_engine: Callable[..., Any]) -> None:
    with pytest.raises(RankerError, match="got 'fusion'"):
        tune_weight(make_engine(TABLE), topics("any"), qrels("any"), ranker="fusion")
    with pytest.raises(EvaluationError, match="got 'nDGC'"):
        tune_weight(make_engine(TABLE), topics("any"), qrels("any"), measure="nDGC")


def test_a_test_query_is_refused_before_anything_is_searched(
    make_engine: Callable[..., Any],
) -> None:
    engine = make_engine(TABLE)
    marked = [*topics("low"), Topic("t-high", Query("high"), "test")]
    with pytest.raises(EvaluationError, match="test queries cannot be used to tune the weight"):
        tune_weight(engine, marked, qrels("low", "high"), measure="P@1", step=0.25)
    assert engine.calls == []
