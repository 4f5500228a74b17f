"""Have several people grade one pool, each pair as often as asked. Knows no ranker and no page."""

from mmdemo.labels.campaigns.adjudicating import Decision, NotThirdError, adjudicate
from mmdemo.labels.campaigns.answering import Given, Kept
from mmdemo.labels.campaigns.campaign import Campaign, State
from mmdemo.labels.campaigns.decisive import most_decisive
from mmdemo.labels.campaigns.definition import (
    Definition,
    Question,
    Reason,
    Step,
    Strategy,
    parse_definition,
)
from mmdemo.labels.campaigns.guidelines import Example, Guidelines
from mmdemo.labels.campaigns.history import Entry
from mmdemo.labels.campaigns.judging import Handout, Judging, Status
from mmdemo.labels.campaigns.pool import Gold, PoolQuery
from mmdemo.labels.campaigns.progress import Overview
from mmdemo.labels.campaigns.store import CampaignStore
from mmdemo.labels.campaigns.tally import Tally

__all__ = [
    "Campaign",
    "CampaignStore",
    "Decision",
    "Definition",
    "Entry",
    "Example",
    "Given",
    "Gold",
    "Guidelines",
    "Handout",
    "Judging",
    "Kept",
    "NotThirdError",
    "Overview",
    "PoolQuery",
    "Question",
    "Reason",
    "State",
    "Status",
    "Step",
    "Strategy",
    "Tally",
    "adjudicate",
    "most_decisive",
    "parse_definition",
]
