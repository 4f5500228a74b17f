import gzip
import math
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.errors import EvaluationError
from mmdemo.records import Hit, Query, Ranking, Topic
from mmdemo.trec import from_trec_id, read_rankings, read_run, trec_id, write_run
from mmdemo.trec.runs import run_scores, to_run

MakeRanking = Callable[..., Ranking]
ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def ranks_seen_by_trec_eval(scores: dict[str, float]) -> dict[str, int]:
    """Ask pytrec_eval at which rank it sees each product, by its reciprocal rank."""
    qrels = {str(i): {product: 1} for i, product in enumerate(scores)}
    run = dict.fromkeys(qrels, scores)
    found = pytrec_eval.RelevanceEvaluator(qrels, {"recip_rank"}).evaluate(run)
    return {p: round(1 / found[str(i)]["recip_rank"]) for i, p in enumerate(scores)}


@pytest.mark.parametrize(
    ("plain", "word"),
    [
        ("B07-x/1.é", "B07-x/1.é"),
        ("a b", "a%20b"),
        ("50%", "50%25"),
        ("a%20b", "a%2520b"),
        ("a\tb\n", "a%09b%0A"),
        ("a\u00a0b", "a%C2%A0b"),
    ],
)
def test_ids_become_one_word(plain: str, word: str) -> None:
    assert trec_id(plain) == word
    assert from_trec_id(word) == plain


@given(ids)
def test_every_id_survives_the_round_trip_as_one_word(plain: str) -> None:
    word = trec_id(plain)
    assert word.split() == [word]
    assert from_trec_id(word) == plain


@pytest.mark.parametrize("word", ["50%off", "a%41", "%", "%ff", "a%2fb"])
def test_ids_that_others_wrote_stay_as_they_are(word: str) -> None:
    assert from_trec_id(word) == word


@given(
    st.lists(st.text("ab1", min_size=1), min_size=1, max_size=12, unique=True),
    st.lists(st.sampled_from([0.0, -0.0, 1.0, 1 + 1e-9, -1e-46, 0.3, 1e30]), min_size=12),
)
def test_trec_eval_sees_our_order_under_ties(products: list[str], scores: list[float]) -> None:
    ordered = sorted(scores, reverse=True)
    hits = [Hit(p, r, ordered[r - 1]) for r, p in enumerate(products, start=1)]
    assert ranks_seen_by_trec_eval(run_scores(hits)) == {hit.product_id: hit.rank for hit in hits}


def test_without_the_nudge_trec_eval_would_reorder() -> None:
    # The premise of run_scores: equal as float32, so pytrec_eval puts "b" first.
    assert ranks_seen_by_trec_eval({"a": 1 + 1e-9, "b": 1.0}) == {"a": 2, "b": 1}


def test_scores_that_fall_are_kept_and_equal_ones_become_the_next_float32() -> None:
    hits = [Hit("a", 1, 0.75), Hit("b", 2, 0.5), Hit("c", 3, 0.5), Hit("d", 4, 0.5)]
    # float32 has 24 bits: below 0.5 its step is 2**-25.
    assert run_scores(hits) == {"a": 0.75, "b": 0.5, "c": 0.5 - 2**-25, "d": 0.5 - 2**-24}


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf, 1e39])
def test_scores_must_be_finite(score: float) -> None:
    with pytest.raises(EvaluationError, match="score of product a cannot be measured"):
        run_scores([Hit("a", 1, score)])


def test_a_product_has_one_place() -> None:
    with pytest.raises(EvaluationError, match="a product twice: got a"):
        run_scores([Hit("a", 1, 0.5), Hit("a", 2, 0.4)])


def test_missing_and_empty_rankings_are_not_in_a_run(make_ranking: MakeRanking) -> None:
    rankings = {
        "q1": make_ranking("a"),
        "q2": make_ranking(""),
        "q3": make_ranking("a", missing="no model"),
    }
    assert to_run(rankings) == {"q1": {"a": 1.0}}


