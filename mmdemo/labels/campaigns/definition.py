"""Say what a campaign asks, of which pool, on which scale, how often. Knows no table and no judge.

`presets` has scales, reasons and guidelines to begin with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from mmdemo.errors import LabelError
from mmdemo.labels.checks import MAX_GRADE

MAX_DEPTH = 1000
PAGE_KEYS = "g?uzxknmphv"  # what the judge's page uses itself
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED = ("options", "preview")

_Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
_Line = Annotated[str, Field(max_length=300)]
_Key = Annotated[str, Field(max_length=1)]
_Share = Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)]


class Strategy(StrEnum):
    """Which pair is asked next; a share of blocks is always drawn at random."""

    BY_QUERY = "by_query"
    BY_DEPTH = "by_depth"
    MOST_DECISIVE = "most_decisive"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """A grade of a scale; `key` is a letter that gives it besides the digit."""

    grade: Annotated[int, Field(ge=0, le=MAX_GRADE)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    description: Annotated[str, Field(max_length=2000)] = ""
    key: _Key = ""


class Question(_Part):
    """What is asked of each pair; its name is the judgments' `question`."""

    name: _Word
    ask: _Line = ""
    scale: Annotated[tuple[Step, ...], Field(min_length=2, max_length=MAX_GRADE + 1)]

    @model_validator(mode="after")
    def _grades_differ(self) -> Self:
        _refuse_twice("grade", [str(step.grade) for step in self.scale])
        return self


class Reason(_Part):
    """Why a grade is low, in one key."""

    name: _Word
    label: Annotated[str, Field(min_length=1, max_length=60)]
    key: _Key = ""


class Definition(_Part):
    """All that is asked in a campaign.

    The scale and the pool rule (questions, rankers, depth, judges per pair) are locked once
    judging has begun; `CampaignStore.change` refuses to change them then.

    Attributes:
        questions: the first one decides when a pair is done; at most one more.
        rankers, depth: the pool is the union of each ranker's first `depth` products.
        repeat_share: of what a judge gets, hidden repeats of own answers.
        gold_share: of what a judge gets, pairs whose grade is known.
        random_share: of the blocks of pairs, those drawn at random instead of by the strategy.
        lease_minutes: how long a pair is kept for a judge who does nothing.
    """

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=2)]
    reasons: Annotated[tuple[Reason, ...], Field(max_length=20)] = ()
    rankers: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    depth: Annotated[int, Field(ge=1, le=MAX_DEPTH)] = 10
    judges_per_pair: Annotated[int, Field(ge=1, le=20)] = 3
    repeat_share: _Share = 0.05
    gold_share: _Share = 0.05
    strategy: Strategy = Strategy.BY_QUERY
    random_share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.1
    lease_minutes: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 10

    @model_validator(mode="after")
    def _names_and_keys_differ(self) -> Self:
        _refuse_twice("question", [question.name for question in self.questions])
        _refuse_twice("reason", [reason.name for reason in self.reasons])
        _refuse_twice("ranker", self.rankers)
        keys = [key for key in self._keys() if key]
        _refuse_twice("key", keys)
        for key in keys:
            if key.isdigit() or key in PAGE_KEYS:
                raise ValueError(f"key {key!r} is the page's own")
        return self

    def _keys(self) -> Iterator[str]:
        for question in self.questions:
            yield from (step.key.lower() for step in question.scale)
        yield from (reason.key.lower() for reason in self.reasons)

    def grades(self, question: str) -> tuple[int, ...]:
        """The grades of a question's scale."""
        (asked,) = (q for q in self.questions if q.name == question)
        return tuple(step.grade for step in asked.scale)


LOCKED = ("questions", "rankers", "depth", "judges_per_pair")  # once judging has begun


def parse_definition(values: object) -> Definition:
    """Read a definition from JSON's values.

    Raises:
        LabelError: which part cannot be used, and why.
    """
    try:
        return Definition.model_validate(values)
    except ValidationError as error:
        raise LabelError(problem_of(error)) from None


@lru_cache(maxsize=64)
def stored_definition(text: str) -> Definition:
    """Read what the database holds; the same text is parsed once."""
    return Definition.model_validate_json(text)


def problem_of(error: ValidationError) -> str:
    """What is wrong, for a person: the first of what pydantic found."""
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    what = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def check_name(name: str) -> str:
    """Return a campaign's name if it can be part of an address.

    Raises:
        LabelError: it cannot.
    """
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise LabelError(
            "the campaign's name is not usable",
            got=repr(name[:40]),
            expected="1 to 100 letters, digits, '.', '_' or '-', the first a letter or digit, "
            f"other than {' and '.join(_RESERVED)}",
        )
    return name


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]!r} is there twice")
