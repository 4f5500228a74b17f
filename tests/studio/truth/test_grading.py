"""The rules of grading, by examples that a person has graded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from studio.plan import ProductPlan
from studio.truth import (
    GROUPS,
    Ask,
    ColorWish,
    FactWish,
    FormWish,
    Match,
    MaterialWish,
    PartWish,
    PatternWish,
)

Make = Callable[..., ProductPlan]
BLUE_STRIPED_CUSHION = Ask(("cushion",), (ColorWish("blue"), PatternWish("striped")))
RED_VASE = Ask(("vase",), (ColorWish("red"),))


@pytest.mark.parametrize(
    ("grade", "kind", "look"),
    [
        (3, "cushion", {"color": "navy", "pattern": "striped"}),
        (3, "cushion", {"color": "sky blue", "pattern": "striped"}),
        (2, "cushion", {"color": "teal", "pattern": "striped"}),  # next to blue
        (2, "cushion", {"color": "teal", "pattern": "zigzag"}),  # both almost
        (2, "cushion", {"color": "navy", "pattern": "dotted"}),  # one off, the other right
        (2, "cushion", {"color": "red", "pattern": "striped"}),
        (2, "cushion", {"color": "white", "pattern": "striped", "pattern_color": "navy"}),
        (1, "cushion", {"color": "teal", "pattern": "dotted"}),  # one almost, one off
        (1, "cushion", {"color": "red", "pattern": "plain"}),
        (1, "throw", {"color": "navy", "pattern": "striped"}),  # goes with it
        (0, "throw", {"color": "red", "pattern": "striped"}),
        (0, "mug", {"color": "navy", "pattern": "striped"}),
    ],
)
def test_a_blue_striped_cushion(make: Make, grade: int, kind: str, look: dict[str, Any]) -> None:
    assert BLUE_STRIPED_CUSHION.grade(make(kind, **look)) == grade


@pytest.mark.parametrize(
    ("grade", "color"), [(3, "red"), (2, "burgundy"), (1, "navy"), (1, "raspberry")]
)
def test_of_one_wish_only_the_nearest_will_do(make: Make, grade: int, color: str) -> None:
    assert RED_VASE.grade(make("vase", color=color)) == grade


@pytest.mark.parametrize(
    ("grade", "kind", "color"),
    [(3, "stool", "red"), (2, "bench", "red"), (2, "pouf", "red"), (0, "bench", "navy"),
     (0, "sofa", "red")],
)  # fmt: skip
def test_a_kind_that_would_do_is_itself_the_one_thing_that_is_near(
    make: Make, grade: int, kind: str, color: str
) -> None:
    assert Ask(("stool",), (ColorWish("red"),)).grade(make(kind, color=color)) == grade


def test_a_bench_with_one_of_two_wishes_is_a_far_substitute_for_a_stool(make: Make) -> None:
    ask = Ask(("stool",), (ColorWish("red"), MaterialWish("velvet")))
    assert ask.grade(make("bench", color="red", material="velvet")) == 2
    assert ask.grade(make("bench", color="red", material="oak")) == 1
    assert ask.grade(make("bench", color="navy", material="oak")) == 0


def test_a_word_for_several_kinds_does_not_make_everything_of_them_relevant(make: Make) -> None:
    ask = Ask(GROUPS["lamp"], (ColorWish("red"), MaterialWish("glass")))
    assert ask.grade(make("floor lamp", color="red", material="glass")) == 3
    assert ask.grade(make("pendant lamp", color="red", material="brass")) == 2
    assert ask.grade(make("table lamp", color="burgundy", material="brass")) == 1
    assert ask.grade(make("table lamp", color="navy", material="brass")) == 0


def test_what_only_words_tell_is_graded_alike(make: Make) -> None:
    ask = Ask(("mug",), (FactWish("dishwasher safe"), FactWish("capacity", low=400)))
    assert ask.grade(make("mug", dishwasher_safe=True, capacity=420)) == 3
    assert ask.grade(make("mug", dishwasher_safe=True, capacity=360)) == 2  # within 12 %
    assert ask.grade(make("mug", dishwasher_safe=True, capacity=220)) == 2
    assert ask.grade(make("mug", dishwasher_safe=False, capacity=360)) == 1
    assert ask.grade(make("mug", dishwasher_safe=False, capacity=220)) == 1
    assert ask.grade(make("teapot", dishwasher_safe=True, capacity=1)) == 0


def test_a_fact_that_a_product_does_not_have_is_off(make: Make) -> None:
    assert FactWish("capacity", low=1).match(make("sofa")) is Match.OFF
    assert FactWish("use", values=("hallway",)).match(make("bench", use="hallway")) is Match.EXACT
    no = FactWish("assembly required", values=("False",))
    assert no.match(make("stool", assembly_required=False)) is Match.EXACT
    assert no.match(make("stool", assembly_required=True)) is Match.OFF


@pytest.mark.parametrize(
    ("word", "kind", "form", "expected"),
    [
        ("round", "dining table", "round pedestal", Match.EXACT),
        ("round", "dining table", "oval", Match.NEAR),
        ("round", "dining table", "square", Match.OFF),
        ("tripod", "floor lamp", "tripod", Match.EXACT),
        ("wingback", "armchair", "wingback", Match.EXACT),
        ("wingback", "armchair", "club", Match.OFF),
        ("wine glass", "drinking glass", "wine", Match.EXACT),
    ],
)
def test_shape_words_mean_forms_of_each_kind(
    make: Make, word: str, kind: str, form: str, expected: Match
) -> None:
    assert FormWish(word).match(make(kind, form=form)) is expected


def test_a_large_part_counts_almost_as_the_product(make: Make) -> None:
    lamp = make("table lamp", color="white", accent_part="shade", accent_color="forest green")
    assert ColorWish("green").match(lamp) is Match.NEAR
    legs = make("sofa", color="white", accent_part="legs", accent_color="forest green")
    assert ColorWish("green").match(legs) is Match.OFF


def test_wooden_chairs_stand_on_wooden_legs(make: Make) -> None:
    wish = PartWish("legs", material="wooden")
    assert wish.match(make("dining chair", form="spindle-back", material="oak")) is Match.EXACT
    shell = make("dining chair", form="shell", accent_part="legs", accent_material="brass")
    assert wish.match(shell) is Match.OFF
