from collections.abc import Callable

import pytest

from mmdemo.analyze import Options, Study, Vote, analyze
from mmdemo.errors import EvaluationError

MakeStudy = Callable[..., Study]
QRELS = {"q1": {"a": 3}}


@pytest.mark.parametrize(
    ("rankers", "options", "expected"),
    [
        ("bm25 text image fused", {}, ("fused", "text")),
        ("bm25 image fused-rrf fused", {}, ("fused-rrf", "bm25")),
        ("old new", {}, ("new", "old")),
        ("text run:prod", {}, ("run:prod", "text")),
        ("text image fused", {"baseline": "image"}, ("fused", "image")),
        ("text image fused", {"candidate": "image"}, ("image", "text")),
        ("text fused", {"candidate": "text"}, ("text", "fused")),
        ("text fused fused-rrf", {"baseline": "fused"}, ("fused-rrf", "fused")),
        ("fused", {}, None),
    ],
)
def test_who_stands_against_whom(
    make_study: MakeStudy,
    rankers: str,
    options: dict[str, str],
    expected: tuple[str, str] | None,
) -> None:
    study = make_study({name: {"q1": "a"} for name in rankers.split()}, QRELS)
    assert study.contest(Options(**options)) == expected  # type: ignore[arg-type]


def test_a_ranker_that_is_not_there_or_stands_against_itself(make_study: MakeStudy) -> None:
    study = make_study({"text": {"q1": "a"}, "fused": {"q1": "a"}}, QRELS)
    with pytest.raises(EvaluationError, match="got fusion, expected text, fused"):
        study.contest(Options(candidate="fusion"))
    with pytest.raises(EvaluationError, match="with itself"):
        study.contest(Options(candidate="text", baseline="text"))


def test_only_judged_topics_that_all_answered_count(make_study: MakeStudy) -> None:
    study = make_study(
        {"text": {"q1": "a", "q2": "a", "q3": ""}, "fused": {"q1": None, "q2": "a", "q3": "a"}},
        {"q1": {"a": 1}, "q3": {"a": 0}, "q4": {"a": 2}},
    )
    assert study.judged == ("q1", "q3", "q4")
    assert study.answered("text") == ["q1", "q3"]
    assert study.answered("text", "fused") == ["q3"]
    assert study.top_grade == 2


def test_nothing_to_analyze(make_study: MakeStudy) -> None:
    with pytest.raises(EvaluationError, match="no ranker"):
        make_study({}, QRELS)
    with pytest.raises(EvaluationError, match="no query of the set has a judgment"):
        make_study({"text": {"q9": "a"}}, {"q1": {}})


def test_reasons_of_all_judges_are_together_once_each(make_study: MakeStudy) -> None:
    votes = (
        Vote("q1", "a", "ann", 0, ("wrong color",)),
        Vote("q1", "a", "ben", 0, ("too dear", "wrong color")),
        Vote("q1", "b", "ben", 3),
    )
    study = make_study({"text": {"q1": "a"}}, QRELS, votes=votes)
    assert study.reasons == {("q1", "a"): ("wrong color", "too dear")}


@pytest.mark.parametrize(
    ("measure", "depth"),
    [("nDCG@10", 10), ("NDCG@5", 5), (" nDCG@20 ", 20), ("P@5", None), ("DCG@5", None),
     ("nDCG(judged_only=True)@10", None), ("nDCG", None)],
)  # fmt: skip
def test_only_plain_ndcg_has_bounds(measure: str, depth: int | None) -> None:
    assert Options(measure=measure).ndcg_depth == depth


@pytest.mark.parametrize("options", [{"level": 0}, {"level": 0.5}, {"margin": -0.1}])
def test_options_that_cannot_be_used(options: dict[str, float]) -> None:
    with pytest.raises(EvaluationError, match="not usable"):
        Options(**options)  # type: ignore[arg-type]


def test_the_share_of_judged_products_decides_nothing(make_study: MakeStudy) -> None:
    study = make_study({"text": {"q1": "a"}, "fused": {"q1": "a"}}, QRELS)
    with pytest.raises(EvaluationError, match="got Judged@10, expected a measure of how good"):
        analyze(study, Options(measure="Judged@10"))
