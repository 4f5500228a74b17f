"""Choose how each kind is photographed. Knows no renderer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studio.plan import ProductPlan


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photo is taken.

    Attributes:
        turn: degrees the product is turned about its upright axis.
        elevation: degrees the camera looks down.
        backdrop: white, warm, cool or gray.
        scene: floor, wall (the product's back is on it) or air (nothing under it).
        fill: share of the picture the product takes.
        focus: for a close-up: which share of its size is in the picture, 1 for all.
        aim: where a close-up looks: share of width, depth and height.
    """

    turn: float
    elevation: float
    backdrop: str = "white"
    scene: str = "floor"
    fill: float = 0.86
    focus: float = 1.0
    aim: tuple[float, float, float] = (0.5, 0.5, 0.5)


# kind → (turn: middle, spread), (elevation: middle, spread)
ANGLES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "mug": ((-20, 22), (17, 7)),
    "bowl": ((0, 180), (21, 6)),
    "plate": ((0, 12), (52, 8)),
    "teapot": ((-8, 18), (17, 6)),
    "carafe": ((0, 180), (10, 5)),
    "pitcher": ((-8, 20), (14, 6)),
    "drinking glass": ((0, 180), (12, 5)),
    "jar": ((0, 180), (14, 5)),
    "tray": ((25, 14), (34, 7)),
    "serving board": ((28, 14), (42, 8)),
    "vase": ((0, 40), (10, 5)),
    "planter": ((0, 25), (14, 5)),
    "candle holder": ((12, 16), (14, 5)),
    "basket": ((10, 30), (24, 7)),
    "box": ((28, 12), (27, 6)),
    "wall clock": ((6, 10), (2, 3)),
    "mirror": ((3, 3), (2, 3)),  # turned further, it would show a lamp
    "picture frame": ((8, 12), (2, 3)),
    "coat rack": ((18, 16), (7, 4)),
    "table lamp": ((0, 25), (6, 4)),
    "floor lamp": ((10, 25), (6, 3)),
    "pendant lamp": ((0, 180), (2, 6)),
    "dining chair": ((32, 12), (13, 4)),
    "armchair": ((30, 12), (11, 4)),
    "stool": ((25, 20), (15, 5)),
    "bench": ((24, 10), (14, 4)),
    "sofa": ((16, 12), (12, 4)),
    "pouf": ((15, 25), (18, 5)),
    "dining table": ((26, 12), (13, 4)),
    "coffee table": ((24, 14), (19, 5)),
    "side table": ((20, 20), (15, 5)),
    "bookcase": ((22, 10), (8, 3)),
    "sideboard": ((22, 10), (11, 4)),
    "bed": ((32, 9), (19, 5)),
    "cushion": ((8, 14), (8, 5)),
    "throw": ((20, 12), (26, 6)),
    "rug": ((14, 12), (58, 6)),
}
SCENES = {"wall clock": "wall", "mirror": "wall", "picture frame": "wall", "pendant lamp": "air"}


def main_shot(plan: ProductPlan) -> Shot:
    """The product's first photo."""
    (turn, around), (elevation, above) = ANGLES[plan.kind]
    side = 1 if plan.seed % 2 else -1
    if plan.kind in ("mug", "teapot", "pitcher", "plate"):
        side = 1
    scene = SCENES.get(plan.kind, "floor")
    if plan.kind == "coat rack" and plan.form == "peg board":
        scene, turn = "wall", 8
    if plan.kind == "side table" and plan.form == "tripod":
        turn, around = 0, 12  # no leg hides another
    if plan.kind == "bowl" and plan.form == "shallow":
        elevation = 34
    return Shot(
        turn=side * (turn + around * plan.view.azimuth),
        elevation=elevation + above * plan.view.elevation,
        backdrop=plan.view.backdrop,
        scene=scene,
    )


def second_shot(plan: ProductPlan) -> Shot:
    """The second photo: from another side or nearer."""
    shot = main_shot(plan)
    if plan.seed % 3 == 0 and plan.kind not in ("wall clock", "mirror", "picture frame"):
        return replace(shot, turn=shot.turn * 0.4 + 6, focus=0.5, aim=(0.62, 0.3, 0.72),
                       elevation=shot.elevation + 6)  # fmt: skip
    if plan.kind == "mirror":
        return replace(shot, turn=-14, elevation=shot.elevation + 4)
    if shot.scene == "wall":
        return replace(
            shot,
            turn=-shot.turn * 1.5 - (14 if shot.turn > 0 else -14),
            elevation=shot.elevation + 4,
        )
    lift = 17 if shot.elevation < 40 else -22
    return replace(shot, turn=-shot.turn * 1.2 - 12, elevation=shot.elevation + lift)
