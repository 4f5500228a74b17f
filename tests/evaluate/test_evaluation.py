import json
import math
from collections.abc import Callable

import pytest

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import (
    COMPANIONS,
    Difference,
    Evaluation,
    Interval,
    compare,
    comparison_markdown,
    evaluate,
    to_markdown,
)
from mmdemo.records import Ranking

MakeRanking = Callable[..., Ranking]
QRELS = {
    "q1": {"a": 3, "b": 0},
    "q2": {"a": 3, "b": 1},
    "q3": {"c": 2},
    "elsewhere": {"a": 1},
    "void": {},
}
TOPICS = ["q1", "q2", "q3", "q4", "void"]
SECOND = 1 / math.log2(3)  # discount at rank 2


@pytest.fixture
def evaluation(make_ranking: MakeRanking) -> Evaluation:
    """text: 1, then missing twice; image: empty once; fused: all three; silent: none."""
    rankings = {
        "text": {"q1": make_ranking("a b"), "q2": make_ranking("a", missing="no words")},
        "image": {"q1": make_ranking("b a"), "q2": make_ranking(""), "q3": make_ranking("c")},
        "fused": {
            "q1": make_ranking("x a"),
            "q2": make_ranking("a"),
            "q3": make_ranking("x y"),
            "q4": make_ranking("a"),
        },
        "silent": {t: make_ranking("", missing="no model") for t in TOPICS},
    }
    return evaluate(rankings, QRELS, ["P(rel=3)@1", "nDCG@10"], topic_ids=TOPICS)


def test_means_are_over_the_judged_queries_that_a_ranker_answered(evaluation: Evaluation) -> None:
    assert evaluation.queries == ("q1", "q2", "q3")
    assert evaluation.unjudged == ("q4", "void")
    assert evaluation.measures == ("P(rel=3)@1", "nDCG@10", *COMPANIONS)
    assert evaluation.per_query["text"]["nDCG@10"] == {"q1": 1.0}
    assert evaluation.per_query["image"]["nDCG@10"] == pytest.approx(
        {"q1": SECOND, "q2": 0.0, "q3": 1.0}
    )
    ideal = 3 + SECOND
    assert evaluation.per_query["fused"]["nDCG@10"] == pytest.approx(
        {"q1": SECOND, "q2": 3 / ideal, "q3": 0.0}
    )
    assert evaluation.per_query["fused"][COMPANIONS[1]]["q1"] == 1.0
    image = evaluation.intervals["image"]
    assert image["nDCG@10"].mean == pytest.approx((SECOND + 1) / 3)
    assert image["nDCG@10"].queries == 3
    assert (image["Judged@10"].mean, image["Judged@10"].queries) == (1.0, 2)  # q2 is empty
    assert evaluation.intervals["text"]["P(rel=3)@1"].mean == 1.0
    assert evaluation.intervals["silent"] == {}


def test_missing_is_not_zero_and_keeps_its_reason(evaluation: Evaluation) -> None:
    assert evaluation.missing == {
        "text": {"q2": "no words", "q3": "no ranking"},
        "image": {},
        "fused": {},
        "silent": dict.fromkeys(["q1", "q2", "q3"], "no model"),
    }


def test_differences_are_over_common_queries(evaluation: Evaluation) -> None:
    found = {(d.ranker, d.baseline): d for d in evaluation.differences if d.measure == "P(rel=3)@1"}
    assert set(found) == {("fused", "text"), ("fused", "image")}
    assert found["fused", "text"].interval.queries == 1
    assert found["fused", "text"].interval.mean == -1.0  # q1 only
    assert found["fused", "image"].interval.queries == 3
    assert found["fused", "image"].interval.mean == pytest.approx(1 / 3)  # q2 only
    assert (found["fused", "image"].better, found["fused", "image"].worse) == (1, 0)
    assert evaluation.best_single == "text"


def test_json_has_numbers_only_below_rankers(evaluation: Evaluation) -> None:
    value = json.loads(json.dumps(evaluation.to_json(), allow_nan=False))
    assert value["queries"] == 3
    assert value["unjudged_queries"] == 2
    assert value["missing"] == {"text": 2, "image": 0, "fused": 0, "silent": 3}
    assert value["missing_reasons"] == {
        "text": {"no words": 1, "no ranking": 1},
        "silent": {"no model": 3},
    }
    assert value["rankers"]["text"] == {
        "P(rel=3)@1": 1.0, "nDCG@10": 1.0, "Judged@10": 1.0, COMPANIONS[1]: 1.0,
    }  # fmt: skip
    assert value["rankers"]["image"]["nDCG@10"] == pytest.approx((SECOND + 1) / 3)
    assert value["rankers"]["silent"] == {}
    assert value["intervals"]["image"]["nDCG@10"]["queries"] == 3
    assert value["best_single"] == "text"
    first = value["differences"][0]
    assert (first["ranker"], first["baseline"], first["measure"]) == ("fused", "text", "P(rel=3)@1")
    assert first["interval"]["mean"] == -1.0


def test_the_set_is_every_ranked_topic_unless_given(make_ranking: MakeRanking) -> None:
    rankings = {"text": {"q1": make_ranking("a")}, "image": {"q2": make_ranking("a")}}
    found = evaluate(rankings, QRELS, ["P@1"])
    assert found.queries == ("q1", "q2")
    assert {ranker: list(topics) for ranker, topics in found.missing.items()} == {
        "text": ["q2"],
        "image": ["q1"],
    }


