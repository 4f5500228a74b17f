"""What a query of the shop is. Knows no way to make one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from studio.plan import ProductPlan
from studio.truth.grading import Aspect


class Family(StrEnum):
    """What a query takes to be answered."""

    SEEN = "seen"
    WRITTEN = "written"
    BOTH = "both"
    OTHER_WORDS = "other words"
    VAGUE = "vague"
    PHOTO = "photo"
    PHOTO_AND_WORDS = "photo and words"


class Truth(Protocol):
    """What decides about the grades of a query."""

    @property
    def key(self) -> str:
        """Equal for queries that ask for the same in other words."""

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What a ranker would have to know of a product."""

    def grade(self, product: ProductPlan) -> int:
        """0 to 3."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A query before it is chosen.

    Attributes:
        theme: queries of one theme are much alike; few of each are taken.
        photo: the id of the product on the photo, empty for words alone.
    """

    text: str
    truth: Truth
    theme: str
    photo: str = ""


@dataclass(frozen=True, slots=True)
class ShopQuery:
    """A query with its truth, its family and its split."""

    query_id: str
    family: Family
    split: str
    text: str
    truth: Truth
    photo: str = ""
