"""What is right for a query, computed from all that is true of a product."""

from studio.truth.grading import Ask, grade
from studio.truth.kinds import COMPLEMENTS, GROUPS, NEAR_KINDS
from studio.truth.likeness import Likeness
from studio.truth.moods import Mood, Want
from studio.truth.wishes import (
    ColorWish,
    FactWish,
    FormWish,
    Match,
    MaterialWish,
    PartWish,
    PatternWish,
    Wish,
)

__all__ = [
    "COMPLEMENTS",
    "GROUPS",
    "NEAR_KINDS",
    "Ask",
    "ColorWish",
    "FactWish",
    "FormWish",
    "Likeness",
    "Match",
    "MaterialWish",
    "Mood",
    "PartWish",
    "PatternWish",
    "Want",
    "Wish",
    "grade",
]
