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


def families(make_study: MakeStudy, **sizes: int) -> Study:
    """Fused has the relevant product first and text second, in `worse…` the other way round."""
    names = [(f"{family}{i}", family) for family, size in sizes.items() for i in range(size)]
    worse = {topic for topic, family in names if family.startswith("worse")}
    return make_study(
        {
            "text": {topic: "a b" if topic in worse else "b a" for topic, _ in names},
            "fused": {topic: "b a" if topic in worse else "a b" for topic, _ in names},
        },
        {topic: {"a": 3, "b": 0} for topic, _ in names},
        facets={"family": dict(names)},
    )


def test_segments_in_which_the_shipped_ranker_is_worse_are_named(make_study: MakeStudy) -> None:
    # one place lower costs 1 - 1 / log2(3) = 0.369 of nDCG on each query of a family
    found = verdict(families(make_study, seen=60, worse=12, worst=9))
    assert found.decision == Decision.SHIP
    assert found.but == (
        "fused ranks worse on “family: worse”, −0.369 [−0.369, −0.369] over 12 queries "
        "(small, read with care); not corrected for the 3 segments that were looked at"
    )  # of 9 queries nothing is said
    many = verdict(families(make_study, seen=150, worse=12, worse_b=31, worse_c=10, worse_d=11))
    assert many.but.startswith(
        "fused ranks worse on “family: worse_b”, −0.369 [−0.369, −0.369] over"
    )
    assert "over 31 queries; “family: worse”, " in many.but
    assert "(small, read with care); 2 smaller segments; not corrected for the 5 seg" in many.but


def test_nothing_is_named_where_there_is_none_or_all_is_worse(make_study: MakeStudy) -> None:
    assert verdict(families(make_study, seen=20, vague=20)).but == ""
    found = verdict(families(make_study, seen=12, worse=60))
    assert (found.decision, found.but) == (Decision.NOT_YET, "")


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
