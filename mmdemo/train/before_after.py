"""Hold an index of a new model against the one before it, ranker by ranker. Knows no training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmdemo.errors import EvaluationError
from mmdemo.evaluate import (
    COMPANIONS,
    ComparisonTable,
    Engine,
    compare,
    depth_needed,
    evaluate,
    rank_topics,
)
from mmdemo.evaluate.measures import CONDENSED, Qrels
from mmdemo.evaluate.report import CONDENSED_NOTE, interval_text, label, markdown_table, summary
from mmdemo.fusion import LEARNED
from mmdemo.records import Topic
from mmdemo.search.about import AT

BEFORE, AFTER = "before", "after"
RANKERS = ("text", "image", "fused", *LEARNED)
MEASURES = ("nDCG@10", CONDENSED)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """What a new model gains over the one before, on graded queries it has not seen.

    Attributes:
        index: of the model before.
        tables: ranker to its two versions, ``before`` the baseline of ``after``.
    """

    index: str
    tables: Mapping[str, ComparisonTable]

    def to_markdown(self) -> str:
        """A row for each ranker and measure."""
        rows = [
            [
                *(ranker, label(c.measure), str(c.interval.queries)),
                *(f"{value:.4f}" for value in reversed(c.means)),
                *(interval_text(c.interval, sign="+"), f"{c.p_value:.4f}"),
                f"{c.wins} / {c.ties} / {c.losses}",
            ]
            for ranker, table in self.tables.items()
            for c in table.contrasts
        ]
        header = ["ranker", "measure", "queries", BEFORE, AFTER, "difference", "p"]
        first = next(iter(self.tables.values()))
        return "\n\n".join(
            [
                f"Held-back queries; before: index {self.index}. {summary(first.evaluation)}",
                markdown_table([*header, "wins / ties / losses"], rows),
                f"{self._judged()} A new model finds products that nobody has judged, which count "
                f"as wrong. {CONDENSED_NOTE}",
            ]
        )

    def to_json(self) -> dict[str, object]:
        """Make a value for `json.dump`."""
        return {
            "before": self.index,
            "rankers": {ranker: table.to_json() for ranker, table in self.tables.items()},
        }

    def _judged(self) -> str:
        judged = COMPANIONS[0]
        told = []
        for ranker, table in self.tables.items():
            means = [table.evaluation.intervals[n].get(judged) for n in (BEFORE, AFTER)]
            shares = ["–" if mean is None else f"{mean.mean:.0%}" for mean in means]
            told.append(f"{ranker} {' → '.join(shares)}")
        return f"Judged among the first ten: {', '.join(told)}."


def before_after(
    engine: Engine,
    before: str,
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    weight: float | None = None,
) -> BeforeAfter:
    """Rank by the served index and by the one called `before`, and compare them.

    Args:
        engine: serves the new model's index.
        before: index of the model before.
        topics: queries that neither training nor its stopping has seen.
        qrels: topic id to product id to grade.
        weight: of text, for both; by default the engine's for each query.

    Raises:
        EvaluationError: no query has a judgment, or no ranker answers by both indexes.
    """
    both = {name: f"{name}{AT}{before}" for name in RANKERS}
    known = engine.ranker_names
    both = {new: old for new, old in both.items() if new in known and old in known}
    rankings = rank_topics(
        engine,
        topics,
        [*both, *both.values()],
        text_weight=weight,
        top_k=depth_needed([*MEASURES, *COMPANIONS]),
    )
    tables, missing = {}, dict[str, None]()
    for new, old in both.items():
        evaluation = evaluate(
            {BEFORE: rankings[old], AFTER: rankings[new]},
            qrels,
            MEASURES,
            topic_ids=[topic.topic_id for topic in topics],
        )
        if all(evaluation.intervals.values()):
            tables[new] = compare(evaluation, BEFORE, measures=MEASURES)
        missing |= dict.fromkeys(why for by in evaluation.missing.values() for why in by.values())
    if not tables:
        raise EvaluationError(
            f"no ranker answers by the new index and by index {before}",
            got="; ".join(missing) or f"rankers {', '.join(known) or '(none)'}",
        )
    return BeforeAfter(before, tables)
