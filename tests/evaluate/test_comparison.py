import json
from collections.abc import Callable, Mapping

import ir_measures
import numpy as np
import pytest
from ir_measures import R, nDCG
from scipy.stats import bootstrap, permutation_test
from statsmodels.stats.multitest import multipletests

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import (
    ComparisonTable,
    Interval,
    compare,
    comparison_markdown,
    comparison_tables,
    evaluate,
)
from mmdemo.evaluate.comparison import Contrast, Outcome
from mmdemo.records import Hit, Ranking

MakeRanking = Callable[..., Ranking]
Rankings = Mapping[str, Mapping[str, Ranking]]
TEN = [f"q{i}" for i in range(10)]
QRELS = {topic: {"good": 1, "bad": 0} for topic in TEN}


@pytest.fixture
def rankings(make_ranking: MakeRanking) -> Rankings:
    """Of ten queries, `old` has q8 and q9 right; `new` all but q9; `same` is `old` again."""
    good, bad = make_ranking("good bad"), make_ranking("bad good")
    old = {topic: good if topic in ("q8", "q9") else bad for topic in TEN}
    return {"old": old, "new": dict.fromkeys(TEN, good) | {"q9": bad}, "same": dict(old)}


@pytest.fixture
def pair(rankings: Rankings) -> ComparisonTable:
    two = {name: rankings[name] for name in ("old", "new")}
    return compare(evaluate(two, QRELS, ["P@1"]), "old")


def test_a_contrast_worked_by_hand(pair: ComparisonTable) -> None:
    # Gains by P@1: eight times 1, q8 0, q9 -1. Of the 2**9 signs of the nine that are not 0, the
    # sum is at least 7 from 0 with nine alike (2 ways) or eight alike (18 ways).
    (contrast,) = pair.contrasts
    assert (contrast.ranker, contrast.measure) == ("new", "P@1")
    assert (contrast.wins, contrast.ties, contrast.losses) == (8, 1, 1)
    assert contrast.means == pytest.approx((0.9, 0.2))
    assert contrast.interval.mean == pytest.approx(0.7)
    assert contrast.p_value == pytest.approx(20 / 512, abs=1e-15)
    assert contrast.p_holm == contrast.p_value  # one test
    assert contrast.outcome is Outcome.BETTER
    assert pair.measures == ("P@1",)


def test_a_further_test_is_corrected_for(rankings: Rankings) -> None:
    table = compare(evaluate(rankings, QRELS, ["P@1"]), "old")
    new, same = table.contrasts
    assert (new.p_value, same.p_value) == pytest.approx((20 / 512, 1.0))
    assert (new.p_holm, same.p_holm) == pytest.approx((40 / 512, 1.0))
    assert (new.outcome, same.outcome) == (Outcome.OPEN, Outcome.OPEN)  # 0.078 is above 0.05
    assert (same.wins, same.ties, same.losses) == (0, 10, 0)
    assert same.interval == Interval(0.0, 0.0, 0.0, 10)


def test_seen_from_the_other_side_it_is_worse(rankings: Rankings) -> None:
    two = {name: rankings[name] for name in ("old", "new")}
    (contrast,) = compare(evaluate(two, QRELS, ["P@1"]), "new").contrasts
    assert contrast.ranker == "old"
    assert contrast.interval.mean == pytest.approx(-0.7)
    assert (contrast.wins, contrast.losses) == (1, 8)
    assert contrast.outcome is Outcome.WORSE


@pytest.mark.parametrize(
    ("interval", "p_holm", "expected"),
    [
        (Interval(0.1, 0.01, 0.2, 50), 0.049, Outcome.BETTER),
        (Interval(-0.1, -0.2, -0.01, 50), 0.049, Outcome.WORSE),
        (Interval(0.1, 0.01, 0.2, 50), 0.05, Outcome.OPEN),
        (Interval(0.1, -0.01, 0.2, 50), 0.01, Outcome.OPEN),
        (Interval(0.1, 0.01, 0.2, 9), 0.01, Outcome.OPEN),  # too few queries
    ],
)
def test_an_outcome_needs_both_test_and_interval(
    interval: Interval, p_holm: float, expected: Outcome
) -> None:
    assert Contrast("a", "P@1", (1, 0), interval, 1, 1, 1, 0.001, p_holm).outcome is expected


