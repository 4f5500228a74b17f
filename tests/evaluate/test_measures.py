import math
import random
from collections.abc import Callable

import pytest
import pytrec_eval

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import COMPANIONS, depth_needed, measure_queries, parse_measures
from mmdemo.records import Hit, Ranking

MakeRanking = Callable[..., Ranking]
QRELS = {"q": {"a": 3, "b": 2, "c": 1, "d": 0}}
LOG3 = math.log2(3)
IDEAL = 3 + 2 / LOG3 + 1 / 2  # a b c


def value(ranking: Ranking, measure: str) -> float:
    (by_topic,) = measure_queries({"q": ranking}, QRELS, parse_measures([measure])).values()
    return by_topic["q"]


@pytest.mark.parametrize(
    ("products", "measure", "expected"),
    [
        ("a b c", "nDCG@10", 1.0),
        ("b x a", "nDCG@10", (2 + 3 / 2) / IDEAL),
        ("b x a", "nDCG@2", 2 / (3 + 2 / LOG3)),
        ("d x", "nDCG@10", 0.0),
        ("b x a", "nDCG(judged_only=True)@10", (2 + 3 / LOG3) / IDEAL),
        ("x y b", "nDCG(judged_only=True)@1", 2 / 3),
        ("b x a", "nDCG(gains={3: 7, 2: 3})@10", (3 + 7 / 2) / (7 + 3 / LOG3 + 1 / 2)),
        ("b x a", "R@100", 2 / 3),
        ("b x a", "R@2", 1 / 3),
        ("b x a", "R(rel=3)@100", 1.0),
        ("b x a", "R(rel=3)@2", 0.0),
        ("b x a d", "P(rel=2)@4", 2 / 4),
        ("x b a", "RR", 1 / 2),
        ("x b a", "RR(rel=3)@10", 1 / 3),
        ("x b a", "RR(rel=3)@2", 0.0),
        ("x d b", "Judged@10", 2 / 3),  # a ranking of three has no ten places
        ("x1 x2 a x4 x5 x6 x7 d x9 b c", "Judged@10", 3 / 10),
    ],
)
def test_values_by_hand(
    make_ranking: MakeRanking, products: str, measure: str, expected: float
) -> None:
    assert value(make_ranking(products), measure) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("measure", ["nDCG@10", "R@5", "RR@10", COMPANIONS[1]])
def test_an_empty_ranking_counts_as_zero(make_ranking: MakeRanking, measure: str) -> None:
    assert value(make_ranking(""), measure) == 0.0


@pytest.mark.parametrize("measure", ["Judged@10", "Judged"])
def test_of_an_empty_ranking_no_share_is_judged(make_ranking: MakeRanking, measure: str) -> None:
    rankings = {"q": make_ranking(""), "r": make_ranking("a x")}
    found = measure_queries(rankings, {"q": {"a": 1}, "r": {"a": 0}}, parse_measures([measure]))
    assert found == {measure: {"r": 0.5}}


def test_ties_are_measured_in_our_order() -> None:
    # trec_eval alone would sort the tie by id, falling, and put "a" last.
    tied = Ranking("text", "x", tuple(Hit(p, r, 0.5) for r, p in enumerate("adx", start=1)))
    assert value(tied, "RR(rel=3)") == 1.0
    assert value(tied, "nDCG@10") == pytest.approx(3 / IDEAL, abs=1e-12)
    assert value(tied, "Judged@2") == 1.0


def test_missing_and_unjudged_topics_have_no_value(make_ranking: MakeRanking) -> None:
    rankings = {
        "q": make_ranking("a"),
        "unjudged": make_ranking("a"),
        "nothing": make_ranking("a"),
        "absent": make_ranking("", missing="no model"),
    }
    qrels = QRELS | {"nothing": {}, "absent": {"a": 1}}
    values = measure_queries(rankings, qrels, parse_measures(["nDCG@1", "Judged@10"]))
    assert values == {"nDCG@1": {"q": 1.0}, "Judged@10": {"q": 1.0}}


