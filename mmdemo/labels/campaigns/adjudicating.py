"""Keep a third person's grade of a disputed pair, as what it is. Knows no rule that uses it.

An adjudication is an event of its own with the kind `adjudication`: it takes no judge's place and
replaces nobody's answer. Whoever gave it is not asked the pair any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mmdemo.errors import LabelError, NoCampaignError
from mmdemo.labels.answers import Kind, Said, read_answers
from mmdemo.labels.campaigns.answering import event_of
from mmdemo.labels.campaigns.campaign import Campaign
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.rows import known_campaign
from mmdemo.labels.campaigns.tables import assignments, pool, queries
from mmdemo.labels.checks import check_text, checked, same
from mmdemo.labels.database import Database
from mmdemo.labels.schema import JUDGMENTS
from mmdemo.records import Judgment, StoredJudgment

MAX_COMMENT = 2_000
_Asked = Row[Any, Any, Any]  # of a pair: query, product, words


class NotThirdError(LabelError):
    """Whoever would adjudicate a pair has judged it themselves."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a third person says of a pair.

    Attributes:
        pair: its number in the campaign's pool.
        grades: by question; the first question's is needed.
        supersedes: the own earlier adjudication of the pair that this one changes.
    """

    client_event_id: str
    pair: int
    grades: Mapping[str, int]
    clicked_at: datetime
    comment: str = ""
    supersedes: str | None = None


def adjudicate(database: Database, name: str, judge: str, decision: Decision) -> list[Judgment]:
    """Keep an adjudication; a retry is kept once.

    Returns:
        An event for each question that was decided.

    Raises:
        NoCampaignError: there is no such campaign, or no such pair in it.
        NotThirdError: the judge's own answer is among those of the pair, or is asked for now.
        LabelConflictError: the id is taken by an event that says something else.
        LabelError: a grade is not on its question's scale, or the comment is too long.
    """
    with database.writing() as connection:
        campaign = known_campaign(connection, name)
        row = _pair(connection, campaign, decision.pair)
        _check_grades(campaign, decision)
        events = _events(campaign, row, judge, decision)
        known = [JUDGMENTS.find(connection, event.client_event_id) for event in events]
        for event, there in zip(events, known, strict=True):
            if there is not None and not same(_judgment(there), event):
                raise JUDGMENTS.taken(there)
        if not all(known):
            _check_third(connection, campaign, row, judge)
            for event, there in zip(events, known, strict=True):
                if there is None:
                    JUDGMENTS.add(connection, _values(event))
            _ask_no_more(connection, campaign, decision, judge)
        return events


def _pair(connection: Connection, campaign: Campaign, pair: int) -> _Asked:
    found = connection.execute(
        select(pool.c.query_id, pool.c.product_id, queries.c.text)
        .join(
            queries,
            (queries.c.campaign == pool.c.campaign) & (queries.c.query_id == pool.c.query_id),
        )
        .where(pool.c.campaign == campaign.name, pool.c.id == pair)
    ).one_or_none()
    if found is None:
        raise NoCampaignError("there is no such pair in the campaign", got=pair)
    return found


def _check_grades(campaign: Campaign, decision: Decision) -> None:
    asked = [question.name for question in campaign.definition.questions]
    if asked[0] not in decision.grades or not set(decision.grades) <= set(asked):
        raise LabelError(
            "the decision does not fit the questions",
            got=", ".join(decision.grades) or "none",
            expected=f"{asked[0]}, and nothing besides {', '.join(asked)}",
        )
    for question, grade in decision.grades.items():
        scale = campaign.definition.grades(question)
        if type(grade) is not int or grade not in scale:
            raise LabelError(
                f"the grade of {question} is not on the scale",
                got=repr(grade),
                expected=", ".join(map(str, scale)),
            )
    check_text("comment", decision.comment, MAX_COMMENT)


def _events(campaign: Campaign, row: _Asked, judge: str, decision: Decision) -> list[Judgment]:
    told = Judgment(
        client_event_id=decision.client_event_id,
        campaign=campaign.name,
        judge=judge,
        query_id=row.query_id,
        query_text=row.text,
        product_id=row.product_id,
        grade=None,
        clicked_at=decision.clicked_at,
        blind=True,  # no ranker is in sight, though the others' grades are
        context={
            "answer": Said.GRADE,
            "kind": Kind.ADJUDICATION,
            "comment": decision.comment,
            "reasons": [],
        },
    )
    return [
        checked(
            replace(
                told,
                client_event_id=event_of(decision.client_event_id, question, campaign),
                question=question,
                grade=grade,
                supersedes=decision.supersedes
                and event_of(decision.supersedes, question, campaign),
            )
        )
        for question, grade in decision.grades.items()
    ]


def _check_third(connection: Connection, campaign: Campaign, row: _Asked, judge: str) -> None:
    key = {"campaign": campaign.name, "judge": judge}
    key |= {"query_id": row.query_id, "product_id": row.product_id}
    current = [
        StoredJudgment(_judgment(there), there.sequence, there.received_at)
        for there in JUDGMENTS.current(connection, key)
    ]
    own = [
        answer
        for answer in read_answers(current)
        if answer.kind is not Kind.ADJUDICATION and answer.said in (Said.GRADE, Said.CANT_TELL)
    ]
    if own:
        raise NotThirdError(
            "this pair is for a third person",
            got=f"{judge}, who judged it",
            expected="somebody else",
        )


def _ask_no_more(
    connection: Connection, campaign: Campaign, decision: Decision, judge: str
) -> None:
    """Write down that the pair is nothing to ask this judge for: they know what others said."""
    own = (assignments.c.pair == decision.pair) & (assignments.c.judge == judge)
    there = connection.execute(
        select(assignments.c.id, assignments.c.state).where(own, assignments.c.repeat == 0)
    ).one_or_none()
    if there is None:
        connection.execute(
            insert(assignments).values(
                campaign=campaign.name,
                pair=decision.pair,
                judge=judge,
                repeat=0,
                kind=Kind.ADJUDICATION,
                state=Held.SKIPPED,
                chosen_by="",
                block=0,
                place=0,
                given_at=decision.clicked_at,
                leased_until=decision.clicked_at,
            )
        )
    elif there.state == Held.LEASED:
        raise NotThirdError(
            "this pair is for a third person",
            got=f"{judge}, who is being asked it",
            remedy="skip it among your own pairs first",
        )
    elif there.state in (Held.EXPIRED, Held.RELEASED):
        connection.execute(
            update(assignments).where(assignments.c.id == there.id).values(state=Held.SKIPPED)
        )


def _values(judgment: Judgment) -> dict[str, Any]:
    names = (name for name in JUDGMENTS.table.c.keys() if name not in ("sequence", "received_at"))  # noqa: SIM118
    return {name: getattr(judgment, name) for name in names}


def _judgment(row: Row[Any]) -> Judgment:
    values = dict(row._mapping)
    del values["sequence"], values["received_at"]
    return Judgment(**values)
