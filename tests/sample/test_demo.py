from dataclasses import replace
from pathlib import Path

import pytest

from mmdemo.records import Query
from mmdemo.sample import demo
from mmdemo.search import SearchEngine
from mmdemo.trec import read_qrels, read_topics


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SHOP_PRODUCTS", 30)
    monkeypatch.setattr(demo, "TRAINING_PRODUCTS", 40)
    domain = replace(demo.CONFIG.domain, epochs=1)
    monkeypatch.setattr(demo, "CONFIG", replace(demo.CONFIG, image_size=(32, 32), domain=domain))


@pytest.mark.usefixtures("small")
def test_first_start_makes_a_shop_that_three_lists_answer(tmp_path: Path) -> None:
    catalog = demo.prepare_demo(tmp_path)
    engine = SearchEngine.open(catalog, device="cpu")
    assert len(engine.catalog) == 30
    rankings = engine.search(Query("red mug"), top_k=5)
    assert {name: len(ranking.hits) for name, ranking in rankings.items()} == {
        "text": 5,
        "image": 5,
        "fused": 5,
    }
    topics = read_topics(catalog / "queries.csv")
    judged = read_qrels(catalog / "qrels.txt")
    assert set(judged) <= {topic.topic_id for topic in topics}
    assert {p for grades in judged.values() for p in grades} <= set(engine.catalog.rows)


@pytest.mark.usefixtures("small")
def test_a_second_start_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = demo.prepare_demo(tmp_path)
    monkeypatch.setattr(demo, "draw_sample", None)  # calling it would fail
    monkeypatch.setattr(demo, "run_recipe", None)
    assert demo.prepare_demo(tmp_path) == catalog


@pytest.mark.usefixtures("small")
def test_an_interrupted_first_start_goes_on_after_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "build_index", interrupt)
        with pytest.raises(KeyboardInterrupt):
            demo.prepare_demo(tmp_path)
    monkeypatch.setattr(demo, "run_recipe", None)
    assert len(SearchEngine.open(demo.prepare_demo(tmp_path), device="cpu").catalog) == 30


@pytest.mark.usefixtures("small")
def test_it_can_be_made_again(tmp_path: Path) -> None:
    catalog = demo.prepare_demo(tmp_path)
    (catalog / "catalog.json").write_text("damaged")
    assert (
        len(SearchEngine.open(demo.prepare_demo(tmp_path, again=True), device="cpu").catalog) == 30
    )
