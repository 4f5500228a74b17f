"""`mmdemo search`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.records import Query

Run = Callable[..., Any]


def test_json(run: Run, shop: Path) -> None:
    rankers = ("--rankers", "bm25,text,image,fused", "-k", 3, "--weight", 0.25, "--json")
    outcome = run("search", "red cup", "--catalog", shop, *rankers)
    assert (outcome.status, outcome.err) == (0, "")
    answer = json.loads(outcome.out)
    assert list(answer) == ["query", "query_id", "text_weight", "rankings"]
    assert answer["query"] == "red cup"
    assert answer["query_id"] == Query("red cup").query_id
    assert answer["text_weight"] == 0.25
    assert list(answer["rankings"]) == ["bm25", "text", "image", "fused"]
    for ranking in answer["rankings"].values():
        assert ranking["missing"] == ""
        assert [hit["rank"] for hit in ranking["hits"]] == [1, 2, 3]
        for hit in ranking["hits"]:
            assert list(hit) == ["product_id", "rank", "score", "text_part", "image_part"]
    assert answer["rankings"]["bm25"]["hits"][0]["product_id"] == "cup-red"
    for hit in answer["rankings"]["fused"]["hits"]:
        assert hit["text_part"] + hit["image_part"] == pytest.approx(hit["score"], abs=1e-9)


def test_on_the_terminal(run: Run, shop: Path) -> None:
    outcome = run("search", "red cup", "--catalog", shop, "--rankers", "bm25,image", "-k", 1)
    first, hit, _, second, *_ = outcome.out.splitlines()
    assert (first, second) == ("bm25", "image")
    assert hit.split()[0] == "1"
    assert hit.split()[2:] == ["cup-red", "red", "cup"]


def test_by_photo(run: Run, shop: Path, source: Path) -> None:
    photo = source / "photos" / "cup-blue.png"
    rankers = ("--rankers", "image,bm25", "--json")
    answer = json.loads(run("search", "--image", photo, "--catalog", shop, *rankers).out)
    assert answer["query_id"] == Query("", photo.read_bytes()).query_id
    best, second = answer["rankings"]["image"]["hits"][:2]
    # Both blue things have the same photo.
    assert (best["product_id"], second["product_id"]) == ("cup-blue", "lamp-blue")
    assert best["score"] == second["score"] == pytest.approx(1, abs=1e-5)
    assert answer["rankings"]["bm25"] == {
        "missing": "BM25 cannot read photos; add words",
        "hits": [],
    }


def test_a_missing_ranking_says_why_on_the_terminal(run: Run, shop: Path, source: Path) -> None:
    photo = source / "photos" / "cup-blue.png"
    outcome = run("search", "--image", photo, "--catalog", shop, "--rankers", "bm25")
    assert outcome.out == "bm25: BM25 cannot read photos; add words\n\n"


def test_mistakes(
    run: Run, shop: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    def search(*options: object, catalog: Path = shop) -> Any:
        return run("search", *options, "--catalog", catalog)

    assert_mistake(search("red", catalog=tmp_path / "none"), "holds no catalog")
    assert_mistake(search(), "the query is empty")
    assert_mistake(search("red", "--rankers", "text,magic"), "got magic", "fused-rrf")
    assert_mistake(search("red", "--weight", 1.5), "got 1.5", "0 to 1")
    assert_mistake(search("red", "-k", 0), "top_k is not usable", "got 0")
    absent = tmp_path / "absent.png"
    assert_mistake(search("--image", absent), f"{absent} cannot be read: No such file")
    (tmp_path / "text.png").write_text("no photo")
    assert_mistake(search("--image", tmp_path / "text.png"), "query photo cannot be used")
    write_catalog(shop, list(Catalog.open(shop))[1:])
    assert_mistake(search("red"), "older than its products", "run `mmdemo index --catalog")
