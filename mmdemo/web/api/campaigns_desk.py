"""Answer what a lead asks or changes about campaigns, as JSON. Knows no request."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime

from mmdemo.errors import LabelError
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.labels.campaigns import Campaign, CampaignStore, Overview, State, Strategy
from mmdemo.labels.campaigns.presets import DESIRABILITY, GUIDELINES, REASONS, SCALES
from mmdemo.labels.campaigns.query_notes import NO_GOOD_RESULT, scope_of
from mmdemo.web.api.campaign_bodies import (
    CampaignBody,
    ChangeBody,
    GrowBody,
    GuidelinesBody,
    MemberBody,
    RequeueBody,
)
from mmdemo.web.api.campaign_making import Material, make, material, preview, topics_of
from mmdemo.web.api.context import Context
from mmdemo.web.api.notes import Notebook
from mmdemo.web.api.shown import Shown
from mmdemo.web.pooling import CATALOG_QUERIES, pool_queries, topics_of_catalog

Json = dict[str, object]
_STRATEGIES = {
    Strategy.BY_QUERY: ("By query", "One query after the other: early ones are finished soon."),
    Strategy.BY_DEPTH: ("By depth", "What rankers put first comes first, over all queries."),
    Strategy.MOST_DECISIVE: (
        "Most decisive first",
        "Pairs are drawn by how much their grade can change which ranker wins.",
    ),
}


class CampaignsDesk:
    """Campaigns as leads see and change them."""

    def __init__(
        self,
        context: Context,
        campaigns: CampaignStore,
        notebook: Notebook,
        accounts: Accounts,
        *,
        alone: str,
    ) -> None:
        """Set up.

        Args:
            context: engine and catalog.
            campaigns: the campaigns.
            notebook: where judges note that a query has no good result.
            accounts: who may judge what, once there are users.
            alone: the judge while there are none.
        """
        self._context, self._campaigns, self._notebook = context, campaigns, notebook
        self._accounts, self._alone = accounts, alone
        self._shown = Shown(context)

    def all(self) -> Json:
        """All campaigns, the newest first."""
        return {"campaigns": [self._told(campaign) for campaign in self._campaigns.all()]}

    def one(self, name: str) -> Json:
        """All of one campaign."""
        campaign = self._campaigns.get(name)
        found = self._campaigns.overview(name, judges=self._judges(name))
        guidelines = self._campaigns.guidelines(name)
        notes = self._notebook.store.current(scope=scope_of(name), tag=NO_GOOD_RESULT)
        no_good = Counter(stored.note.query_id for stored in notes)
        working = {judge.judge: judge for judge in found.judges}
        names = sorted(set(working) | set(self._judges(name)))
        members = self._members(name)
        return {
            **_campaign_json(campaign, found),
            "definition": campaign.definition.model_dump(mode="json"),
            "seed": campaign.seed,
            "guidelines": asdict(guidelines),
            "locked": campaign.locked_at is not None,
            "pool": {"pairs": found.total.pairs, **asdict(found.pool)},
            "pace": {"per_hour": found.total.per_hour, "hours_left": found.total.hours_left},
            "queries": [
                {**asdict(query), "no_good_result": no_good[query.query_id]}
                for query in found.queries
            ],
            "judges": [
                {
                    "name": judge,
                    "member": None if members is None else judge in members,
                    "done": working[judge].done if judge in working else 0,
                    "today": working[judge].today if judge in working else 0,
                    "last": _time(working[judge].last) if judge in working else None,
                }
                for judge in names
            ],
        }

    def pairs(self, name: str, query_id: str) -> Json:
        """The pairs of a query."""
        found = [
            {
                "pair": pair.pair,
                "product": self._shown.product(pair.product_id),
                "done": pair.done,
                "needed": pair.needed,
                "gold": pair.gold is not None,
                "training": pair.training,
            }
            for pair in self._campaigns.pairs(name, query_id)
        ]
        return {"pairs": found}

    def options(self) -> Json:
        """What a new campaign can be made of."""
        engine = self._context.engine()
        own = topics_of_catalog(engine.catalog)
        return {
            "rankers": [
                {
                    "name": info.name,
                    "label": info.label,
                    "about": info.about,
                    "unavailable": info.unavailable,
                }
                for info in engine.rankers
            ],
            "catalog_queries": len(own) or None,
            "queries": CATALOG_QUERIES if own else None,
            "scales": [
                {
                    "name": name,
                    "label": label,
                    "steps": [step.model_dump() for step in steps],
                }
                for name, (label, steps) in SCALES.items()
            ],
            "questions": [DESIRABILITY.model_dump()],
            "reasons": [reason.model_dump() for reason in REASONS],
            "strategies": [
                {"name": name, "label": label, "about": about}
                for name, (label, about) in _STRATEGIES.items()
            ],
            "guidelines": GUIDELINES,
        }

    def preview(self, asked: CampaignBody) -> Json:
        """How large it would be; nothing is written."""
        return preview(self._material(asked))

    def make(self, asked: CampaignBody, by: str) -> Json:
        """Make a campaign."""
        return self._told(make(self._campaigns, asked, self._material(asked), by=by))

    def set_state(self, name: str, state: State) -> Json:
        """Open, close, or open again."""
        return self._told(self._campaigns.set_state(name, state))

    def change(self, name: str, asked: ChangeBody) -> Json:
        """Change what is not locked."""
        changes = asked.model_dump(mode="json", exclude_none=True)
        if asked.questions is not None:
            changes["questions"] = [question.model_dump() for question in asked.questions]
        return self._told(self._campaigns.change(name, changes))

    def write_guidelines(self, name: str, asked: GuidelinesBody, by: str) -> Json:
        """A new version of the guidelines."""
        examples = (
            None if asked.examples is None else [example.example() for example in asked.examples]
        )
        new = self._campaigns.write_guidelines(name, asked.markdown, by=by, examples=examples)
        return {"version": new.version}

    def grow(self, name: str, asked: GrowBody) -> Json:
        """More rankers, or a greater depth."""
        campaign = self._campaigns.get(name)
        rankers = tuple(dict.fromkeys((*campaign.definition.rankers, *asked.rankers)))
        depth = asked.depth or campaign.definition.depth
        topics = self._campaigns.topics(name, self._context.photos.read)
        engine = self._context.engine()
        if campaign.catalog_id not in ("", engine.catalog.catalog_id):
            raise LabelError(
                "the pool is of another catalog than the one that is served",
                got=engine.catalog.catalog_id,
                expected=campaign.catalog_id,
            )
        queries = pool_queries(engine, topics, rankers, depth, self._context.photos)
        added = self._campaigns.grow(name, queries, rankers=rankers, depth=depth)
        return {"added": added, **self._told(self._campaigns.get(name))}

    def requeue(self, name: str, asked: RequeueBody) -> Json:
        """One more grade of a pair, of a query's pairs, or of all that a judge graded."""
        again = self._campaigns.requeue(
            name, pair=asked.pair, query_id=asked.query_id, judge=asked.judge
        )
        return {"requeued": again}

    def judges(self, name: str) -> Json:
        """Who could judge, and who may."""
        self._campaigns.get(name)
        members = self._members(name)
        if members is None:
            return {"judges": [{"name": self._alone, "member": None}]}
        names = sorted({*members, *self._candidates()})
        return {"judges": [{"name": judge, "member": judge in members} for judge in names]}

    def set_member(self, name: str, asked: MemberBody, by: str) -> Json:
        """Let somebody judge, or not any more; what they answered stays."""
        self._campaigns.get(name)
        if asked.member:
            self._accounts.members.add(asked.name, name, by=by)
        else:
            self._accounts.members.remove(asked.name, name)
        return self.judges(name)

    def _material(self, asked: CampaignBody) -> Material:
        engine = self._context.engine()
        topics = topics_of(engine.catalog, asked.queries)
        return material(engine, self._context.photos, asked, topics)

    def _told(self, campaign: Campaign) -> Json:
        found = self._campaigns.overview(campaign.name, judges=self._judges(campaign.name))
        return _campaign_json(campaign, found)

    def _judges(self, name: str) -> list[str]:
        """Who may judge, as far as is known: a lead may too, but need not."""
        members = self._members(name)
        return [self._alone] if members is None else members

    def _members(self, name: str) -> list[str] | None:
        """The judges that were added; None while there are no users."""
        return self._accounts.members.judges(name) if self._accounts.exist() else None

    def _candidates(self) -> list[str]:
        return [
            user.name
            for user in self._accounts.users.all()
            if user.disabled_at is None and user.role is Role.JUDGE
        ]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _campaign_json(campaign: Campaign, found: Overview) -> Json:
    return {
        "name": campaign.name,
        "title": campaign.title,
        "state": campaign.state,
        "catalog_id": campaign.catalog_id,
        "created_by": campaign.created_by,
        "created_at": campaign.created_at.isoformat(),
        "queries": found.total.queries,
        "pairs": found.total.pairs,
        "judges_per_pair": campaign.definition.judges_per_pair,
        "judgments": {"done": found.total.done, "needed": found.total.needed},
        "judges": len(found.total.judges),
        "warnings": list(found.warnings),
    }
