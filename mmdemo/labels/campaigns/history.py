"""Tell a judge what they have answered. Knows no other judge and no page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mmdemo.labels.answers import Said
from mmdemo.labels.campaigns.answering import event_of
from mmdemo.labels.campaigns.campaign import Campaign
from mmdemo.labels.campaigns.leases import Held
from mmdemo.labels.campaigns.tables import assignments, queries
from mmdemo.labels.schema import judgments


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that counts now.

    Attributes:
        sequence: where it is in the history; higher is newer.
        assignment: the pair, as `Asked.assignment` names it.
    """

    sequence: int
    assignment: int
    event_id: str
    query_id: str
    text: str
    photo: str
    product_id: str
    said: Said
    grades: Mapping[str, int]
    reasons: tuple[str, ...]
    comment: str
    clicked_at: datetime


def history(
    connection: Connection, campaign: Campaign, judge: str, *, before: int | None, limit: int
) -> list[Entry]:
    """Answers older than `before`, the newest first."""
    asked = (
        select(judgments, assignments.c.id.label("assignment"), queries.c.text, queries.c.photo)
        .join(assignments, assignments.c.event == judgments.c.client_event_id)
        .join(
            queries,
            (queries.c.campaign == judgments.c.campaign)
            & (queries.c.query_id == judgments.c.query_id),
        )
        .where(
            assignments.c.campaign == campaign.name,
            assignments.c.judge == judge,
            assignments.c.state.in_((Held.DONE, Held.SKIPPED)),
        )
        .order_by(judgments.c.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(judgments.c.sequence < before)
    rows = connection.execute(asked).all()
    others = [
        (row.client_event_id, question.name)
        for row in rows
        for question in campaign.definition.questions[1:]
    ]
    ids = {event_of(event_id, name, campaign): (event_id, name) for event_id, name in others}
    grades: dict[str, dict[str, int]] = {}
    more = select(judgments.c.client_event_id, judgments.c.grade)
    for event_id, grade in connection.execute(
        more.where(judgments.c.client_event_id.in_(list(ids)))
    ):
        if grade is not None:
            first, name = ids[event_id]
            grades.setdefault(first, {})[name] = grade
    first_question = campaign.definition.questions[0].name
    return [
        Entry(
            sequence=row.sequence,
            assignment=row.assignment,
            event_id=row.client_event_id,
            query_id=row.query_id,
            text=row.text,
            photo=row.photo,
            product_id=row.product_id,
            said=Said(row.context["answer"]),
            grades=({} if row.grade is None else {first_question: row.grade})
            | grades.get(row.client_event_id, {}),
            reasons=tuple(row.context["reasons"]),
            comment=row.context["comment"],
            clicked_at=row.clicked_at,
        )
        for row in rows
    ]
