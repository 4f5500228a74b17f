"""What is like a photo, by examples that a person has graded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from studio.plan import ProductPlan
from studio.truth import ColorWish, FactWish, Likeness, MaterialWish

Make = Callable[..., ProductPlan]
MUG = {"form": "straight", "color": "navy", "pattern": "striped", "pattern_color": "cream"}
SOFA = {"form": "corner", "color": "burgundy", "material": "leather"}


@pytest.mark.parametrize(
    ("grade", "kind", "look"),
    [
        (3, "mug", MUG),
        (3, "mug", MUG | {"form": "footed"}),  # mugs are mugs
        (3, "mug", MUG | {"color": "cobalt"}),
        (3, "mug", MUG | {"material": "porcelain"}),  # the eye cannot tell
        (2, "mug", MUG | {"color": "red"}),
        (2, "mug", MUG | {"pattern": "dotted"}),
        (1, "mug", MUG | {"color": "red", "pattern": "dotted"}),
        (1, "teapot", MUG),  # goes with it
        (0, "teapot", MUG | {"color": "red"}),
        (0, "vase", MUG),
    ],
)
def test_a_photo_of_a_striped_mug(make: Make, grade: int, kind: str, look: dict[str, Any]) -> None:
    assert Likeness(make("mug", **MUG)).grade(make(kind, **look)) == grade


def test_no_sofa_is_another(make: Make) -> None:
    photo = Likeness(make("sofa", **SOFA))
    assert photo.grade(make("sofa", **SOFA)) == 3
    assert photo.grade(make("sofa", **SOFA | {"color": "plum"})) == 3
    assert photo.grade(make("sofa", **SOFA | {"form": "two-seater"})) == 2
    assert photo.grade(make("sofa", **SOFA | {"form": "two-seater", "color": "navy"})) == 1


def test_like_this_but_green(make: Make) -> None:
    query = Likeness(make("mug", **MUG), change=ColorWish("green"))
    assert query.grade(make("mug", **MUG | {"color": "sage"})) == 3
    assert query.grade(make("mug", **MUG | {"color": "teal"})) == 2
    assert query.grade(make("mug", **MUG | {"color": "sage", "pattern": "dotted"})) == 2
    assert query.grade(make("mug", **MUG)) == 1  # the photo's own color is not asked for
    assert query.grade(make("teapot", **MUG | {"color": "sage"})) == 0


def test_like_this_but_in_another_form_is_half_of_what_was_asked(make: Make) -> None:
    query = Likeness(make("sofa", **SOFA), change=MaterialWish("corduroy"))
    assert query.grade(make("sofa", **SOFA | {"material": "corduroy"})) == 3
    assert query.grade(make("sofa", **SOFA | {"material": "corduroy", "form": "curved"})) == 2
    assert query.grade(make("sofa", **SOFA | {"material": "velvet", "color": "olive"})) == 1


def test_like_this_but_dishwasher_safe(make: Make) -> None:
    query = Likeness(make("mug", **MUG), change=FactWish("dishwasher safe"))
    assert query.grade(make("mug", **MUG, dishwasher_safe=True)) == 3
    assert query.grade(make("mug", **MUG, dishwasher_safe=False)) == 1


def test_another_kind_in_the_same_color(make: Make) -> None:
    query = Likeness(make("sofa", **SOFA), kind="cushion", alike=("color",))
    assert query.grade(make("cushion", color="burgundy", material="wool")) == 3
    assert query.grade(make("cushion", color="plum")) == 2
    assert query.grade(make("cushion", color="mint")) == 1
    assert query.grade(make("sofa", **SOFA)) == 0


def test_another_kind_that_matches(make: Make) -> None:
    query = Likeness(make("mug", **MUG), kind="teapot", alike=("color", "pattern", "look"))
    assert query.grade(make("teapot", **MUG)) == 3
    assert query.grade(make("teapot", **MUG | {"pattern": "dotted"})) == 2
    assert query.grade(make("teapot", **MUG | {"color": "red"})) == 1
