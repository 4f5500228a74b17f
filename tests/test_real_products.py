"""Real products, if there are any: `pytest --data DIR`, with the files that
`benchmarks/own_catalog.py` names."""

import json
import time
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


@pytest.mark.parametrize("name", ["products", "products_sparse"], ids=["full", "sparse"])
def test_every_product_and_photo_is_taken(data: Path, tmp_path: Path, name: str) -> None:
    started = time.monotonic()
    catalog, report = import_catalog(
        data / f"{name}.csv.gz", tmp_path / name, images=data / "images.zip"
    )
    assert time.monotonic() - started < 60
    assert (report.rows, report.products, report.with_photo) == (9583, 9583, 9583)
    assert report.left_out == report.merged == 0
    product = catalog.get("10000")
    assert product.price is not None
    assert (product.price.amount, product.price.currency) == (649.0, "INR")
    stored = json.loads((tmp_path / name / "import_report.json").read_text())
    assert stored["products"] == 9583


def test_the_report_names_the_known_dirt(data: Path, tmp_path: Path) -> None:
    _, report = import_catalog(data / "products.csv.gz", tmp_path / "products")
    assert report.different_titles == 7084
    counts = {reason: problem.count for reason, problem in report.problems.items()}
    assert counts == {
        "title of another product too": 9583 - 7084,
        "NA inside description": 1058,
        "a word for nothing, taken as empty": 45,  # descriptions that are "-"
        "wrong encoding mended": 16,
        "no description": 5,
        "text cut": 1,
        "photo is a file name, but no folder or archive of photos was given": 9583,
    }
    assert report.with_description == 9583 - 5 - 45
    assert report.notes == [
        "9583 prices are text and were read: '649' as 649 INR, '549' as 549 INR, '2695' as 2695 INR"
    ]


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
