"""Find the model of a kind. Knows no shape itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from studio.models import (
    armchairs,
    beds,
    cabinets,
    chairs,
    decor,
    glassware,
    lighting,
    seating,
    serving,
    sofas,
    storage,
    tables,
    tableware,
    textiles,
    wall,
)
from studio.parts import Maker, Part
from studio.plan import ProductPlan
from studio.shots import SCENES

MODELS: dict[str, Callable[[Maker], list[Part]]] = {
    **armchairs.MODELS,
    **beds.MODELS,
    **cabinets.MODELS,
    **chairs.MODELS,
    **decor.MODELS,
    **glassware.MODELS,
    **lighting.MODELS,
    **seating.MODELS,
    **serving.MODELS,
    **sofas.MODELS,
    **storage.MODELS,
    **tables.MODELS,
    **tableware.MODELS,
    **textiles.MODELS,
    **wall.MODELS,
}


REVISIONS: dict[str, int] = {"side table": 2}
"""Counts the changes of a kind's model, so that its photos are taken again; 1 if not here."""


def revision(kind: str) -> int:
    """Which revision of the kind's model this is."""
    return REVISIONS.get(kind, 1)


def model(plan: ProductPlan) -> list[Part]:
    """The parts of a product, in cm, standing on z = 0 or hanging with its back at y = 0."""
    parts = MODELS[plan.kind](Maker(plan))
    if SCENES.get(plan.kind, "floor") != "floor":
        return parts
    lowest = min(float(part.mesh.vertices[:, 2].min()) for part in parts)
    return [replace(part, mesh=part.mesh.moved(z=-lowest)) for part in parts]
