"""The queries as a whole: families, splits, what is right for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from studio.plan import make_plan
from studio.queries import Family, ShopQuery, shop_queries
from studio.queries.choose import ALIKE, SPLITS, alike, words
from studio.queries.other_words import FORBIDDEN, content_words
from studio.truth import Likeness
from studio.truth.wishes import VISIBLE

QUERIES = shop_queries()
PLAN = make_plan(pack_size=0)


def of(family: Family) -> list[ShopQuery]:
    return [query for query in QUERIES if query.family is family]


def test_there_are_enough_of_every_family_in_every_split() -> None:
    assert len(QUERIES) >= 420
    for family in Family:
        found = Counter(query.split for query in of(family))
        assert sum(found.values()) >= 50
        for split, share in SPLITS.items():
            assert abs(found[split] - share * sum(found.values())) <= 1


def test_every_query_is_asked_once() -> None:
    assert max(Counter(query.query_id for query in QUERIES).values()) == 1
    assert max(Counter(query.truth.key for query in QUERIES).values()) == 1
    assert max(Counter((query.text.casefold(), query.photo) for query in QUERIES).values()) == 1


def test_no_split_has_a_near_duplicate_of_anothers() -> None:
    worded = [query for query in QUERIES if not query.photo]
    for first, second in combinations(worded, 2):
        if first.split != second.split:
            assert alike(words(first.text), words(second.text)) < ALIKE, (first.text, second.text)
    by_photo = defaultdict(set)
    for query in QUERIES:
        if query.photo:
            by_photo[query.photo].add(query.query_id)
    assert max(len(ids) for ids in by_photo.values()) == 1


def test_how_alike_two_queries_are_is_the_share_of_common_words() -> None:
    assert alike(words("Blue striped rug"), words("striped rug")) == pytest.approx(2 / 3)
    assert alike(words("blue vase"), words("red lamp")) == 0


def test_every_query_has_some_right_products_and_not_too_many() -> None:
    for query in QUERIES:
        found = Counter(query.truth.grade(product) for product in PLAN.shop)
        assert found[3] >= (1 if query.family is Family.PHOTO else 2), query.text
        assert 3 <= found[3] + found[2] <= 0.25 * len(PLAN.shop), query.text


def test_families_need_what_they_say() -> None:
    for query in of(Family.SEEN):
        assert {name for name, _ in query.truth.aspects} <= VISIBLE
    for query in of(Family.WRITTEN):
        assert not {name for name, _ in query.truth.aspects} & (VISIBLE - {"kind"})
    for query in of(Family.BOTH):
        needed = {name for name, _ in query.truth.aspects} - {"kind"}
        assert needed & VISIBLE
        assert needed - VISIBLE
    for query in of(Family.PHOTO):
        assert query.photo
        assert not query.text
    for query in of(Family.PHOTO_AND_WORDS):
        assert query.photo
        assert query.text
    for query in QUERIES:
        if not query.photo:
            assert query.text


def test_other_words_are_made_of_forbidden_words_alone() -> None:
    for query in of(Family.OTHER_WORDS):
        assert content_words(query.text)
        assert content_words(query.text) <= FORBIDDEN


def test_photos_show_products_that_neither_shop_nor_pack_has() -> None:
    asked = {product.product_id: product for product in PLAN.asked}
    known = {product.full_look for product in (*PLAN.shop, *make_plan().pack)}
    for query in QUERIES:
        if query.photo:
            assert asked[query.photo].full_look not in known
            assert isinstance(query.truth, Likeness)
            assert query.truth.photo.product_id == query.photo
