"""List tables, storage and beds. Knows no random choice."""

from __future__ import annotations

from studio.kinds.kind import Choice, Flag, Form, Kind, Number

_WOODS = ("oak", "birch", "walnut", "acacia", "stained ash")
_PAINTED = (*_WOODS, "painted wood")
_METALS = ("iron", "brass", "steel", "lacquered metal")
_ONE_SIZE = {"one size": 1.0}

DINING_TABLE = Kind(
    "dining table",
    "DTA",
    "Tables",
    (
        Form("rectangular", (180, 90, 75), "four legs at the corners"),
        Form("round pedestal", (120, 120, 75), "round top on one central foot"),
        Form("trestle", (190, 92, 75), "two trestles under a long top", styles=("rustic",)),
        Form("oval", (200, 100, 75), "oval top on splayed legs", styles=("mid-century",)),
        Form("square", (95, 95, 75), "square top on four legs"),
    ),
    (*_PAINTED, "marble", "travertine", "glass"),
    (180, 1450),
    accent="legs",
    accent_materials=(*_WOODS, "iron", "brass", "steel", "painted wood"),
    accent_colors=(
        "honey",
        "blond",
        "dark brown",
        "reddish brown",
        "black",
        "gold",
        "silver",
        "white",
        "sage",
        "navy",
        "charcoal",
    ),
    sizes={"small": 0.88, "medium": 1.0, "large": 1.1},
    facts=(
        Choice("seats", ("4", "4 to 6", "6", "6 to 8", "8")),
        Flag("extendable", 0.3, ("stone", "glass")),
        Flag("assembly required", 0.8),
        Number("maximum load", 60, 120, 10, "kg"),
    ),
    share=20,
    shot="floor",
)
COFFEE_TABLE = Kind(
    "coffee table",
    "CTA",
    "Tables",
    (
        Form("round", (85, 85, 38), "round top on splayed legs"),
        Form("rectangular with shelf", (110, 60, 42), "long top above a shelf"),
        Form("oval", (115, 62, 40), "oval top on splayed legs", styles=("mid-century",)),
        Form(
            "drum",
            (75, 75, 36),
            "closed round block",
            (*_PAINTED, "travertine", "marble", "concrete", "brass"),
            accent="none",
            styles=("modern",),
        ),
        Form(
            "hairpin",
            (100, 55, 42),
            "slab on bent wire legs",
            (),
            (),
            "legs",
            ("iron", "brass", "steel"),
            ("mid-century", "industrial"),
        ),
    ),
    (*_PAINTED, "marble", "travertine", "concrete", "glass", "brass"),
    (89, 620),
    accent="legs",
    accent_materials=(*_WOODS, "iron", "brass", "steel"),
    sizes={"small": 0.85, "medium": 1.0, "large": 1.15},
    facts=(
        Number("maximum load", 15, 50, 5, "kg"),
        Flag("assembly required", 0.7),
        Choice("care", ("wipe with a damp cloth", "oil once a year", "use coasters")),
    ),
    share=22,
    shot="floor",
)
SIDE_TABLE = Kind(
    "side table",
    "STA",
    "Tables",
    (
        Form("tripod", (42, 42, 54), "round top on three legs"),
        Form(
            "pedestal", (40, 40, 52), "round top on one stem and a round foot", styles=("art deco",)
        ),
        Form("with drawer", (45, 38, 55), "square, one drawer under the top", _PAINTED),
        Form(
            "tray-top",
            (42, 42, 52),
            "round top with a raised edge on a wire frame",
            ("lacquered metal", "brass", "copper", "oak", "walnut"),
            (),
            "frame",
            ("iron", "brass", "steel"),
        ),
        Form(
            "c-shaped",
            (45, 30, 58),
            "top and foot joined at one side",
            _WOODS,
            (),
            "frame",
            ("iron", "brass", "steel"),
            ("industrial",),
        ),
    ),
    (*_PAINTED, "marble", "travertine", "glass", "lacquered metal", "brass", "copper"),
    (39, 320),
    accent="legs",
    accent_materials=(*_WOODS, "iron", "brass", "steel"),
    sizes=_ONE_SIZE,
    facts=(
        Number("maximum load", 10, 35, 5, "kg"),
        Flag("assembly required", 0.6),
        Choice("care", ("wipe with a damp cloth", "oil once a year", "use coasters")),
    ),
    share=22,
    shot="floor",
)
BOOKCASE = Kind(
    "bookcase",
    "BOO",
    "Storage",
    (
        Form("tall", (80, 32, 190), "closed sides, five shelves"),
        Form("low", (120, 33, 82), "wide, two rows of open cubes"),
        Form("ladder", (64, 42, 185), "leans like a ladder, deeper at the foot"),
        Form(
            "framed",
            (85, 36, 180),
            "shelves in a thin metal frame",
            _WOODS,
            (),
            "frame",
            ("iron", "brass", "steel", "lacquered metal"),
            ("industrial",),
        ),
        Form("arched", (82, 34, 190), "open shelves under a round arch", styles=("art deco",)),
    ),
    _PAINTED,
    (79, 620),
    accent="none",
    accent_materials=("iron", "brass", "steel", "lacquered metal"),
    accent_colors=("black", "gold", "silver", "white", "sage", "navy", "terracotta", "mustard"),
    sizes={"narrow": 0.8, "medium": 1.0},
    facts=(
        Number("load per shelf", 12, 35, 1, "kg"),
        Flag("adjustable shelves", 0.5),
        Flag("wall bracket included", 0.7),
        Flag("assembly required", 0.9),
    ),
    share=20,
    shot="floor",
)
SIDEBOARD = Kind(
    "sideboard",
    "SID",
    "Storage",
    (
        Form("two-door", (110, 42, 78), "two flat doors with knobs"),
        Form("three-drawer", (95, 45, 82), "three wide drawers"),
        Form("tambour", (160, 42, 72), "fronts of thin upright slats", styles=("mid-century",)),
        Form("cane-front", (120, 42, 76), "doors with woven cane", _PAINTED, styles=("boho",)),
        Form("doors and drawers", (165, 45, 76), "drawers between two doors"),
    ),
    _PAINTED,
    (190, 980),
    accent="legs",
    accent_materials=("oak", "birch", "walnut", "stained ash", "brass", "iron"),
    sizes=_ONE_SIZE,
    facts=(
        Number("load per shelf", 12, 30, 2, "kg"),
        Flag("soft-close", 0.5),
        Flag("cable outlet", 0.4),
        Flag("assembly required", 0.7),
    ),
    share=20,
    shot="floor",
)
BED = Kind(
    "bed",
    "BED",
    "Bedroom",
    (
        Form(
            "upholstered",
            (170, 212, 105),
            "padded headboard",
            ("linen", "velvet", "boucle", "wool", "corduroy", "leather"),
        ),
        Form(
            "tufted",
            (170, 212, 118),
            "high buttoned headboard",
            ("linen", "velvet", "leather"),
            styles=("classic",),
        ),
        Form("slatted", (168, 212, 100), "headboard of upright slats", _PAINTED),
        Form(
            "platform",
            (172, 214, 72),
            "low frame, low plain headboard",
            _PAINTED,
            styles=("japandi", "modern"),
        ),
        Form(
            "metal", (166, 210, 112), "headboard and foot of thin bars", _METALS, styles=("rustic",)
        ),
        Form(
            "four-poster",
            (170, 214, 200),
            "four posts joined at the top",
            ("oak", "walnut", "stained ash", "iron", "painted wood"),
            styles=("classic",),
        ),
    ),
    ("linen", "velvet", "boucle", "wool", "corduroy", "leather", *_PAINTED, *_METALS),
    (240, 1600),
    accent="bedding",
    accent_materials=("cotton", "linen"),
    accent_colors=(
        "white",
        "cream",
        "light gray",
        "blush",
        "sage",
        "navy",
        "terracotta",
        "sky blue",
        "charcoal",
    ),
    sizes=_ONE_SIZE,
    facts=(
        Choice("mattress size", ("140 × 200 cm", "160 × 200 cm", "180 × 200 cm")),
        Flag("slats included", 0.6),
        Flag("storage under the bed", 0.3),
        Number("maximum load", 200, 350, 10, "kg"),
        Flag("bedding included", 0.15),
    ),
    share=22,
    shot="floor",
)

FURNITURE = (
    DINING_TABLE,
    COFFEE_TABLE,
    SIDE_TABLE,
    BOOKCASE,
    SIDEBOARD,
    BED,
)
