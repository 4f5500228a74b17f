"""Lists of a part of the catalog, and places far down a list, against whole lists cut by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mmdemo.errors import CatalogError, RankerError
from mmdemo.records import Hit, Query, Ranking
from mmdemo.search import SearchEngine
from mmdemo.search.runs import RunRanker
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
MakePhoto = Callable[..., bytes]
Bools = NDArray[np.bool_]
WHOLE = 10_000
QUERIES = ("words", "photo", "both")


def query_of(kind: str, make_photo: MakePhoto) -> Query:
    return Query("" if kind == "photo" else "red shoe", None if kind == "words" else make_photo())


def cut(ranking: Ranking, within: Bools, top_k: int) -> tuple[Hit, ...]:
    """What is left of a whole ranking, ranked anew."""
    left = [hit for hit in ranking.hits if within[int(hit.product_id[1:])]]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(left, start=1))[:top_k]


@pytest.fixture(scope="module")
def any_engine(make_engine: MakeEngine, make_rows: MakeRows) -> Callable[..., SearchEngine]:
    """An engine with ties, with gaps in both halves, and a run."""

    def make(
        seed: int, count: int, distinct: int | None, gaps: set[int], **options: object
    ) -> SearchEngine:
        no_text = [g for g in gaps if g < count and g % 3 == 0]
        no_image = [g for g in gaps if g < count and g % 2 == 0]
        text = make_rows(count, seed=seed, distinct=distinct, missing=no_text)
        image = make_rows(count, seed=seed + 1, distinct=distinct, missing=no_image)
        titles = [("red shoe", "red red lamp", "vase", "")[i % 4] for i in range(count)]
        hits = [Hit(f"p{i:04d}", rank, 1 / rank) for rank, i in enumerate(range(0, count, 3), 1)]
        run = RunRanker("live", {Query("red shoe").query_id: tuple(hits)})
        return make_engine(text, image, titles=titles, runs=[run], **options)

    return make


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    distinct=st.sampled_from([None, 1, 4]),
    weight=st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    top_k=st.integers(1, 70),
    gaps=st.sets(st.integers(0, 59), max_size=30),
    passing=st.sets(st.integers(0, 59)),
    kind=st.sampled_from(QUERIES),
)
def test_a_part_is_what_is_left_of_the_whole_and_places_are_its_ranks(
    any_engine: Callable[..., SearchEngine],
    make_photo: MakePhoto,
    seed: int,
    count: int,
    distinct: int | None,
    weight: float,
    top_k: int,
    gaps: set[int],
    passing: set[int],
    kind: str,
) -> None:
    engine = any_engine(seed, count, distinct, gaps)
    within = np.array([i in passing for i in range(count)])
    query = query_of(kind, make_photo)
    # Merged lists are of the filtered lists, not a filtered merge: they have a test of their own.
    rankers = [name for name in engine.ranker_names if name != "fused-rrf"]
    options = {"rankers": rankers, "text_weight": weight}
    whole = engine.search(query, top_k=WHOLE, **options)  # type: ignore[arg-type]
    part = engine.search(query, top_k=top_k, within=within, **options)  # type: ignore[arg-type]
    ids = [f"p{i:04d}" for i in reversed(range(count))]
    places = engine.places(query, ids, **options)  # type: ignore[arg-type]
    inside = engine.places(query, ids, within=within, **options)  # type: ignore[arg-type]
    for name in rankers:
        assert part[name].hits == cut(whole[name], within, top_k)
        assert part[name].missing == whole[name].missing
        hits = {hit.product_id: hit for hit in whole[name].hits}
        assert places[name] == {p: hits.get(p) for p in ids}
        hits = {hit.product_id: hit for hit in cut(whole[name], within, WHOLE)}
        assert inside[name] == {p: hits.get(p) for p in ids}


@pytest.mark.parametrize("kind", QUERIES)
def test_where_the_text_tower_cannot_read_photos(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    make_photo: MakePhoto,
    separate_towers: Towers,
    kind: str,
) -> None:
    text, image = make_rows(300, dimension=5), make_rows(300, seed=1, missing=range(0, 300, 7))
    engine = make_engine(text, image, towers=separate_towers)
    query, ids = query_of(kind, make_photo), [f"p{i:04d}" for i in range(300)]
    within = np.arange(300) % 2 == 0
    for weight in (0.0, 0.3, 0.999, 1.0):
        options = {"rankers": ("text", "image", "fused", "fused-zscore"), "text_weight": weight}
        whole = engine.search(query, top_k=WHOLE, **options)  # type: ignore[arg-type]
        short = engine.search(query, top_k=10, **options)  # type: ignore[arg-type]
        part = engine.search(query, top_k=10, within=within, **options)  # type: ignore[arg-type]
        places = engine.places(query, ids, **options)  # type: ignore[arg-type]
        for name, ranking in whole.items():
            assert short[name].hits == ranking.hits[:10]
            assert part[name].hits == cut(ranking, within, 10)
            found = {hit.product_id: hit for hit in ranking.hits}
            assert places[name] == {p: found.get(p) for p in ids}


def test_rrf_merges_the_filtered_lists(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(40), make_rows(40, seed=1))
    within = np.arange(40) % 4 == 1
    options = {"rankers": ("text", "image", "fused-rrf"), "text_weight": 0.5, "within": within}
    found = engine.search(Query("red"), top_k=WHOLE, **options)
    ranks = {
        name: {hit.product_id: hit.rank for hit in found[name].hits} for name in ("text", "image")
    }
    assert [hit.product_id for hit in found["fused-rrf"].hits] == sorted(
        ranks["text"],
        key=lambda p: (-1 / (60 + ranks["text"][p]) - 1 / (60 + ranks["image"][p]), p),
    )
    places = engine.places(Query("red"), ["p0001", "p0002"], **options)
    hits = {hit.product_id: hit for hit in found["fused-rrf"].hits}
    assert places["fused-rrf"] == {"p0001": hits["p0001"], "p0002": None}


def test_rrf_knows_no_place_beyond_its_depth(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    text = make_rows(1200, seed=3)
    engine = make_engine(text, text)  # both lists are the same, and 1000 of each are merged
    ids = [f"p{i:04d}" for i in range(1200)]
    places = engine.places(Query("red"), ids, rankers=("text", "fused-rrf"))
    for product_id in ids:
        by_text, merged = places["text"][product_id], places["fused-rrf"][product_id]
        assert by_text is not None
        assert (merged is None) == (by_text.rank > 1000)
        assert merged is None or merged.rank == by_text.rank


def test_nothing_passes(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(5), make_rows(5, seed=1), titles=["red"] * 5)
    none = np.zeros(5, bool)
    found = engine.search(Query("red"), rankers=engine.ranker_names, within=none)
    assert {name: (r.hits, r.missing) for name, r in found.items()} == dict.fromkeys(
        engine.ranker_names, ((), "")
    )
    places = engine.places(Query("red"), ["p0001"], rankers=engine.ranker_names, within=none)
    assert places == {name: {"p0001": None} for name in engine.ranker_names}


def test_what_places_refuses(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(2), make_rows(2))
    with pytest.raises(CatalogError, match="has no product 'p9'"):
        engine.places(Query("red"), ["p0000", "p9"], rankers=("text",))
    with pytest.raises(RankerError, match="no such ranker: got txt"):
        engine.places(Query("red"), ["p0000"], rankers=("txt",))
    assert engine.places(Query("red"), [], rankers=("text",)) == {"text": {}}
