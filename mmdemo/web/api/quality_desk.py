"""Answer what a lead asks about the grades of a campaign, as JSON. Knows no request."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mmdemo.labels import Aggregation, Answer, Pair, read_answers
from mmdemo.labels.campaigns import CampaignStore, adjudicate
from mmdemo.labels.formats import event_fields
from mmdemo.web.api.context import Context
from mmdemo.web.api.notes import Notebook
from mmdemo.web.api.quality_bodies import AdjudicateBody, DisputesQuery, HistoryQuery
from mmdemo.web.api.shown import Shown

if TYPE_CHECKING:
    from mmdemo.labels import JudgmentStore
    from mmdemo.labels.exchange import Plan
    from mmdemo.labels.quality import Dispute

Json = dict[str, object]
KEPT = 8  # overviews; each costs some seconds in a large campaign


class QualityDesk:
    """The grades of campaigns as their leads see them.

    Every method raises `NoCampaignError` for a campaign that is not there.
    """

    def __init__(
        self, context: Context, store: JudgmentStore, campaigns: CampaignStore, notebook: Notebook
    ) -> None:
        self._store, self._campaigns, self._notebook = store, campaigns, notebook
        self._shown = Shown(context)
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, int], Json] = {}

    def quality(self, name: str, question: str | None) -> Json:
        """How far judges agree, with each other, themselves and the gold pairs."""
        from mmdemo.labels.quality import quality

        plan = self._plan(name)
        question = question or plan.questions[0]
        key = (name, question, self._store.last_sequence(campaign=name))
        with self._lock:  # one at a time: whoever asks for the same waits for it
            if key not in self._made:
                found = quality(self._answers(name), question=question, gold=plan.gold)
                made = {"campaign": name, "questions": list(plan.questions)} | found.to_json()
                self._made = dict([*self._made.items(), (key, made)][-KEPT:])
            return self._made[key]

    def disputes(self, name: str, asked: DisputesQuery) -> Json:
        """Pairs with different grades, those whose judges are farthest apart first."""
        from mmdemo.labels.quality import disputes

        plan = self._plan(name)
        question = asked.question or plan.questions[0]
        own = [answer for answer in self._answers(name) if answer.question == question]
        found = [
            dispute
            for dispute in disputes(own)
            if asked.query_id in (None, dispute.pair.query_id)
            and not (asked.open and dispute.final is not None)
        ]
        pairs = {Pair(pair.query_id, pair.product_id): pair.number for pair in plan.pool}
        photos = {query.query_id: query.photo for query in plan.queries}
        return {
            "question": question,
            "total": len(found),
            "disputes": [
                self._dispute(dispute, pairs.get(dispute.pair), photos)
                for dispute in found[: asked.limit]
            ],
        }

    def adjudicate(self, name: str, judge: str, asked: AdjudicateBody) -> Json:
        """Keep a third person's grade."""
        events = adjudicate(self._store.database, name, judge, asked.decision())
        return {
            "client_event_id": asked.client_event_id,
            "pair": asked.pair,
            "judge": judge,
            "answers": {event.question: event.grade for event in events},
        }

    def history(self, name: str, asked: HistoryQuery) -> Json:
        """Every event ever made, the newest first."""
        self._campaigns.get(name)
        events = self._store.latest(campaign=name, **asked.model_dump())
        current = {
            stored.judgment.client_event_id
            for stored in self._store.current(
                campaign=name,
                judge=asked.judge,
                query_id=asked.query_id,
                product_id=asked.product_id,
                withdrawn=True,
            )
        }
        return {
            "events": [
                event_fields(event) | {"current": event.judgment.client_event_id in current}
                for event in events
            ],
            "before": events[-1].sequence if len(events) == asked.limit else None,
        }

    def export(self, name: str, rule: Aggregation, *, extras: bool) -> bytes:
        """All of a campaign as a zip."""
        from mmdemo.labels.exchange import bundle, write_zip

        made = bundle(
            self._store, self._plan(name), notes=self._notebook.store, rule=rule, extras=extras
        )
        return write_zip(made)

    def _plan(self, name: str) -> Plan:
        from mmdemo.labels.exchange import read_plan

        self._campaigns.get(name)
        return read_plan(self._store.database, name)

    def _answers(self, name: str) -> list[Answer]:
        return read_answers(self._store.current(campaign=name, withdrawn=True))

    def _dispute(self, dispute: Dispute, pair: int | None, photos: dict[str, str]) -> Json:
        query_id = dispute.pair.query_id
        return {
            "pair": pair,
            "query": {
                "id": query_id,
                "text": dispute.query_text,
                "photo": photos.get(query_id, ""),
            },
            "product": self._shown.product(dispute.pair.product_id),
            "spread": dispute.spread,
            "answers": [_answer_json(answer) for answer in dispute.answers],
            "adjudicated": dispute.final and _answer_json(dispute.final),
        }


def _answer_json(answer: Answer) -> Json:
    return {
        "judge": answer.judge,
        "grade": answer.grade,
        "answer": answer.said,
        "reasons": list(answer.reasons),
        "comment": answer.comment,
        "client_event_id": answer.event_id,
        "clicked_at": answer.moment.isoformat(),
    }