@pytest.mark.parametrize("name", ["out.run", "out.run.gz"])
def test_a_written_run_keeps_order_under_ties_and_ids_with_spaces(
    tmp_path: Path, name: str
) -> None:
    tied = (Hit("a b", 1, 0.1), Hit("c", 2, 0.1), Hit("b%", 3, 0.1), Hit("z", 4, 0.1))
    path = tmp_path / "new folder" / name
    write_run(
        path, {"red shoe": Ranking("fused", "x", tied), "q2": Ranking("fused", "y", tied[:1])}
    )

    content = path.read_bytes()
    lines = (gzip.decompress(content) if name.endswith(".gz") else content).decode().splitlines()
    assert lines[0] == "red%20shoe Q0 a%20b 1 0.100000001 fused"
    assert [line.split()[:4] for line in lines[1:]] == [
        ["red%20shoe", "Q0", "c", "2"],
        ["red%20shoe", "Q0", "b%25", "3"],
        ["red%20shoe", "Q0", "z", "4"],
        ["q2", "Q0", "a%20b", "1"],
    ]
    independent = {
        d.doc_id: d.score
        for d in ir_measures.read_trec_run(str(path))
        if d.query_id == "red%20shoe"
    }
    assert ranks_seen_by_trec_eval(independent) == {"a%20b": 1, "c": 2, "b%25": 3, "z": 4}
    again = read_run(path)
    assert [(h.product_id, h.rank) for h in again["red shoe"]] == [
        ("a b", 1), ("c", 2), ("b%", 3), ("z", 4),
    ]  # fmt: skip
    assert [h.product_id for h in again["q2"]] == ["a b"]
    assert np.float32(again["q2"][0].score) == np.float32(0.1)


def test_a_gzipped_run_has_no_time_stamp(tmp_path: Path, make_ranking: MakeRanking) -> None:
    write_run(tmp_path / "x.run.gz", {"q": make_ranking("a b")})
    assert (tmp_path / "x.run.gz").read_bytes()[4:8] == b"\0\0\0\0"  # MTIME, RFC 1952


def test_a_run_of_others_is_read_in_the_order_of_trec_eval(tmp_path: Path) -> None:
    path = tmp_path / "other.run"
    path.write_text(
        "q Q0 a 1 0.5 x\nq Q0 c 2 0.5 x\nq Q0 b 3 0.500000001 x\nq Q0 d 4 9 x\n\nq Q0 e 5 -1e3 x\n"
    )
    scores = {d.doc_id: d.score for d in ir_measures.read_trec_run(str(path))}
    hits = read_run(path)["q"]
    assert {hit.product_id: hit.rank for hit in hits} == ranks_seen_by_trec_eval(scores)
    assert [hit.product_id for hit in hits] == ["d", "c", "b", "a", "e"]  # ties by id, falling


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("q Q0 a 1 0.5 x\nq Q0 b 2 0.4\n", "line 2 is not a hit: got 'q Q0 b 2 0.4'"),
        ("q Q0 a 1 high x\n", "line 1 is not a hit"),
        ("q Q0 a 1 nan x\n", "line 1 is not a hit"),
        ("q Q0 a 1 2 x\nq Q0 a 2 1 x\n", "line 2 ranks a product again: got a for topic q"),
    ],
)
def test_run_errors_name_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.run"
    path.write_text(content)
    with pytest.raises(EvaluationError) as caught:
        read_run(path)
    assert f"{path}, {message}" in str(caught.value)


def test_a_run_is_a_ranker_of_these_topics(tmp_path: Path) -> None:
    path = tmp_path / "x.trec"
    path.write_text("1 Q0 b 1 1.0 t\n1 Q0 a 2 2.0 t\n9 Q0 a 1 1.0 t\n")
    topics = [Topic("1", Query("red cup")), Topic("2", Query("blue cup"))]
    assert read_rankings(path, "live", topics) == {
        "1": Ranking("live", Query("red cup").query_id, (Hit("a", 1, 2.0), Hit("b", 2, 1.0)))
    }
    with pytest.raises(EvaluationError, match="none of the queries: got query ids such as 1, 9"):
        read_rankings(path, "live", topics[1:])
