"""Read out of a stored judgment what its judge answered, and when it is a vote.

Knows no store and no rule that makes one grade of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar

from mmdemo.records import StoredJudgment

_Names = TypeVar("_Names", bound=StrEnum)


class Kind(StrEnum):
    """Why a pair was asked; the server says so in the context, never the client."""

    REGULAR = "regular"
    REPEAT = "repeat"  # the same judge again, to see how steady they are
    GOLD = "gold"  # the right grade is known
    TRAINING = "training"  # before the work, with the right grade told
    ADJUDICATION = "adjudication"  # a third person, who saw what the others said
    EXTRA = "extra"  # came after the pair had all the grades that it needed


class Said(StrEnum):
    """What kind of answer it is."""

    GRADE = "grade"
    CANT_TELL = "cant_tell"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Pair(NamedTuple):
    """What is judged."""

    query_id: str
    product_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judge said of a pair, to one question.

    Attributes:
        repeat: 0, or the how-manieth hidden repeat.
        grade: None unless `said` is a grade.
        seconds: spent on the pair; None if the page did not tell.
        moment: when it was clicked; never later than it was received.
    """

    event_id: str
    judge: str
    pair: Pair
    question: str
    repeat: int
    grade: int | None
    said: Said
    kind: Kind
    seconds: float | None
    moment: datetime
    query_text: str = ""
    reasons: tuple[str, ...] = ()
    comment: str = ""


class Vote(NamedTuple):
    """A grade that counts when one is made of several.

    Attributes:
        final: whether a third person gave it after seeing the others'.
        moment: when; the last of several final ones holds.
    """

    pair: Pair
    judge: str
    grade: int
    final: bool = False
    moment: datetime | None = None


def read_answers(current: Iterable[StoredJudgment]) -> list[Answer]:
    """Read the answers of current judgments.

    A judgment without a campaign's context, such as one of the search page or one that was
    imported, is a regular grade.
    """
    return [_answer(stored) for stored in current]


def votes(answers: Iterable[Answer], *, extras: bool = False) -> list[Vote]:
    """Those answers that are votes.

    A grade given to a regular or gold pair is one. A hidden repeat would count its judge twice,
    and in the training round the right grade is told: both never vote. An adjudication is a final
    vote, which only the rule *adjudicated first* looks at. Can't tell, skipped and withdrawn say
    no grade.

    Args:
        extras: whether grades vote that came after their pair had enough.
    """
    counted = {Kind.REGULAR, Kind.GOLD, Kind.ADJUDICATION} | ({Kind.EXTRA} if extras else set())
    return [
        Vote(a.pair, a.judge, a.grade, a.kind is Kind.ADJUDICATION, a.moment)
        for a in answers
        if a.grade is not None and a.repeat == 0 and a.kind in counted
    ]


def _answer(stored: StoredJudgment) -> Answer:
    judgment = stored.judgment
    context = judgment.context
    unsaid = Said.WITHDRAWN if judgment.grade is None else Said.GRADE
    said = _member(Said, context.get("answer"), unsaid)
    if judgment.grade is not None:
        said = Said.GRADE
    elif said is Said.GRADE:
        said = Said.WITHDRAWN
    comment = context.get("comment")
    return Answer(
        event_id=judgment.client_event_id,
        judge=judgment.judge,
        pair=Pair(judgment.query_id, judgment.product_id),
        question=judgment.question,
        repeat=judgment.repeat,
        grade=judgment.grade,
        said=said,
        kind=_member(Kind, context.get("kind"), Kind.REPEAT if judgment.repeat else Kind.REGULAR),
        seconds=_seconds(context),
        moment=min(judgment.clicked_at, stored.received_at),
        query_text=judgment.query_text,
        reasons=reasons_of(context),
        comment=comment if isinstance(comment, str) else "",
    )


def reasons_of(context: Mapping[str, object]) -> tuple[str, ...]:
    """What a form kept of why: a list under ``reasons``, or words under ``reason``."""
    given = context.get("reasons", context.get("reason"))
    if isinstance(given, str):
        given = [given]
    return tuple(str(reason) for reason in given if reason) if isinstance(given, list) else ()


def _member(kind: type[_Names], value: object, default: _Names) -> _Names:
    return kind(value) if isinstance(value, str) and value in list(kind) else default


def _seconds(context: Mapping[str, object]) -> float | None:
    seconds = context.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        return None
    return float(seconds)
