"""Stored runs: what is kept, what is dropped, what is refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mmdemo.catalog import write_catalog
from mmdemo.errors import CatalogError, EvaluationError, RankerError
from mmdemo.records import Hit, Product, Query
from mmdemo.search import add_run
from mmdemo.search.runs import RunRanker, stored_runs

QUERIES = "query_id,query\n1,red shoe\n2,blue lamp\n3,never ranked\n"
RUN = """1 Q0 b 1 0.9 live
1 Q0 gone 2 0.8 live
1 Q0 a 3 0.7 live
2 Q0 gone 1 0.5 live
9 Q0 a 1 0.4 live
"""
KNOWN = {"a": 0, "b": 1}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A catalog folder; queries.csv and run.trec lie beside it."""
    (tmp_path / "queries.csv").write_text(QUERIES)
    (tmp_path / "run.trec").write_text(RUN)
    write_catalog(tmp_path / "shop", [Product("a"), Product("b")])
    return tmp_path / "shop"


def add(shop: Path, name: str = "live", run: str = "run.trec", queries: str = "queries.csv") -> int:
    return add_run(shop, name, shop.parent / run, shop.parent / queries)


def test_added_runs_answer_their_queries(shop: Path) -> None:
    assert add(shop) == 2  # query 3 is not in the run, 9 not among the queries
    assert stored_runs(shop) == ["live"]
    ranker = RunRanker.load(shop, "live", KNOWN)
    assert ranker.name == "run:live"
    found = ranker.rank(Query("Red  SHOE"), 10)
    assert (found.ranker, found.query_id, found.missing) == (
        "run:live",
        Query("red shoe").query_id,
        "",
    )
    assert found.hits == (Hit("b", 1, 0.9), Hit("a", 2, 0.7))
    assert ranker.rank(Query("red shoe"), 1).hits == (Hit("b", 1, 0.9),)


def test_a_run_whose_products_are_gone_is_missing(shop: Path) -> None:
    add(shop)
    found = RunRanker.load(shop, "live", KNOWN).rank(Query("blue lamp"), 10)
    assert found.hits == ()
    assert found.missing == "the catalog has none of this run's products"


@pytest.mark.parametrize("query", [Query("never ranked"), Query("red"), Query("red shoe", b"x")])
def test_other_queries_are_missing(shop: Path, query: Query) -> None:
    add(shop)
    found = RunRanker.load(shop, "live", KNOWN).rank(query, 10)
    assert (found.hits, found.missing) == ((), "this run has no such query")


def test_adding_again_replaces(shop: Path) -> None:
    add(shop)
    (shop.parent / "run.trec").write_text("1 Q0 a 1 0.1 new\n")
    assert add(shop) == 1
    assert stored_runs(shop) == ["live"]
    assert RunRanker.load(shop, "live", KNOWN).rank(Query("red shoe"), 5).hits == (
        Hit("a", 1, 0.1),
    )


def test_names_with_dots_stay_whole(shop: Path) -> None:
    for name in ("v1.2", "b_m-25"):
        add(shop, name)
    assert stored_runs(shop) == ["b_m-25", "v1.2"]


@pytest.mark.parametrize("name", ["", "a b", "../up", "a/b", "x" * 65, "live\n", "run:live"])
def test_unusable_names(shop: Path, name: str) -> None:
    with pytest.raises(RankerError, match=r"run name is not usable: got .*, expected 1 to 64"):
        add(shop, name)
    assert stored_runs(shop) == []


def test_no_query_in_common(shop: Path) -> None:
    (shop.parent / "other.csv").write_text("query_id,query\nq77,red shoe\n")
    with pytest.raises(RankerError, match=r"no query id in common: got \['1', .*'q77'"):
        add(shop, queries="other.csv")
    assert stored_runs(shop) == []


def test_files_that_cannot_be_read(shop: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot read"):
        add(shop, run="absent.trec")
    (shop.parent / "bad.trec").write_text("1 Q0 a\n")
    with pytest.raises(EvaluationError, match="line 1 is not a hit"):
        add(shop, run="bad.trec")
    assert stored_runs(shop) == []


def test_only_beside_a_catalog(shop: Path) -> None:
    nowhere = shop.parent / "typo"
    with pytest.raises(CatalogError, match="holds no catalog"):
        add(nowhere)
    assert not nowhere.exists()


def test_gzipped_files_are_kept_and_read(tmp_path: Path) -> None:
    write_catalog(tmp_path, [Product("p1"), Product("p2")])
    run, queries = tmp_path / "prod.trec.gz", tmp_path / "queries.csv.gz"
    run.write_bytes(gzip.compress(b"q1 Q0 p2 1 2.0 x\nq1 Q0 p1 2 1.0 x\n"))
    queries.write_bytes(gzip.compress(b"query_id,query\nq1,red cup\n"))
    assert add_run(tmp_path, "prod", run, queries) == 1
    ranker = RunRanker.load(tmp_path, "prod", {"p1": 0, "p2": 1})
    assert [hit.product_id for hit in ranker.rank(Query("red cup"), 5).hits] == ["p2", "p1"]


def test_queries_with_a_photo_are_left_out(shop: Path) -> None:
    (shop.parent / "mug.webp").write_bytes(b"pixels")
    (shop.parent / "queries.csv").write_text(
        'query_id,query,photo\n1,"red, shoe",\n2,like this,mug.webp\n'
    )
    assert add(shop) == 1
    ranker = RunRanker.load(shop, "live", KNOWN)
    assert [hit.product_id for hit in ranker.rank(Query("red, shoe"), 5).hits] == ["b", "a"]
    assert ranker.rank(Query("like this"), 5).missing == "this run has no such query"
