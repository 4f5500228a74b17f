"""What the page About is made of: what a catalog's folder and a model's folder tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.catalog import Catalog, import_catalog
from mmdemo.errors import IndexMismatchError
from mmdemo.labels import JudgmentStore
from mmdemo.settings import Settings
from mmdemo.web.api.about_model import tower_json
from mmdemo.web.app import create_app
from mmdemo.web.loading import EngineHandle

SPAN = {"mean": 0.5, "low": 0.4, "high": 0.6}
RESULTS: dict[str, Any] = {
    "measure": "nDCG@10",
    "split": "test",
    "queries": 3,
    "text_weight": 0.4,
    "rankers": ["text", "fused"],
    "families": [
        {
            "name": "all",
            "queries": 3,
            "values": {"text": SPAN, "fused": SPAN | {"queries": 2}},
            "differences": [{"ranker": "fused", "baseline": "text", **SPAN}],
        }
    ],
}


@pytest.fixture
def shop(tmp_path: Path) -> Catalog:
    """Two products of one category."""
    source = tmp_path / "products.csv"
    source.write_text("id,title,description,category\n1,Mug,Blue,Mugs\n2,Jug,,Mugs\n")
    return import_catalog(source, tmp_path / "shop")[0]


@pytest.fixture
def about(
    shop: Catalog, engine: Any, make_client: Callable[[EngineHandle], TestClient]
) -> Callable[[], Any]:
    """Ask the server of the two products."""
    handle = EngineHandle(lambda: type(engine)(shop))
    handle.wait(10)
    client = make_client(handle)

    def ask() -> Any:
        answer = client.get("/api/about")
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    return ask


def test_a_catalog_that_tells_nothing(about: Callable[[], Any]) -> None:
    told = about()
    assert told == {
        "catalog": {
            "name": "shop",
            "products": 2,
            "with_photo": 0,
            "photos": 0,
            "with_description": 1,
            "categories": [["Mugs", 2]],
            "more_categories": 0,
            "source": "products.csv",
        },
        "shop": None,
        "model": told["model"],
        "results": None,
        "notes": [],
    }
    model = told["model"]
    assert model["text"]["name"] == "words-model"
    assert (model["image"]["name"], model["image"]["source"]) == ("photo-model", "folder")
    assert "/hub" not in json.dumps(told)  # where it lies is nobody's business
    assert model["dimensions"] == {"text": 384, "image": 512}
    assert (model["products"], model["with_image"], model["text_weight"]) == (40, 39, 0.75)
    assert [fusion["label"] for fusion in model["fusions"]] == ["Learned: experts"]


def test_what_the_folder_tells(shop: Catalog, about: Callable[[], Any]) -> None:
    own = {"title": "Mugs", "text": ["All <b>made up</b>."], "families": {"seen": "colors"}}
    (shop.directory / "about.json").write_text(json.dumps(own | {"later": 1}))
    (shop.directory / "results.json").write_text(json.dumps(RESULTS | {"later": 1}))
    told = about()
    assert told["shop"] == own
    assert told["results"] == RESULTS
    assert told["notes"] == []


def broken(**changes: Any) -> str:
    return json.dumps(RESULTS | changes)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("about.json", "{", "about.json is left out: body: Invalid JSON"),
        ("about.json", '{"text": "no list"}', "about.json is left out: text: "),
        ("about.json", '{"title": "\\ud800"}', "about.json is left out: body: Invalid JSON"),
        ("about.json", " " * 1_000_001, "about.json is left out: it has more than 1000000 bytes"),
        ("results.json", "[]", "results.json is left out: body: "),
        ("results.json", broken(families=[]), "results.json is left out: families: "),
        ("results.json", broken(text_weight=2), "results.json is left out: text_weight: "),
        (
            "results.json",
            broken(families=[{"name": "a", "queries": 1, "values": {"text": {"mean": 1}}}]),
            "results.json is left out: families.0.values.text.low: Field required",
        ),
        (
            "results.json",
            json.dumps(RESULTS).replace("0.5", "NaN"),
            "results.json is left out: families.0.values.text.mean: ",
        ),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_left_out_and_told(
    shop: Catalog, about: Callable[[], Any], name: str, content: str, told: str
) -> None:
    (shop.directory / name).write_text(content)
    answer = about()
    assert (answer["shop"], answer["results"]) == (None, None)
    (note,) = answer["notes"]
    assert note.startswith(told)


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        (
            {"text_tower": "st:org/words", "image_tower": "resnet10t"},
            "built on words + resnet10t",
        ),
        ({"text_tower": "scratch", "image_tower": "resnet10t"}, "built on resnet10t"),
        ({"text_tower": "scratch"}, "model"),
        ({}, "model"),
        (None, "model"),
    ],
)
def test_a_folder_whose_name_says_nothing(
    tmp_path: Path, recipe: dict[str, str] | None, told: str
) -> None:
    for name, expected in (("model", told), ("shop-v3", "shop-v3")):
        folder = tmp_path / name
        folder.mkdir()
        if recipe is not None:
            (folder / "training.json").write_text(json.dumps({"recipe": recipe}))
        answer = tower_json(f"local-dir:{folder}")
        assert (answer["name"], answer["told"]) == (name, expected)


def test_what_a_folder_tells_of_its_model(tmp_path: Path) -> None:
    model = tmp_path / "secret" / "home"
    model.mkdir(parents=True)
    bare = {
        "name": "home",
        "told": "home",
        "source": "folder",
        "link": "",
        "license": "",
        "card": "",
        "made": None,
    }
    assert tower_json(f"local-dir:{model}") == bare
    (model / "README.md").write_text("---\nlicense: 'apache-2.0'\ntags: x\n---\n# Card\n")
    (model / "training.json").write_text(
        json.dumps(
            {
                "date": "2026-03-01",
                "mmdemo": "0.1.0",
                "catalog": {"name": "pack", "fingerprint": "f"},
                "data": {"products": 4735, "queries": 24618, "products held out": 5},
                "recipe": {
                    "text_tower": "st:org/words",
                    "image_tower": "resnet10t",
                    "image_size": [96, 64],
                    "seed": 0,
                },
            }
        )
    )
    told = tower_json(f"local-dir:{model}")
    assert (told["license"], told["card"]) == ("apache-2.0", "# Card\n")
    assert told["made"] == {
        "date": "2026-03-01",
        "mmdemo": "0.1.0",
        "text_tower": "org/words",
        "image_tower": "resnet10t",
        "image_size": (96, 64),
        "catalog": "pack",
        "products": 4735,
        "queries": 24618,
    }
    recipe = {"text_tower": "local-dir:/secret/one", "image_tower": "same", "image_size": [96, 64]}
    later = {"recipe": recipe, "ancestors": [{"recipe": {"text_tower": "st:org/words"}}, {}]}
    (model / "training.json").write_text(json.dumps(later))
    made = tower_json(f"local-dir:{model}")["made"]
    assert isinstance(made, dict)
    assert (made["text_tower"], made["image_size"]) == ("org/words", (96, 64))
    (model / "training.json").write_text('{"data": []}')
    (model / "README.md").write_text("no front matter\n---\nlicense: x\n---\n")
    told = tower_json(f"local-dir:{model}")
    assert (told["made"], told["license"]) == (None, "")
    assert "secret" not in json.dumps(told)


@pytest.mark.parametrize(
    ("spec", "name", "source", "link"),
    [
        ("hf-hub:org/clip", "org/clip", "hub", "https://huggingface.co/org/clip"),
        ("st:org/words", "org/words", "hub", "https://huggingface.co/org/words"),
        ("st:words", "words", "hub", ""),
        ("st:/home/me/words", "words", "folder", ""),
        ("ViT-B-32/laion2b_s34b_b79k", "ViT-B-32/laion2b_s34b_b79k", "open_clip", ""),
    ],
)
def test_where_a_model_is_from(spec: str, name: str, source: str, link: str) -> None:
    told = tower_json(spec)
    assert (told["name"], told["source"], told["link"]) == (name, source, link)


def test_a_catalog_without_an_index_and_none_at_all(
    shop: Catalog, store: JudgmentStore, settings: Settings
) -> None:
    def open_engine() -> Any:
        raise IndexMismatchError("there is no index", remedy="make one")

    def ask(directory: Path) -> Any:
        served = Settings(labels=settings.labels, judge="anna", catalog=directory)
        app = create_app(EngineHandle(open_engine), store, served)
        with TestClient(app, base_url="http://localhost") as client:
            return client.get("/api/about")

    told = ask(shop.directory).json()
    assert (told["catalog"]["products"], told["model"]) == (2, None)
    gone = ask(shop.directory / "gone")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "no_catalog")
