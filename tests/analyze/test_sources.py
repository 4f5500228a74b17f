from collections.abc import Callable
from pathlib import Path

import pytest

from mmdemo.analyze import analyze, study_of_engine, study_of_runs
from mmdemo.errors import EvaluationError
from mmdemo.index import ProductVectors
from mmdemo.records import Query, Topic
from mmdemo.search import SearchEngine
from mmdemo.towers import Towers

TOPICS = [Topic("q1", Query("red cup")), Topic("q2", Query("lamp"))]
QRELS = {"q1": {"a": 3, "b": 0}, "q2": {"b": 1}}


def test_runs_are_rankers_under_the_names_given(tmp_path: Path) -> None:
    (tmp_path / "old.trec").write_text("q1 Q0 b 1 2.0 x\nq1 Q0 a 2 1.0 x\nq2 Q0 b 1 1 x\n")
    (tmp_path / "new.trec").write_text("q1 Q0 a 1 2.0 x\n")
    runs = {"prod": tmp_path / "old.trec", "next": tmp_path / "new.trec"}
    study = study_of_runs(runs, TOPICS, QRELS)
    assert [hit.product_id for hit in study.rankings["prod"]["q1"].hits] == ["b", "a"]
    assert list(study.rankings["next"]) == ["q1"]
    assert study.facts["run prod"].startswith("old.trec, sha256 ")
    found = analyze(study)
    assert found.verdict is not None
    assert (found.verdict.comparison.ranker, found.verdict.comparison.wins) == ("next", 1)
    assert found.rankers[1].missing == {"no ranking": 1}
    (tmp_path / "else.trec").write_text("q9 Q0 a 1 2.0 x\n")
    with pytest.raises(EvaluationError, match="has none of the queries: got query ids such as q9"):
        study_of_runs({"x": tmp_path / "else.trec"}, TOPICS, QRELS)


def test_an_engine_ranks_and_says_what_it_is(
    make_engine: Callable[..., tuple[SearchEngine, ProductVectors]], towers: Towers
) -> None:
    engine, _ = make_engine(towers, 30)
    qrels = {"q1": {"p0001": 2, "p0002": 0}}
    study = study_of_engine(engine, ["text", "fused"], TOPICS, qrels, text_weight=0.25)
    assert study.facts["weight of text"] == "0.25"
    assert study.facts["catalog"].startswith("shop, 30 products")
    expected = engine.search(Query("red cup"), rankers=("fused",), text_weight=0.25, top_k=100)
    assert study.rankings["fused"]["q1"].hits == expected["fused"].hits
    assert study.title("p0003") == "title 3"
