"""The plan of the shop and its training pack: stable, without doubles, nothing shared."""

from __future__ import annotations

from collections import Counter

import pytest

from studio.kinds import KINDS
from studio.plan import ProductPlan, make_plan, style_of
from studio.vocabulary import COLORS, LOOKALIKES, MATERIALS, PATTERNS, STYLES, distance, lab

PLAN = make_plan()
EVERY = (*PLAN.shop, *PLAN.pack, *PLAN.asked)


def test_the_shop_is_big_enough() -> None:
    assert len(PLAN.shop) >= 750
    assert len({product.kind for product in PLAN.shop}) >= 28
    assert len(PLAN.pack) >= 5000


def test_every_product_id_is_one_products() -> None:
    assert max(Counter(product.product_id for product in EVERY).values()) == 1


def test_no_two_products_of_the_shop_look_the_same() -> None:
    assert max(Counter(product.look for product in PLAN.shop).values()) == 1


def test_shop_pack_and_queries_share_no_product() -> None:
    assert max(Counter(product.full_look for product in EVERY).values()) == 1


def test_the_same_seed_gives_the_same_products_and_another_gives_others() -> None:
    make_plan.cache_clear()
    again = make_plan(pack_size=400)
    assert [p.digest for p in again.shop] == [p.digest for p in PLAN.shop]
    other = make_plan(7, 400)
    assert [p.digest for p in other.shop] != [p.digest for p in PLAN.shop]


def test_a_plan_knows_what_a_photo_cannot_show() -> None:
    mug = next(product for product in PLAN.shop if product.kind == "mug")
    capacity = mug.fact("capacity")
    assert isinstance(capacity, int)
    assert 220 <= capacity <= 520
    assert mug.fact("seat height") is None


@pytest.mark.parametrize("name", sorted(KINDS))
def test_products_keep_to_their_kind(name: str) -> None:
    kind = KINDS[name]
    for product in (product for product in EVERY if product.kind == name):
        _keeps_to(product)
        assert product.size in kind.sizes
        assert product.style in STYLES


def _keeps_to(product: ProductPlan) -> None:
    kind = KINDS[product.kind]
    form = kind.form(product.form)
    material = MATERIALS[product.material]
    assert product.material in (form.materials or kind.materials)
    assert product.color in material.colors
    assert product.pattern in material.patterns
    assert (product.pattern_color == "") == (product.pattern == "plain")
    assert (product.accent_part == "") == (product.accent_material == "")
    if product.accent_material:
        assert product.accent_color in MATERIALS[product.accent_material].colors
    if product.pattern_color:
        assert distance(product.color, product.pattern_color) >= 38


def test_wood_is_never_dishwasher_safe() -> None:
    wooden = [p for p in EVERY if p.kind == "bowl" and MATERIALS[p.material].family == "wood"]
    assert len(wooden) > 5
    assert not any(product.fact("dishwasher safe") for product in wooden)


def test_the_words_are_known() -> None:
    for material in MATERIALS.values():
        assert set(material.colors) <= set(COLORS), material.name
        assert set(material.patterns) <= set(PATTERNS), material.name
        assert set(material.styles) <= set(STYLES), material.name
        assert material.patterns[0] == "plain"
    assert set(LOOKALIKES) <= set(MATERIALS)


def test_every_kind_can_be_made() -> None:
    codes = Counter(kind.code for kind in KINDS.values())
    assert max(codes.values()) == 1
    for kind in KINDS.values():
        for form in kind.forms:
            assert {*form.materials, *kind.materials} <= set(MATERIALS), kind.name
            accents = {*form.accent_materials, *kind.accent_materials} - {""}
            assert accents <= set(MATERIALS), kind.name
        assert kind.price[0] < kind.price[1]


def test_color_distance_is_that_of_the_eye() -> None:
    # 161616 is a gray of linear light ((22/255 + 0.055) / 1.055) ** 2.4 = 0.00802; below 0.008856
    # CIELAB's lightness is 903.3 times that, and a gray has no a and b.
    assert lab("black") == pytest.approx((7.25, 0, 0), abs=0.05)
    assert distance("black", "white") > 80
    assert distance("navy", "navy") == 0


def test_style_follows_form_and_material() -> None:
    assert style_of("sofa", "chesterfield", "leather") == "classic"
    assert style_of("basket", "round", "rattan") == "boho"
    assert style_of("picture frame", "square", "iron") == "industrial"
