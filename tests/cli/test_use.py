"""`mmdemo use`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.search import SearchEngine

Run = Callable[..., Any]


@pytest.fixture
def titles(run: Run, shop: Path, model: Path) -> Path:
    """The shop with a second index, `titles`."""
    options = ("--model", f"local-dir:{model}", "--text-fields", "title", "--name", "titles")
    assert run("index", "--catalog", shop, *options).status == 0
    return shop


def test_the_index_named_is_served_and_the_other_stands_beside_it(run: Run, titles: Path) -> None:
    outcome = run("use", "titles", "--catalog", titles)
    assert outcome.status == 0
    assert "is served from the next start of the server on" in outcome.out
    assert f"go back with: mmdemo use --back --catalog {titles}\n" in outcome.out
    engine = SearchEngine.open(titles, device="cpu")
    assert engine.index_name == "titles"
    assert engine.manifest is not None
    assert engine.manifest.text_fields == ("title",)
    assert "text@default" in engine.ranker_names
    assert "text@titles" not in engine.ranker_names
    indexes = json.loads(run("catalog", titles, "--json").out)["indexes"]
    assert {i["name"]: i["served"] for i in indexes} == {"default": False, "titles": True}
    assert "index titles (served): local-dir:" in run("catalog", titles).out


def test_back_and_forth(run: Run, titles: Path, assert_mistake: Callable[..., None]) -> None:
    def served() -> str:
        return SearchEngine.open(titles, device="cpu").index_name

    back = ("use", "--back", "--catalog", titles)
    assert_mistake(run(*back), "has served no other index than default")
    for name in ("titles", "titles", "default"):  # the second time nothing changes
        assert run("use", name, "--catalog", titles).status == 0
    assert served() == "default"
    assert "titles (local-dir:" in run(*back).out
    assert served() == "titles"
    assert run(*back).status == 0
    assert served() == "default"
    assert_mistake(run(*back), "has served no other index than default")


def test_searches_and_weights_are_those_of_the_served_index(
    run: Run, titles: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("use", "titles", "--catalog", titles).status == 0
    tuned = run("tune", "--catalog", titles, *judged)
    weights = {name: titles / "indexes" / name / "weight.json" for name in ("default", "titles")}
    if tuned.status == 0:  # or the weight makes no difference to this little model
        assert (weights["default"].exists(), weights["titles"].exists()) == (False, True)
    found = run("search", "red cup", "--catalog", titles, "--rankers", "bm25,bm25@default")
    assert found.status == 0
    monkeypatch.setenv("MMDEMO_INDEX_NAME", "default")  # goes before it
    found = run("search", "red cup", "--catalog", titles, "--rankers", "bm25,bm25@titles")
    assert found.status == 0
    said = run("use", "titles", "--catalog", titles).out
    assert "MMDEMO_INDEX_NAME says default, which goes before it: unset it" in said


def test_an_index_whose_model_is_gone_is_not_served(
    run: Run, titles: Path, assert_mistake: Callable[..., None]
) -> None:
    assert run("use", "titles", "--catalog", titles).status == 0
    manifest = titles / "indexes" / "default" / "index.json"
    values = json.loads(manifest.read_bytes()) | {"model": f"local-dir:{titles}/moved"}
    manifest.write_text(json.dumps(values))
    served = (titles / "indexes" / "served.json").read_bytes()
    for command in (("use", "default"), ("use", "--back")):
        outcome = run(*command, "--catalog", titles)
        assert_mistake(outcome, "index default cannot be served: its model is gone: moved")
    assert (titles / "indexes" / "served.json").read_bytes() == served


def test_mistakes(run: Run, shop: Path, assert_mistake: Callable[..., None]) -> None:
    command = ("use", "--catalog", shop)
    assert_mistake(run(*command), "which index is to be served?: expected its name, or --back")
    assert_mistake(run(*command, "default", "--back"), "which index is to be served?")
    assert_mistake(run(*command, "no"), "has no index 'no'")
    assert_mistake(run(*command, "a/b"), "index name is not usable")
    (shop / "indexes" / "served.json").write_text('{"served": []}')
    assert_mistake(run(*command, "default"), "served.json cannot be read", "delete it")
    assert_mistake(run("search", "cup", "--catalog", shop), "served.json cannot be read")
