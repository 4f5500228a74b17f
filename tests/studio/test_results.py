"""What is told of the model is what comes out when it is measured again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mmdemo.train import RecipeConfig
from mmdemo.train.config import read_config
from mmdemo.trec import read_topics
from studio import model, results
from studio.manifest import ASSETS

pytestmark = pytest.mark.timeout(900)  # whole assets, on whatever machine

MODEL = ASSETS / "model"
TOLD: dict[str, Any] = json.loads((results.SHOP / "results.json").read_bytes())


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> results.Results:
    work = tmp_path_factory.mktemp("results") / "shop"
    engine = results.open_shop(MODEL, work, vectors=results.SHOP / "vectors")
    weights = results.tuned_weights(engine)
    assert (weights.words, weights.photo) == (TOLD["text_weight"], TOLD["photo_weight"])
    return results.measure(engine, weights)


def test_results_are_what_is_measured(measured: results.Results) -> None:
    assert {k: v for k, v in TOLD.items() if k != "families"} == {
        k: v for k, v in measured.items() if k != "families"
    }
    for told, found in zip(TOLD["families"], measured["families"], strict=True):
        assert (told["name"], told["queries"]) == (found["name"], found["queries"])
        assert set(told["values"]) == set(found["values"])
        for ranker, value in told["values"].items():
            assert value == pytest.approx(found["values"][ranker], abs=0.003), ranker
        for one, other in zip(told["differences"], found["differences"], strict=True):
            assert (one["ranker"], one["baseline"]) == (other["ranker"], other["baseline"])
            assert one["mean"] == pytest.approx(other["mean"], abs=0.004)


def test_the_card_tells_the_results() -> None:
    card = (MODEL / "README.md").read_text(encoding="utf-8")
    assert results.to_markdown(TOLD).strip() in card
    assert json.loads((MODEL / "training.json").read_bytes())[results.TITLE] == TOLD


def test_readme_tells_the_results() -> None:
    lines = (ASSETS.parent / "README.md").read_text(encoding="utf-8").splitlines()
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    for family in TOLD["families"]:
        gains = {d["baseline"]: d for d in family["differences"] if d["ranker"] == "fused"}
        means = [family["values"].get(name) for name in ("bm25", "text", "image", "fused")]
        assert [
            family["name"],
            *(f"{value['mean']:.3f}" if value else "–" for value in means),
            *(
                f"{gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"
                for gain in (gains["text"], gains["image"])
            ),
        ] in table


def test_every_ranker_answers_all_queries_in_words() -> None:
    words, everything = TOLD["families"][-2:]
    assert (words["name"], everything["name"]) == ("in words", "all")
    topics = read_topics(results.SHOP / "queries" / "test.csv")
    count = sum(topic.query.image is None for topic in topics)
    assert words["queries"] == count < everything["queries"] == len(topics)
    assert [value["queries"] for value in words["values"].values()] == [count] * 5
    families = [f for f in TOLD["families"][:-2] if not f["name"].startswith("photo")]
    for ranker, value in words["values"].items():
        parts = sum(f["queries"] * f["values"][ranker]["mean"] for f in families)
        assert value["mean"] == pytest.approx(parts / count, abs=1e-5)


def test_fusion_is_above_text_and_above_image() -> None:
    everything = TOLD["families"][-1]
    assert everything["name"] == results.ALL
    for baseline in ("text", "image"):
        (gain,) = (
            d
            for d in everything["differences"]
            if (d["ranker"], d["baseline"]) == ("fused", baseline)
        )
        assert gain["low"] > 0
        assert gain["mean"] >= 0.05 * everything["values"][baseline]["mean"]


def test_no_query_of_the_shop_is_trained_on(tmp_path: Path) -> None:
    values = read_config(model.CHOICES) | {"text_tower": "scratch"}
    catalog, config = model.pack_catalog(tmp_path / "pack"), RecipeConfig.from_json(values)
    made = [model.training_queries(catalog, config, seed=seed) for seed in (0, 1)]
    asked = {text.casefold() for queries in made for text in queries.texts}
    assert len(asked) > 50_000
    for path in results.SHOP.glob("queries/*.csv"):
        assert not asked & {topic.query.text.casefold() for topic in read_topics(path)}
