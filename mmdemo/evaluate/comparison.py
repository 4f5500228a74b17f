"""Hold rankers against one of them, with p-values corrected for how many there are.

Knows no engine, file or text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from mmdemo.errors import EvaluationError
from mmdemo.evaluate.evaluation import Evaluation
from mmdemo.evaluate.measures import COMPANIONS, parse_measures
from mmdemo.evaluate.randomization import Correction, corrected, randomization_p
from mmdemo.evaluate.significance import RESAMPLES, Interval, intervals_by_name, paired_gains

LEVEL = 0.05  # of p-values: the chance of a claim where there is no difference


class Outcome(StrEnum):
    """What a contrast shows."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"  # neither was shown, which does not make the two equal


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a ranker gains over the baseline by one measure, on the queries that both answered.

    Attributes:
        means: of the ranker and of the baseline over those queries.
        interval: of the mean gain.
        wins: queries on which the ranker has the higher value; `losses`, the lower one.
        p_value: two-sided, of the paired randomization test.
        p_holm: the same, corrected for all contrasts of its table (Holm 1979).
    """

    ranker: str
    measure: str
    means: tuple[float, float]
    interval: Interval
    wins: int
    ties: int
    losses: int
    p_value: float
    p_holm: float

    @property
    def outcome(self) -> Outcome:
        """Better or worse where the corrected test and the interval both say so."""
        if self.p_holm >= LEVEL or not self.interval.excludes_zero:
            return Outcome.OPEN
        return Outcome.BETTER if self.interval.mean > 0 else Outcome.WORSE


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Rankers, their measures, and what each gains over the baseline.

    Attributes:
        measures: those that are tested; the evaluation has others beside them.
        contrasts: ranker by ranker in the evaluation's order, each measure by measure. A ranker
            that answered no query together with the baseline has none.
    """

    baseline: str
    measures: tuple[str, ...]
    evaluation: Evaluation
    contrasts: tuple[Contrast, ...]

    def to_json(self) -> dict[str, object]:
        """Make a value for `json.dump`: that of the evaluation, its differences these."""
        return self.evaluation.to_json() | {
            "baseline": self.baseline,
            "correction": {"method": str(Correction.HOLM), "tests": len(self.contrasts)},
            "differences": [asdict(c) | {"outcome": c.outcome} for c in self.contrasts],
        }


def compare(
    evaluation: Evaluation,
    baseline: str,
    *,
    measures: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> ComparisonTable:
    """Test every ranker of an evaluation against one of them, paired by query.

    Two models before and after some training are two rankers:
    ``compare(evaluate({"before": old, "after": new}, qrels, measures), "before")``.

    Args:
        evaluation: of all of them over the same queries.
        baseline: the ranker that the others are held against.
        measures: which to test; by default all but the companions of every evaluation, which say
            how far its judgments reach and are no aim.
        resamples: as in `mean_intervals`.
        seed: of intervals and tests.

    Raises:
        EvaluationError: the baseline is not among the rankers, is the only one or answered no
            query, or a measure was not evaluated.
    """
    rankers = list(evaluation.per_query)
    if baseline not in rankers:
        raise EvaluationError(
            "the baseline is not among the rankers", got=repr(baseline), expected=", ".join(rankers)
        )
    if len(rankers) == 1:
        raise EvaluationError(f"there is nothing to compare {baseline} with", expected="a ranker")
    if not evaluation.intervals[baseline]:
        reasons = sorted(set(evaluation.missing[baseline].values()))
        raise EvaluationError("the baseline answered no query", got="; ".join(reasons))
    tested = _tested(evaluation, measures)
    found = []
    for ranker in rankers:
        if ranker == baseline:
            continue
        pairs = {m: paired_gains(ranker, baseline, evaluation.per_query, m) for m in tested}
        gains = {measure: row for measure, (_, row) in pairs.items()}
        intervals = intervals_by_name(gains, resamples=resamples, seed=seed)
        for measure, interval in intervals.items():
            common, row = pairs[measure]
            ours, theirs = (
                sum(evaluation.per_query[name][measure][topic] for topic in common) / len(common)
                for name in (ranker, baseline)
            )
            wins, losses = int((row > 0).sum()), int((row < 0).sum())
            ties = len(common) - wins - losses
            p = float(randomization_p(row, seed=seed)[0])
            found.append(
                Contrast(ranker, measure, (ours, theirs), interval, wins, ties, losses, p, p)
            )
    adjusted = corrected([contrast.p_value for contrast in found], Correction.HOLM)
    contrasts = (replace(c, p_holm=p) for c, p in zip(found, adjusted, strict=True))
    return ComparisonTable(baseline, tested, evaluation, tuple(contrasts))


def _tested(evaluation: Evaluation, measures: Sequence[str] | None) -> tuple[str, ...]:
    if measures is None:
        return tuple(m for m in evaluation.measures if m not in COMPANIONS) or evaluation.measures
    asked = tuple(str(measure) for measure in parse_measures(measures))
    unknown = [measure for measure in asked if measure not in evaluation.measures]
    if unknown or not asked:
        raise EvaluationError(
            "a measure was not evaluated",
            got=", ".join(unknown) or "none",
            expected=", ".join(evaluation.measures),
        )
    return asked
