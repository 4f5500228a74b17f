"""Fine-tuning by judgments: who learns, who is held back, and what the model goes through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import EvaluationError, TrainingError
from mmdemo.fusion import fusion_folder, load_fusion, read_fusion
from mmdemo.records import Query, Topic
from mmdemo.towers import load_towers
from mmdemo.train import (
    RecipeConfig,
    RecipeResult,
    TrainingQueries,
    fine_tune,
    run_recipe,
    split_topics,
    tuning,
    tuning_choices,
)
from mmdemo.train.data import TrainingData

MakeConfig = Callable[..., RecipeConfig]


def topics(count: int, **splits: str) -> list[Topic]:
    return [Topic(f"q{i}", Query(f"query {i}"), splits.get(f"q{i}", "")) for i in range(count)]


def ids(side: list[Topic]) -> list[str]:
    return [topic.topic_id for topic in side]


def all_graded(count: int) -> dict[str, dict[str, int]]:
    return {f"q{i}": {"a": 3} for i in range(count)}


def test_a_share_is_held_back_by_the_seed() -> None:
    asked, qrels = topics(20), all_graded(20)
    sides = [split_topics(asked, qrels, held_back=0.25, seed=seed) for seed in (1, 1, 2)]
    for learned, held in sides:
        assert (len(learned), len(held)) == (15, 5)
        assert sorted(ids(learned) + ids(held)) == sorted(ids(asked))
    assert sides[0] == sides[1] != sides[2]
    assert split_topics(asked, qrels, held_back=0, seed=1) == (asked, [])


def test_queries_without_a_grade_are_on_no_side_and_wordings_of_one_query_on_one() -> None:
    asked = [*topics(10), *(Topic(f"r{i}", Query(f" QUERY  {i}")) for i in range(10))]
    qrels = all_graded(10) | {f"r{i}": {"a": 1} for i in range(10)} | {"q0": {}}
    learned, held = split_topics(asked, qrels, held_back=0.3, seed=0)
    assert "q0" not in ids(learned) + ids(held)
    assert {i[1:] for i in ids(learned)}.isdisjoint(i[1:] for i in ids(held))
    assert len({i[1:] for i in ids(held)}) == 3


def test_marked_queries_are_held_back_and_test_queries_refused() -> None:
    asked = topics(8, q1="validation", q2="dev", q3="train", q4="Validation")
    learned, held = split_topics(asked, all_graded(8), held_back=0.5, seed=0)
    assert ids(held) == ["q1", "q2", "q4"]
    assert ids(learned) == ["q0", "q3", "q5", "q6", "q7"]
    with pytest.raises(EvaluationError, match=r"cannot be used to train.*such as q5"):
        split_topics(topics(8, q5="test"), all_graded(8), held_back=0.2, seed=0)


def test_too_few_queries() -> None:
    with pytest.raises(TrainingError, match=r"too few graded queries.*: got 0 and 1"):
        split_topics(topics(1), all_graded(1), held_back=0.2, seed=0)
    with pytest.raises(TrainingError, match=r"got 0 and 2"):
        marked = topics(2, q0="validation", q1="validation")
        split_topics(marked, all_graded(2), held_back=0.2, seed=0)


GRADED = [Topic(f"t{i}", Query(f"something {color}")) for i, color in enumerate(("red", "blue"))]
QRELS = {
    "t0": {"red-disc-on-blue": 3, "green-disc-on-blue": 0, "red-bar-on-white": 2},
    "t1": {"blue-disc-on-red": 3, "red-post-on-blue": 1},
}


def test_only_graded_products_are_laid_out_where_no_query_is_made(
    shop: Catalog, make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, Any] = {}

    def catch(catalog: Catalog, *_: object, **named: object) -> None:
        given.update(catalog=catalog, **named)

    monkeypatch.setattr(tuning, "run_recipe", catch)
    more = [Topic(f"m{i}", Query(f"more {i}")) for i in range(8)]
    qrels = QRELS | {topic.topic_id: {"red-disc-on-blue": 3} for topic in more}
    fine_tune(shop, [*GRADED, *more], qrels, make_config(queries=0), tmp_path)
    data: TrainingData = given["data"]
    assert [product.product_id for product in data.catalog] == [
        "blue-disc-on-red",
        "green-disc-on-blue",
        "red-bar-on-white",
        "red-disc-on-blue",
        "red-post-on-blue",
    ]
    assert data.queries.grades.toarray()[:2].tolist() == [[0, 1, 3, 4, 0], [4, 0, 0, 0, 2]]
    assert not data.queries.closed.any()
    assert data.training.tolist() == data.validation.tolist() == [0, 1, 2, 3, 4]
    assert len(data.held_out) == 2  # a fifth of ten
    assert sorted([*data.asked, *data.held_out]) == list(range(10))

    fine_tune(shop, [*GRADED, *more], qrels, make_config(queries=30), tmp_path)
    data = given["data"]
    assert len(data.catalog) == 120
    assert data.queries.texts[:2] == ("something red", "something blue")
    made = len(data.queries.texts) - 10
    assert 20 <= made <= 30
    assert (data.held_out < 10).sum() == (data.held_out >= 10).sum() == 2


@pytest.fixture(scope="module")
def parent(
    shop: Catalog,
    asked: TrainingQueries,
    make_config: MakeConfig,
    tmp_path_factory: pytest.TempPathFactory,
) -> RecipeResult:
    """A model with one fusion."""
    config = make_config(
        domain={"epochs": 1}, text={"epochs": 0}, image={"epochs": 0},
        fusion={"epochs": 1, "networks": ["fused-gate"], "options": {"fused-gate": {"hidden": 8}}},
    )  # fmt: skip
    out = tmp_path_factory.mktemp("parent") / "model"
    return run_recipe(shop, config, out, queries=asked, device="cpu")


def test_every_part_of_the_model_goes_on_from_where_it_was(
    shop: Catalog, parent: RecipeResult, tmp_path: Path
) -> None:
    source = Path(parent.spec.removeprefix("local-dir:"))
    values = tuning_choices(parent.spec, text_fields=["title"])
    assert values["image_size"] == [32, 32]
    assert values["fusion"]["networks"] == ["fused-gate"]
    still = {"learning_rate": 1e-30, "epochs": 1, "weight_decay": 0.0, "batch_size": 2}
    for step in ("text", "image", "fusion"):
        values[step] |= still
    result = fine_tune(
        shop, GRADED, QRELS, RecipeConfig.from_json(values | {"queries": 0}), tmp_path / "out"
    )
    assert list(result.steps) == ["text", "image", "fused-gate"]
    before, after = (load_towers(spec, device="cpu") for spec in (parent.spec, result.spec))
    titles = [product.title for product in shop.products[:9]]
    np.testing.assert_allclose(
        after.text.encode_texts(titles), before.text.encode_texts(titles), atol=1e-6
    )
    pixels = np.random.default_rng(0).random((2, 3, 32, 32), np.float32)
    np.testing.assert_allclose(
        after.image.encode_pixels(pixels), before.image.encode_pixels(pixels), atol=1e-4
    )  # batch norm's statistics may have moved
    folders = [fusion_folder(folder, "fused-gate") for folder in (source, tmp_path / "out")]
    old, new = (load_fusion(folder, device="cpu").state_dict() for folder in folders)
    for name, weights in old.items():
        np.testing.assert_allclose(new[name].numpy(), weights.numpy(), atol=1e-12, err_msg=name)
    assert read_fusion(folders[1]).text_fingerprint == after.text.fingerprint
    card = json.loads((tmp_path / "out" / "training.json").read_bytes())
    assert card["parent"] == parent.spec
    assert [list(one["steps"]) for one in card["ancestors"]] == [list(parent.steps)]


def test_a_model_without_a_fusion_gets_none(
    parent: RecipeResult, make_config: MakeConfig, bert: Path, tmp_path: Path, shop: Catalog,
    asked: TrainingQueries,
) -> None:  # fmt: skip
    spec = run_recipe(
        shop, make_config(domain={"epochs": 1}), tmp_path, queries=asked, until="domain",
        device="cpu",
    ).spec  # fmt: skip
    values = tuning_choices(spec, text_fields=["title", "description"])
    assert (values["fusion"]["networks"], values["fusion"]["epochs"]) == ([], 0)
    assert RecipeConfig.from_json(values).text_fields == ("title", "description")
