"""List what a table is laid with. Knows no random choice."""

from __future__ import annotations

from studio.kinds.kind import Choice, Flag, Form, Kind, Number

_CERAMIC = ("glazed ceramic", "stoneware", "porcelain")
_DECORATED = ("plain", "striped", "dotted", "floral", "leaf", "speckled", "geometric", "two-tone")
_NO_WASH = ("wood", "stone", "brass", "copper", "iron")
_NO_WAVE = ("wood", "stone", "metal")
_CARE = Choice("care", ("hand wash", "wipe clean", "rinse and dry at once"))

MUG = Kind(
    "mug",
    "MUG",
    "Kitchen & dining",
    (
        Form("straight", (11, 8, 9.5), "straight-sided cylinder with a loop handle"),
        Form("rounded", (12.5, 9.5, 9), "round belly that narrows at the rim", _CERAMIC),
        Form("tapered", (12, 9, 10), "wider at the rim than at the foot", _CERAMIC),
        Form("footed", (12, 9, 11), "bowl on a narrow foot", _CERAMIC, styles=("classic",)),
        Form("faceted", (11.5, 8.5, 9.5), "flat facets around", _CERAMIC, ("plain", "two-tone")),
        Form("camping", (12, 8.5, 8), "low, with a rolled rim", ("enamel",), styles=("rustic",)),
    ),
    (*_CERAMIC, "enamel"),
    (9, 26),
    _DECORATED,
    facts=(
        Number("capacity", 220, 520, 20, "ml"),
        Flag("dishwasher safe", 0.7),
        Flag("microwave safe", 0.7, _NO_WAVE),
        Flag("stackable", 0.3),
        Choice("made in", ("Portugal", "Poland", "Japan", "Denmark")),
    ),
    share=30,
)
BOWL = Kind(
    "bowl",
    "BOW",
    "Kitchen & dining",
    (
        Form("shallow", (26, 26, 6.5), "wide and low"),
        Form("deep", (16, 16, 9), "steep sides"),
        Form("footed", (20, 20, 11), "raised on a foot", styles=("classic",)),
        Form("ribbed", (18, 18, 8.5), "upright ribs around", (*_CERAMIC, "glass"), ("plain",)),
        Form("wavy", (22, 22, 8), "rim that goes up and down", (*_CERAMIC, "glass"), ("plain",)),
    ),
    (*_CERAMIC, "glass", "oak", "walnut", "acacia", "marble", "enamel"),
    (12, 48),
    _DECORATED,
    facts=(
        Number("capacity", 0.4, 3.2, 0.2, "l"),
        Flag("dishwasher safe", 0.7, _NO_WASH),
        Flag("microwave safe", 0.6, _NO_WAVE),
        Flag("oven safe", 0.3, (*_NO_WAVE, "glass")),
        _CARE,
    ),
    share=26,
)
PLATE = Kind(
    "plate",
    "PLA",
    "Kitchen & dining",
    (
        Form("coupe", (26, 26, 2.8), "round without a rim"),
        Form("rimmed", (27, 27, 2.4), "round with a wide flat rim", styles=("classic",)),
        Form("scalloped", (26, 26, 2.6), "round with a scalloped edge", _CERAMIC),
        Form("square", (24, 24, 2.6), "square with round corners", styles=("modern",)),
        Form("oval", (34, 23, 2.8), "long oval"),
    ),
    (*_CERAMIC, "enamel"),
    (9, 32),
    _DECORATED,
    facts=(
        Flag("dishwasher safe", 0.75, _NO_WASH),
        Flag("microwave safe", 0.7, _NO_WAVE),
        Flag("oven safe", 0.35, _NO_WAVE),
        Choice("use", ("dinner", "breakfast", "dessert", "serving")),
    ),
    share=24,
)
TEAPOT = Kind(
    "teapot",
    "TEA",
    "Kitchen & dining",
    (
        Form("round", (24, 15, 15), "ball-shaped with a side handle"),
        Form("tall", (22, 12.5, 21), "slim and high with a side handle"),
        Form("low", (26, 17, 12), "wide and flat with a side handle", styles=("japandi",)),
        Form("top-handled", (21, 15, 21), "round, with a handle arched over the lid"),
    ),
    (*_CERAMIC, "enamel", "iron", "glass"),
    (24, 78),
    _DECORATED,
    facts=(
        Number("capacity", 0.5, 1.5, 0.1, "l"),
        Flag("strainer included", 0.6),
        Flag("dishwasher safe", 0.55, _NO_WASH),
        Flag("works on induction", 0.5, ("ceramic", "glass", "stone")),
        _CARE,
    ),
    share=22,
)
CARAFE = Kind(
    "carafe",
    "CAR",
    "Kitchen & dining",
    (
        Form("slim", (9, 9, 27), "straight bottle with a short neck"),
        Form("round-bellied", (15, 15, 24), "ball with a long neck"),
        Form("hourglass", (11, 11, 26), "pinched at the waist"),
        Form("square-shouldered", (10, 10, 25), "broad shoulders, narrow neck"),
    ),
    ("glass", "glazed ceramic", "stoneware"),
    (16, 52),
    _DECORATED,
    "stopper",
    ("cork", "oak", "brass"),
    facts=(
        Number("capacity", 0.5, 1.6, 0.1, "l"),
        Flag("dishwasher safe", 0.6),
        Flag("heat-resistant to 100 °C", 0.4),
        Flag("fits the fridge door", 0.4),
    ),
    share=20,
)
PITCHER = Kind(
    "pitcher",
    "PIT",
    "Kitchen & dining",
    (
        Form("straight", (18, 12, 20), "cylinder with spout and handle"),
        Form("round", (20, 15, 19), "full belly, spout and handle"),
        Form("tall", (17, 11, 27), "slim and high with spout and handle"),
        Form("footed", (19, 13, 24), "belly on a foot, spout and handle", styles=("classic",)),
    ),
    (*_CERAMIC, "enamel", "glass"),
    (19, 64),
    _DECORATED,
    facts=(
        Number("capacity", 0.8, 2.4, 0.1, "l"),
        Flag("dishwasher safe", 0.65),
        Flag("fits the fridge door", 0.4),
        Choice("made in", ("Portugal", "Italy", "Poland", "France")),
    ),
    share=20,
)
DRINKING_GLASS = Kind(
    "drinking glass",
    "GLA",
    "Kitchen & dining",
    (
        Form("tumbler", (8.5, 8.5, 9.5), "low and straight"),
        Form("highball", (7, 7, 15), "tall and straight"),
        Form("wine", (8.5, 8.5, 21), "tulip bowl on a long stem", styles=("classic",)),
        Form("coupe", (11, 11, 14), "wide shallow bowl on a stem", styles=("art deco",)),
        Form("goblet", (9, 9, 14), "deep bowl on a short thick stem", styles=("rustic",)),
        Form("ribbed tumbler", (8.5, 8.5, 11), "upright ribs around"),
    ),
    ("glass",),
    (6, 24),
    ("plain",),
    "rim",
    ("", "brass", "lacquered metal"),
    ("gold", "black", "white", "cobalt", "red"),
    facts=(
        Number("capacity", 180, 600, 20, "ml"),
        Flag("dishwasher safe", 0.7),
        Flag("stackable", 0.3, only=("tumbler", "highball", "ribbed tumbler")),
        Flag("mouth-blown", 0.4),
        Choice("sold as", ("single", "set of 2", "set of 4", "set of 6")),
    ),
    share=20,
)
JAR = Kind(
    "jar",
    "JAR",
    "Kitchen & dining",
    (
        Form("straight", (11, 11, 15), "cylinder with a lid"),
        Form("tall", (10, 10, 24), "high cylinder with a lid"),
        Form("rounded", (15, 15, 15), "round-bodied with a lid"),
        Form("ribbed", (12, 12, 14), "upright ribs around, with a lid", (), ("plain",)),
    ),
    ("glass", "glazed ceramic", "stoneware", "enamel"),
    (12, 38),
    _DECORATED,
    "lid",
    ("cork", "oak", "walnut", "brass", "steel"),
    facts=(
        Number("capacity", 0.4, 2.8, 0.2, "l"),
        Flag("airtight", 0.6),
        Flag("dishwasher safe", 0.4),
        Choice("good for", ("coffee", "tea", "flour", "pasta", "biscuits")),
    ),
    share=20,
)
TRAY = Kind(
    "tray",
    "TRA",
    "Kitchen & dining",
    (
        Form("round", (36, 36, 3.2), "round with a low edge"),
        Form("rectangular", (45, 30, 4), "rectangular with a low edge"),
        Form(
            "handled",
            (48, 31, 7),
            "rectangular with two upright handles",
            ("oak", "walnut", "brass", "steel", "lacquered metal", "painted wood"),
        ),
        Form("oval", (46, 30, 3.5), "oval with a low edge"),
    ),
    ("oak", "walnut", "brass", "copper", "steel", "lacquered metal", "marble", "painted wood"),
    (18, 74),
    ("plain", "striped", "checked", "dotted", "floral", "geometric"),
    facts=(
        Number("load", 3, 9, 1, "kg"),
        Flag("non-slip surface", 0.4),
        Flag("dishwasher safe", 0.3, _NO_WASH),
        _CARE,
    ),
    share=20,
)
SERVING_BOARD = Kind(
    "serving board",
    "BOA",
    "Kitchen & dining",
    (
        Form("paddle", (44, 20, 1.8), "rectangle with a handle"),
        Form("round", (32, 32, 1.8), "round disc"),
        Form("round with handle", (44, 31, 1.8), "round disc with a handle"),
        Form("rectangular", (42, 28, 2.4), "plain rectangle"),
        Form("oval", (46, 24, 1.8), "long oval"),
    ),
    ("oak", "birch", "walnut", "acacia", "stained ash", "marble", "travertine"),
    (16, 68),
    ("plain",),
    "inlay",
    ("", "marble", "brass", "walnut", "birch", "painted wood"),
    facts=(
        Flag("juice groove on the back", 0.3),
        Flag("dishwasher safe", 0.2, _NO_WASH),
        Flag("food-safe oil finish", 0.6, ("stone",)),
        _CARE,
    ),
    share=18,
)

TABLEWARE = (
    MUG,
    BOWL,
    PLATE,
    TEAPOT,
    CARAFE,
    PITCHER,
    DRINKING_GLASS,
    JAR,
    TRAY,
    SERVING_BOARD,
)
