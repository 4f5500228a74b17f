"""Reciprocal rank fusion against the published formula, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.fusion import RRF_DEPTH, ReciprocalRank


def ranked(products: str) -> list[str]:
    return products.split()


def test_published_formula_at_one_half() -> None:
    # Cormack et al. 2009: the sum over lists of 1 / (60 + rank).
    merged = ReciprocalRank().merge(ranked("a b c"), ranked("c a d"), 0.5)
    assert [h.product_id for h in merged] == ["a", "c", "b", "d"]
    assert [h.score for h in merged] == pytest.approx(
        [1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62, 1 / 63]
    )
    assert [h.rank for h in merged] == [1, 2, 3, 4]


def test_weighted_parts() -> None:
    (best, *_) = ReciprocalRank().merge(ranked("a b"), ranked("b a"), 0.75)
    assert best.product_id == "a"
    assert best.text_part == pytest.approx(1.5 / 61)
    assert best.image_part == pytest.approx(0.5 / 62)


@pytest.mark.parametrize(("weight", "expected"), [(1.0, "a b c"), (0.0, "c x a")])
def test_a_list_of_weight_0_has_no_say_not_even_in_what_is_listed(
    weight: float, expected: str
) -> None:
    merged = ReciprocalRank().merge(ranked("a b c"), ranked("c x a"), weight)
    assert [h.product_id for h in merged] == expected.split()


def test_equal_scores_come_in_product_id_order() -> None:
    merged = ReciprocalRank().merge(ranked("z b"), ranked("a y"), 0.5)
    assert [h.product_id for h in merged] == ["a", "z", "b", "y"]


def test_ranks_below_the_depth_count_as_not_found() -> None:
    deep = [f"p{i:05d}" for i in range(1, RRF_DEPTH + 11)]
    merged = ReciprocalRank().merge(deep, [], 0.5)
    assert len(merged) == RRF_DEPTH
    assert merged[-1].product_id == f"p{RRF_DEPTH:05d}"


def test_a_part_of_the_list_is_its_beginning() -> None:
    rule, text, image = ReciprocalRank(), ranked("a b c z"), ranked("c y a d")
    assert rule.merge(text, image, 0.5, depth=3) == rule.merge(text, image, 0.5)[:3]
    assert len(rule.merge(text, image, 0.5, depth=100)) == 6


def test_nothing_found_merges_to_nothing() -> None:
    assert ReciprocalRank().merge([], [], 0.5) == []


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.floats(0.01, 0.99),
)
def test_every_product_once_with_parts_that_add_up(
    text: list[str], image: list[str], weight: float
) -> None:
    merged = ReciprocalRank().merge(ranked(" ".join(text)), ranked(" ".join(image)), weight)
    assert sorted(h.product_id for h in merged) == sorted({*text, *image})
    for hit in merged:
        expected = sum(
            2 * share / (60 + 1 + products.index(hit.product_id))
            for products, share in ((text, weight), (image, 1 - weight))
            if hit.product_id in products
        )
        assert hit.score == pytest.approx(expected)
        assert hit.score == (hit.text_part or 0) + (hit.image_part or 0)
