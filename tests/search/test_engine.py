"""The engine: rankers against brute force, what is refused, the stored weight, threads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.errors import CatalogError, IndexMismatchError, RankerError, SettingsError
from mmdemo.index import Manifest, build_index, read_manifest
from mmdemo.records import Hit, Product, Query, Ranking
from mmdemo.search import (
    SearchEngine,
    Weights,
    add_run,
    read_weight,
    read_weights,
    store_weight,
)
from mmdemo.search.runs import RunRanker
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
MakePhoto = Callable[..., bytes]
Doubles = NDArray[np.float64]


def cosines(rows: FloatArray, query: FloatArray) -> Doubles:
    found: Doubles = rows.astype(np.float64) @ query.astype(np.float64)
    return found


def ids(ranking: Ranking) -> list[str]:
    return [hit.product_id for hit in ranking.hits]


def test_bm25_ranks_titles(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    titles = ["green lamp", "red shoe", "shoe", "red red shoe"]
    found = make_engine(make_rows(4), make_rows(4), titles=titles).search(
        Query("Red shoes, red!"), rankers=("bm25",), top_k=2
    )["bm25"]
    assert ids(found) == ["p0003", "p0001"]
    assert [(h.rank, h.text_part, h.image_part) for h in found.hits] == [
        (1, None, None),
        (2, None, None),
    ]


def test_bm25_that_finds_nothing_is_not_missing(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(1), make_rows(1), titles=["shoe"])
    for words in ("zzz", "the of"):
        assert engine.search(Query(words), rankers=("bm25",))["bm25"] == Ranking(
            "bm25", Query(words).query_id, ()
        )


# ── What is asked ───────────────────────────────────────────────────────────────────────────


def test_a_photo_with_separate_towers(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    make_photo: MakePhoto,
    separate_towers: Towers,
) -> None:
    engine = make_engine(
        make_rows(9, dimension=5), make_rows(9, seed=1, missing=[3]), towers=separate_towers
    )
    found = engine.search(Query("", make_photo()), rankers=engine.ranker_names, text_weight=0.75)
    assert found["text"].hits == ()
    assert found["text"].missing == "the text tower cannot read photos; add words"
    assert found["bm25"].missing == "BM25 cannot read photos; add words"
    scores = {h.product_id: h.score for h in found["image"].hits}
    assert "p0003" not in scores
    assert ids(found["fused"]) == sorted(scores, key=lambda p: -scores[p])
    for hit in found["fused"].hits:
        assert hit.text_part is None
        assert hit.image_part == hit.score == pytest.approx(scores[hit.product_id] / 4, abs=2e-6)
    for name in ("fused-centered", "fused-zscore", "fused-minmax", "fused-rrf"):
        assert found[name].hits[0].product_id == found["image"].hits[0].product_id
        assert found[name].missing == ""


def test_a_photo_with_one_model_asks_for_text_too(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: MakePhoto
) -> None:
    text = make_rows(9)
    engine = make_engine(text, make_rows(9, seed=1))
    photo = engine.towers.image.encode_pixels(np.array([[[[255]], [[0]], [[0]]]], np.float32))[0]
    found = engine.search(Query("", make_photo("red")))["text"]
    assert found.missing == ""
    assert ids(found) == [f"p{i:04d}" for i in np.argsort(-cosines(text, photo))]


def test_a_photo_where_no_product_has_one(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: MakePhoto
) -> None:
    engine = make_engine(make_rows(3), np.zeros((3, 8), np.float32))
    found = engine.search(Query("", make_photo()), rankers=engine.ranker_names)
    assert found["image"].hits == ()
    assert len(found["fused-centered"].hits) == 3


def test_rankings_come_in_the_order_asked_and_once_each(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(3), make_rows(3, seed=1))
    asked = ("fused-rrf", "image", "bm25", "fused", "image", "fused-rrf")
    found = engine.search(Query("Red "), rankers=asked)
    assert list(found) == ["fused-rrf", "image", "bm25", "fused"]
    for name, ranking in found.items():
        assert (ranking.ranker, ranking.query_id) == (name, Query("red").query_id)


def test_many_queries_answer_as_one_by_one(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: MakePhoto
) -> None:
    engine = make_engine(make_rows(40), make_rows(40, seed=1), titles=["red"] * 40)
    queries = [Query("red"), Query("", make_photo()), Query("blue", make_photo()), Query("red")]
    together = engine.search_many(queries, rankers=engine.ranker_names, top_k=7)
    assert together == [
        engine.search(query, rankers=engine.ranker_names, top_k=7) for query in queries
    ]
    assert engine.search_many([], rankers=("fused",)) == []


def test_unknown_ranker_lists_the_known(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(1), make_rows(1))
    with pytest.raises(
        RankerError,
        match="no such ranker: got fuse, expected bm25, text, image, fused, fused-centered, "
        "fused-zscore, fused-minmax, fused-rrf",
    ):
        engine.search(Query("red"), rankers=("text", "fuse"))


@pytest.mark.parametrize("top_k", [0, -1, 10_001])
def test_top_k_out_of_range(make_engine: MakeEngine, make_rows: MakeRows, top_k: int) -> None:
    with pytest.raises(SettingsError, match=f"got {top_k}, expected 1 to 10000"):
        make_engine(make_rows(1), make_rows(1)).search(Query("red"), top_k=top_k)


@pytest.mark.parametrize("weight", [-0.01, 1.01, float("nan")])
def test_weight_out_of_range(make_engine: MakeEngine, make_rows: MakeRows, weight: float) -> None:
    engine = make_engine(make_rows(1), make_rows(1))
    with pytest.raises(SettingsError, match=f"weight of text .* got {weight}, expected 0 to 1"):
        engine.search(Query("red"), text_weight=weight)
    with pytest.raises(SettingsError, match="weight of text"):
        make_engine(make_rows(1), make_rows(1), text_weight=weight)


def test_the_catalogs_weight_is_used_unless_another_is_asked_for(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(9), make_rows(9, seed=1), text_weight=0.0)
    found = engine.search(Query("red"))
    assert ids(found["fused"]) == ids(found["image"])
    found = engine.search(Query("red"), text_weight=1.0)
    assert ids(found["fused"]) == ids(found["text"])


def test_queries_with_a_photo_have_a_weight_of_their_own(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: MakePhoto
) -> None:
    rows = make_rows(8)
    engine = make_engine(rows, make_rows(8), text_weight=0.75, photo_weight=0.25)
    words, photo = Query("red"), Query("red", make_photo())
    assert (engine.weight_for(words), engine.weight_for(photo)) == (0.75, 0.25)
    assert engine.weight_for(photo, 0.5) == 0.5
    found = engine.search_many([photo, words, photo], rankers=("fused",))
    for query, weight, answer in zip((photo, words, photo), (0.25, 0.75, 0.25), found, strict=True):
        expected = engine.search(query, rankers=("fused",), text_weight=weight, top_k=100)
        assert answer == expected
    place = engine.places(photo, ["p0000"], rankers=("fused",))["fused"]["p0000"]
    hits = engine.search(photo, rankers=("fused",), text_weight=0.25)["fused"].hits
    assert place is not None and place.score == pytest.approx(
        next(hit.score for hit in hits if hit.product_id == "p0000"), abs=1e-6
    )


def test_runs_rank_beside_the_others(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    hits = tuple(Hit(f"p{i:04d}", rank, 9.0 - rank) for rank, i in enumerate((2, 0, 1), start=1))
    run = RunRanker("live", {Query("red").query_id: hits})
    engine = make_engine(make_rows(3), make_rows(3), runs=[run])
    assert engine.ranker_names[-1] == "run:live"
    found = engine.search_many([Query("RED"), Query("blue")], rankers=("run:live",), top_k=2)
    assert ids(found[0]["run:live"]) == ["p0002", "p0000"]
    assert (found[1]["run:live"].hits, found[1]["run:live"].missing) == (
        (),
        "this run has no such query",
    )


def test_threads_get_the_answers_of_one_thread(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: MakePhoto
) -> None:
    def engine() -> SearchEngine:
        titles = [f"red {i % 7}" for i in range(200)]
        return make_engine(make_rows(200, distinct=50), make_rows(200, seed=1), titles=titles)

    queries = [Query(f"red {i}", make_photo() if i % 3 == 0 else None) for i in range(40)]

    def answer(engine: SearchEngine, query: Query) -> dict[str, Ranking]:
        return engine.search(query, rankers=engine.ranker_names)

    alone, together = engine(), engine()
    expected = [answer(alone, query) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: answer(together, query), queries * 3)) == expected * 3


# ── On disk ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(tmp_path: Path, separate_towers: Towers, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An indexed catalog whose towers are found by their names."""
    products = [Product(f"p{i:04d}", title) for i, title in enumerate(["red cup", "lamp", "vase"])]
    directory = tmp_path / "shop"
    catalog = write_catalog(directory, products)
    build_index(catalog, separate_towers, text_fields=("title",))

    def load(spec: str, *, text_spec: str | None, device: str) -> Towers:
        assert (spec, text_spec, device) == ("photos", "sentences", "cpu")
        return separate_towers

    monkeypatch.setattr("mmdemo.search.engine.load_towers", load)
    return directory