def test_an_empty_list_is_zero_but_has_no_judged_share(make_ranking: MakeRanking) -> None:
    rankings = {
        "bm25": {"q1": make_ranking("a"), "q2": make_ranking(""), "q3": make_ranking("")},
        "fused": {"q1": make_ranking("x a"), "q2": make_ranking("x"), "q3": make_ranking("")},
        "empty": {"q1": make_ranking("")},
    }
    found = evaluate(rankings, QRELS, ["nDCG@10", "Judged@10"])
    assert found.empty_lists == {"bm25": 2, "fused": 1, "empty": 1}
    bm25, fused = found.intervals["bm25"], found.intervals["fused"]
    assert bm25["nDCG@10"].mean == pytest.approx(1 / 3)
    assert bm25["nDCG@10"].queries == 3
    assert (bm25["Judged@10"].mean, bm25["Judged@10"].queries) == (1.0, 1)
    assert (fused["Judged@10"].mean, fused["Judged@10"].queries) == (0.25, 2)  # one of two, none
    assert "Judged@10" not in found.intervals["empty"]
    less = {d.measure: d.interval for d in found.differences if d.baseline == "bm25"}
    assert (less["Judged@10"].mean, less["Judged@10"].queries) == (-0.5, 1)  # q1 only
    assert less["nDCG@10"].queries == 3
    text = to_markdown(found)
    assert "Queries with an empty list: bm25 2, fused 1, empty 1. They count as 0, but" in text
    assert found.to_json()["empty_lists"] == {"bm25": 2, "fused": 1, "empty": 1}
    table = compare(found, "bm25", measures=["nDCG@10", "Judged@10"])
    told = [(c.ranker, c.measure, c.interval.queries) for c in table.contrasts]
    assert told == [
        *(("fused", "nDCG@10", 3), ("fused", "Judged@10", 1)),
        ("empty", "nDCG@10", 1),  # no list of its own of which a share could be judged
    ]
    assert "Queries with an empty list" in comparison_markdown(table)


def test_companions_are_not_repeated(make_ranking: MakeRanking) -> None:
    rankings = {"text": {"q1": make_ranking("a")}}
    assert evaluate(rankings, QRELS, ["Judged@10"]).measures == COMPANIONS


def test_errors_name_what_does_not_fit(make_ranking: MakeRanking) -> None:
    rankings = {"text": {"Q1": make_ranking("a")}}
    with pytest.raises(EvaluationError, match="ids such as Q1, expected ids of the qrels such as"):
        evaluate(rankings, QRELS, ["nDCG@10"])
    with pytest.raises(EvaluationError, match="got 'nDGC@10'"):
        evaluate(rankings, QRELS, ["nDGC@10"])
    with pytest.raises(EvaluationError, match="no measure"):
        evaluate(rankings, QRELS, [])


def test_markdown_shows_means_missing_and_differences(evaluation: Evaluation) -> None:
    text = to_markdown(evaluation)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    assert text.startswith("3 judged queries; 2 without a judgment left out.")
    assert "Fewer than 10 queries" in text
    *asked, condensed = evaluation.measures
    assert ["ranker", "queries", *asked, "condensed nDCG@10"] in lines
    assert f"Condensed nDCG@10 ({condensed}): products without a judgment" in text
    text_row = ["text", "1", *["1.0000 [1.0000, 1.0000]"] * 4]
    assert text_row in lines
    assert ["silent", "0", "–", "–", "–", "–"] in lines
    assert "- text: 1 × no words\n- text: 1 × no ranking\n- silent: 3 × no model" in text
    row = next(line for line in lines if line[:1] == ["fused − image"])
    assert row[:4] == ["fused − image", "3", "1 / 0", "+0.3333 [+0.0000, +1.0000]"]
    assert next(line for line in lines if line[:1] == ["fused − text"])[1:3] == ["1", "0 / 1"]
    assert "Best single ranker by it: text." in text


def test_markdown_marks_differences_that_exclude_zero(make_ranking: MakeRanking) -> None:
    topics = [f"q{i}" for i in range(12)]
    rankings = {
        "text": {t: make_ranking("x a") for t in topics},
        "fused": {t: make_ranking("a x") for t in topics},
        "fused-a|b": {t: make_ranking("x a") for t in topics},
    }
    text = to_markdown(evaluate(rankings, {t: {"a": 1} for t in topics}, ["P@1"]))
    assert "| 12 / 0         | +1.0000 [+1.0000, +1.0000] * |" in text
    assert (
        "| fused-a\\|b − text | 12      | 0 / 0          | +0.0000 [+0.0000, +0.0000]   |" in text
    )
    assert "Fewer than" not in text
    assert "missing" not in text
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert all(len({len(line) for line in table.splitlines()}) == 1 for table in tables)


def test_markdown_has_no_negative_zero() -> None:
    tiny = Interval(-1e-9, -2e-9, 0.5, 20)
    difference = Difference("fused", "text", "P@1", tiny, 1, 2)
    text = to_markdown(
        Evaluation(("P@1",), ("q",), (), {}, {}, {}, (difference,), best_single="text")
    )
    assert "+0.0000 [+0.0000, +0.5000]" in text
    assert "-0.0000" not in text


def test_markdown_without_fused_rankers_has_no_differences(make_ranking: MakeRanking) -> None:
    text = to_markdown(evaluate({"text": {"q1": make_ranking("a")}}, QRELS, ["P@1"]))
    assert text.startswith("1 judged query.")
    assert "difference" not in text
