"""Make one grade of what several judges gave. Knows no store and no format."""

from __future__ import annotations

import math
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from mmdemo.errors import LabelError
from mmdemo.labels.answers import Pair, Vote

_NEVER = datetime.min.replace(tzinfo=UTC)
_SAME = 1e-9  # probabilities closer than this are equal
_ROUNDS = 100  # of Dawid and Skene's iteration, crowd-kit's default


class Aggregation(StrEnum):
    """Rules that make one whole grade of several; doubt always goes to the lower grade."""

    MAJORITY = "majority"
    MEDIAN = "median"
    MEAN = "mean"
    LOWEST = "lowest"
    ADJUDICATED = "adjudicated"
    DAWID_SKENE = "dawid-skene"


def aggregate(grades: Sequence[int], rule: Aggregation = Aggregation.MAJORITY) -> int:
    """Make one grade of at least one, by a rule that need not know who gave them.

    Majority takes the lowest of the grades given equally often, median the lower of the two in
    the middle; a mean halfway between two grades is the lower one. Grades alone are never
    adjudicated, so that *adjudicated first* is the majority here.

    Raises:
        LabelError: the rule has to know the judges.
    """
    match rule:
        case Aggregation.MAJORITY | Aggregation.ADJUDICATED:
            return majority(grades)
        case Aggregation.MEDIAN:
            return sorted(grades)[(len(grades) - 1) // 2]
        case Aggregation.MEAN:
            return math.ceil(sum(grades) / len(grades) - 0.5)
        case Aggregation.LOWEST:
            return min(grades)
        case Aggregation.DAWID_SKENE:
            raise LabelError(
                "grades alone cannot be weighed by judge", remedy="hand over votes with judges"
            )


def majority(grades: Sequence[int]) -> int:
    """Return the grade given most often; of those given equally often, the lowest."""
    counts = Counter(grades)
    return min(counts, key=lambda grade: (-counts[grade], grade))


def combine(votes: Iterable[Vote], rule: Aggregation = Aggregation.MAJORITY) -> dict[Pair, int]:
    """Make one grade of all votes for a pair, by pair in order of their ids.

    Args:
        votes: of one campaign and one question.
        rule: only *adjudicated first* looks at final votes: the last of them is the grade, and
            a pair without one has its majority. All other rules leave them out.

    Raises:
        LabelError: crowd-kit, which Dawid and Skene's rule needs, is not installed.
    """
    given: dict[Pair, list[Vote]] = defaultdict(list)
    final: dict[Pair, list[Vote]] = defaultdict(list)
    for vote in votes:
        (final if vote.final else given)[vote.pair].append(vote)
    if rule is Aggregation.DAWID_SKENE:
        return dawid_skene([vote for pair in sorted(given) for vote in given[pair]])
    combined = {pair: aggregate([vote.grade for vote in given[pair]], rule) for pair in given}
    if rule is Aggregation.ADJUDICATED:
        combined |= {pair: _last(own).grade for pair, own in final.items()}
    return {pair: combined[pair] for pair in sorted(combined)}


def by_topic(grades: Mapping[Pair, int]) -> dict[str, dict[str, int]]:
    """The same grades as qrels: query id to product id to grade."""
    qrels: dict[str, dict[str, int]] = {}
    for pair, grade in grades.items():
        qrels.setdefault(pair.query_id, {})[pair.product_id] = grade
    return qrels


def dawid_skene(votes: Sequence[Vote]) -> dict[Pair, int]:
    """The likeliest grade of each pair where every judge errs in a way of their own.

    Dawid and Skene (Applied Statistics 28, 1979): how often a judge gives which grade to which
    true grade, and the true grades, are estimated together. Of grades that are equally likely
    the lowest is taken.

    Raises:
        LabelError: crowd-kit is not installed.
    """
    if not votes:
        return {}
    try:
        import pandas as pd
        from crowdkit.aggregation import DawidSkene
    except ImportError as error:
        raise LabelError(
            "Dawid and Skene's rule needs crowd-kit",
            got=error,
            remedy="install it with: pip install crowd-kit",
        ) from error
    # Sums of floats depend on their order: sorted, the same votes give the same bits.
    ordered = sorted(votes, key=lambda vote: (vote.pair, vote.judge, vote.grade))
    numbers = {pair: i for i, pair in enumerate(dict.fromkeys(vote.pair for vote in ordered))}
    rows = [(numbers[vote.pair], vote.judge, vote.grade) for vote in ordered]
    table = pd.DataFrame(rows, columns=["task", "worker", "label"])
    with warnings.catch_warnings():
        # crowd-kit 1.4 calls pandas in ways that pandas 4 will drop; requirements.txt keeps 3.
        warnings.simplefilter("ignore", DeprecationWarning)
        chances = DawidSkene(n_iter=_ROUNDS).fit_predict_proba(table)
    found: dict[Pair, int] = {}
    for pair, number in numbers.items():
        row = chances.loc[number]
        best = row.max()
        found[pair] = min(int(grade) for grade in row.index if row[grade] >= best - _SAME)
    return found


def _last(own: Sequence[Vote]) -> Vote:
    return max(own, key=lambda vote: (vote.moment or _NEVER, vote.judge))