def reopen(shop: Path) -> SearchEngine:
    return SearchEngine.open(shop, device="cpu")


def test_open(shop: Path) -> None:
    engine = reopen(shop)
    assert engine.text_weight == 0.5
    assert engine.manifest == read_manifest(engine.catalog)
    found = engine.search(Query("lamp"), rankers=("bm25", "text"))
    assert ids(found["bm25"]) == ["p0001"]
    assert found["text"].hits[0] == Hit("p0001", 1, 1.0, 1.0, None)


def test_open_an_empty_catalog(shop: Path, separate_towers: Towers) -> None:
    catalog = write_catalog(shop, [])
    build_index(catalog, separate_towers, text_fields=("title",))
    engine = reopen(shop)
    found = engine.search(Query("lamp"), rankers=engine.ranker_names)
    assert {r.hits for r in found.values()} == {()}


def test_open_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="holds no catalog"):
        SearchEngine.open(tmp_path)
    write_catalog(tmp_path, [Product("p0000")])
    with pytest.raises(IndexMismatchError, match="has no index 'default'; run `mmdemo index"):
        SearchEngine.open(tmp_path)


def test_open_with_other_towers(
    shop: Path, shared_towers: Towers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.search.engine.load_towers", lambda *_, **__: shared_towers)
    with pytest.raises(IndexMismatchError, match="the text tower of sentences has changed"):
        reopen(shop)


def test_open_ranks_by_stored_runs(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "queries.csv").write_text("query_id,query\n1,lamp\n")
    (tmp_path / "run.trec").write_text("1 Q0 p0002 1 2.0 x\n1 Q0 gone 2 1.0 x\n")
    add_run(shop, "live", tmp_path / "run.trec", tmp_path / "queries.csv")
    engine = reopen(shop)
    assert engine.ranker_names[-1] == "run:live"
    assert ids(engine.search(Query("Lamp"), rankers=("run:live",))["run:live"]) == ["p0002"]


def rebuild(shop: Path, towers: Towers, *, fields: Sequence[str] = ("title",)) -> Manifest:
    return build_index(Catalog.open(shop), towers, text_fields=fields)


def test_a_tuned_weight_is_kept_for_the_same_towers(shop: Path, separate_towers: Towers) -> None:
    assert read_weight(shop) == 0.5
    store_weight(shop, 0.2, {"measure": "nDCG@10"})
    assert read_weight(shop) == 0.2
    assert (reopen(shop).text_weight, reopen(shop).photo_weight) == (0.2, 0.2)
    stored = json.loads((shop / "indexes" / "default" / "weight.json").read_bytes())
    assert stored["measure"] == "nDCG@10"
    write_catalog(shop, [*Catalog.open(shop), Product("p0009", "new")])
    rebuild(shop, separate_towers)
    assert read_weight(shop) == 0.2


def test_a_weight_for_queries_with_a_photo_is_kept_too(shop: Path) -> None:
    store_weight(shop, 0.6, {}, photo_weight=0.3)
    assert read_weights(shop) == Weights(0.6, 0.3)
    engine = reopen(shop)
    assert (engine.text_weight, engine.photo_weight) == (0.6, 0.3)
    assert str(engine.weights) == "0.6, for queries with a photo 0.3"
    assert str(Weights(0.6, 0.6)) == "0.6"
    with pytest.raises(SettingsError, match=r"weight of text is not usable: got 1\.2"):
        store_weight(shop, 0.6, {}, photo_weight=1.2)


def test_a_tuned_weight_does_not_outlive_its_towers(
    shop: Path, separate_towers: Towers, shared_towers: Towers
) -> None:
    store_weight(shop, 0.2, {})
    rebuild(shop, separate_towers, fields=("title", "description"))
    assert read_weight(shop) == 0.5
    rebuild(shop, shared_towers)
    assert read_weight(shop) == 0.5
    rebuild(shop, separate_towers)
    assert read_weight(shop) == 0.2
    rebuild(shop, replace(separate_towers, text=shared_towers.text))
    assert read_weight(shop) == 0.5


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"text_weight": 7, "towers": []}'])
def test_an_unusable_weight_file_counts_as_none(shop: Path, content: str) -> None:
    (shop / "indexes" / "default" / "weight.json").write_text(content)
    assert read_weight(shop) == 0.5


