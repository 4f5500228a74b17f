"""A judge's request in a transaction: what every decision needs to know. Knows no rule."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from mmdemo.labels.campaigns.campaign import Campaign


class Turn(NamedTuple):
    """Who asks, in which campaign, when, and the writing transaction it happens in."""

    connection: Connection
    campaign: Campaign
    judge: str
    moment: datetime

    @property
    def of(self) -> dict[str, object]:
        """What statements about this judge in this campaign are asked with."""
        return {"of_campaign": self.campaign.name, "of_judge": self.judge}
