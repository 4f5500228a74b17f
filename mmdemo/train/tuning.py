"""Fine-tune a model by judgments: what learns, what is held back, how gently. Knows no store.

A few hundred grades tell little against what the model knows already, and they are of what
rankers found: nothing in them says that a shoe is no shirt. So the model is tuned at a low rate,
scores that nobody has judged stay as they were, and graded queries that the model does not learn
from say when to stop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.fusion import saved_fusions
from mmdemo.records import Topic
from mmdemo.towers.load import absolute_spec
from mmdemo.towers.openclip import model_config
from mmdemo.train.config import STEPS, RecipeConfig
from mmdemo.train.data import lay_out_whole
from mmdemo.train.judged import judged_queries
from mmdemo.train.queries import join_queries, make_queries
from mmdemo.train.recipe import RecipeResult, run_recipe
from mmdemo.trec import refuse_test_queries

Qrels = Mapping[str, Mapping[str, int]]
VALIDATION = ("validation", "dev")
_STOPPING = 0.2  # of the queries to learn from, to stop by
_OTHERS = 2000  # products without a grade that are taken along
_GENTLY = {
    "batch_size": 16,
    "hard_negatives": 3.0,
    "keep_scores": 1000.0,
    "bystanders": 64,
    "patience": 4,
}


def tuning_choices(model: str, *, text_fields: Sequence[str]) -> dict[str, Any]:
    """A recipe's choices to go on with a model gently: its text tower, then its fusions.

    The image tower stays (its step has 0 epochs) and no query is made (`queries`); both can be
    asked for.

    Args:
        model: SPEC to go on with.
        text_fields: product fields that make a product's text.

    Raises:
        ModelError: there is no such model.
    """
    spec = absolute_spec(model)
    size = model_config(spec)["vision_cfg"].get("image_size", 224)
    networks = list(saved_fusions(spec))
    return {
        "text_tower": spec,
        "image_tower": "same",
        "image_size": [size, size] if isinstance(size, int) else list(size),
        "text_fields": list(text_fields),
        "queries": 0,
        "domain": {"epochs": 0},
        "text": {"epochs": 8, "learning_rate": 5e-5, "keep": 0.3, **_GENTLY},
        "image": {"epochs": 0, "learning_rate": 1e-4, "keep": 0.3, **_GENTLY},
        "fusion": {
            "epochs": 6 if networks else 0,
            "learning_rate": 1e-4,
            "keep": 0.3,
            "networks": networks,
            "go_on": True,
            **_GENTLY,
        },
    }


def split_topics(
    topics: Sequence[Topic], qrels: Qrels, *, held_back: float, seed: int
) -> tuple[list[Topic], list[Topic]]:
    """Queries to learn from, and those to measure with at the end.

    Queries marked ``validation`` or ``dev`` are held back; where none is, a share of the others
    is drawn. Wordings of one query are on one side. Queries without a grade are left out.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: one side is empty.
    """
    refuse_test_queries(topics, "train")
    graded = [topic for topic in topics if qrels.get(topic.topic_id)]
    names = sorted({topic.query.query_id for topic in graded})
    marked = {t.query.query_id for t in graded if t.split.casefold() in VALIDATION}
    if not marked:
        order = np.random.default_rng(seed).permutation(len(names))
        count = max(1, round(held_back * len(names))) if held_back else 0
        marked = {names[place] for place in order[:count]}
    sides: tuple[list[Topic], list[Topic]] = ([], [])
    for topic in graded:
        sides[topic.query.query_id in marked].append(topic)
    if not sides[0] or (held_back and not sides[1]):
        raise TrainingError(
            "there are too few graded queries to learn from some and measure with others",
            got=f"{len(sides[0])} and {len(sides[1])}",
            expected="at least 1 of each",
        )
    return sides


def fine_tune(
    catalog: Catalog,
    topics: Sequence[Topic],
    qrels: Qrels,
    config: RecipeConfig,
    out: Path,
    *,
    work: Path | None = None,
    until: str = STEPS[-1],
    device: str = "auto",
) -> RecipeResult:
    """Go on training a model with graded queries, and made ones beside them.

    Args:
        catalog: the graded products.
        topics: queries to learn from, see `split_topics`.
        qrels: topic id to product id to grade.
        config: see `tuning_choices`; `queries` is how many to make.
        out: folder of the model.
        work: as for `run_recipe`, as the rest.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: too little to train on; see `run_recipe`.
    """
    products = _products(catalog, topics, qrels, config)
    queries = judged_queries(products, topics, qrels)
    rng = np.random.default_rng((config.seed, 6))
    held_out = _some(len(queries.texts), rng)
    if config.queries:
        made = make_queries(products, count=config.queries, seed=config.seed)
        queries, first = join_queries(queries, made), len(queries.texts)
        more = rng.permutation(len(queries.texts) - first)[: len(held_out)] + first
        held_out = np.concatenate([held_out, more])
    data = lay_out_whole(products, queries, config, held_out=np.sort(held_out))
    return run_recipe(products, config, out, data=data, work=work, until=until, device=device)


def _some(count: int, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers of the graded queries to stop by."""
    return np.sort(rng.permutation(count)[: round(_STOPPING * count)])


def _products(
    catalog: Catalog, topics: Sequence[Topic], qrels: Qrels, config: RecipeConfig
) -> Catalog:
    """The graded products, and some others where such are asked for: a catalog may be large."""
    graded = {product_id for topic in topics for product_id in qrels.get(topic.topic_id, {})}
    rows = {row for product_id, row in catalog.rows.items() if product_id in graded}
    if config.queries or config.text.bystanders or config.image.bystanders:
        others = np.setdiff1d(np.arange(len(catalog)), sorted(rows))
        drawn = np.random.default_rng((config.seed, 7)).permutation(others)[:_OTHERS]
        rows |= set(drawn.tolist())
    return Catalog(
        catalog.directory,
        fingerprint=catalog.fingerprint,
        catalog_id=catalog.catalog_id,
        products=[catalog.products[row] for row in sorted(rows)],
    )
