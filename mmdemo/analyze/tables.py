"""Turn an analysis into tables for a spreadsheet. Knows no file and no plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mmdemo.analyze.analysis import Analysis
from mmdemo.analyze.weights import Hole

Row = list[object]


def tables(analysis: Analysis) -> dict[str, list[Row]]:
    """Every table by its name, each with a header; those that have no row are left out."""
    found = {
        "rankers": list(_rankers(analysis)),
        "comparisons": list(_comparisons(analysis)),
        "checks": list(_checks(analysis)),
        "segments": list(_segments(analysis)),
        "queries": list(_queries(analysis)),
        "moves": list(_moves(analysis)),
        "weights": list(_weights(analysis)),
        "to_grade": list(_to_grade(analysis)),
        "holes": hole_rows(analysis.weights.holes if analysis.weights else ()),
    }
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def hole_rows(holes: Sequence[Hole]) -> list[Row]:
    """Pairs to judge: what a weight would bring into the first k without a grade."""
    header: Row = ["query_id", "query", "product_id", "best_rank", "from_weight", "to_weight"]
    rows: list[Row] = [
        [h.topic_id, h.query, h.product_id, h.best_rank, h.weights[0], h.weights[1]] for h in holes
    ]
    return [header, *rows]


def _rankers(analysis: Analysis) -> Iterator[Row]:
    yield ["ranker", "queries", "measure", "mean", "low", "high"]
    for ranker in analysis.rankers:
        for measure, mean in ranker.means.items():
            yield [ranker.ranker, mean.queries, measure, mean.mean, mean.low, mean.high]


def _comparisons(analysis: Analysis) -> Iterator[Row]:
    yield [
        *("ranker", "baseline", "measure", "queries", "mean", "baseline_mean"),
        *("difference", "low", "high", "wins", "ties", "losses", "p", "p_corrected"),
        *("condensed_difference", "lowest", "highest", "unjudged"),
    ]
    for c in analysis.comparisons:
        bounds = c.bounds
        yield [
            *(c.ranker, c.baseline, c.measure, c.interval.queries, *c.means),
            *(c.interval.mean, c.interval.low, c.interval.high, c.wins, c.ties, c.losses),
            *(c.p_value, c.p_corrected, c.condensed.mean if c.condensed else None),
            *((bounds.low, bounds.high, bounds.unjudged) if bounds else (None, None, None)),
        ]


def _to_grade(analysis: Analysis) -> Iterator[Row]:
    yield ["query_id", "query", "product_id"]
    words = {case.topic_id: case.query for case in analysis.cases}
    for topic, product in analysis.verdict.outlook.to_grade if analysis.verdict else ():
        yield [topic, words[topic], product]


def _checks(analysis: Analysis) -> Iterator[Row]:
    yield ["check", "queries", "difference", "low", "high", "p", "standing"]
    for c in analysis.checks:
        low, high = c.interval.low, c.interval.high
        yield [c.name, c.queries, c.interval.mean, low, high, c.p_value, str(c.standing)]


def _segments(analysis: Analysis) -> Iterator[Row]:
    rankers = [ranker.ranker for ranker in analysis.rankers]
    yield [
        *("facet", "value", "queries", "difference", "low", "high", "p_corrected", "shown"),
        *("note", *rankers),
    ]
    for s in analysis.segments:
        means = (s.means.get(ranker) for ranker in rankers)
        low, high = s.interval.low, s.interval.high
        yield [
            *(s.facet, s.value, s.queries, s.interval.mean, low, high, s.p_corrected, s.shown),
            *(s.note, *means),
        ]


def _queries(analysis: Analysis) -> Iterator[Row]:
    rankers = [ranker.ranker for ranker in analysis.rankers]
    facets = list(dict.fromkeys(facet for case in analysis.cases for facet in case.facets))
    yield [
        *("query_id", "query", *rankers, "gain", "best_single", "regret", "kind", "also"),
        *("unjudged", "best_weight", "value_at_best_weight", "explanation", *facets),
    ]
    for case in analysis.cases:
        yield [
            *(case.topic_id, case.query, *(case.values.get(ranker) for ranker in rankers)),
            *(case.gain, case.best_single, case.regret),
            *(str(case.kinds[0]) if case.kinds else "", ", ".join(map(str, case.kinds[1:]))),
            *(case.unjudged, *(case.best_weight or (None, None)), case.explanation),
            *(case.facets.get(facet, "") for facet in facets),
        ]


def _moves(analysis: Analysis) -> Iterator[Row]:
    rankers = [ranker.ranker for ranker in analysis.rankers]
    yield [
        *("query_id", "query", "product_id", "title", "grade", "effect"),
        *("text_part", "image_part", "why", *(f"rank_{ranker}" for ranker in rankers)),
    ]
    for case in analysis.cases:
        for m in case.moves:
            yield [
                *(case.topic_id, case.query, m.product_id, m.title, m.grade, m.effect),
                *(m.text_part, m.image_part, m.why, *(m.ranks.get(r) for r in rankers)),
            ]


def _weights(analysis: Analysis) -> Iterator[Row]:
    yield ["segment", "queries", "weight", "mean", "low", "high", "unjudged"]
    if analysis.weights is None:
        return
    for curve in analysis.weights.curves:
        shares = analysis.weights.unjudged if not curve.name else [None] * len(curve.weights)
        for row in zip(curve.weights, curve.means, curve.low, curve.high, shares, strict=True):
            yield [curve.name or "all", curve.queries, *row]
