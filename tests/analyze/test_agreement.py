from collections.abc import Callable

import pytest

from mmdemo.analyze.agreement import agreement, rank_biased_overlap
from mmdemo.records import Ranking


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a b c", "a b c", 1.0),
        ("a b", "c d", 0.0),
        ("", "a", 0.0),
        # Agreement 0 at depth 1, 1 at depth 2: 0.1 · (0 + 1 · 0.9) + 1 · 0.81.
        ("a b", "b a", 0.9),
        # 1 at depth 1, 1/2 at depth 2: 0.1 · (1 + 0.5 · 0.9) + 0.5 · 0.81.
        ("a b", "a c", 0.55),
        # Cut to one product each: 0.1 · 1 + 1 · 0.9.
        ("a b c", "a", 1.0),
        # 0, 1/2, 2/3: 0.1 · (0.45 + 0.54) + 2/3 · 0.729.
        ("a b c", "b c d", 0.1 * (0.5 * 0.9 + 2 / 3 * 0.81) + 2 / 3 * 0.729),
    ],
)
def test_rank_biased_overlap_by_hand(one: str, other: str, expected: float) -> None:
    assert rank_biased_overlap(one.split(), other.split()) == pytest.approx(expected)
    assert rank_biased_overlap(other.split(), one.split()) == pytest.approx(expected)


def test_agreement_over_all_queries_and_by_segment(make_ranking: Callable[..., Ranking]) -> None:
    text = {"q1": make_ranking("a b"), "q2": make_ranking("a b"), "q3": make_ranking("a b")}
    image = {"q1": make_ranking("b a"), "q2": make_ranking("c d"), "q3": make_ranking("a c")}
    facets = {"family": {"q1": "seen", "q2": "written", "q3": "seen"}}
    found = agreement(text, image, ["q1", "q2", "q3"], facets, depth=2)
    assert [(s.name, s.queries) for s in found] == [
        ("", 3),
        ("family: seen", 2),
        ("family: written", 1),
    ]
    assert [s.overlap for s in found] == pytest.approx([0.5, 0.75, 0.0])
    assert [s.rbo for s in found] == pytest.approx([(0.9 + 0.55) / 3, (0.9 + 0.55) / 2, 0.0])
