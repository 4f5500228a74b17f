"""Rules of vague queries."""

from __future__ import annotations

from collections.abc import Callable

from studio.kinds import KINDS
from studio.plan import ProductPlan
from studio.queries.vague import read_moods
from studio.truth import Mood, Want
from studio.truth.colors import BASIC
from studio.vocabulary import COLORS, MATERIALS, PATTERNS, STYLES

Make = Callable[..., ProductPlan]


def test_the_first_rule_that_holds_gives_the_grade(make: Make) -> None:
    mood = Mood(
        (Want(("vase",), colors=("green",), facts=("handmade",)),),
        (Want(("vase",), materials=("ceramic",)), Want(facts=(("use", ("toys",)),))),
        (Want(("vase",)),),
    )
    assert mood.grade(make("vase", color="sage", handmade=True)) == 3
    assert mood.grade(make("vase", color="sage", handmade=False)) == 2
    assert mood.grade(make("basket", use="toys")) == 2
    assert mood.grade(make("vase", material="glass")) == 1
    assert mood.grade(make("mug")) == 0


def test_all_conditions_of_a_rule_must_hold(make: Make) -> None:
    want = Want(("sofa",), forms=("corner",), styles=("modern",), patterns=("plain",))
    assert want.holds(make("sofa", form="corner"))
    assert not want.holds(make("sofa", form="curved"))
    assert not want.holds(make("sofa", form="corner", style="classic"))


def test_the_rules_use_words_of_the_plan() -> None:
    forms = {form.name for kind in KINDS.values() for form in kind.forms}
    facts = {rule.name for kind in KINDS.values() for rule in kind.facts}
    families = {material.family for material in MATERIALS.values()}
    for name in ("vague.toml", "purposes.toml"):
        for mood in read_moods(name).values():
            for want in (*mood.delights, *mood.does, *mood.helps):
                assert set(want.kinds) <= set(KINDS)
                assert set(want.forms) <= forms
                assert set(want.styles) <= set(STYLES)
                assert set(want.colors) <= {*COLORS, *BASIC}
                assert set(want.materials) <= {*MATERIALS, *families}
                assert set(want.patterns) <= set(PATTERNS)
                assert {f if isinstance(f, str) else f[0] for f in want.facts} <= facts
