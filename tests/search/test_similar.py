"""Products like a product, against brute force over the whole catalog."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from mmdemo.errors import CatalogError, SettingsError
from mmdemo.search import SearchEngine
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
Doubles = NDArray[np.float64]


def cosines(rows: FloatArray, row: int) -> Doubles:
    found: Doubles = rows.astype(np.float64) @ rows[row].astype(np.float64)
    found[~rows.any(axis=1)] = np.nan
    return found


def best(scores: Doubles, besides: int, count: int) -> list[str]:
    places = [i for i in range(len(scores)) if i != besides and not np.isnan(scores[i])]
    places.sort(key=lambda i: (-round(float(scores[i]), 6), i))
    return [f"p{i:04d}" for i in places[:count]]


@pytest.mark.parametrize("by", ["text", "image", "both"])
@pytest.mark.parametrize("distinct", [None, 6])
def test_the_nearest_others(
    make_engine: MakeEngine,
    make_rows: MakeRows,
    separate_towers: Towers,
    score_fused: Callable[..., Doubles],
    by: str,
    distinct: int | None,
) -> None:
    text = make_rows(60, dimension=5, distinct=distinct, missing=[3, 4])
    image = make_rows(60, seed=1, distinct=distinct, missing=[3, 11])
    engine = make_engine(text, image, towers=separate_towers)
    found = engine.similar("p0007", by=by, text_weight=0.3, top_k=9)
    expected = {
        "text": cosines(text, 7),
        "image": cosines(image, 7),
        "both": score_fused(cosines(text, 7), cosines(image, 7), ((0.3, 0), (0.7, 0))),
    }[by]
    assert (found.ranker, found.missing) == (f"similar-{by}", "")
    assert [hit.product_id for hit in found.hits] == best(expected, 7, 9)
    assert [hit.rank for hit in found.hits] == list(range(1, 10))
    for hit in found.hits:
        assert hit.score == pytest.approx(expected[int(hit.product_id[1:])], abs=5e-6)


def test_the_catalogs_weight_counts_unless_another_is_given(
    make_engine: MakeEngine, make_rows: MakeRows
) -> None:
    engine = make_engine(make_rows(30), make_rows(30, seed=1), text_weight=1.0)
    by_text = [hit.product_id for hit in engine.similar("p0001", by="text").hits]
    assert [hit.product_id for hit in engine.similar("p0001").hits] == by_text
    by_image = [hit.product_id for hit in engine.similar("p0001", by="image").hits]
    assert [h.product_id for h in engine.similar("p0001", text_weight=0.0).hits] == by_image


def test_a_product_that_lacks_a_half(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(5, missing=[1]), make_rows(5, seed=1, missing=[2]))
    missing = {
        (product, by): engine.similar(product, by=by).missing
        for product in ("p0001", "p0002")
        for by in ("text", "image", "both")
    }
    assert missing == {
        ("p0001", "text"): "this product has no text",
        ("p0001", "image"): "",
        ("p0001", "both"): "this product has no text",
        ("p0002", "text"): "",
        ("p0002", "image"): "this product has no photo",
        ("p0002", "both"): "this product has no photo",
    }
    assert engine.similar("p0001", by="text").hits == ()


def test_what_similar_refuses(make_engine: MakeEngine, make_rows: MakeRows) -> None:
    engine = make_engine(make_rows(1), make_rows(1))
    assert engine.similar("p0000").hits == ()  # there is no other
    with pytest.raises(CatalogError, match="has no product 'p9'"):
        engine.similar("p9")
    with pytest.raises(SettingsError, match="got color, expected text, image, both"):
        engine.similar("p0000", by="color")
    with pytest.raises(SettingsError, match="top_k is not usable: got 0"):
        engine.similar("p0000", top_k=0)
