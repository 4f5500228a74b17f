"""What a judge may send, and in which form. Knows no answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from mmdemo.labels.answers import Said
from mmdemo.labels.campaigns import Given
from mmdemo.web.api.bodies import Body

_Judge = str | None  # whom the page took for signed in; only compared


class NextBody(Body):
    """`POST /api/judging/{name}/next`."""

    count: Annotated[int, Field(ge=1, le=50)] = 10
    ahead: bool = False
    judge: _Judge = None


class AnswerBody(Body):
    """`POST /api/judging/{name}/answer`."""

    client_event_id: str
    pair: Annotated[int, Field(ge=0, le=2**63 - 1)]  # what a database can be asked for
    answer: Said
    clicked_at: AwareDatetime
    answers: dict[str, int] | None = None
    reasons: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    comment: str = ""
    seconds: Annotated[float, Field(allow_inf_nan=False)] | None = None
    supersedes: str | None = None
    guidelines: int | None = None
    repeat: int = 0  # always 0 for a judge: a hidden repeat is not to be told
    judge: _Judge = None

    def given(self) -> Given:
        """What is handed on."""
        return Given(
            client_event_id=self.client_event_id,
            assignment=self.pair,
            said=self.answer,
            clicked_at=self.clicked_at,
            grades=self.answers or {},
            reasons=self.reasons,
            comment=self.comment,
            seconds=self.seconds,
            supersedes=self.supersedes,
            guidelines=self.guidelines,
        )


class QueryNoteBody(Body):
    """`POST /api/judging/{name}/query-note`."""

    client_event_id: str
    query_id: str
    no_good_result: bool
    clicked_at: AwareDatetime
    comment: str = ""
    supersedes: str | None = None
    judge: _Judge = None


class PauseBody(Body):
    """`POST /api/judging/{name}/renew` and `/release`."""

    judge: _Judge = None
