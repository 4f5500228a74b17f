"""What is told of the model is what comes out when it is measured again."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest

from mmdemo.records import Topic
from mmdemo.search import SearchEngine
from mmdemo.train import RecipeConfig
from mmdemo.train.config import read_config
from mmdemo.trec import read_qrels, read_topics
from studio import model, results
from studio.manifest import ASSETS

pytestmark = pytest.mark.timeout(900)  # whole assets, on whatever machine

MODEL = ASSETS / "model"
TOLD: dict[str, Any] = json.loads((results.SHOP / "results.json").read_bytes())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    work = tmp_path_factory.mktemp("results") / "shop"
    return results.open_shop(MODEL, work, vectors=results.SHOP / "vectors")


@pytest.fixture(scope="module")
def measured(engine: SearchEngine) -> results.Results:
    weights = results.tuned_weights(engine)
    assert (weights.words, weights.photo) == (TOLD["text_weight"], TOLD["photo_weight"])
    return results.measure(engine, weights)


@pytest.fixture(scope="module")
def shown(engine: SearchEngine) -> dict[str, dict[str, list[int]]]:
    """The grades of what each list shows first for the demo's stories, by words or photo."""
    engine.text_weight, engine.photo_weight = TOLD["text_weight"], TOLD["photo_weight"]
    asked: dict[str, str] = {}
    topics: dict[str, Topic] = {}
    qrels: dict[str, dict[str, int]] = {}
    for split in results.TUNED_ON:
        queries = results.SHOP / "queries"
        with (queries / f"{split}.csv").open(encoding="utf-8", newline="") as file:
            asked |= {row["query"] or row["photo"]: row["query_id"] for row in csv.DictReader(file)}
        topics |= {topic.topic_id: topic for topic in read_topics(queries / f"{split}.csv")}
        qrels |= read_qrels(queries / f"{split}.qrels.gz")
    with (results.SHOP / "examples.csv").open(encoding="utf-8", newline="") as file:
        stories = [
            row["query"] or row["photo"].removeprefix("queries/") for row in csv.DictReader(file)
        ]
    lists = {}
    for story in stories:
        topic = topics[asked[story]]
        rankings = engine.search(topic.query, rankers=("text", "image", "fused"), top_k=10)
        lists[story] = {
            name: [qrels[topic.topic_id].get(hit.product_id, 0) for hit in ranking.hits]
            for name, ranking in rankings.items()
        }
    return lists


def test_stories_say_what_the_lists_show(shown: dict[str, dict[str, list[int]]]) -> None:
    assert len(shown) == 8

    def gain(story: str, ranker: str) -> float:
        """Discounted, of the first ten: it compares lists of one query."""
        places = enumerate(shown[story][ranker], start=2)
        return math.fsum((2**grade - 1) / math.log2(place) for place, grade in places)

    teapot = shown["blue teapot"]
    assert teapot["fused"][:3] == [3, 3, 3], "fusion puts all three first"
    assert 3 not in teapot["text"][:2], "text alone fails"
    chair = "velvet wingback armchair"
    assert gain(chair, "image") < 0.7 * gain(chair, "text"), "image alone fails"
    assert gain(chair, "fused") > 0.9 * gain(chair, "text"), "fusion keeps it"
    glass = shown["mouth-blown cobalt drinking glass"]
    firsts = {name: grades[:2] for name, grades in glass.items()}
    assert firsts.pop("fused") == [3, 3], "both right ones come first"
    assert [3, 3] not in firsts.values(), "better than either"
    both = "a drinking glass in the same color"
    assert gain(both, "fused") > 1.2 * max(gain(both, "text"), gain(both, "image"))
    photo = "photos/SID-9009.webp"
    assert gain(photo, "image") > 1.4 * gain(photo, "text"), "far better than texts"
    hamper = "chocolate hamper"
    assert gain(hamper, "fused") > 1.3 * gain(hamper, "text"), "photos show the brown"
    rug = shown["wool rug"]
    assert rug["text"][:6] == [3] * 6, "six right ones in a row"
    assert gain("wool rug", "fused") < 0.9 * gain("wool rug", "text"), "here fusion hurts"


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
