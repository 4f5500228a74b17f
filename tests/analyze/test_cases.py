from collections.abc import Callable

import pytest

from mmdemo.analyze import Analysis, Kind, Study, Vote, analyze, telling
from mmdemo.records import Product

MakeStudy = Callable[..., Study]


@pytest.fixture
def found(make_study: MakeStudy) -> Analysis:
    # One relevant product: value 1 at rank 1, 0.63 at 2, 0 where it is not shown.
    return analyze(
        make_study(
            {
                "text": {"hurt": "a", "rescued": "x", "found": "x", "gone": "a", "failed": "x"},
                "image": {"hurt": "x", "rescued": "a", "found": "x", "gone": None, "failed": "y"},
                "fused": {"hurt": "x a", "rescued": "a", "found": "a", "gone": "a", "failed": "z"},
            },
            {q: {"a": 3, "x": 0} for q in ("hurt", "rescued", "found", "gone", "failed")},
            products=[Product("a", "Red <cup>", images=("key",))],
            votes=(Vote("hurt", "a", "ann", 3, ("right color",)),),
        )
    )


def test_kinds_gain_and_regret(found: Analysis) -> None:
    cases = {case.topic_id: case for case in found.cases}
    assert cases["hurt"].kinds == (Kind.PHOTO_HURT, Kind.TEXT_RESCUED)
    assert cases["rescued"].kinds == (Kind.PHOTO_RESCUED,)
    assert cases["found"].kinds == (Kind.FOUND,)
    assert cases["failed"].kinds == (Kind.BOTH_FAILED,)
    assert cases["hurt"].gain == pytest.approx(0.6309 - 1, abs=1e-4)
    assert cases["hurt"].regret == pytest.approx(1 - 0.6309, abs=1e-4)
    assert (cases["hurt"].best_single, cases["rescued"].best_single) == ("text", "image")
    assert (cases["rescued"].gain, cases["rescued"].regret) == (1.0, 0.0)
    assert cases["found"].regret == -1.0
    assert found.kinds == {kind: int(kind not in (Kind.TEXT_RESCUED, Kind.TEXT_HURT, Kind.EVEN))
                           for kind in Kind}  # fmt: skip


def test_a_missing_list_makes_no_kind_and_no_zero(found: Analysis) -> None:
    case = next(case for case in found.cases if case.topic_id == "gone")
    assert case.values == {"text": 1.0, "fused": 1.0}
    assert case.missing == {"image": "it failed"}
    assert (case.kinds, case.gain, case.regret) == ((), 0.0, 0.0)


def test_the_largest_loss_comes_first_and_what_moved_is_told(found: Analysis) -> None:
    first = found.cases[0]
    assert first.topic_id == "hurt"
    move = next(move for move in first.moves if move.product_id == "a")
    assert (move.title, move.grade, move.reasons) == ("Red <cup>", 3, ("right color",))
    assert move.effect == pytest.approx(first.gain)
    assert move.ranks == {"text": 1, "image": None, "fused": 2}
    assert "“Red <cup>” costs 0.37 alone (rank 1 by text, not listed by photo, 2 fused)." in (
        first.explanation
    )


def test_the_most_telling_come_kind_by_kind(found: Analysis) -> None:
    assert [case.topic_id for case in telling(found.cases)][:4] == [
        "found",
        "hurt",
        "rescued",
        "failed",
    ]
    assert len(telling(found.cases, 2)) == 2
    assert list(found.lists)[:2] == ["found", "hurt"]
    card = found.lists["found"]["fused"][0]
    assert (card.product_id, card.title, card.photo, card.grade) == ("a", "Red <cup>", "key", 3)
    assert found.lists["failed"]["image"][0].grade is None
    assert "image" not in found.lists.get("gone", {})


def test_unjudged_products_of_both_lists_are_counted(found: Analysis) -> None:
    unjudged = {case.topic_id: case.unjudged for case in found.cases}
    assert unjudged == {"hurt": 0, "rescued": 0, "found": 0, "gone": 0, "failed": 1}
