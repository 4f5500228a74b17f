"""What a text tells, read from the words themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from studio.plan import ProductPlan
from studio.wording import told
from studio.wording.reading import american, british

Make = Callable[..., ProductPlan]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Halda", set()),
        ("Halda mug", {"kind"}),
        ("Navy striped mug", {"kind", "color", "pattern"}),
        ("A MUG WITH STRIPES, DARK BLUE", {"kind", "color", "pattern"}),
        ("stoneware mug, straight-sided", {"kind", "material", "look", "form"}),
        ("Holds 400 ml and is dishwasher safe", {"fact:capacity", "fact:dishwasher safe"}),
        ("Holds 1400 ml", set()),
        ("mugs", {"kind"}),
        ("smuggler", set()),
    ],
)
def test_a_striped_mug(make: Make, text: str, expected: set[str]) -> None:
    mug = make(
        "mug", form="straight", material="stoneware", color="navy", pattern="striped",
        capacity=400, dishwasher_safe=True,
    )  # fmt: skip
    assert told(mug, text) == expected


def test_a_material_of_one_color_tells_the_color(make: Make) -> None:
    oak = make("tray", form="round", material="oak", color="honey")
    assert told(oak, "a tray of solid oak") == {"kind", "material", "look", "color"}
    painted = make("tray", form="round", material="painted wood", color="teal")
    assert "color" not in told(painted, "a tray of painted wood")


def test_a_color_that_is_not_its_own_tells_nothing(make: Make) -> None:
    assert "color" not in told(make("vase", color="teal"), "a red vase")


def test_what_is_denied_is_told(make: Make) -> None:
    mug = make("mug", form="straight", dishwasher_safe=False)
    assert told(mug, "not dishwasher safe") == {"fact:dishwasher safe"}
    assert told(mug, "safe and sound") == set()


def test_british_spelling_is_read_too(make: Make) -> None:
    text = "Slate gray, the color of a cozy evening"
    assert british(text) == "Slate grey, the colour of a cosy evening"
    assert american(british(text)) == text.casefold()
    assert "color" in told(make("vase", color="slate gray"), british("a gray vase"))
