"""That a judge thinks no good result is possible for a query, kept as a note. Knows no page."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from mmdemo.labels.campaigns.turn import Turn
from mmdemo.labels.schema import NOTES, notes

NO_GOOD_RESULT = "no good result"  # a note's tag
_NOTED = (
    select(notes.c.query_id)
    .distinct()
    .where(notes.c.scope == bindparam("of_scope"), notes.c.author == bindparam("of_author"))
)


def scope_of(campaign: str) -> str:
    """The scope of the notes of a campaign."""
    return f"campaign:{campaign}"


def without_good_result(turn: Turn, query_ids: Iterable[str]) -> set[str]:
    """Those of the queries of which this judge has said so."""
    wanted = {"of_scope": scope_of(turn.campaign.name), "of_author": turn.judge}
    noted = set(turn.connection.scalars(_NOTED, wanted))  # nearly always empty, and cheap
    said = set()
    for query_id in noted & set(query_ids):
        key = {
            "scope": scope_of(turn.campaign.name),
            "author": turn.judge,
            "query_id": query_id,
            "product_id": "",
        }
        for note in NOTES.current(turn.connection, key):
            if NO_GOOD_RESULT in note.tags:
                said.add(query_id)
    return said