def test_graded_values_are_those_of_other_libraries() -> None:
    rng = np.random.default_rng(7)
    topics, products = [f"t{i}" for i in range(12)], [f"p{i:02}" for i in range(20)]
    qrels = {
        t: {p: int(g) for p, g in zip(products, rng.integers(0, 4, 20), strict=True)}
        for t in topics
    }

    def ranked(name: str, skill: float) -> dict[str, Ranking]:
        rankings = {}
        for t in topics:
            scores = {p: skill * qrels[t][p] + rng.normal() for p in products}
            best = sorted(products, key=scores.__getitem__, reverse=True)
            hits = tuple(Hit(p, i, scores[p]) for i, p in enumerate(best, start=1))
            rankings[t] = Ranking(name, t, hits)
        return rankings

    rankings = {"text": ranked("text", 0.3), "a": ranked("a", 0.9), "b": ranked("b", 0.4)}
    measures = {"nDCG@10": nDCG @ 10, "R(rel=3)@5": R(rel=3) @ 5}
    table = compare(evaluate(rankings, qrels, list(measures)), "text")

    def values(name: str, measure: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        run = {t: {h.product_id: h.score for h in r.hits} for t, r in rankings[name].items()}
        found = ir_measures.iter_calc([measures[measure]], qrels, run)
        by_topic = {metric.query_id: metric.value for metric in found}
        return np.array([by_topic[t] for t in topics])

    p_values = []
    for contrast in table.contrasts:
        ours, theirs = values(contrast.ranker, contrast.measure), values("text", contrast.measure)
        gains = ours - theirs
        tested = permutation_test(
            (ours, theirs),
            lambda a, b, axis: np.mean(a - b, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=2**12,  # all of them
        )
        drawn = bootstrap(
            (gains,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(0)
        )
        p_values.append(float(tested.pvalue))
        assert contrast.means == pytest.approx((ours.mean(), theirs.mean()))
        assert contrast.interval.mean == pytest.approx(gains.mean())
        assert contrast.interval.low == pytest.approx(drawn.confidence_interval.low, abs=1e-9)
        assert contrast.interval.high == pytest.approx(drawn.confidence_interval.high, abs=1e-9)
        assert contrast.p_value == pytest.approx(float(tested.pvalue), abs=1e-12)
        assert contrast.wins == (gains > 1e-12).sum()
        assert contrast.losses == (gains < -1e-12).sum()
    holm = multipletests(p_values, method="holm")[1]
    assert [c.p_holm for c in table.contrasts] == pytest.approx(holm.tolist())
    assert [(c.ranker, c.measure) for c in table.contrasts] == [
        (ranker, measure) for ranker in ("a", "b") for measure in measures
    ]
    assert len(set(p_values)) == 4  # nothing above was compared with itself


def test_a_pair_counts_only_what_both_answered(make_ranking: MakeRanking) -> None:
    good, bad = make_ranking("good bad"), make_ranking("bad good")
    missing = make_ranking("", missing="no photo")
    rankings = {
        "text": {"q0": bad, "q1": good, "q2": missing},
        "image": {"q0": good, "q1": missing, "q2": good},
        "elsewhere": {"q2": good},
    }
    table = compare(evaluate(rankings, QRELS, ["P@1"], topic_ids=["q0", "q1", "q2"]), "text")
    (contrast,) = table.contrasts
    assert contrast.ranker == "image"
    assert contrast.means == (1.0, 0.0)  # q0 only; over its own queries text has 0.5
    assert (contrast.interval.queries, contrast.wins, contrast.ties) == (1, 1, 0)
    text = comparison_markdown(table)
    assert "not shown to differ: image; without a query in common: elsewhere." in text
    assert "- image: 1 × no photo" in text


def test_only_the_asked_measures_are_tested(rankings: Rankings) -> None:
    evaluation = evaluate(rankings, QRELS, ["P@1", "Judged@10", "RR@10"])
    assert compare(evaluation, "old").measures == ("P@1", "RR@10")
    assert compare(evaluation, "old", measures=["RR@10"]).measures == ("RR@10",)
    table = compare(evaluation, "old", measures=["Judged@10", "P@1"])
    assert [c.measure for c in table.contrasts] == ["Judged@10", "P@1"] * 2
    assert table.contrasts[0].means == pytest.approx((1.0, 1.0))  # both products have a grade
    assert table.contrasts[1].means == pytest.approx((0.9, 0.2))


def test_what_cannot_be_compared(rankings: Rankings, make_ranking: MakeRanking) -> None:
    evaluation = evaluate(rankings, QRELS, ["P@1"])
    with pytest.raises(EvaluationError, match="'fused', expected old, new, same"):
        compare(evaluation, "fused")
    with pytest.raises(EvaluationError, match="not evaluated: got RR@10"):
        compare(evaluation, "old", measures=["RR@10"])
    with pytest.raises(EvaluationError, match="not evaluated: got none"):
        compare(evaluation, "old", measures=[])
    with pytest.raises(EvaluationError, match="nothing to compare old with"):
        compare(evaluate({"old": rankings["old"]}, QRELS, ["P@1"]), "old")
    silent = dict.fromkeys(TEN, make_ranking("", missing="no model"))
    with pytest.raises(EvaluationError, match="answered no query: got no model"):
        compare(evaluate({"old": silent, "new": rankings["new"]}, QRELS, ["P@1"]), "old")


def test_markdown_says_what_was_found_and_how(pair: ComparisonTable) -> None:
    text = comparison_markdown(pair)
    cells = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    rows = {row[1]: row[2:-1] for row in cells if len(row) > 3}
    assert rows["old (baseline)"][0] == rows["new"][1] == "10"
    assert rows["new"][0] == "P@1"
    assert rows["new"][2].startswith("+0.7000 [+")
    assert rows["new"][3:] == ["0.0391", "0.0391", "8 / 1 / 1", "better"]
    assert rows["ranker"][2] == "difference to old"
    assert "**P@1 against old** – better: new." in text
    assert "corrected for the 1 test of this table" in text
    assert "p (Holm) below 0.05, an interval without zero and at least 10 queries." in text
    assert "Judged@10" in text


def test_tables_hold_every_value(pair: ComparisonTable) -> None:
    tables = comparison_tables(pair, {"q0": "red cup"})
    assert tables["means"][1][:4] == ["old", 10, "P@1", pytest.approx(0.2)]
    header, row = tables["differences"]
    found = dict(zip(map(str, header), row, strict=True))
    assert found["baseline"] == "old"
    assert (found["wins"], found["ties"], found["losses"]) == (8, 1, 1)
    assert found["p"] == found["p_holm"] == pytest.approx(20 / 512)
    assert found["mean"] == pytest.approx(0.9)
    assert found["baseline_mean"] == pytest.approx(0.2)
    assert tables["queries"][0] == ["query_id", "query", "measure", "old", "new"]
    assert tables["queries"][1] == ["q0", "red cup", "P@1", 0.0, 1.0]
    assert ["q9", "", "P@1", 1.0, 0.0] in tables["queries"]


def test_json_has_means_and_differences(pair: ComparisonTable) -> None:
    found = json.loads(json.dumps(pair.to_json()))
    assert found["baseline"] == "old"
    assert found["correction"] == {"method": "holm", "tests": 1}
    assert found["rankers"]["new"]["P@1"] == pytest.approx(0.9)
    (difference,) = found["differences"]
    assert difference["outcome"] == "better"
    assert difference["interval"]["queries"] == 10
    assert difference["p_value"] == pytest.approx(20 / 512)
