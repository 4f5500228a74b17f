"""Make a study from what a user has: run files, or an engine; qrels, or graded campaigns.

Knows no statistics and no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.analyze.cache import file_hash
from mmdemo.analyze.study import Study, Vote
from mmdemo.catalog import Catalog
from mmdemo.evaluate import COMPANIONS, depth_needed, rank_topics
from mmdemo.evaluate.measures import Qrels
from mmdemo.records import Ranking, Topic
from mmdemo.trec import read_rankings

if TYPE_CHECKING:
    from mmdemo.search import SearchEngine


def study_of_runs(
    runs: Mapping[str, Path],
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    catalog: Catalog | None = None,
    facets: Mapping[str, Mapping[str, str]] | None = None,
    votes: tuple[Vote, ...] = (),
    complete: bool = False,
) -> Study:
    """Read TREC runs by the names that the rankers shall have.

    A topic that a run does not have is missing for it. The catalog is needed only for titles,
    photos and segments.

    Raises:
        EvaluationError: a run cannot be read, or has none of the topics.
    """
    rankings: dict[str, dict[str, Ranking]] = {}
    facts = {}
    for name, path in runs.items():
        rankings[name] = read_rankings(path, name, topics)
        facts[f"run {name}"] = f"{path.name}, sha256 {file_hash(path)[:12]}"
    if catalog is not None:
        facts["catalog"] = _catalog_fact(catalog)
    return Study(
        tuple(topics),
        rankings,
        qrels,
        facets or {},
        {} if catalog is None else {product.product_id: product for product in catalog},
        votes,
        complete,
        facts,
    )


def study_of_engine(
    engine: SearchEngine,
    rankers: Sequence[str],
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    measure: str = "nDCG@10",
    text_weight: float | None = None,
    facets: Mapping[str, Mapping[str, str]] | None = None,
    votes: tuple[Vote, ...] = (),
    complete: bool = False,
) -> Study:
    """Rank the topics with an engine.

    Raises:
        RankerError: the engine has no ranker of that name.
        EvaluationError: the measure is unknown.
    """
    rankings = rank_topics(
        engine,
        topics,
        rankers,
        text_weight=text_weight,
        top_k=max(100, depth_needed([measure, *COMPANIONS])),
    )
    return Study(
        tuple(topics),
        rankings,
        qrels,
        facets or {},
        {product.product_id: product for product in engine.catalog},
        votes,
        complete,
        engine_facts(engine, text_weight),
    )


def engine_facts(engine: SearchEngine, text_weight: float | None = None) -> dict[str, str]:
    """What the rankings of an engine depend on, to be printed and hashed.

    Args:
        engine: ranks.
        text_weight: weight of text that was asked for; None: the engine's own.
    """
    weight = str(engine.weights) if text_weight is None else f"{text_weight:g}"
    facts = {"catalog": _catalog_fact(engine.catalog), "weight of text": weight}
    if (manifest := engine.manifest) is not None:
        facts |= {
            "image model": f"{_last(manifest.model)}, {manifest.image_fingerprint[:12]}",
            "text model": f"{_last(manifest.text_model)}, {manifest.text_fingerprint[:12]}",
            "text fields": ", ".join(manifest.text_fields),
            "index": f"{manifest.count} products, {manifest.with_image} with photo, "
            f"{manifest.created}",
        }
    return facts


def _catalog_fact(catalog: Catalog) -> str:
    return f"{catalog.name}, {len(catalog)} products, sha256 {catalog.fingerprint[:12]}"


def _last(spec: str) -> str:
    """A model's spec without the folders of this machine."""
    kind, colon, path = spec.partition(":")
    return f"{kind}:{Path(path).name}" if colon and kind in ("local-dir", "st") else spec
