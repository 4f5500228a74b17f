"""Fine-tuning by judgments: what is learned from, and what the model goes through."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import ModelError, TrainingError
from mmdemo.fusion import fusion_folder, load_fusion, read_fusion
from mmdemo.records import Query, Topic
from mmdemo.towers import load_towers
from mmdemo.train import (
    RecipeConfig,
    RecipeResult,
    TrainingQueries,
    fine_tune,
    run_recipe,
    tuning,
    tuning_choices,
)
from mmdemo.train.data import TrainingData

MakeConfig = Callable[..., RecipeConfig]


GRADED = [Topic(f"t{i}", Query(f"something {color}")) for i, color in enumerate(("red", "blue"))]
QRELS = {
    "t0": {"red-disc-on-blue": 3, "green-disc-on-blue": 0, "red-bar-on-white": 2},
    "t1": {"blue-disc-on-red": 3, "red-post-on-blue": 1},
}


MORE = [Topic(f"m{i}", Query(f"more {i}")) for i in range(8)]
MORE_QRELS = QRELS | {topic.topic_id: {"red-disc-on-blue": 3} for topic in MORE}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the recipe would have run with."""
    given: dict[str, Any] = {}

    def catch(catalog: Catalog, *_: object, **named: object) -> None:
        given.update(catalog=catalog, **named)

    monkeypatch.setattr(tuning, "run_recipe", catch)
    return given


def test_only_graded_products_are_laid_out_where_no_query_is_made(
    shop: Catalog, make_config: MakeConfig, given: dict[str, Any], tmp_path: Path
) -> None:
    fine_tune(shop, [*GRADED, *MORE], MORE_QRELS, make_config(queries=0), tmp_path)
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

    fine_tune(shop, [*GRADED, *MORE], MORE_QRELS, make_config(queries=30), tmp_path)
    data = given["data"]
    assert len(data.catalog) == 120
    assert data.queries.texts[:2] == ("something red", "something blue")
    made = len(data.queries.texts) - 10
    assert 20 <= made <= 30
    assert (data.held_out < 10).sum() == 2
    assert 1 <= (data.held_out >= 10).sum() <= 2


def test_what_is_made_to_rehearse_says_nothing_that_is_held_back(
    shop: Catalog, make_config: MakeConfig, given: dict[str, Any], tmp_path: Path
) -> None:
    config = make_config(queries=60)
    fine_tune(shop, [*GRADED, *MORE], MORE_QRELS, config, tmp_path)
    without: TrainingData = given["data"]
    last = without.queries.texts[-1]
    held_back = [Topic("h", Query(f"  {last.upper()}"))]
    fine_tune(shop, [*GRADED, *MORE], MORE_QRELS, config, tmp_path, held_back=held_back)
    data: TrainingData = given["data"]
    assert data.queries.texts == without.queries.texts[:-1]
    assert given["judgments"]["queries held back"] == 1


def test_wordings_of_a_query_to_stop_by_are_not_learned_from(
    shop: Catalog, make_config: MakeConfig, given: dict[str, Any], tmp_path: Path
) -> None:
    twins = [Topic(f"n{i}", Query(f"MORE  {i}")) for i in range(8)]
    qrels = MORE_QRELS | {topic.topic_id: {"red-disc-on-blue": 3} for topic in twins}
    for seed in range(5):
        config = make_config(queries=200, seed=seed)
        fine_tune(shop, [*GRADED, *MORE, *twins], qrels, config, tmp_path)
        data: TrainingData = given["data"]
        made = data.queries.asks[data.held_out[data.held_out >= 18]]
        assert len(made), "some are made"
        assert set(made).isdisjoint(data.queries.asks[data.asked])
        said = [" ".join(text.casefold().split()) for text in data.queries.texts]
        judged = {said[i] for i in data.held_out if i < 18}
        assert judged.isdisjoint(said[i] for i in data.asked)
        assert sum(data.held_out < 18) <= 4  # a fifth of 18, rounded


def test_grades_that_tell_nothing_apart_are_refused_unless_others_are_rehearsed(
    shop: Catalog, make_config: MakeConfig, given: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="no product was judged worse than another"):
        fine_tune(shop, MORE, MORE_QRELS, make_config(queries=0), tmp_path)
    # One query alone tells products apart, and with a third of the seeds that is one to stop by.
    few, qrels = [GRADED[0], *MORE[:2]], MORE_QRELS | {"m1": {"red-disc-on-blue": 1}}
    refused = []
    for seed in range(20):
        try:
            fine_tune(shop, few, qrels, make_config(queries=0, seed=seed), tmp_path)
        except TrainingError:
            refused.append(seed)
        else:
            data: TrainingData = given["data"]
            assert 0 in data.asked
    assert 1 <= len(refused) <= 15  # a third is expected
    given.clear()
    fine_tune(shop, MORE, MORE_QRELS, make_config(queries=30), tmp_path)
    assert given["judgments"]["queries"] == 8


@pytest.mark.parametrize("spec", ["scratch", "st:org/words", "st:words"])
def test_only_an_open_clip_model_can_be_gone_on_with(spec: str) -> None:
    with pytest.raises(ModelError, match=rf"no open_clip model: got {spec}, expected .*local-dir:"):
        tuning_choices(spec, text_fields=["title"])


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
        shop, GRADED, QRELS, RecipeConfig.from_json(values | {"queries": 0}), tmp_path / "out",
        held_back=MORE, source={"qrels": "grades.txt"},
    )  # fmt: skip
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
    assert card["judgments"] == {
        "source": {"qrels": "grades.txt"},
        "grades": 5,
        "queries": 2,
        "queries held back": 8,
        "learned": sorted(topic.query.query_id for topic in GRADED),
        "parent": {"text": before.text.fingerprint, "image": before.image.fingerprint},
    }


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