def test_a_query_whose_judgments_are_all_irrelevant_counts_as_zero(
    make_ranking: MakeRanking,
) -> None:
    measures = parse_measures(["nDCG@10", "RR@10", "R@10", "Judged@10"])
    values = measure_queries({"z": make_ranking("a x")}, {"z": {"a": 0}}, measures)
    assert values == {
        "nDCG@10": {"z": 0.0},
        "RR@10": {"z": 0.0},
        "R@10": {"z": 0.0},
        "Judged@10": {"z": 0.5},
    }


def test_equals_pytrec_eval_called_directly() -> None:
    rng = random.Random(7)
    products = [f"p{i}" for i in range(60)]
    qrels, rankings, run = {}, {}, {}
    for topic in map(str, range(25)):
        qrels[topic] = {p: rng.randrange(4) for p in rng.sample(products, 20)}
        order = rng.sample(products, 40)
        scores = sorted((rng.random() for _ in order), reverse=True)
        hits = tuple(Hit(p, i + 1, s) for i, (p, s) in enumerate(zip(order, scores, strict=True)))
        rankings[topic] = Ranking("text", topic, hits)
        run[topic] = {p: -float(i) for i, p in enumerate(order)}
    names = ["nDCG@10", "R(rel=3)@100", "AP", "P(rel=2)@5", "nDCG(judged_only=True)@10"]
    ours = measure_queries(rankings, qrels, parse_measures(names))

    for name, nickname, options in [
        ("nDCG@10", "ndcg_cut_10", {}),
        ("R(rel=3)@100", "recall_100", {"relevance_level": 3}),
        ("AP", "map", {}),
        ("P(rel=2)@5", "P_5", {"relevance_level": 2}),
        ("nDCG(judged_only=True)@10", "ndcg_cut_10", {"judged_docs_only_flag": 1}),
    ]:
        direct = pytrec_eval.RelevanceEvaluator(qrels, {nickname}, **options).evaluate(run)
        assert ours[name] == {topic: direct[topic][nickname] for topic in qrels}
        assert len(set(ours[name].values())) > 2

    # Condensed, by the definition instead of the flag.
    judged = {t: {p: s for p, s in run[t].items() if p in qrels[t]} for t in run}
    direct = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10"}).evaluate(judged)
    assert ours["nDCG(judged_only=True)@10"] == {t: direct[t]["ndcg_cut_10"] for t in qrels}


def test_gains_of_one_measure_do_not_reach_another(make_ranking: MakeRanking) -> None:
    names = ["nDCG(gains={3: 100})@10", "nDCG@10"]
    values = measure_queries({"q": make_ranking("b x a")}, QRELS, parse_measures(names))
    assert values["nDCG@10"]["q"] == pytest.approx((2 + 3 / 2) / IDEAL, abs=1e-12)


def test_names_are_canonical_and_count_once() -> None:
    names = ["nDCG@10", "NDCG@10", " R(rel=3)@100 ", "P(rel=1)@5", "nDCG(cutoff=10)"]
    assert [str(m) for m in parse_measures(names)] == ["nDCG@10", "R(rel=3)@100", "P@5"]


@pytest.mark.parametrize(
    "name",
    [
        "ndgc@10",
        "P",
        "nDCG@0",
        "nDCG@-1",
        "nDCG@1.5",
        "nDCG@True",
        "nDCG@",
        "nDCG(10)",
        "nDCG(rel=3)@10",
        "R(rel='x')@10",
        "R(**{})@10",
        "Bpref@10",
        "ERR@10",  # would start perl
        "nDCG(dcg='exp-log2')@10",
        "1+1",
        "",
        "__import__('os').getcwd()",
    ],
)
def test_a_measure_that_cannot_be_used_lists_the_valid_ones(name: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        parse_measures([name])
    assert repr(name) in str(caught.value)
    assert "nDCG, " in str(caught.value)
    assert "Judged" in str(caught.value)


@pytest.mark.parametrize(
    ("names", "depth"),
    [
        (["nDCG@10"], 10),
        (["nDCG@10", "R@250"], 250),
        (["nDCG@10", *COMPANIONS], 100),
        (["AP"], 1000),
        ([], 1),
    ],
)
def test_depth_that_measures_look_at(names: list[str], depth: int) -> None:
    assert depth_needed(names) == depth
