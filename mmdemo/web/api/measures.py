"""Measure the columns on the page against the judgments there are. Knows no engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mmdemo.labels import JudgmentStore, aggregated
from mmdemo.records import Hit, Ranking

MEASURES = ("nDCG@10", "Judged@10")


def measures_answer(
    store: JudgmentStore, campaign: str, query_id: str, columns: Mapping[str, Sequence[str]]
) -> dict[str, object]:
    """`POST /api/measures`: by the current grades of all judges, the most frequent of each pair.

    Raises:
        LabelError: the judgments cannot be read.
    """
    graded = store.current(campaign=campaign, query_id=query_id, question="relevance", repeat=0)
    grades = {product: grade for (_, product), grade in aggregated(graded).items()}
    return {
        "judged": len(grades),
        "judges": len({event.judgment.judge for event in graded}),
        "columns": {name: _measured(query_id, ids, grades) for name, ids in columns.items()},
    }


def grades_of(store: JudgmentStore, campaign: str, query_id: str, judge: str) -> dict[str, int]:
    """What one judge gives the products of a query now."""
    given = store.current(
        campaign=campaign, judge=judge, query_id=query_id, question="relevance", repeat=0
    )
    return {
        event.judgment.product_id: event.judgment.grade
        for event in given
        if event.judgment.grade is not None
    }


def _measured(
    query_id: str, ids: Sequence[str], grades: Mapping[str, int]
) -> dict[str, float | None]:
    if not grades:
        return dict.fromkeys(MEASURES)
    from mmdemo.evaluate import measure_queries, parse_measures

    hits = tuple(Hit(p, rank, 1 / rank) for rank, p in enumerate(dict.fromkeys(ids), start=1))
    ranking = {query_id: Ranking("", query_id, hits)}
    found = measure_queries(ranking, {query_id: grades}, parse_measures(MEASURES))
    return {name: found[name].get(query_id) for name in MEASURES}