def test_a_weight_out_of_range_is_not_stored(shop: Path) -> None:
    with pytest.raises(SettingsError):
        store_weight(shop, 1.2, {})
    assert read_weight(shop) == 0.5


def test_a_weight_belongs_to_one_index(shop: Path, separate_towers: Towers) -> None:
    build_index(Catalog.open(shop), separate_towers, text_fields=("title",), name="other")
    store_weight(shop, 0.9, {}, "other")
    assert (read_weight(shop), read_weight(shop, "other")) == (0.5, 0.9)


@pytest.mark.parametrize("ranker", ["fused", "fused-zscore", "fused-minmax", "fused-centered"])
def test_a_photo_asks_nothing_where_only_text_counts_and_it_cannot_read_photos(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    make_photo: MakePhoto,
    separate_towers: Towers,
    ranker: str,
) -> None:
    engine = make_engine(make_rows(9, dimension=5), make_rows(9, seed=1), towers=separate_towers)
    query = Query("", make_photo())
    silent = engine.search(query, rankers=(ranker,), text_weight=1.0)[ranker]
    assert silent.hits == ()
    assert silent.missing == "the text tower cannot read photos; add words"
    for weight in (0.0, 0.9):
        found = engine.search(query, rankers=(ranker, "image"), text_weight=weight)
        assert found[ranker].missing == ""
        if ranker != "fused-centered":
            assert ids(found[ranker]) == ids(found["image"])
