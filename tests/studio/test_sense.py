"""Hidden facts that agree with form, size and material; values by hand."""

from __future__ import annotations

from studio.kinds import KINDS
from studio.plan import make_plan
from studio.sense import Body, Fact, agree

PLAN = make_plan(pack_size=400)


def mended(kind: str, form: str, material: str, size: str, **facts: object) -> dict[str, object]:
    body = Body(KINDS[kind], KINDS[kind].form(form), material, size)
    given = [Fact(name.replace("_", " "), value) for name, value in facts.items()]  # type: ignore[arg-type]
    return {fact.name: fact.value for fact in agree(body, given)}


def test_a_mug_holds_what_fits_into_it() -> None:
    # pi / 4 * 9 cm * 9 cm * 10 cm = 636 ml, of which a mug holds 72 %: 458 ml, so 460.
    facts = mended(
        "mug", "straight", "stoneware", "medium", width=11, depth=9, height=10, capacity=220
    )
    assert facts["capacity"] == 460


def test_a_capacity_stays_in_the_range_of_its_kind() -> None:
    facts = mended(
        "mug", "straight", "stoneware", "large", width=20, depth=20, height=20, capacity=220
    )
    assert facts["capacity"] == 520


def test_a_table_of_95_cm_seats_four() -> None:
    facts = mended("dining table", "square", "oak", "medium", width=95, depth=95, seats="8")
    assert facts["seats"] == "4"


def test_what_the_dishwasher_may_wash_has_no_other_care() -> None:
    assert mended("tray", "round", "steel", "small", dishwasher_safe=True, care="hand wash") == {
        "dishwasher safe": True
    }


def test_a_bed_is_as_wide_as_its_mattress_and_frame() -> None:
    facts = mended("bed", "slatted", "oak", "one size", width=150, mattress_size="180 × 200 cm")
    assert facts["width"] == 188  # 180 + (168 - 160)


def test_a_picture_fits_its_frame() -> None:
    facts = mended(
        "picture frame", "portrait", "oak", "small", width=26, height=34, picture_size="A3"
    )
    assert facts["picture size"] == "18 × 24 cm"


def test_a_cover_that_stays_on_is_not_machine_washed() -> None:
    for product in PLAN.shop:
        if product.kind in ("sofa", "armchair") and not product.fact("removable cover"):
            assert not str(product.fact("cover care")).startswith("machine")


def test_glass_vases_hold_water() -> None:
    glass = [p for p in PLAN.shop if p.kind == "vase" and p.material == "glass"]
    assert glass
    assert all(product.fact("watertight") for product in glass)
