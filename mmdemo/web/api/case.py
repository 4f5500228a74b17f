"""Show one query closely, and what another weight would do to all. Knows no request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mmdemo.records import Hit
from mmdemo.web.api.desk import Bench
from mmdemo.web.json_route import Refusal

if TYPE_CHECKING:
    from mmdemo.analyze import Analysis, Case, Study

_SHOWN = 10  # products of a list, where the measure has no cutoff of its own
_CHANGED = 12  # queries that a weight helps or hurts most
_VISIBLE = 1e-9


def case_json(bench: Bench, query_id: str) -> dict[str, object]:
    """`POST /api/analysis/case`: the query, its lists side by side, what moved.

    Raises:
        Refusal: the query is not among the judged ones.
    """
    from pydantic import TypeAdapter

    from mmdemo.analyze import Case

    case = next((case for case in bench.analysis.cases if case.topic_id == query_id), None)
    if case is None:
        raise Refusal(404, "no_query", f"no judged query has the id {query_id}")
    study = bench.study
    told: dict[str, Any] = TypeAdapter(Case).dump_python(case, mode="json")
    moved = {move.product_id for move in case.moves}
    for move in told["moves"]:
        move["photo"] = next(iter(study.photos(move["product_id"])), "")
    depth = bench.analysis.options.ndcg_depth or _SHOWN
    names = shown_rankers(bench.analysis, study)
    return {
        "case": told,
        "depth": depth,
        "lists": [_list_json(study, name, case, max(depth, _SHOWN), moved) for name in names],
        "grades": dict(_grade_counts(study, query_id)),
    }


def shown_rankers(analysis: Analysis, study: Study) -> list[str]:
    """Text, image, and the two of the verdict, in the order of the analysis."""
    contest = study.contest(analysis.options) or ()
    wanted = {"text", "image", *contest}
    return [name for name in study.rankings if name in wanted] or list(study.rankings)[:3]


def _list_json(
    study: Study, ranker: str, case: Case, depth: int, moved: set[str]
) -> dict[str, object]:
    ranking = study.rankings[ranker].get(case.topic_id)
    missing = "not in this run" if ranking is None else ranking.missing
    hits = () if ranking is None else ranking.hits[:depth]
    grades = study.qrels[case.topic_id]
    return {
        "ranker": ranker,
        "value": case.values.get(ranker),
        "missing": missing,
        "hits": [_hit_json(study, hit, grades, moved) for hit in hits],
    }


def _hit_json(
    study: Study, hit: Hit, grades: Mapping[str, int], moved: set[str]
) -> dict[str, object]:
    return {
        "id": hit.product_id,
        "rank": hit.rank,
        "score": hit.score,
        "text_part": hit.text_part,
        "image_part": hit.image_part,
        "title": study.title(hit.product_id),
        "photo": next(iter(study.photos(hit.product_id)), ""),
        "grade": grades.get(hit.product_id, 0 if study.complete else None),
        "moved": hit.product_id in moved,
    }


def _grade_counts(study: Study, query_id: str) -> dict[str, int]:
    grades = list(study.qrels[query_id].values())
    return {str(grade): grades.count(grade) for grade in sorted(set(grades), reverse=True)}


def replay_json(bench: Bench, at: float, segment: str) -> dict[str, object]:
    """`POST /api/analysis/replay`: what the weight `at` would do.

    Raises:
        Refusal: there is nothing to replay, or no such segment.
    """
    replay, weights = bench.replay, bench.analysis.weights
    if replay is None or weights is None:
        raise Refusal(
            422, "no_replay", "weights can be replayed on nDCG@k and a catalog with an index only"
        )
    rows = _rows(bench, replay.topic_ids, segment)
    step = replay.step(at)
    served = replay.step_each([weights.by_query[topic].served for topic in replay.topic_ids])
    values, before = step.values[rows], served.values[rows]
    gains = values - before
    order = np.argsort(gains, kind="stable")
    unjudged = (
        np.zeros_like(step.unjudged[rows]) if bench.analysis.complete else step.unjudged[rows]
    )
    own = served.rows[rows]
    brought = unjudged & ~(step.rows[rows][:, :, None] == own[:, None, :]).any(axis=2)
    cases = {case.topic_id: case for case in bench.analysis.cases}

    def told(place: int) -> dict[str, object]:
        topic = replay.topic_ids[rows[place]]
        return {
            "topic_id": topic,
            "query": cases[topic].query,
            "photo": cases[topic].photo,
            "before": float(before[place]),
            "after": float(values[place]),
        }

    return {
        "weight": at,
        "segment": segment,
        "queries": len(rows),
        "mean": float(values.mean()),
        "served": {
            "weight": weights.served,
            "photo_weight": weights.served_photo,
            "mean": float(before.mean()),
        },
        "better": int((gains > _VISIBLE).sum()),
        "worse": int((gains < -_VISIBLE).sum()),
        "unjudged": int(unjudged.sum()),
        "brought_in": int(brought.sum()),
        "share": float(unjudged.sum() / max(1, (step.rows[rows] >= 0).sum())),
        "helped": [told(int(i)) for i in order[::-1][:_CHANGED] if gains[i] > _VISIBLE],
        "hurt": [told(int(i)) for i in order[:_CHANGED] if gains[i] < -_VISIBLE],
    }


def _rows(bench: Bench, topic_ids: tuple[str, ...], segment: str) -> list[int]:
    if not segment:
        return list(range(len(topic_ids)))
    members = {
        case.topic_id
        for case in bench.analysis.cases
        if any(f"{facet}: {value}" == segment for facet, value in case.facets.items())
    }
    rows = [row for row, topic in enumerate(topic_ids) if topic in members]
    if not rows:
        raise Refusal(404, "no_segment", f"no query belongs to the segment {segment}")
    return rows
