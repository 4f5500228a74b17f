"""Keep an answer and settle what becomes of its pair, in one transaction. Knows no page.

The state of an assignment follows its current event, by the rules of the event table: a late retry
of an older click is stored and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select, update

from mmdemo.errors import LabelError, NoCampaignError
from mmdemo.labels.answers import Kind, Said
from mmdemo.labels.campaigns.campaign import Campaign
from mmdemo.labels.campaigns.leases import Held, count, renew
from mmdemo.labels.campaigns.tables import assignments, pool, queries
from mmdemo.labels.campaigns.turn import Turn
from mmdemo.labels.checks import check_text, checked, same
from mmdemo.labels.schema import JUDGMENTS
from mmdemo.records import Judgment

MAX_SECONDS = 86_400.0
MAX_COMMENT = 10_000
_COUNTED = (Kind.REGULAR, Kind.EXTRA)  # kinds that depend on whether a place is free


@dataclass(frozen=True, slots=True)
class Given:
    """What a judge says of a pair that was handed to them.

    Attributes:
        client_event_id: made by the client; a retry carries the same one.
        assignment: what `Asked.assignment` named.
        grades: of each question if `said` is a grade, else empty.
        seconds: spent on the pair.
        guidelines: version that was on the screen; the newest if None.
    """

    client_event_id: str
    assignment: int
    said: Said
    clicked_at: datetime
    grades: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    comment: str = ""
    seconds: float | None = None
    supersedes: str | None = None
    guidelines: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is safe, and what counts for its pair now.

    Attributes:
        kind: regular, extra, repeat, gold or training.
        said, grades, event_id: what counts now; after a late retry that is another answer.
        was_done, is_done: whether the judge had answered the pair before, and has now.
        right, gold, why: whether the grade is right, the right one and its reason; of pairs of
            the training round only.
    """

    kind: Kind
    said: Said
    grades: Mapping[str, int]
    event_id: str
    was_done: bool
    is_done: bool
    right: bool | None
    gold: int | None
    why: str


class _Counting(NamedTuple):
    """The answer that counts."""

    said: Said
    grades: Mapping[str, int]
    event_id: str


class _Settled(NamedTuple):
    kind: Kind
    state: Held


_ASKED = (
    select(
        assignments,
        pool.c.query_id,
        pool.c.product_id,
        pool.c.needed,
        pool.c.done,
        pool.c.leased,
        pool.c.gold,
        pool.c.gold_why,
        queries.c.text,
    )
    .join(pool, pool.c.id == assignments.c.pair)
    .join(
        queries,
        (queries.c.campaign == pool.c.campaign) & (queries.c.query_id == pool.c.query_id),
    )
    .where(
        assignments.c.id == bindparam("assignment"),
        assignments.c.judge == bindparam("of_judge"),
        assignments.c.campaign == bindparam("of_campaign"),
    )
)
_SETTLE = (
    update(assignments)
    .where(assignments.c.id == bindparam("assignment"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("kind", "state", "event", "answered_at", "leased_until")
        }
    )
)


def keep(turn: Turn, given: Given) -> Kept:
    """Store an answer; the same one again is stored once.

    Raises:
        NoCampaignError: this pair was never handed to this judge.
        LabelConflictError: the event id is taken by another answer, or it closes a circle.
        LabelError: a value is not usable.
    """
    row = turn.connection.execute(_ASKED, turn.of | {"assignment": given.assignment}).one_or_none()
    if row is None:
        raise NoCampaignError("this pair was not given to you", got=given.assignment)
    check_answer(given, turn.campaign)
    settled = _settle(row, given.said)
    events = _events(turn, row, given, settled.kind)
    known = JUDGMENTS.find(turn.connection, given.client_event_id)
    if known is not None:
        if not same(_judgment(known), replace(events[0], context=_as_stored(known, events[0]))):
            raise JUDGMENTS.taken(known)
        return _as_it_is(turn, row, known.context["kind"])
    for event in events:
        values = {column.name: getattr(event, column.name) for column in fields(event)}
        JUDGMENTS.add(turn.connection, values)
    if row.state == Held.LEASED and row.leased_until - turn.moment < turn.campaign.lease / 2:
        renew(turn)
    if row.event is not None:  # there was another answer: which one counts?
        current = _current(turn, row)[0]
        if current.client_event_id != given.client_event_id:
            kind = settled.kind
            settled = _settle(row, Said(current.context["answer"]))
            _write(turn, row, settled, current.client_event_id)
            return _as_it_is(turn, row, kind)
    _write(turn, row, settled, given.client_event_id)
    return _kept(turn, row, settled, _Counting(given.said, given.grades, given.client_event_id))


def check_answer(given: Given, campaign: Campaign) -> None:
    """Refuse an answer that the campaign does not ask for.

    Raises:
        LabelError: what is wrong with it.
    """
    definition = campaign.definition
    expected = {question.name for question in definition.questions}
    if given.said is not Said.GRADE:
        if given.grades:
            raise LabelError("grades are given, but the answer is no grade", got=given.said)
    elif set(given.grades) != expected:
        raise LabelError(
            "the answers are not to the questions",
            got=", ".join(sorted(given.grades)) or "none",
            expected=", ".join(sorted(expected)),
        )
    for question, grade in given.grades.items():
        scale = definition.grades(question)
        if type(grade) is not int or grade not in scale:
            raise LabelError(
                f"the grade of {question} is not on the scale",
                got=repr(grade),
                expected=", ".join(map(str, scale)),
            )
    known = {reason.name for reason in definition.reasons}
    if unknown := [reason for reason in given.reasons if reason not in known]:
        raise LabelError("the reason is not known", got=repr(unknown[0][:40]))
    check_text("comment", given.comment, MAX_COMMENT)
    if given.seconds is not None and not 0 <= given.seconds <= MAX_SECONDS:
        raise LabelError("seconds are not usable", got=given.seconds)
    if given.guidelines is not None and not 1 <= given.guidelines <= campaign.guidelines:
        raise LabelError("there is no such version of the guidelines", got=given.guidelines)


