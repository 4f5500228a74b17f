import math
from collections.abc import Callable

import pytest

from mmdemo.analyze import Comparison, Options, Study, analyze
from mmdemo.evaluate import Correction

MakeStudy = Callable[..., Study]
LOG3 = 1 / math.log2(3)


def compare(study: Study, **options: object) -> tuple[Comparison, ...]:
    return analyze(study, Options(**options)).comparisons  # type: ignore[arg-type]


def test_wins_ties_losses_and_means_by_hand(make_study: MakeStudy) -> None:
    # One relevant product a query, at rank 1 (value 1), 2 (LOG3) or nowhere (0).
    (found,) = compare(
        make_study(
            {
                "text": {"q1": "x a", "q2": "a", "q3": "x a", "q4": "a"},
                "fused": {"q1": "a", "q2": "a", "q3": "x", "q4": "x a"},
            },
            {q: {"a": 1, "x": 0} for q in ("q1", "q2", "q3", "q4")},
        )
    )
    assert (found.ranker, found.baseline, found.measure) == ("fused", "text", "nDCG@10")
    assert (found.wins, found.ties, found.losses) == (1, 1, 2)
    gains = [1 - LOG3, 0, -LOG3, LOG3 - 1]
    assert found.interval.mean == pytest.approx(sum(gains) / 4)
    assert found.means == pytest.approx(((2 + LOG3) / 4, (2 + 2 * LOG3) / 4))
    spread = math.sqrt(sum((g - sum(gains) / 4) ** 2 for g in gains) / 3)
    assert found.spread == pytest.approx(spread)
    # ± 0.37 ± 0.63 ± 0.37 reaches 0.63 but where 0.63 stands alone against both: 6 of 8 times.
    assert found.p_value == pytest.approx(12 / 16)
    assert found.bounds is not None
    assert found.bounds.low == found.bounds.high == pytest.approx(found.interval.mean)
    assert not found.is_shown(0.05)


def test_a_query_that_one_ranker_missed_is_left_out_not_zero(make_study: MakeStudy) -> None:
    qrels = {q: {"a": 1} for q in ("q1", "q2", "q3")}
    lists = {
        "text": {"q1": "a", "q2": "a", "q3": "a"},
        "fused": {"q1": "a", "q2": None},  # failed for q2, no ranking for q3
    }
    found = analyze(make_study(lists, qrels))
    (comparison,) = found.comparisons
    assert (comparison.interval.queries, comparison.interval.mean) == (1, 0.0)
    assert (comparison.wins, comparison.ties, comparison.losses) == (0, 1, 0)
    fused = next(r for r in found.rankers if r.ranker == "fused")
    assert (fused.answered, fused.means["nDCG@10"].mean) == (1, 1.0)
    assert fused.missing == {"it failed": 1, "no ranking": 1}


def test_rankers_without_a_common_query_are_not_compared(make_study: MakeStudy) -> None:
    lists = {"text": {"q1": "a"}, "fused": {"q2": "a"}}
    found = analyze(make_study(lists, {"q1": {"a": 1}, "q2": {"a": 1}}))
    assert found.comparisons == ()
    assert found.verdict is None


def test_equal_rankers_have_no_difference_and_p_1(make_study: MakeStudy) -> None:
    lists = {name: {f"q{i}": "a b" for i in range(20)} for name in ("text", "fused")}
    (found,) = compare(make_study(lists, {f"q{i}": {"b": 2} for i in range(20)}))
    assert (found.interval.mean, found.interval.low, found.interval.high) == (0.0, 0.0, 0.0)
    assert (found.p_value, found.spread, found.ties) == (1.0, 0.0, 20)


def test_all_pairs_are_corrected_together_and_the_better_one_comes_first(
    random_study: Callable[..., Study],
) -> None:
    study = random_study(60, better={"bm25": 0.6, "text": 1.0, "fused": 1.2, "weak": 0.1})
    found = compare(study)
    assert (found[0].ranker, found[0].baseline) == ("fused", "text")
    assert len({frozenset((c.ranker, c.baseline)) for c in found}) == len(found) == 6
    assert all(c.interval.mean >= 0 for c in found[1:])
    # Holm: by rising p-value, times 6, 5, 4 …, never falling.
    ordered = sorted(found, key=lambda c: c.p_value)
    running = 0.0
    for place, comparison in enumerate(ordered):
        running = max(running, min(1.0, comparison.p_value * (6 - place)))
        assert comparison.p_corrected == pytest.approx(running)
        assert comparison.tests == 6 - place
    plain = compare(study, correction=Correction.NONE)
    assert all(c.p_corrected == c.p_value and c.tests == 1 for c in plain)


def test_the_candidate_stays_first_where_it_is_worse(random_study: Callable[..., Study]) -> None:
    (found,) = compare(random_study(60, better={"text": 1.5, "fused": 0.3}))
    assert (found.ranker, found.wins < found.losses) == ("fused", True)
    assert found.interval.high < 0
    assert found.is_shown(0.05)
    (other,) = compare(
        random_study(60, better={"text": 1.5, "fused": 0.3}), candidate="text", baseline="fused"
    )
    assert other.interval.mean == pytest.approx(-found.interval.mean)
    assert other.p_value == found.p_value
    assert other.bounds is not None
    assert found.bounds is not None
    assert other.bounds.low == pytest.approx(-found.bounds.high)
