"""List the lamps. Knows no random choice."""

from __future__ import annotations

from studio.kinds.kind import Choice, Flag, Form, Kind, Number

_SHELLS = ("lacquered metal", "brass", "copper", "steel", "enamel", "concrete", "glass", "rattan")
_LIGHT = (
    Choice("socket", ("E27", "E14")),
    Number("maximum wattage", 8, 60, 4, "W"),
    Flag("dimmable", 0.45),
    Flag("bulb included", 0.35),
)
_SHADES = ("linen", "cotton", "paper", "velvet")

TABLE_LAMP = Kind(
    "table lamp",
    "TLA",
    "Lighting",
    (
        Form("ball base", (30, 30, 46), "ball under a drum shade"),
        Form(
            "gourd",
            (32, 32, 54),
            "two bellies under a cone shade",
            ("glazed ceramic", "stoneware", "porcelain", "glass"),
        ),
        Form("column", (28, 28, 52), "straight column under a drum shade"),
        Form(
            "tripod",
            (30, 30, 50),
            "three legs under a drum shade",
            ("oak", "birch", "walnut", "stained ash", "brass", "iron"),
            styles=("Scandinavian",),
        ),
        Form(
            "mushroom",
            (30, 30, 36),
            "dome shade on a stout stem",
            ("lacquered metal", "brass", "copper", "steel", "enamel"),
            accent="none",
            styles=("mid-century", "modern"),
        ),
        Form(
            "desk",
            (34, 18, 48),
            "jointed arm with a small cone shade",
            ("lacquered metal", "brass", "steel", "iron"),
            accent="none",
            styles=("industrial",),
        ),
    ),
    (
        "glazed ceramic",
        "stoneware",
        "porcelain",
        "glass",
        "oak",
        "birch",
        "walnut",
        "stained ash",
        "brass",
        "copper",
        "steel",
        "iron",
        "lacquered metal",
        "enamel",
        "marble",
        "travertine",
        "concrete",
    ),
    (34, 190),
    ("plain", "striped", "dotted", "floral", "speckled", "geometric", "two-tone"),
    accent="shade",
    accent_materials=_SHADES,
    facts=(*_LIGHT, Number("cable length", 1.2, 2.4, 0.2, "m"), Flag("USB charging port", 0.25)),
    share=24,
)
FLOOR_LAMP = Kind(
    "floor lamp",
    "FLA",
    "Lighting",
    (
        Form("straight", (42, 42, 155), "thin pole under a drum shade"),
        Form(
            "tripod", (52, 52, 150), "three long legs under a drum shade", styles=("Scandinavian",)
        ),
        Form(
            "arc",
            (110, 36, 190),
            "long curved arm with a dome shade",
            ("brass", "steel", "iron", "lacquered metal", "copper"),
            accent="none",
            styles=("mid-century",),
        ),
        Form(
            "reading",
            (46, 26, 140),
            "pole with a bent arm and a small cone shade",
            ("brass", "steel", "iron", "lacquered metal", "copper"),
            accent="none",
            styles=("industrial",),
        ),
        Form(
            "lantern",
            (36, 36, 120),
            "tall paper column on a low frame",
            ("oak", "birch", "walnut", "stained ash"),
            (),
            "shade",
            ("paper",),
            ("japandi", "japandi"),
        ),
    ),
    (
        "oak",
        "birch",
        "walnut",
        "stained ash",
        "brass",
        "copper",
        "steel",
        "iron",
        "lacquered metal",
    ),
    (59, 320),
    accent="shade",
    accent_materials=_SHADES,
    facts=(
        *_LIGHT,
        Number("cable length", 1.6, 3, 0.2, "m"),
        Choice("switch", ("foot switch", "cord switch", "touch dimmer")),
    ),
    share=20,
    shot="floor",
)
PENDANT_LAMP = Kind(
    "pendant lamp",
    "PEN",
    "Lighting",
    (
        Form("dome", (42, 42, 26), "half ball, open below", _SHELLS),
        Form("cone", (38, 38, 28), "pointed shade, open below", (*_SHELLS, "linen", "cotton")),
        Form("globe", (32, 32, 32), "full ball", ("glass", "paper", "rattan")),
        Form("drum", (48, 48, 26), "upright cylinder", ("linen", "cotton", "velvet", "paper")),
        Form("bell", (40, 40, 42), "bell that flares at its edge", _SHELLS),
        Form("lantern", (46, 46, 40), "ribbed paper lantern", ("paper",), styles=("japandi",)),
    ),
    (
        "lacquered metal",
        "brass",
        "copper",
        "steel",
        "enamel",
        "concrete",
        "glass",
        "rattan",
        "linen",
        "cotton",
        "velvet",
        "paper",
    ),
    (29, 210),
    ("plain", "two-tone"),
    facts=(*_LIGHT, Number("cable length", 1, 2.5, 0.25, "m"), Flag("height adjustable", 0.6)),
    share=22,
    shot="hanging",
)

LIGHTING = (
    TABLE_LAMP,
    FLOOR_LAMP,
    PENDANT_LAMP,
)