def _events(turn: Turn, row: Row[Any], given: Given, kind: Kind) -> list[Judgment]:
    """An event for each question; those of a second one have the question's name in their id."""
    campaign = turn.campaign
    context = {
        "answer": given.said,
        "reasons": list(given.reasons),
        "comment": given.comment,
        "seconds": given.seconds,
        "guidelines": given.guidelines or campaign.guidelines,
        "kind": kind,
        "chosen_by": row.chosen_by,
    }
    return [
        checked(
            Judgment(
                client_event_id=event_of(given.client_event_id, question.name, campaign),
                campaign=campaign.name,
                judge=turn.judge,
                query_id=row.query_id,
                query_text=row.text,
                product_id=row.product_id,
                grade=given.grades.get(question.name),
                clicked_at=given.clicked_at,
                question=question.name,
                repeat=row.repeat,
                supersedes=given.supersedes and event_of(given.supersedes, question.name, campaign),
                blind=True,
                context=context,
            )
        )
        for question in campaign.definition.questions
    ]


def event_of(event_id: str, question: str, campaign: Campaign) -> str:
    """The id of an answer's event for a question."""
    is_first = question == campaign.definition.questions[0].name
    return event_id if is_first else f"{event_id}:{question}"


def _as_stored(known: Row[Any], event: Judgment) -> dict[str, object]:
    """The context as it would be if the server had decided as it did the first time."""
    decided = {name: known.context.get(name) for name in ("kind", "chosen_by", "guidelines")}
    return {**event.context, **decided}


def _settle(row: Row[Any], said: Said) -> _Settled:
    """What becomes of a pair by an answer; a place that was given up may be taken meanwhile."""
    before, kind = Held(row.state), Kind(row.kind)
    holds = before in (Held.LEASED, Held.DONE)
    match said:
        case Said.GRADE | Said.CANT_TELL:
            state = Held.DONE
        case Said.SKIPPED:
            state = Held.SKIPPED
        case Said.WITHDRAWN:
            state = Held.LEASED if before in (Held.DONE, Held.SKIPPED) else before
    if kind in _COUNTED and not holds and state in (Held.LEASED, Held.DONE):
        kind = Kind.REGULAR if row.done + row.leased < row.needed else Kind.EXTRA
    return _Settled(kind, state)


def _write(turn: Turn, row: Row[Any], settled: _Settled, event_id: str) -> None:
    kind, state = settled
    is_leased = state is Held.LEASED
    turn.connection.execute(
        _SETTLE,
        {
            "assignment": row.id,
            "new_kind": kind,
            "new_state": state,
            "new_event": event_id,
            "new_answered_at": turn.moment if state in (Held.DONE, Held.SKIPPED) else None,
            "new_leased_until": turn.moment + turn.campaign.lease
            if is_leased
            else row.leased_until,
        },
    )
    was_regular, is_regular = row.kind == Kind.REGULAR, kind is Kind.REGULAR
    was_done, is_done = row.state == Held.DONE, state is Held.DONE
    count(
        turn.connection,
        row.pair,
        done=int(is_regular and is_done) - int(was_regular and was_done),
        leased=int(is_regular and is_leased) - int(was_regular and row.state == Held.LEASED),
    )


def _current(turn: Turn, row: Row[Any]) -> list[Row[Any]]:
    """The event that counts for each question, the first one's first."""
    key = {
        "campaign": turn.campaign.name,
        "judge": turn.judge,
        "query_id": row.query_id,
        "product_id": row.product_id,
        "repeat": row.repeat,
    }
    by_question = {event.question: event for event in JUDGMENTS.current(turn.connection, key)}
    return [by_question[question.name] for question in turn.campaign.definition.questions]


def _as_it_is(turn: Turn, row: Row[Any], kind: str) -> Kept:
    """What counts now, after an answer that changed nothing."""
    current = _current(turn, row)
    grades = {event.question: event.grade for event in current if event.grade is not None}
    said = Said(current[0].context["answer"])
    is_done = said in (Said.GRADE, Said.CANT_TELL)
    state = Held.DONE if is_done else Held.SKIPPED
    counting = _Counting(said, grades, current[0].client_event_id)
    return _kept(turn, row, _Settled(Kind(kind), state), counting)


def _kept(turn: Turn, row: Row[Any], settled: _Settled, counting: _Counting) -> Kept:
    gold = row.gold if settled.kind is Kind.TRAINING else None
    first = turn.campaign.definition.questions[0].name
    return Kept(
        kind=settled.kind,
        said=counting.said,
        grades=dict(counting.grades),
        event_id=counting.event_id,
        was_done=row.state == Held.DONE,
        is_done=settled.state is Held.DONE,
        right=None if gold is None else counting.grades.get(first) == gold,
        gold=gold,
        why="" if gold is None else row.gold_why,
    )


def _judgment(row: Row[Any]) -> Judgment:
    values = dict(row._mapping)
    del values["sequence"], values["received_at"]
    return Judgment(**values)
