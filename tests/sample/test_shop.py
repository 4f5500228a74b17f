"""The shop that comes with mmdemo, as the demo shows it."""

import json
from pathlib import Path

import pytest

from mmdemo.sample import find_assets, prepare_demo
from mmdemo.search import SearchEngine
from mmdemo.towers import cache
from mmdemo.trec import read_qrels, read_topics


def _refuse(*_: object) -> None:
    raise AssertionError("a vector was made that should have been shipped")


def test_the_first_start_encodes_nothing_and_shows_all(
    assets_of_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = assets_of_checkout / "shop"
    if not ((assets_of_checkout / "model").is_dir() and (shop / "vectors").is_dir()):
        pytest.skip("no model or no vectors in assets/")
    assert find_assets() == assets_of_checkout
    monkeypatch.setattr(cache.VectorCache, "append", _refuse)
    folder = prepare_demo(tmp_path, device="cpu")
    engine = SearchEngine.open(folder, device="cpu")
    assert len(engine.catalog) == 832
    topics, qrels = read_topics(folder / "queries.csv"), read_qrels(folder / "qrels.txt")
    assert len(topics) == 183
    assert {topic.split for topic in topics} == {"test"}
    assert any(topic.query.image for topic in topics)
    assert {topic.topic_id for topic in topics} == set(qrels)
    assert {len(grades) for grades in qrels.values()} == {832}
    if (shop / "results.json").is_file():
        weight = json.loads((shop / "results.json").read_bytes())["text_weight"]
        assert engine.text_weight == weight
