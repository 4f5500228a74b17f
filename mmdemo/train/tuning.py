"""Fine-tune a model by judgments: what learns, and how gently. Knows no store.

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
from mmdemo.fusion import saved_fusions
from mmdemo.records import Query, Topic
from mmdemo.towers.load import absolute_spec
from mmdemo.towers.openclip import load_open_clip, model_config
from mmdemo.towers.sentence import PREFIX
from mmdemo.train.config import STEPS, RecipeConfig
from mmdemo.train.data import IntArray, lay_out_whole
from mmdemo.train.judged import judged_queries, judgments_told, refuse_equal_grades
from mmdemo.train.model import SCRATCH
from mmdemo.train.queries import TrainingQueries, join_queries, leave_out, make_queries
from mmdemo.train.recipe import RecipeResult, run_recipe
from mmdemo.train.split import Qrels

_STOPPING = 0.2  # of the queries to learn from, to stop by
_OTHERS = 2000  # products without a grade that are taken along
# Half of the old weights: what Wortsman et al. 2022 (arXiv 2109.01903) recommend where nothing says
# more. A few dozen queries to stop by cannot tell a model that is a little better from a worse one.
_AVERAGE = 0.5
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
        "text": {
            "epochs": 8,
            "learning_rate": 5e-5,
            "keep": 0.3,
            "average": _AVERAGE,
            **_GENTLY,
        },
        "image": {"epochs": 0, "learning_rate": 1e-4, "keep": 0.3, **_GENTLY},
        "fusion": {
            "epochs": 6 if networks else 0,
            "learning_rate": 1e-4,
            "keep": 0.3,
            "networks": networks,
            "go_on": True,
            "average": _AVERAGE,
            **_GENTLY,
        },
    }


def fine_tune(
    catalog: Catalog,
    topics: Sequence[Topic],
    qrels: Qrels,
    config: RecipeConfig,
    out: Path,
    *,
    held_back: Sequence[Topic] = (),
    source: Mapping[str, object] | None = None,
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
        held_back: queries to measure with; none that says the same is made.
        source: where the grades are from, for the model's card.
        work: as for `run_recipe`, as the rest.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: too little to train on; see `judged_queries` and `run_recipe`.
        ModelError: the model to go on with cannot be loaded.
    """
    products = _products(catalog, topics, qrels, config)
    queries = judged_queries(products, topics, qrels, alone=False)
    judgments = judgments_told(queries, source or {}, held_back=len(held_back))
    rng = np.random.default_rng((config.seed, 6))
    held_out = _some(_same(queries), round(_STOPPING * len(queries.texts)), rng)
    if config.queries:
        made = make_queries(products, count=config.queries, seed=config.seed)
        made = leave_out(made, [topic.query.text for topic in held_back])
        queries, first = join_queries(queries, made), len(queries.texts)
        more = _some(queries.asks[first:], len(held_out), rng) + first
        held_out = np.concatenate([held_out, more])
    else:
        refuse_equal_grades(queries, np.setdiff1d(queries.asks, held_out))
    judgments["parent"] = _fingerprints(config.text_tower)
    data = lay_out_whole(products, queries, config, held_out=held_out)
    return run_recipe(
        products,
        config,
        out,
        data=data,
        work=work,
        until=until,
        device=device,
        judgments=judgments,
    )


def _same(queries: TrainingQueries) -> IntArray:
    """A number for each judged query; those that say the same have the same."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(Query(t).query_id, len(first)) for t in queries.texts])


def _some(asks: IntArray, most: int, rng: np.random.Generator) -> IntArray:
    """Places of wordings to stop by, at most so many: all wordings of an ask, or none."""
    numbers, sizes = np.unique(asks, return_counts=True)
    order = rng.permutation(len(numbers))
    order = order[sizes[order] <= most]
    chosen = order[np.cumsum(sizes[order]) <= most]
    return np.flatnonzero(np.isin(asks, numbers[chosen]))


def _fingerprints(model: str) -> dict[str, str]:
    """Of the towers that are gone on with, which tell a model from the same one trained on."""
    spec = absolute_spec(model)
    if spec == SCRATCH or spec.startswith(PREFIX):
        return {}
    text, image = load_open_clip(spec, device="cpu")
    return {"text": text.fingerprint, "image": image.fingerprint}


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
