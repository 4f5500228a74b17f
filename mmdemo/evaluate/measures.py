"""Measure rankings against qrels, query by query. Knows no engine, file or interval."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures.providers import FallbackProvider

from mmdemo.errors import EvaluationError
from mmdemo.records import Ranking
from mmdemo.trec.runs import to_run

CONDENSED = "nDCG(judged_only=True)@10"  # unjudged products removed first; Sakai, SIGIR 2007
COMPANIONS = ("Judged@10", CONDENSED)
UNLIMITED_DEPTH = 1000  # what trec_eval's campaigns submit, for measures without a cutoff

# Only what is computed in this process: others start perl or need more packages.
_PROVIDERS = (ir_measures.pytrec_eval, ir_measures.judged, ir_measures.msmarco)
_PIPELINE = FallbackProvider(list(_PROVIDERS))
_VALID = tuple(dict.fromkeys(m.NAME for p in _PROVIDERS for m in p.SUPPORTED_MEASURES))

PerQuery = Mapping[str, Mapping[str, float]]  # measure to topic id to value
Qrels = Mapping[str, Mapping[str, int]]  # topic id to product id to grade


def parse_measures(names: Sequence[str]) -> tuple[ir_measures.Measure, ...]:
    """Parse names such as ``nDCG@10`` or ``R(rel=3)@100``; the same measure counts once.

    Raises:
        EvaluationError: a name is unknown, or its parameters are not usable.
    """
    return tuple(dict.fromkeys(_parse(name) for name in names))


def _parse(name: str) -> ir_measures.Measure:
    # ir_measures.parse_measure asks for ast.Num, which Python 3.14 no longer has.
    try:
        node = ast.parse(name.strip(), mode="eval").body
        arguments: dict[str, object] = {}
        at = None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            at = ast.literal_eval(node.right)
            node = node.left
        if isinstance(node, ast.Call) and not node.args:
            arguments = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
            node = node.func
        if not isinstance(node, ast.Name):
            raise ValueError
        measure = ir_measures.measures.registry[node.id]
        if at is not None:
            arguments[measure.AT_PARAM] = at
        measure = measure(**arguments)
        cutoff = measure.params.get("cutoff", 1)
        usable = type(cutoff) is int and cutoff >= 1 and _PIPELINE.supports(measure)
    except (SyntaxError, ValueError, KeyError, TypeError, AssertionError):
        usable = False
    if not usable:
        raise EvaluationError(
            "measure cannot be used",
            got=repr(name),
            expected=f"one of {', '.join(_VALID)}, with a cutoff where it needs one, "
            "as in nDCG@10, P(rel=2)@5 or R(rel=3)@100",
        )
    return measure


def is_share_judged(measure: ir_measures.Measure) -> bool:
    """Whether it is Judged@k, the share of a list that has judgments."""
    return bool(measure.NAME == ir_measures.Judged.NAME)


def depth_needed(names: Sequence[str]) -> int:
    """Say how many hits of a ranking these measures look at.

    A condensed measure drops the unjudged: ten times its cutoff leaves it enough.

    Raises:
        EvaluationError: as `parse_measures`.
    """
    depths = [1]
    for measure in parse_measures(names):
        cutoff = measure.params.get("cutoff")
        spare = 10 if measure.params.get("judged_only") else 1
        depths.append(cutoff * spare if cutoff else UNLIMITED_DEPTH)
    return max(depths)


def measure_queries(
    rankings: Mapping[str, Ranking], qrels: Qrels, measures: Sequence[ir_measures.Measure]
) -> dict[str, dict[str, float]]:
    """Measure each ranking (by topic id); one that found nothing counts as 0.

    Judged@k alone has no value there: of no products none and all are judged.

    Returns:
        Measure to topic id to value, for the topics that have a judgment and are not missing.

    Raises:
        EvaluationError: a ranking cannot be converted (see `run_scores`).
    """
    answered = {t: r for t, r in rankings.items() if qrels.get(t) and not r.missing}
    judged = {topic: dict(qrels[topic]) for topic in answered}
    run = to_run(answered)
    values: dict[str, dict[str, float]] = {}
    for measure in measures:
        # One at a time: asked together, ir_measures 0.4.3 can hand the gains of one nDCG to
        # another. Topics that are not in the run get 0 from it.
        metrics = _PIPELINE.iter_calc([measure], judged, run)
        found = {metric.query_id: float(metric.value) for metric in metrics}
        values[str(measure)] = {
            topic: found[topic]
            for topic, ranking in answered.items()
            if ranking.hits or not is_share_judged(measure)
        }
    return values
