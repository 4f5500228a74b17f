"""Products by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.plan import ProductPlan, make_plan
from studio.sense import Fact

Make = Callable[..., ProductPlan]


@pytest.fixture(scope="session")
def make() -> Make:
    """`make("mug", color="navy", capacity=400)`: plain oak-free defaults, no hidden facts."""
    some = make_plan(pack_size=0).shop[0]

    def made(kind: str, **given: object) -> ProductPlan:
        fields = {name: given.pop(name) for name in list(given) if hasattr(some, name)}
        facts = tuple(Fact(name.replace("_", " "), value) for name, value in given.items())  # type: ignore[arg-type]
        plain: dict[str, object] = {
            "form": "round", "material": "glazed ceramic", "color": "white", "pattern": "plain",
            "pattern_color": "", "accent_part": "", "accent_material": "", "accent_color": "",
            "style": "modern", "has_photo": True,
        }  # fmt: skip
        return replace(some, kind=kind, facts=facts, **(plain | fields))  # type: ignore[arg-type]

    return made
