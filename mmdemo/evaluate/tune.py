"""Find the weight of text that ranks validation queries best. Knows no test set: keep it so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tqdm import tqdm

from mmdemo.errors import EvaluationError, RankerError
from mmdemo.evaluate.collect import BATCH, Engine
from mmdemo.evaluate.measures import Qrels, depth_needed, measure_queries, parse_measures
from mmdemo.records import Topic
from mmdemo.trec import refuse_test_queries

_SAME = 1e-9  # means closer than this differ by rounding


@dataclass(frozen=True, slots=True)
class Tuning:
    """Which weight was best, and how much it mattered.

    Attributes:
        text_weight: the best weight of text, 0 to 1.
        measure: what was averaged.
        curve: (weight of text, mean over the queries), weights rising.
        queries: how many judged queries the means are over, the same for every weight.
    """

    text_weight: float
    measure: str
    curve: tuple[tuple[float, float], ...]
    queries: int

    def to_json(self) -> dict[str, object]:
        """Make a value for `json.dump`."""
        return asdict(self)


def tune_weight(
    engine: Engine,
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    measure: str = "nDCG@10",
    step: float = 0.05,
    ranker: str = "fused",
    top_k: int | None = None,
) -> Tuning:
    """Try every weight from 0 to 1; of equally good ones take the nearest to 0.5, then the lower.

    Args:
        engine: ranks the catalog.
        topics: validation queries, none marked ``test``; those without judgments are not searched.
        qrels: topic id to product id to grade.
        measure: a name as `parse_measures` reads it.
        step: between two weights; must divide 1.
        ranker: the one whose weight is tuned.
        top_k: depth of the rankings; by default as deep as the measure looks.

    Raises:
        EvaluationError: the step or the measure is not usable, no query can be measured, or one is
            marked ``test``.
        RankerError: the engine has no such ranker.
    """
    refuse_test_queries(topics, "tune the weight")
    (parsed,) = parse_measures([measure])
    weights = _weights(step)
    if ranker not in engine.ranker_names:
        raise RankerError(
            "ranker is unknown", got=repr(ranker), expected=", ".join(engine.ranker_names)
        )
    judged = [topic for topic in topics if qrels.get(topic.topic_id)]
    values: dict[float, dict[str, float]] = {weight: {} for weight in weights}
    with tqdm(total=len(judged) * len(weights), desc="tune", unit="query", disable=None) as bar:
        # Batches outside, weights inside: the engine can keep a batch's query vectors.
        for start in range(0, len(judged), BATCH):
            part = judged[start : start + BATCH]
            for weight in weights:
                found = engine.search_many(
                    [topic.query for topic in part],
                    rankers=(ranker,),
                    text_weight=weight,
                    top_k=top_k or depth_needed([measure]),
                )
                rankings = {
                    topic.topic_id: answer[ranker]
                    for topic, answer in zip(part, found, strict=True)
                }
                values[weight] |= measure_queries(rankings, qrels, [parsed])[str(parsed)]
                bar.update(len(part))

    common = set[str].intersection(*(set(by_topic) for by_topic in values.values()))
    if not common:
        raise EvaluationError(
            "no query can be used to tune the weight",
            got=f"{len(topics)} queries, {len(judged)} of them judged",
            expected=f"a judged query that {ranker} can rank",
        )
    means = {
        weight: math.fsum(by_topic[topic] for topic in common) / len(common)
        for weight, by_topic in values.items()
    }
    best = max(means.values())
    ties = [weight for weight, mean in means.items() if best - mean < _SAME]
    return Tuning(
        text_weight=min(ties, key=lambda weight: (round(abs(weight - 0.5), 9), weight)),
        measure=str(parsed),
        curve=tuple(means.items()),
        queries=len(common),
    )


def _weights(step: float) -> list[float]:
    steps = round(1 / step) if 0 < step <= 1 else 0
    if not steps or abs(steps * step - 1) > _SAME:
        raise EvaluationError(
            "step between weights cannot be used",
            got=step,
            expected="a fraction that divides 1, such as 0.05 or 0.1",
        )
    return [round(i / steps, 9) for i in range(steps + 1)]
