"""Put all that a lead wants to know of a campaign together. Knows no store and no page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from mmdemo.labels.answers import Answer, Kind, Pair, Said, votes
from mmdemo.labels.quality.agreement import Agreement, agreement
from mmdemo.labels.quality.disputes import DisputedQuery, disputed_queries
from mmdemo.labels.quality.figures import RESAMPLES, Figure
from mmdemo.labels.quality.judges import (
    NO_GOLD,
    JudgeQuality,
    TooFast,
    accuracy,
    judge_qualities,
    repeated,
    too_fast,
)

MOST_QUERIES = 50  # that are shown as disputed


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the answers to one question are.

    Attributes:
        pairs: with at least one vote.
        answers: everything said that stands.
        extras: grades that came after their pair had enough.
        adjudicated: pairs that a third person decided.
        repeats: share of hidden repeats that were given the same grade again.
        gold: share of gold pairs that were given the right grade.
        queries: the most disputed ones.
    """

    question: str
    pairs: int
    answers: int
    cant_tell: int
    skipped: int
    extras: int
    adjudicated: int
    agreement: Agreement
    repeats: Figure
    gold: Figure
    too_fast: TooFast
    judges: tuple[JudgeQuality, ...]
    queries: tuple[DisputedQuery, ...]

    def to_json(self) -> dict[str, object]:
        """Make a value for `json.dump`, as docs/API.md shows it."""
        values = asdict(self)
        counted = ("pairs", "answers", "cant_tell", "skipped", "extras", "adjudicated")
        counts = {name: values.pop(name) for name in counted}
        cohen = values["agreement"].pop("cohen")
        for judge in values["judges"]:
            pace = judge.pop("pace")
            days = [{"day": day, "answers": count} for day, count in pace["days"]]
            judge |= {"per_hour": pace["per_hour"], "days": days}
            judge |= {name: pace[name].isoformat() for name in ("first", "last")}
        return values | {"counts": counts, "cohen": cohen}


def quality(
    answers: Sequence[Answer],
    *,
    question: str = "relevance",
    gold: Mapping[Pair, int] | None = None,
    fast_below: float | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Quality:
    """Look at the answers to one question.

    Args:
        answers: current ones of a campaign; those to other questions are left out.
        question: which.
        gold: the right grade of each gold and training pair.
        fast_below: seconds below which an answer is too fast; see `too_fast`.
        resamples: how many samples intervals are made of.
        seed: of the samples; the same answers give the same figures.
    """
    own = [answer for answer in answers if answer.question == question]
    standing = [answer for answer in own if answer.said is not Said.WITHDRAWN]
    given = votes(own)
    known = gold or {}
    return Quality(
        question=question,
        pairs=len({vote.pair for vote in given if not vote.final}),
        answers=len(standing),
        cant_tell=sum(answer.said is Said.CANT_TELL for answer in own),
        skipped=sum(answer.said is Said.SKIPPED for answer in own),
        extras=sum(answer.kind is Kind.EXTRA for answer in standing),
        adjudicated=len({vote.pair for vote in given if vote.final}),
        agreement=agreement(given, resamples=resamples, seed=seed),
        repeats=repeated(own),
        gold=accuracy(own, known, Kind.GOLD, why=NO_GOLD),
        too_fast=too_fast(own, below=fast_below),
        judges=tuple(judge_qualities(own, known, below=fast_below, resamples=resamples, seed=seed)),
        queries=tuple(disputed_queries(own)[:MOST_QUERIES]),
    )
