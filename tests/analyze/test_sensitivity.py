from collections.abc import Callable

import pytest

from mmdemo.analyze import Options, Study, Vote, analyze
from mmdemo.analyze.sensitivity import Standing, qrels_of, strict
from mmdemo.labels import Aggregation

MakeStudy = Callable[..., Study]


def test_strict_grades_count_the_highest_only() -> None:
    assert strict({"q": {"a": 3, "b": 2, "c": 0}}, 3) == {"q": {"a": 3, "b": 0, "c": 0}}
    assert strict({"q": {"a": 1, "b": 0}}, 1) == {"q": {"a": 1, "b": 0}}


def test_votes_become_qrels_by_each_rule() -> None:
    votes = [Vote("q", "a", judge, grade) for judge, grade in zip("xyz", (0, 3, 3), strict=True)]
    found = {rule: qrels_of(votes, rule)["q"]["a"] for rule in Aggregation}
    assert found == {
        "majority": 3,
        "median": 3,
        "mean": 2,
        "lowest": 0,
        "adjudicated": 3,
        "dawid-skene": 3,
    }


def test_a_verdict_that_hangs_on_one_judge_is_found_out(make_study: MakeStudy) -> None:
    # Two rankers, 20 queries; judge "odd" alone grades what fused shows first, and loves it.
    queries = [f"q{i}" for i in range(20)]
    votes = []
    for query in queries:
        votes += [Vote(query, "b", judge, 2) for judge in ("ann", "ben")]
        votes += [Vote(query, "a", "odd", 3)]
    study = make_study(
        {"text": dict.fromkeys(queries, "b a"), "fused": dict.fromkeys(queries, "a b")},
        qrels_of(votes, Aggregation.MAJORITY),
        votes=tuple(votes),
    )
    found = analyze(study)
    standing = {check.name: check.standing for check in found.checks}
    assert standing["without judge odd"] == Standing.TURNS
    assert standing["without judge ann"] == Standing.STANDS
    assert standing["strict grades only"] == Standing.STANDS
    assert found.verdict is not None
    assert found.verdict.decision == "not enough grades to say"
    assert "it turns with: without judge odd" in found.verdict.because[0]
    assert any("without judge odd" in caveat for caveat in found.verdict.caveats)


def test_rules_are_tried_only_where_judges_differ(make_study: MakeStudy) -> None:
    votes = [Vote("q", "a", "ann", 3), Vote("q", "b", "ann", 0)]
    study = make_study(
        {"text": {"q": "a"}, "fused": {"q": "b"}}, {"q": {"a": 3, "b": 0}}, votes=tuple(votes)
    )
    assert [check.name for check in analyze(study).checks] == ["strict grades only"]
    votes += [Vote("q", "a", "ben", 1), Vote("q", "b", "ben", 0)]
    study = make_study(
        {"text": {"q": "a"}, "fused": {"q": "b"}},
        qrels_of(votes, Aggregation.MAJORITY),  # a: 1, the lower of two
        votes=tuple(votes),
    )
    names = [check.name for check in analyze(study).checks]
    # Median and lowest give 1 as majority does; the mean is 2. Only "b" is agreed on.
    assert names == [
        "strict grades only",
        "grades by mean",
        "only where all judges agree",
        "without judge ann",
        "without judge ben",
    ]


@pytest.mark.parametrize(("extra", "expected"), [(10, Standing.STANDS), (1, Standing.WEAKER)])
def test_a_check_may_only_weaken(make_study: MakeStudy, extra: int, expected: Standing) -> None:
    # Grade 2 tells the rankers apart on 30 queries, grade 3 on a few of them.
    lists = {
        "text": {f"q{i}": "b a" for i in range(30)},
        "fused": {f"q{i}": "a b" for i in range(30)},
    }
    qrels = {f"q{i}": {"a": 3 if i < extra else 2, "b": 0, "z": 3} for i in range(30)}
    (check,) = analyze(make_study(lists, qrels), Options()).checks
    assert (check.name, check.standing, check.queries) == ("strict grades only", expected, 30)


def test_a_final_vote_counts_for_adjudicated_first_only(make_study: MakeStudy) -> None:
    votes = [Vote("q", "a", judge, 0) for judge in ("ann", "ben")]
    votes += [Vote("q", "a", "lead", 3, final=True), Vote("q", "b", "ann", 0)]
    study = make_study(
        {"text": {"q": "a"}, "fused": {"q": "b"}},
        qrels_of(votes, Aggregation.ADJUDICATED),
        votes=tuple(votes),
    )
    assert study.qrels == {"q": {"a": 3, "b": 0}}
    names = [check.name for check in analyze(study).checks]
    assert "grades by majority" in names
    assert "without judge ann" in names
    assert "without judge lead" not in names
