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


REVISIONS: dict[str | tuple[str, str], int] = {
    ("armchair", "barrel"): 1,
    ("armchair", "wingback"): 1,
    "bed": 1,
    ("bowl", "footed"): 1,
    ("box", "rectangular"): 1,
    ("box", "square"): 1,
    ("candle holder", "handled"): 1,
    ("dining chair", "shell"): 1,
    "mirror": 2,
    ("mug", "camping"): 1,
    ("picture frame", "landscape"): 1,
    ("picture frame", "portrait"): 1,
    ("picture frame", "square"): 1,
    ("picture frame", "wide"): 1,
    ("pouf", "square"): 1,
    "side table": 1,
    "sideboard": 1,
}
"""Counts the changes of a kind's model, or of one form's, so that its photos are taken again."""


def revision(plan: ProductPlan) -> int:
    """Which revision of the product's model this is, from 1."""
    return 1 + REVISIONS.get(plan.kind, 0) + REVISIONS.get((plan.kind, plan.form), 0)


def model(plan: ProductPlan) -> list[Part]:
    """The parts of a product, in cm, standing on z = 0 or hanging with its back at y = 0."""
    parts = MODELS[plan.kind](Maker(plan))
    if SCENES.get(plan.kind, "floor") != "floor":
        return parts
    lowest = min(float(part.mesh.vertices[:, 2].min()) for part in parts)
    return [replace(part, mesh=part.mesh.moved(z=-lowest)) for part in parts]
