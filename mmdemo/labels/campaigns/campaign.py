"""What a campaign is at a moment. Knows no table and no judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from mmdemo.labels.campaigns.definition import Definition

Clock = Callable[[], datetime]


def now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


class State(StrEnum):
    """A campaign is prepared, judged, and then over; a closed one can be opened again."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it is now.

    Attributes:
        guidelines: their newest version.
        seed: of everything that is drawn at random in it.
        locked_at: when judging began; None before.
    """

    name: str
    title: str
    catalog_id: str
    definition: Definition
    state: State
    seed: int
    guidelines: int
    created_by: str
    created_at: datetime
    locked_at: datetime | None

    @property
    def lease(self) -> timedelta:
        """How long a pair is kept for a judge who does nothing."""
        return timedelta(minutes=self.definition.lease_minutes)
