"""Look at each judge: steadiness, accuracy, bias, haste and pace. Knows no page."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from mmdemo.labels.answers import Answer, Kind, Pair, Said, Vote, votes
from mmdemo.labels.quality.agreement import grades_by_pair
from mmdemo.labels.quality.figures import RESAMPLES, Figure, Resampler, mean, share

PAUSE = timedelta(minutes=5)  # longer without an answer, and the judge was away
FAST = 0.25  # of the median time: less can hardly have been spent looking
NO_REPEAT = "no pair was graded again"
NO_GOLD = "no gold pair was graded"
NO_TRAINING = "no training pair was graded"
NO_OTHERS = "nobody else graded the same pairs"
NO_TIMES = "no answer says how long it took"


@dataclass(frozen=True, slots=True)
class TooFast:
    """Answers that took suspiciously little time.

    Attributes:
        median: seconds that an answer takes; None without times.
        below: seconds below which one is too fast.
        share: of the answers with a time.
    """

    median: float | None
    below: float | None
    share: Figure


@dataclass(frozen=True, slots=True)
class Pace:
    """When and how fast a judge works.

    Attributes:
        per_hour: answers an hour, without pauses of more than five minutes; None if there are
            not two answers between pauses.
        days: answers of each day (UTC), oldest first.
    """

    first: datetime
    last: datetime
    per_hour: float | None
    days: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class JudgeQuality:
    """What is known of a judge.

    Attributes:
        answers: everything they said that stands, repeats and training among it.
        bias: mean of their grade less the mean of the others', on pairs that others graded.
        repeats: share of hidden repeats that were given the same grade again.
        gold: share of gold pairs that were given the right grade.
        training: the same of the training round.
        too_fast: share of answers with a time that were too fast.
    """

    judge: str
    answers: int
    cant_tell: int
    skipped: int
    bias: Figure
    repeats: Figure
    gold: Figure
    training: Figure
    too_fast: Figure
    median_seconds: float | None
    pace: Pace


def judge_qualities(
    answers: Sequence[Answer],
    gold: Mapping[Pair, int],
    *,
    below: float | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[JudgeQuality]:
    """Look at every judge, by name; adjudications are no part of it.

    Args:
        answers: current ones, to one question.
        gold: the right grade of each gold and training pair.
        below: seconds below which an answer is too fast; see `too_fast`.
        resamples: how many samples intervals are made of.
        seed: of the samples.
    """
    own: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.kind is not Kind.ADJUDICATION and answer.said is not Said.WITHDRAWN:
            own[answer.judge].append(answer)
    limit = too_fast(answers, below=below).below
    deviations = _deviations(votes(answers))
    found = []
    for judge, given in sorted(own.items()):
        off = deviations.get(judge, {})
        resampler = Resampler([pair.query_id for pair in off], resamples=resamples, seed=seed)
        fast = too_fast(given, below=limit)
        found.append(
            JudgeQuality(
                judge,
                len(given),
                sum(answer.said is Said.CANT_TELL for answer in given),
                sum(answer.said is Said.SKIPPED for answer in given),
                mean(list(off.values()), resampler, why=NO_OTHERS),
                repeated(given),
                accuracy(given, gold, Kind.GOLD, why=NO_GOLD),
                accuracy(given, gold, Kind.TRAINING, why=NO_TRAINING),
                fast.share,
                fast.median,
                pace([answer.moment for answer in given]),
            )
        )
    return found


def repeated(answers: Iterable[Answer]) -> Figure:
    """Share of hidden repeats that their judge gave the same grade as the first time."""
    graded = [a for a in answers if a.grade is not None and a.kind is not Kind.ADJUDICATION]
    first = {(a.judge, a.pair): a.grade for a in graded if a.repeat == 0}
    again = [a for a in graded if a.repeat > 0 and (a.judge, a.pair) in first]
    same = sum(a.grade == first[a.judge, a.pair] for a in again)
    return share(same, len(again), why=NO_REPEAT)


def accuracy(
    answers: Iterable[Answer], gold: Mapping[Pair, int], kind: Kind, *, why: str
) -> Figure:
    """Share of the gold pairs asked as `kind` that were given the right grade."""
    given = [a for a in answers if a.kind is kind and a.grade is not None and a.pair in gold]
    return share(sum(a.grade == gold[a.pair] for a in given), len(given), why=why)


def too_fast(answers: Iterable[Answer], *, below: float | None = None) -> TooFast:
    """Count answers that took less than `below` seconds.

    Args:
        answers: those that say how long they took count; the training round does not.
        below: by default a quarter of the median: what is fast depends on the products.
    """
    times = [
        answer.seconds
        for answer in answers
        if answer.seconds is not None and answer.kind not in (Kind.TRAINING, Kind.ADJUDICATION)
    ]
    if not times:
        return TooFast(None, below, Figure(None, why=NO_TIMES))
    median = statistics.median(times)
    limit = FAST * median if below is None else below
    fast = sum(seconds < limit for seconds in times)
    return TooFast(median, limit, share(fast, len(times), why=NO_TIMES))


def pace(moments: Sequence[datetime]) -> Pace:
    """How fast somebody works who answered at these moments, at least one."""
    ordered = sorted(moments)
    gaps = [later - earlier for earlier, later in pairwise(ordered)]
    working = [gap for gap in gaps if gap <= PAUSE]
    seconds = sum(gap.total_seconds() for gap in working)
    days = Counter(moment.date().isoformat() for moment in ordered)
    return Pace(
        ordered[0],
        ordered[-1],
        3600 * len(working) / seconds if seconds > 0 else None,
        tuple(sorted(days.items())),
    )


def _deviations(given: Iterable[Vote]) -> dict[str, dict[Pair, float]]:
    """Each judge's grade less the mean of the others', for each pair that others graded."""
    found: dict[str, dict[Pair, float]] = defaultdict(dict)
    for pair, grades in sorted(grades_by_pair(given).items()):
        if len(grades) < 2:
            continue
        total = sum(grades.values())
        for judge, grade in grades.items():
            found[judge][pair] = grade - (total - grade) / (len(grades) - 1)
    return found
