"""Answer what a judge asks or sends in a campaign, as JSON. Knows no request."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.background import BackgroundTask

from mmdemo.errors import NoCampaignError
from mmdemo.labels import checked_note
from mmdemo.labels.campaigns import Campaign, CampaignStore, Judging, State, Strategy
from mmdemo.labels.campaigns.query_notes import NO_GOOD_RESULT, scope_of
from mmdemo.records import Note
from mmdemo.web.api.context import Context
from mmdemo.web.api.judging_bodies import AnswerBody, NextBody, QueryNoteBody
from mmdemo.web.api.judging_json import (
    entry_json,
    handout_json,
    kept_json,
    progress_json,
    task_json,
    training_json,
)
from mmdemo.web.api.notes import Notebook
from mmdemo.web.api.shown import Shown

RANK_EVERY = 10.0  # seconds between two looks at whether a pool's order is still right
MayJudge = Callable[[str, str], bool]  # (judge, campaign)
Json = dict[str, object]


def everybody(judge: str, campaign: str) -> bool:
    """All may judge in all campaigns: without accounts there is one judge."""
    return True


class JudgesDesk:
    """Campaigns as their judges see them.

    Every method but `mine` raises `NoCampaignError` for a campaign that is not there, not this
    judge's or not open yet: which of these, a judge is not told.
    """

    def __init__(
        self,
        context: Context,
        campaigns: CampaignStore,
        judging: Judging,
        notebook: Notebook,
        *,
        may_judge: MayJudge = everybody,
    ) -> None:
        """Set up.

        Args:
            context: what the catalog is read from.
            campaigns: what there is to judge.
            judging: hands out pairs and takes answers.
            notebook: where notes on queries go.
            may_judge: whether a judge may judge in a campaign.
        """
        self._context, self._campaigns, self._judging = context, campaigns, judging
        self._notebook, self._may_judge = notebook, may_judge
        self._shown = Shown(context)
        self._ranked: dict[str, float] = {}

    def mine(self, judge: str) -> Json:
        """The open campaigns of a judge."""
        found = []
        for campaign in self._campaigns.all():
            if campaign.state is State.OPEN and self._may_judge(judge, campaign.name):
                counted = self._judging.progress(campaign.name, judge)
                known = ("", self._context.catalog().catalog_id)
                found.append(
                    {
                        "name": campaign.name,
                        "title": campaign.title,
                        "state": campaign.state,
                        "other_catalog": campaign.catalog_id not in known,
                        "done": counted.done,
                        "left": counted.left,
                        "training": training_json(counted),
                    }
                )
        return {"judge": judge, "campaigns": found}

    def task(self, name: str, judge: str) -> Json:
        """What is asked, and how."""
        campaign = self._allowed(name, judge)
        counted = self._judging.progress(name, judge)
        return task_json(campaign, self._campaigns.guidelines(name), counted, self._shown.product)

    def next(self, name: str, judge: str, asked: NextBody) -> tuple[Json, BackgroundTask | None]:
        """Lease pairs; with what is to be done after that was answered."""
        self._check(name, judge)
        self._context.catalog()  # before anything is leased
        found = self._judging.next(name, judge, count=asked.count, ahead=asked.ahead)
        return handout_json(found, self._shown.product), self._order_again(found.campaign)

    def answer(self, name: str, judge: str, asked: AnswerBody) -> Json:
        """Keep an answer; also to a campaign that was closed meanwhile."""
        self._check(name, judge)
        kept, counted = self._judging.answer(name, judge, asked.given())
        return kept_json(asked.client_event_id, kept, counted)

    def history(self, name: str, judge: str, *, before: int | None, limit: int) -> Json:
        """A judge's own answers."""
        self._allowed(name, judge)
        entries = self._judging.history(name, judge, before=before, limit=limit)
        return {
            "entries": [entry_json(entry, self._shown.product) for entry in entries],
            "before": entries[-1].sequence if len(entries) == limit else None,
        }

    def query_note(self, name: str, judge: str, asked: QueryNoteBody) -> Json:
        """Keep that no good result is possible for a query, or take it back."""
        self._allowed(name, judge)
        note = Note(
            client_event_id=asked.client_event_id,
            scope=scope_of(name),
            author=judge,
            query_id=asked.query_id,
            query_text=self._campaigns.query_text(name, asked.query_id),
            clicked_at=asked.clicked_at,
            tags=(NO_GOOD_RESULT,) if asked.no_good_result else (),
            comment=asked.comment,
            supersedes=asked.supersedes,
        )
        self._notebook.store.add(checked_note(note))
        return {
            "client_event_id": asked.client_event_id,
            "no_good_result": self._noted(name, judge, asked.query_id),
        }

    def renew(self, name: str, judge: str) -> Json:
        """Keep what a judge holds for another while."""
        self._allowed(name, judge)
        self._judging.renew(name, judge)
        return {"progress": progress_json(self._judging.progress(name, judge))}

    def release(self, name: str, judge: str) -> Json:
        """Give back what a judge holds."""
        self._allowed(name, judge)
        return {"released": self._judging.release(name, judge)}

    def _order_again(self, campaign: Campaign) -> BackgroundTask | None:
        """Look whether new grades change which pairs are the most decisive."""
        name = campaign.name
        if campaign.definition.strategy is not Strategy.MOST_DECISIVE:
            return None
        if time.monotonic() - self._ranked.get(name, -RANK_EVERY) < RANK_EVERY:
            return None
        self._ranked[name] = time.monotonic()
        return BackgroundTask(self._campaigns.rank_again, name)

    def _check(self, name: str, judge: str) -> None:
        if not self._may_judge(judge, name):
            raise NoCampaignError("there is no such campaign", got=name[:100])

    def _allowed(self, name: str, judge: str) -> Campaign:
        self._check(name, judge)
        campaign = self._campaigns.get(name)
        if campaign.state is State.DRAFT:
            raise NoCampaignError("there is no such campaign", got=name[:100])
        return campaign

    def _noted(self, name: str, judge: str, query_id: str) -> bool:
        scope = scope_of(name)
        return bool(
            self._notebook.store.current(
                scope=scope, author=judge, query_id=query_id, tag=NO_GOOD_RESULT
            )
        )
