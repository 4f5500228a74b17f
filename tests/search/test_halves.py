"""Lists from one index call: exact scores, missing halves, ties, depth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mmdemo.records import Query, Ranking
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
Doubles = NDArray[np.float64]


def cosines(rows: FloatArray, query: FloatArray) -> Doubles:
    """In float64; nan for a product without a row."""
    found: Doubles = rows.astype(np.float64) @ query.astype(np.float64)
    found[~rows.any(axis=1)] = np.nan
    return found


def best(scores: Doubles, count: int) -> list[str]:
    """Ids of the best, equal scores by id; nan is left out."""
    places = [i for i in range(len(scores)) if not np.isnan(scores[i])]
    places.sort(key=lambda i: (-round(float(scores[i]), 6), i))
    return [f"p{i:04d}" for i in places[:count]]


def ids(ranking: Ranking) -> list[str]:
    return [hit.product_id for hit in ranking.hits]


def row_of(product_id: str) -> int:
    return int(product_id[1:])


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 80),
    distinct=st.sampled_from([None, 1, 4]),
    weight=st.floats(0, 1),
    top_k=st.integers(1, 100),
    gaps=st.sets(st.integers(0, 79), max_size=30),
)
def test_fused_is_the_weighted_sum_of_cosines(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    shared_towers: Towers,
    score_fused: Callable[..., Doubles],
    seed: int,
    count: int,
    distinct: int | None,
    weight: float,
    top_k: int,
    gaps: set[int],
) -> None:
    no_text = [g for g in gaps if g < count and g % 3 == 0]
    no_image = [g for g in gaps if g < count and g % 2 == 0]
    text = make_rows(count, seed=seed, distinct=distinct, missing=no_text)
    image = make_rows(count, seed=seed + 1, distinct=distinct, missing=no_image)
    found = make_engine(text, image).search(Query("red shoe"), text_weight=weight, top_k=top_k)

    query = shared_towers.text.encode_texts(["red shoe"])[0]
    of_text, of_image = cosines(text, query), cosines(image, query)
    expected = score_fused(of_text, of_image, ((weight, 0), (1 - weight, 0)))
    assert ids(found["fused"]) == best(expected, top_k)
    assert ids(found["text"]) == best(of_text, top_k)
    assert ids(found["image"]) == best(of_image, top_k)
    for name, scores in (("fused", expected), ("text", of_text), ("image", of_image)):
        for rank, hit in enumerate(found[name].hits, start=1):
            assert hit.rank == rank
            assert hit.score == pytest.approx(scores[row_of(hit.product_id)], rel=1e-5, abs=5e-6)
    for hit in found["fused"].hits:
        row = row_of(hit.product_id)
        for part, scale, of_half in (
            (hit.text_part, weight, of_text[row]),
            (hit.image_part, 1 - weight, of_image[row]),
        ):
            # What is not there has no cosine: its part is what the score has beyond the other.
            assert part is not None
            assert np.isnan(of_half) or part == pytest.approx(scale * of_half, abs=2e-6)


def test_the_ends_of_the_slider_are_the_single_lists(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(60), make_rows(60, seed=1))
    only_text = engine.search(Query("red"), text_weight=1.0)
    only_image = engine.search(Query("red"), text_weight=0.0)
    for found, name in ((only_text, "text"), (only_image, "image")):
        assert ids(found["fused"]) == ids(found[name])
        assert [h.score for h in found["fused"].hits] == [h.score for h in found[name].hits]
    assert ids(only_text["fused"]) != ids(only_image["fused"])


def test_single_lists_have_one_part(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    found = make_engine(make_rows(5), make_rows(5, seed=1)).search(Query("red"))
    assert [(h.text_part, h.image_part) for h in found["text"].hits] == [
        (h.score, None) for h in found["text"].hits
    ]
    assert [(h.text_part, h.image_part) for h in found["image"].hits] == [
        (None, h.score) for h in found["image"].hits
    ]


@pytest.mark.parametrize(
    "ranker", ["fused", "fused-centered", "fused-zscore", "fused-minmax", "fused-rrf"]
)
def test_parts_add_up_to_the_score(
    make_engine: MakeEngine, make_rows: MakeRows, ranker: str
) -> None:
    engine = make_engine(make_rows(40, missing=[1, 4]), make_rows(40, seed=1, missing=[2]))
    hits = engine.search(Query("red"), rankers=(ranker,), text_weight=0.3, top_k=40)[ranker].hits
    assert len(hits) == 40
    for hit in hits:
        assert hit.text_part is not None
        assert hit.image_part is not None
        assert hit.text_part + hit.image_part == pytest.approx(hit.score, abs=1e-12)


def test_text_image_and_fused_come_from_one_call(
    make_engine: MakeEngine, make_rows: MakeRows, index_calls: list[tuple[int, int]]
) -> None:
    engine = make_engine(make_rows(100), make_rows(100, seed=1))
    engine.search(Query("red"), top_k=10)
    assert index_calls == [(3, 26)]  # 16 more, to see where ties end
    index_calls.clear()
    rankers = ("text", "image", "fused", "fused-zscore")
    engine.search_many([Query(f"red {i}") for i in range(50)], rankers=rankers, top_k=10)
    assert index_calls == [(200, 26)]


def test_missing_halves_by_hand(make_engine: MakeEngine, shared_towers: Towers) -> None:
    query = shared_towers.text.encode_texts(["red"])[0]
    other = np.roll(query, 1) - (np.roll(query, 1) @ query) * query
    other /= np.linalg.norm(other)

    def row(cosine: float) -> FloatArray:
        rows: FloatArray = (cosine * query + (1 - cosine**2) ** 0.5 * other).astype(np.float32)
        return rows

    nothing = np.zeros_like(query)
    # p0000 both, p0001 without photo, p0002 without text, p0003 neither, p0004 both
    text = np.stack([row(0.8), row(0.6), nothing, nothing, row(0.1)])
    image = np.stack([row(0.3), nothing, row(0.7), nothing, row(0.2)])
    found = make_engine(text, image).search(Query("red"), text_weight=0.5)

    assert ids(found["text"]) == ["p0000", "p0001", "p0004"]
    assert ids(found["image"]) == ["p0002", "p0000", "p0004"]
    # p0000 and p0004 have both: fused 0.55 and 0.15, mean 0.35, standard deviation 0.2.
    expected = {
        "p0002": 0.35 + 0.2 * (0.7 - 0.25) / 0.05,  # image cosines 0.3 and 0.2
        "p0000": (0.8 + 0.3) / 2,
        "p0001": 0.35 + 0.2 * (0.6 - 0.45) / 0.35,  # text cosines 0.8 and 0.1
        "p0004": (0.1 + 0.2) / 2,
    }
    assert ids(found["fused"]) == list(expected)
    assert [h.score for h in found["fused"].hits] == pytest.approx(
        list(expected.values()), abs=2e-5
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_the_index_itself_knows_what_a_missing_photo_is_worth(
    make_engine: MakeEngine, make_rows: MakeRows, shared_towers: Towers, sign: int
) -> None:
    # Half of 400 products have no photo, and the mean cosine is far from 0 either way.
    query = shared_towers.text.encode_texts(["red"])[0]
    text, image = make_rows(400), make_rows(400, seed=1, missing=range(0, 400, 2))
    image[1::2] += sign * 2 * query
    image[1::2] /= np.linalg.norm(image[1::2], axis=1, keepdims=True)
    found = make_engine(text, image).search(Query("red"), text_weight=0.5, top_k=9)["fused"]
    of_text, of_image = text @ query, image @ query
    fused = (of_text + of_image) / 2
    whole = slice(1, None, 2)
    place = (of_text - of_text[whole].mean()) / of_text[whole].std()
    fused[::2] = (fused[whole].mean() + fused[whole].std() * place)[::2]
    assert abs(of_image[whole].mean()) > 0.5
    assert ids(found) == best(fused, 9)
    assert {int(product[1:]) % 2 for product in ids(found)} == {0, 1}  # neither kind is shut out


def test_no_photos_at_all(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(9), np.zeros((9, 8), np.float32))
    found = engine.search(Query("red"), rankers=engine.ranker_names[1:], text_weight=0.5)
    assert found["image"].hits == ()
    assert found["image"].missing == ""
    for name in ("fused", "fused-zscore", "fused-minmax", "fused-rrf"):
        assert ids(found[name]) == ids(found["text"]), name
    assert len(found["fused-centered"].hits) == 9


@pytest.mark.parametrize("top_k", [1, 7, 20, 40, 99, 100, 150])
def test_ties_at_the_cut_go_by_product_id(
    make_engine: MakeEngine, make_rows: MakeRows, top_k: int
) -> None:
    # 40 equal products between 30 better and 30 worse ones, spread over the catalog.
    three = np.eye(8, dtype=np.float32)[:3]
    kinds = np.random.default_rng(5).permutation([0] * 30 + [1] * 40 + [2] * 30)
    text = image = three[kinds]
    engine = make_engine(text, image)
    query = engine.towers.text.encode_texts(["red"])[0]
    order = sorted(range(100), key=lambda i: (-query[kinds[i]], i))
    found = engine.search(Query("red"), top_k=top_k)
    for ranking in found.values():
        assert ids(ranking) == [f"p{i:04d}" for i in order][:top_k]


@pytest.mark.parametrize("count", [36, 37, 1000])
def test_equal_products_score_equal(
    make_engine: MakeEngine, make_rows: MakeRows, count: int
) -> None:
    # At 256 dimensions float32 sums differ by their place in a batch.
    towers = _towers(256)
    same = np.repeat(make_rows(1, dimension=256), count, axis=0)
    engine = make_engine(same, same, towers=towers)
    found = engine.search(Query("red"), rankers=engine.ranker_names[1:-1], top_k=count)
    for name, ranking in found.items():
        assert len({hit.score for hit in ranking.hits}) == 1, name
        assert ids(ranking) == [f"p{i:04d}" for i in range(count)], name


def _towers(dimension: int) -> Towers:
    class Fixed:
        spec = fingerprint = "fixed"

        def __init__(self) -> None:
            self.dimension = dimension

        def encode_texts(self, texts: object) -> FloatArray:
            row = np.random.default_rng(9).normal(size=(1, dimension)).astype(np.float32)
            unit: FloatArray = row / np.linalg.norm(row)
            return unit

        def preprocess(self, image: object) -> FloatArray:
            raise NotImplementedError

        def encode_pixels(self, pixels: FloatArray) -> FloatArray:
            raise NotImplementedError

    tower = Fixed()
    return Towers(tower, tower, tower)


def test_few_photos_do_not_make_the_image_list_look_on(
    make_engine: MakeEngine, make_rows: MakeRows, index_calls: list[tuple[int, int]]
) -> None:
    image = make_rows(500, seed=1, missing=range(3, 500))
    found = make_engine(make_rows(500), image).search(Query("red"), rankers=("image",), top_k=10)
    assert sorted(ids(found["image"])) == ["p0000", "p0001", "p0002"]
    assert index_calls == [(1, 26)]


def test_more_asked_than_there_are(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(4), make_rows(4, seed=1))
    found = engine.search(Query("red"), rankers=engine.ranker_names, top_k=10_000)
    assert {name: len(r.hits) for name, r in found.items()} == {
        "bm25": 0,
        **dict.fromkeys(engine.ranker_names[1:], 4),
    }


def test_empty_catalog(
    make_engine: MakeEngine, make_rows: MakeRows, make_photo: Callable[..., bytes]
) -> None:
    engine = make_engine(make_rows(0), make_rows(0))
    for query in (Query("red"), Query("", make_photo()), Query("red", make_photo())):
        found = engine.search(query, rankers=engine.ranker_names)
        assert [r.hits for r in found.values()] == [()] * len(engine.ranker_names)


def test_one_product(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(1), make_rows(1, seed=1), titles=["red"])
    found = engine.search(Query("red"), rankers=engine.ranker_names)
    assert {name: ids(r) for name, r in found.items()} == {
        name: ["p0000"] for name in engine.ranker_names
    }
