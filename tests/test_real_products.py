"""Real products, if there are any: `pytest --data DIR`, with the files that
`benchmarks/own_catalog.py` names."""

import json
from pathlib import Path

import pytest

from mmdemo.catalog import import_catalog
from mmdemo.index import LexicalIndex
from mmdemo.records import Hit, Ranking
from mmdemo.trec import read_qrels, read_topics


@pytest.fixture
def data(request: pytest.FixtureRequest) -> Path:
    folder = request.config.getoption("--data")
    if folder is None:
        pytest.skip("real products are not here: give their folder with --data DIR")
    return Path(folder)


@pytest.mark.parametrize(
    ("name", "described"), [("products", 9578), ("products_sparse", 0)], ids=["full", "sparse"]
)
def test_every_product_and_photo_is_taken(
    data: Path, tmp_path: Path, name: str, described: int
) -> None:
    catalog, report = import_catalog(
        data / f"{name}.csv.gz", tmp_path / name, images=data / "images.zip"
    )
    assert (report.rows, report.products, report.with_photo) == (9583, 9583, 9583)
    assert report.with_description == described
    assert report.problems == {}
    product = catalog.get("10000")
    assert product.price is not None
    assert (product.price.amount, product.price.currency) == (649.0, "INR")
    stored = json.loads((tmp_path / name / "import_report.json").read_text())
    assert stored["products"] == 9583


def test_words_alone_find_what_the_field_knows_they_find(data: Path, tmp_path: Path) -> None:
    from mmdemo.evaluate import evaluate

    catalog, _ = import_catalog(data / "products.csv.gz", tmp_path / "products")
    index = LexicalIndex.build([product.title for product in catalog])
    rankings = {}
    for topic in read_topics(data / "queries.dev.csv"):
        scores, rows = index.search(topic.query.text, 10)
        hits = [
            Hit(catalog.products[row].product_id, rank, float(score))
            for rank, (score, row) in enumerate(zip(scores, rows, strict=True), start=1)
        ]
        rankings[topic.topic_id] = Ranking("bm25", topic.query.query_id, tuple(hits))
    qrels = read_qrels(data / "qrels.dev.txt.gz")
    measured = evaluate({"bm25": rankings}, qrels, ["nDCG@10"], resamples=100).to_json()
    rankers = measured["rankers"]
    assert isinstance(rankers, dict)
    assert rankers["bm25"]["nDCG@10"] == pytest.approx(0.727, abs=0.01)
