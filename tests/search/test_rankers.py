"""Each fused ranker of the engine against brute force over the whole catalog, in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import zscore

from mmdemo.records import Query, Ranking
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
MakePhoto = Callable[..., bytes]
ScoreFused = Callable[..., NDArray[np.float64]]
Doubles = NDArray[np.float64]


def cosines(rows: FloatArray, query: FloatArray) -> Doubles:
    found: Doubles = rows.astype(np.float64) @ query.astype(np.float64)
    return found


def ids(ranking: Ranking) -> list[str]:
    return [hit.product_id for hit in ranking.hits]


def assert_ranked(ranking: Ranking, expected: Doubles, *, top_k: int) -> None:
    """Scores are the expected ones, best first, and nothing better was left out."""
    scores = dict(zip((f"p{i:04d}" for i in range(len(expected))), expected, strict=True))
    assert len(ranking.hits) == min(top_k, len(scores))
    assert [h.score for h in ranking.hits] == pytest.approx(
        [scores[h.product_id] for h in ranking.hits], abs=1e-4
    )
    order = [(-h.score, h.product_id) for h in ranking.hits]
    assert order == sorted(order)
    left_out = [s for p, s in scores.items() if p not in set(ids(ranking))]
    assert max(left_out, default=-np.inf) <= ranking.hits[-1].score + 1e-4


@pytest.mark.parametrize("around", [0.0, 4.0])  # 4.0: all cosines near 0.97, scales near 100
@pytest.mark.parametrize("weight", [0.0, 0.35, 0.5, 1.0])
def test_zscore_over_the_whole_catalog(
    make_engine: MakeEngine, make_rows: MakeRows, weight: float, around: float
) -> None:
    text, image = make_rows(300, around=around), make_rows(300, seed=1, around=around)
    engine = make_engine(text, image)
    query = engine.towers.text.encode_texts(["red"])[0]
    expected = weight * zscore(cosines(text, query)) + (1 - weight) * zscore(cosines(image, query))
    found = engine.search(Query("red"), rankers=("fused-zscore",), text_weight=weight)
    assert_ranked(found["fused-zscore"], expected, top_k=20)


@pytest.mark.parametrize("weight", [0.0, 0.35, 1.0])
def test_minmax_over_the_whole_catalog(
    make_engine: MakeEngine, make_rows: MakeRows, weight: float
) -> None:
    text, image = make_rows(300, around=1.0), make_rows(300, seed=1)
    engine = make_engine(text, image)
    query = engine.towers.text.encode_texts(["red"])[0]
    expected = np.zeros(300)
    for rows, share in ((text, weight), (image, 1 - weight)):
        found = cosines(rows, query)
        expected += share * (found - found.min()) / (found.max() - found.min())
    answer = engine.search(Query("red"), rankers=("fused-minmax",), text_weight=weight)
    assert_ranked(answer["fused-minmax"], expected, top_k=20)
    assert all(0 <= hit.score <= 1 for hit in answer["fused-minmax"].hits)


def test_normalized_rules_place_what_is_missing(
    make_engine: MakeEngine, make_rows: MakeRows, score_fused: ScoreFused
) -> None:
    text, image = make_rows(50), make_rows(50, seed=1, missing=[0, 7])
    engine = make_engine(text, image)
    query = engine.towers.text.encode_texts(["red"])[0]
    there = image.any(axis=1)
    of_text, of_image = cosines(text, query), cosines(image, query)[there]
    known = np.full(50, np.nan)
    known[there] = of_image
    z = score_fused(
        of_text,
        known,
        ((0.5 / of_text.std(), of_text.mean()), (0.5 / of_image.std(), of_image.mean())),
    )
    minmax = score_fused(
        of_text,
        known,
        ((0.5 / np.ptp(of_text), of_text.min()), (0.5 / np.ptp(of_image), of_image.min())),
    )
    found = engine.search(
        Query("red"), rankers=("fused-zscore", "fused-minmax"), text_weight=0.5, top_k=50
    )
    assert_ranked(found["fused-zscore"], z, top_k=50)
    assert_ranked(found["fused-minmax"], minmax, top_k=50)


@pytest.mark.parametrize("ranker", ["fused-zscore", "fused-minmax"])
def test_a_half_of_equal_products_leaves_the_other_alone(
    make_engine: MakeEngine, make_rows: MakeRows, ranker: str
) -> None:
    same = np.repeat(make_rows(1, dimension=8, seed=3), 200, axis=0)
    engine = make_engine(same, make_rows(200, seed=1))
    found = engine.search(Query("red"), rankers=("image", ranker), text_weight=0.9)
    assert ids(found[ranker]) == ids(found["image"])
    assert {hit.text_part for hit in found[ranker].hits} == {0.0}


@pytest.mark.parametrize("sign", [1, -1])
def test_steep_zscores_keep_order_and_products(
    make_engine: MakeEngine, make_rows: MakeRows, shared_towers: Towers, sign: int
) -> None:
    # Cosines near 0.6 or -0.6 spread by some 3e-5: z-scores multiply them by more than 10,000.
    query = shared_towers.text.encode_texts(["red"])[0]
    aside = make_rows(1, seed=5)[0]
    aside -= (aside @ query) * query
    text = sign * 0.6 * query + 0.8 * aside / np.linalg.norm(aside) + 1e-4 * make_rows(200)
    text /= np.linalg.norm(text, axis=1, keepdims=True)
    engine = make_engine(text, make_rows(200, seed=1))
    assert 1e-5 < cosines(text, query).std() < 1e-4
    found = engine.search(Query("red"), rankers=("fused-zscore",), text_weight=1.0, top_k=200)
    hits = found["fused-zscore"].hits
    expected = zscore(cosines(text, query))
    assert len(hits) == 200
    assert [h.score for h in hits] == pytest.approx(
        [expected[int(h.product_id[1:])] for h in hits], abs=0.01
    )
    engine_order = engine.search(Query("red"), rankers=("fused-zscore",), text_weight=1.0, top_k=10)
    assert ids(engine_order["fused-zscore"]) == ids(found["fused-zscore"])[:10]


def _gr_clip(rows: FloatArray | Doubles, mean: FloatArray | Doubles) -> Doubles:
    """Off the mean, to unit length again: arXiv 2507.19054."""
    moved = rows.astype(np.float64) - mean
    units: Doubles = moved / np.linalg.norm(moved, axis=-1, keepdims=True)
    return units


@pytest.mark.parametrize("kind", ["words", "photo", "both"])
def test_centered_is_gr_clip(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    make_photo: MakePhoto,
    score_fused: ScoreFused,
    kind: str,
) -> None:
    text, image = make_rows(80, around=1.0), make_rows(80, seed=1, around=-1.0, missing=[4, 5])
    means = (make_rows(1, seed=2)[0] / 2, make_rows(1, seed=3)[0] / 2)
    engine = make_engine(text, image, query_means=means)
    there = image.any(axis=1)
    image_mean = image[there].astype(np.float64).mean(axis=0)
    words = engine.towers.text.encode_texts(["red"])[0]
    photo = engine.towers.image.encode_pixels(np.array([[[[255]], [[0]], [[0]]]], np.float32))[0]
    asks_text, asks_image = {
        "words": (_gr_clip(words, means[0]), _gr_clip(words, means[1])),
        "photo": (_gr_clip(photo, image_mean), _gr_clip(photo, image_mean)),
        "both": (
            _gr_clip(words, means[0]),
            _gr_clip(_gr_clip(words, means[1]) + _gr_clip(photo, image_mean), np.zeros(8)),
        ),
    }[kind]
    of_text = _gr_clip(text, text.astype(np.float64).mean(axis=0)) @ asks_text
    of_image = _gr_clip(image, image_mean) @ asks_image
    of_image[~there] = np.nan
    query = Query("" if kind == "photo" else "red", None if kind == "words" else make_photo("red"))
    found = engine.search(query, rankers=("fused-centered",), text_weight=0.3, top_k=30)
    expected = score_fused(of_text, of_image, ((0.3, 0), (0.7, 0)))
    assert_ranked(found["fused-centered"], expected, top_k=30)


def test_rrf_merges_the_two_single_lists(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(60), make_rows(60, seed=1, missing=range(50, 60)))
    found = engine.search(
        Query("red"), rankers=("fused-rrf", "text", "image"), text_weight=0.5, top_k=60
    )
    expected = {
        p: sum(
            1 / (60 + 1 + ids(found[name]).index(p))
            for name in ("text", "image")
            if p in ids(found[name])
        )
        for p in ids(found["text"])
    }
    assert ids(found["fused-rrf"]) == sorted(expected, key=lambda p: (-expected[p], p))
    assert [h.score for h in found["fused-rrf"].hits] == pytest.approx(
        sorted(expected.values(), reverse=True)
    )


def test_a_longer_rrf_list_begins_with_the_shorter(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(1500), make_rows(1500, seed=1))
    short, long = (
        engine.search(Query("red"), rankers=("fused-rrf",), top_k=k)["fused-rrf"].hits
        for k in (20, 1500)
    )
    assert long[:20] == short
