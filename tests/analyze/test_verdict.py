from collections.abc import Callable

import pytest

from mmdemo.analyze import Decision, Options, Study, Verdict, analyze

MakeStudy = Callable[..., Study]
RandomStudy = Callable[..., Study]


def verdict(study: Study, **options: object) -> Verdict:
    found = analyze(study, Options(**options)).verdict  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_clear_gain_is_shipped(random_study: RandomStudy) -> None:
    found = verdict(random_study(80, better={"text": 0.5, "fused": 2.0}))
    assert (found.decision, found.because) == (Decision.SHIP, ())
    assert found.sentence.startswith("fused ranks better than text: nDCG@10 0.")
    assert "over 80 queries" in found.sentence
    assert "p < 0.001" in found.sentence
    assert "every product that counts is judged" in found.sentence
    assert found.sentence.endswith("more queries are not needed to tell them apart.")
    assert found.outlook.more_queries == 0
    assert found.outlook.unjudged == 0


def test_a_clear_loss_is_not(random_study: RandomStudy) -> None:
    found = verdict(random_study(80, better={"text": 2.0, "fused": 0.5}))
    assert (found.decision, found.because) == (Decision.NOT_YET, ("fused ranks worse than text",))
    assert "fused ranks worse than text" in found.sentence


def test_noise_is_not_enough_and_says_how_many_queries_would_settle_it(
    random_study: RandomStudy,
) -> None:
    found = verdict(random_study(30, better={"text": 1.0, "fused": 1.02}, seed=4))
    assert found.decision == Decision.TOO_FEW
    assert found.because == ("the difference could be chance",)
    more = found.outlook.more_queries
    assert more is not None
    assert more > 0
    assert f"some {more:,} more queries would settle it" in found.sentence
    assert any("true difference as small as the margin" in caveat for caveat in found.caveats)


def test_a_difference_that_is_surely_too_small_makes_none(make_study: MakeStudy) -> None:
    lists = {name: {f"q{i}": "a b" for i in range(20)} for name in ("text", "fused")}
    found = verdict(make_study(lists, {f"q{i}": {"b": 2, "a": 0} for i in range(20)}))
    assert found.decision == Decision.NOT_YET
    assert "makes no difference" in found.because[0]
    assert "rank equally well" in found.sentence


def test_few_queries_say_nothing_however_large_the_gain(make_study: MakeStudy) -> None:
    lists = {
        "text": {f"q{i}": "b a" for i in range(9)},
        "fused": {f"q{i}": "a b" for i in range(9)},
    }
    found = verdict(make_study(lists, {f"q{i}": {"a": 3, "b": 0} for i in range(9)}))
    assert found.decision == Decision.TOO_FEW
    assert found.because == ("only 9 queries: too few to say anything",)
    assert "cannot be told from" in found.sentence


def test_a_gain_that_comes_from_unjudged_products_alone_is_not_enough(
    make_study: MakeStudy,
) -> None:
    # Text shows unjudged products before the relevant one, and without those ranks it as fused.
    lists = {
        "text": {f"q{i}": "x y a b" for i in range(30)},
        "fused": {f"q{i}": "a b" for i in range(30)},
    }
    found = verdict(make_study(lists, {f"q{i}": {"a": 3, "b": 0} for i in range(30)}))
    assert found.comparison.is_shown(0.05)
    assert found.decision == Decision.NOT_ENOUGH
    assert found.because == ("it turns with: unjudged products taken out of the lists",)
    assert found.outlook.unjudged == 60
    assert found.outlook.more_grades is not None
    assert len(found.outlook.to_grade) == found.outlook.more_grades > 0
    assert {product for _, product in found.outlook.to_grade} <= {"x", "y"}


def test_grades_without_any_irrelevant_product_look_like_complete_ones(
    make_study: MakeStudy,
) -> None:
    lists = {
        "text": {f"q{i}": "x a" for i in range(30)},
        "fused": {f"q{i}": "a" for i in range(30)},
    }
    qrels = {f"q{i}": {"a": 3} for i in range(30)}
    assert any("--complete" in caveat for caveat in verdict(make_study(lists, qrels)).caveats)
    assert verdict(make_study(lists, qrels, complete=True)).caveats == ()
    qrels["q0"]["b"] = 0
    assert not any("--complete" in c for c in verdict(make_study(lists, qrels)).caveats)


def test_a_measure_without_bounds_says_so(random_study: RandomStudy) -> None:
    found = verdict(random_study(40, better={"text": 0.5, "fused": 2.0}), measure="P@5")
    assert found.comparison.bounds is None
    assert found.outlook.more_grades is None
    assert "known for nDCG only" in found.sentence


def test_complete_grades_leave_nothing_open(random_study: RandomStudy) -> None:
    study = random_study(40, better={"text": 0.5, "fused": 2.0}, judged=0.5, complete=True)
    found = verdict(study)
    assert found.comparison.bounds is None
    assert (found.outlook.unjudged, found.outlook.more_grades) == (0, 0)
    even = random_study(40, better={"text": 1.0, "fused": 1.02}, judged=0.5, complete=True)
    assert verdict(even).decision == "not enough queries to say"
    assert "every product that counts is judged" in found.sentence


@pytest.mark.parametrize("seed", range(3))
def test_the_verdict_is_the_same_each_time(random_study: RandomStudy, seed: int) -> None:
    study = random_study(30, better={"text": 1.0, "fused": 1.1}, seed=seed, judged=0.7)
    assert analyze(study) == analyze(study)
