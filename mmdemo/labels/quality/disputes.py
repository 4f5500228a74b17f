"""Find what judges dispute most. Knows no page, and no rule that settles it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from mmdemo.labels.answers import Answer, Kind, Pair, votes


@dataclass(frozen=True, slots=True)
class Dispute:
    """A pair whose judges gave different grades.

    Attributes:
        spread: mean distance of two grades; 0 is full agreement.
        answers: the judges', by name; those that say no grade are among them.
        final: the last adjudication, if there is one.
    """

    pair: Pair
    query_text: str
    spread: float
    answers: tuple[Answer, ...]
    final: Answer | None = None


@dataclass(frozen=True, slots=True)
class DisputedQuery:
    """A query and how far its judges are apart.

    Attributes:
        pairs: those with at least two grades.
        disagreement: mean spread over them.
        disputed: how many of them have different grades.
    """

    query_id: str
    query_text: str
    pairs: int
    disagreement: float
    disputed: int


def disputes(answers: Iterable[Answer]) -> list[Dispute]:
    """Pairs with different grades, those whose judges are farthest apart first.

    Args:
        answers: to one question.
    """
    return sorted(
        (dispute for dispute in _compared(answers) if dispute.spread > 0),
        key=lambda dispute: (-dispute.spread, dispute.pair),
    )


def disputed_queries(answers: Iterable[Answer]) -> list[DisputedQuery]:
    """Queries whose pairs have at least two grades, the most disputed first."""
    own: dict[str, list[Dispute]] = defaultdict(list)
    for compared in _compared(answers):
        own[compared.pair.query_id].append(compared)
    found = [
        DisputedQuery(
            query_id,
            pairs[0].query_text,
            len(pairs),
            sum(pair.spread for pair in pairs) / len(pairs),
            sum(pair.spread > 0 for pair in pairs),
        )
        for query_id, pairs in own.items()
    ]
    return sorted(found, key=lambda query: (-query.disagreement, -query.disputed, query.query_id))


def spread(grades: Sequence[int]) -> float:
    """Mean distance of two of at least two grades."""
    distances = [abs(one - other) for one, other in combinations(grades, 2)]
    return sum(distances) / len(distances)


def _compared(answers: Iterable[Answer]) -> list[Dispute]:
    """Every pair with at least two votes."""
    own: dict[Pair, list[Answer]] = defaultdict(list)
    final: dict[Pair, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.repeat:
            continue
        if answer.kind is Kind.ADJUDICATION and answer.grade is not None:
            final[answer.pair].append(answer)
        elif answer.kind in (Kind.REGULAR, Kind.GOLD):
            own[answer.pair].append(answer)
    found = []
    for pair, given in sorted(own.items()):
        grades = [vote.grade for vote in votes(given)]
        if len(grades) < 2:
            continue
        last = max(final[pair], key=lambda a: (a.moment, a.judge)) if pair in final else None
        text = next((answer.query_text for answer in given if answer.query_text), "")
        ordered = tuple(sorted(given, key=lambda answer: answer.judge))
        found.append(Dispute(pair, text, spread(grades), ordered, last))
    return found
