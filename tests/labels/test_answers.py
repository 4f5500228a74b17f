"""What a stored judgment says, and which answers are votes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mmdemo.labels import JudgmentStore, Kind, Said, Vote, read_answers, votes
from mmdemo.labels.formats import aggregated
from mmdemo.records import Judgment, StoredJudgment

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def stored(judgment: Judgment, *, late: float = 1) -> StoredJudgment:
    return StoredJudgment(judgment, 1, judgment.clicked_at + timedelta(seconds=late))


def test_everything_a_campaign_tells(click: Click) -> None:
    context = {
        "answer": "grade",
        "kind": "gold",
        "seconds": 4.25,
        "reasons": ["color", "pattern"],
        "comment": "too blue",
    }
    (answer,) = read_answers([stored(click("a", 1, blind=True, context=context))])
    assert (answer.said, answer.kind, answer.grade) == (Said.GRADE, Kind.GOLD, 1)
    assert (answer.seconds, answer.reasons) == (4.25, ("color", "pattern"))
    assert (answer.comment, answer.pair, answer.moment) == ("too blue", ("q1", "p1"), NOON)


def test_a_click_is_never_later_than_its_receipt(click: Click) -> None:
    (answer,) = read_answers([stored(click("a", 1, at=100), late=-60)])
    assert answer.moment == NOON + timedelta(seconds=40)


@pytest.mark.parametrize(
    ("grade", "context", "said", "kind", "seconds"),
    [
        (2, {}, "grade", "regular", None),
        (None, {}, "withdrawn", "regular", None),
        (None, {"answer": "cant_tell"}, "cant_tell", "regular", None),
        (None, {"answer": "grade"}, "withdrawn", "regular", None),  # a grade needs one
        (2, {"answer": "cant_tell"}, "grade", "regular", None),
        (2, {"answer": "nonsense", "kind": 7}, "grade", "regular", None),
        (2, {"seconds": True}, "grade", "regular", None),
        (2, {"seconds": -3}, "grade", "regular", None),
        (2, {"seconds": "4"}, "grade", "regular", None),
        (2, {"seconds": 4, "kind": "extra"}, "grade", "extra", 4.0),
    ],
)
def test_contexts_that_others_wrote(
    click: Click,
    grade: int | None,
    context: dict[str, object],
    said: str,
    kind: str,
    seconds: float | None,
) -> None:
    (answer,) = read_answers([stored(click("a", grade, context=context))])
    assert (answer.said, answer.kind, answer.seconds) == (said, kind, seconds)


def test_which_answers_vote(click: Click) -> None:
    given = [
        ("regular", 3, 0),
        ("gold", 2, 0),
        ("training", 1, 0),
        ("repeat", 0, 1),
        ("regular", 0, 2),  # a repeat that does not say so
        ("extra", 1, 0),
        ("adjudication", 0, 0),
        ("regular", None, 0),
    ]
    answers = read_answers(
        stored(click(f"e{i}", grade, judge=f"j{i}", repeat=repeat, context={"kind": kind}))
        for i, (kind, grade, repeat) in enumerate(given)
    )
    pair = ("q1", "p1")
    assert votes(answers) == [
        Vote(pair, "j0", 3, False, NOON),  # type: ignore[arg-type]  # a pair equals its tuple
        Vote(pair, "j1", 2, False, NOON),  # type: ignore[arg-type]
        Vote(pair, "j6", 0, True, NOON),  # type: ignore[arg-type]
    ]
    assert [vote.judge for vote in votes(answers, extras=True)] == ["j0", "j1", "j5", "j6"]


def test_training_and_adjudication_are_no_part_of_a_majority(
    sqlite_store: JudgmentStore, click: Click
) -> None:
    for judge, grade, kind in [
        ("ann", 1, "regular"),
        ("ben", 3, "training"),
        ("cid", 3, "training"),
        ("lead", 3, "adjudication"),
        ("dan", 3, "extra"),
        ("eva", 3, "extra"),
    ]:
        sqlite_store.add(click(judge, grade, judge=judge, blind=True, context={"kind": kind}))
    assert aggregated(sqlite_store.current()) == {("q1", "p1"): 1}
    assert aggregated(sqlite_store.current(), extras=True) == {("q1", "p1"): 3}
