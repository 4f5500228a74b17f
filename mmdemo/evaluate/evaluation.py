"""Compare rankers on the judged queries of a set. Knows no engine, file or table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from tqdm import tqdm

from mmdemo.errors import EvaluationError
from mmdemo.evaluate.measures import (
    COMPANIONS,
    CONDENSED,
    PerQuery,
    Qrels,
    measure_queries,
    parse_measures,
)
from mmdemo.evaluate.significance import (
    RESAMPLES,
    Difference,
    Interval,
    differences,
    intervals_by_name,
    is_fused,
    pairs_to_report,
)
from mmdemo.records import Ranking


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured, on which queries.

    Attributes:
        measures: the asked ones in their order, then the companions that were not asked.
        queries: topic ids that have a judgment.
        unjudged: topic ids of the set that have none and were left out.
        per_query: ranker to measure to topic id to value, over the queries it answered; Judged@k
            not where the list was empty.
        missing: ranker to topic id to the reason why it has no value there.
        intervals: ranker to measure to its mean; not for a ranker without a value.
        differences: each fused ranker against its baselines.
        best_single: the ranker, not fused, with the highest mean of the first measure.
    """

    measures: tuple[str, ...]
    queries: tuple[str, ...]
    unjudged: tuple[str, ...]
    per_query: Mapping[str, PerQuery]
    missing: Mapping[str, Mapping[str, str]]
    intervals: Mapping[str, Mapping[str, Interval]]
    differences: tuple[Difference, ...]
    best_single: str | None

    @property
    def empty_lists(self) -> Mapping[str, int]:
        """Ranker to the number of queries that it answered with no product at all."""
        judged = COMPANIONS[0]
        return {
            ranker: sum(topic not in values[judged] for topic in values[CONDENSED])
            for ranker, values in self.per_query.items()
        }

    def to_json(self) -> dict[str, object]:
        """Make a value for `json.dump`: ``rankers`` is ranker to measure to mean."""
        return {
            "queries": len(self.queries),
            "rankers": {
                ranker: {measure: interval.mean for measure, interval in means.items()}
                for ranker, means in self.intervals.items()
            },
            "unjudged_queries": len(self.unjudged),
            "missing": {ranker: len(topics) for ranker, topics in self.missing.items()},
            "missing_reasons": {
                ranker: dict(Counter(topics.values()))
                for ranker, topics in self.missing.items()
                if topics
            },
            "empty_lists": dict(self.empty_lists),
            "best_single": self.best_single,
            "intervals": {
                ranker: {measure: asdict(interval) for measure, interval in means.items()}
                for ranker, means in self.intervals.items()
            },
            "differences": [asdict(difference) for difference in self.differences],
        }


def evaluate(
    rankings: Mapping[str, Mapping[str, Ranking]],
    qrels: Qrels,
    measures: Sequence[str],
    *,
    topic_ids: Collection[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Evaluation:
    """Measure rankers on the judged queries of a set.

    Args:
        rankings: ranker to topic id to ranking. One that is absent or has `Ranking.missing`
            set is missing for that ranker; one that found nothing counts as 0.
        qrels: topic id to product id to grade; topics outside the set are ignored.
        measures: names as `parse_measures` reads them, the most important first.
        topic_ids: the set; by default every topic that some ranker has.
        resamples: as in `mean_intervals`.
        seed: as in `mean_intervals`.

    Raises:
        EvaluationError: a measure is unknown, or no query has a judgment.
    """
    if not measures:
        raise EvaluationError("no measure was asked for", expected="one or more, as in nDCG@10")
    asked = parse_measures([*measures, *COMPANIONS])
    if topic_ids is None:
        topic_ids = list(dict.fromkeys(t for by_topic in rankings.values() for t in by_topic))
    queries = tuple(topic for topic in topic_ids if qrels.get(topic))
    if not queries:
        raise EvaluationError(
            "no query of the set has a judgment",
            got=f"query ids such as {', '.join(list(topic_ids)[:3]) or '(none)'}",
            expected=f"ids of the qrels such as {', '.join(list(qrels)[:3]) or '(none)'}",
            remedy="use the qrels of this query set",
        )

    per_query: dict[str, PerQuery] = {}
    missing: dict[str, dict[str, str]] = {}
    intervals: dict[str, dict[str, Interval]] = {}
    for ranker, by_topic in tqdm(rankings.items(), desc="measure", unit="ranker", disable=None):
        missing[ranker] = {
            topic: by_topic[topic].missing if topic in by_topic else "no ranking"
            for topic in queries
            if topic not in by_topic or by_topic[topic].missing
        }
        answered = {t: by_topic[t] for t in queries if t not in missing[ranker]}
        per_query[ranker] = measure_queries(answered, qrels, asked)
        if answered:
            rows = {name: list(found.values()) for name, found in per_query[ranker].items()}
            intervals[ranker] = intervals_by_name(rows, resamples=resamples, seed=seed)
        else:
            intervals[ranker] = {}

    singles = {
        ranker: means[str(asked[0])].mean
        for ranker, means in intervals.items()
        if str(asked[0]) in means and not is_fused(ranker)
    }
    best_single = max(singles, key=singles.__getitem__, default=None)
    pairs = pairs_to_report(list(rankings), best_single)
    compared = [
        difference
        for pair in tqdm(pairs, desc="compare", unit="pair", disable=None)
        for difference in differences(*pair, per_query, resamples=resamples, seed=seed)
    ]
    return Evaluation(
        measures=tuple(str(measure) for measure in asked),
        queries=queries,
        unjudged=tuple(topic for topic in topic_ids if not qrels.get(topic)),
        per_query=per_query,
        missing=missing,
        intervals=intervals,
        differences=tuple(compared),
        best_single=best_single,
    )
