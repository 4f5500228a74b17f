"""What the sample shop sells: kinds, their materials, names, prices and what is said of them.

Knows no product, picture or file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_CERAMIC: Final = ("stoneware", "porcelain", "earthenware")
_DISHES: Final[dict[str, tuple[str, ...]]] = {
    "dishwasher-safe": ("Dishwasher-safe.", "Dishwasher-safe, again and again."),
}
_LIGHT: Final[dict[str, tuple[str, ...]]] = {
    "dimmable": ("Dimmable.", "Dimmable with most wall dimmers; bulb not included.")
}
_WASH: Final[dict[str, tuple[str, ...]]] = {
    "machine-washable": ("Machine-washable at 30 °C.", "Machine-washable; dry flat in the shade."),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product.

    Attributes:
        category: its path, as it stands in the products file.
        materials: what it can be made of.
        nouns: what sellers call it; the first is always right.
        sizes: as sellers write them.
        price: from the cheapest to the dearest.
        features: what shoppers ask for and no photo shows, with the sentences that tell it.
        otherwise: sentences for a product without the feature.
        remarks: sentences that fit any product of the kind.
        form_nouns: what sellers call one form of it.
        form_sizes: sizes of a form that the others do not have.
    """

    category: str
    materials: tuple[str, ...]
    nouns: tuple[str, ...]
    sizes: tuple[str, ...]
    price: tuple[float, float]
    features: Mapping[str, tuple[str, ...]]
    otherwise: tuple[str, ...]
    remarks: tuple[str, ...]
    form_nouns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    form_sizes: dict[str, tuple[str, ...]] = field(default_factory=dict)


KINDS: Final[dict[str, Kind]] = {
    "mug": Kind(
        "Kitchen > Mugs",
        (*_CERAMIC, "enamel"),
        ("Mug", "Coffee Mug", "Tea Mug"),
        ("250 ml", "300 ml", "350 ml", "12 oz", "0.4 l"),
        (8, 28),
        _DISHES,
        ("Wash by hand.", "Please wash by hand to keep the glaze bright."),
        (
            "Made for slow mornings and long phone calls.",
            "The handle takes three fingers with ease.",
            "Stacks with the others of its series.",
            "Fits under most coffee machines.",
        ),
        {"espresso": ("Espresso Mug", "Small Mug")},
        {"espresso": ("90 ml", "120 ml", "4 oz")},
    ),
    "bowl": Kind(
        "Kitchen > Bowls",
        (*_CERAMIC, "enamel"),
        ("Bowl", "Serving Bowl", "Salad Bowl"),
        ("14 cm", "18 cm", "22 cm", "0.6 l", "1.2 l"),
        (9, 46),
        _DISHES,
        ("Wash by hand.", "Wipe clean; do not soak."),
        (
            "Deep enough for soup, pretty enough for fruit.",
            "Sits steady on its foot ring.",
            "From breakfast oats to the big salad.",
        ),
        {"footed": ("Footed Bowl", "Fruit Bowl"), "deep": ("Bowl", "Cereal Bowl", "Soup Bowl")},
    ),
    "plate": Kind(
        "Kitchen > Plates",
        (*_CERAMIC, "enamel"),
        ("Plate", "Dinner Plate"),
        ("20 cm", "24 cm", "27 cm", "10.5 in"),
        (7, 32),
        _DISHES,
        ("Wash by hand.", "Not for the microwave."),
        (
            "A low rim keeps the sauce where it belongs.",
            "Sold singly, so build your own set.",
            "Small marks from the kiln are part of the charm.",
        ),
        {"oval": ("Oval Plate", "Serving Plate"), "square": ("Square Plate", "Plate")},
        {"oval": ("30 x 22 cm", "36 x 25 cm")},
    ),
    "vase": Kind(
        "Decor > Vases",
        (*_CERAMIC, "terracotta"),
        ("Vase", "Flower Vase"),
        ("18 cm", "24 cm", "30 cm", "H 32 cm"),
        (14, 89),
        {"watertight": ("Watertight, so it takes fresh flowers.", "Glazed inside and watertight.")},
        ("For dried stems only.", "Use an insert for fresh flowers."),
        (
            "Holds one stem as well as a whole bunch.",
            "Thrown and finished by hand.",
            "Looks good even when it stands empty.",
        ),
        {"bud": ("Bud Vase", "Small Vase"), "bottle": ("Bottle Vase", "Vase")},
    ),
    "teapot": Kind(
        "Kitchen > Teapots",
        (*_CERAMIC, "enamel"),
        ("Teapot", "Tea Pot"),
        ("0.6 l", "0.8 l", "1.2 l", "40 oz"),
        (24, 95),
        _DISHES,
        ("Rinse with warm water only.", "Wash by hand, without soap."),
        (
            "The spout does not drip.",
            "Comes with a steel strainer.",
            "Keeps two rounds of tea warm.",
        ),
    ),
    "planter": Kind(
        "Decor > Planters",
        ("terracotta", "stoneware", "fiber cement", "recycled plastic"),
        ("Planter", "Plant Pot", "Flower Pot"),
        ("Ø 14 cm", "Ø 18 cm", "Ø 24 cm", "7 in"),
        (11, 69),
        {
            "frost-proof": (
                "Frost-proof, so it may stay outside all year.",
                "Frost-proof down to -15 °C.",
            )
        },
        ("Bring it inside before winter.", "For indoor use."),
        (
            "The plant in the photo is not included.",
            "Has a drainage hole and a matching saucer.",
            "Room for roots, easy to lift.",
        ),
    ),
    "table lamp": Kind(
        "Lighting > Table Lamps",
        ("linen", "cotton", "metal", "rice paper"),
        ("Table Lamp", "Bedside Lamp", "Desk Lamp"),
        ("H 38 cm", "H 45 cm", "H 52 cm", "18 in"),
        (35, 169),
        _LIGHT,
        ("Switch on the cord.", "Takes one E27 bulb, not included."),
        (
            "Gives a warm light to read by.",
            "The cord is 1.8 m long and wrapped in fabric.",
            "Made for the bedside and the sideboard.",
        ),
    ),
    "floor lamp": Kind(
        "Lighting > Floor Lamps",
        ("linen", "cotton", "metal", "rice paper"),
        ("Floor Lamp", "Standing Lamp", "Reading Floor Lamp"),
        ("H 140 cm", "H 155 cm", "H 165 cm", "61 in"),
        (69, 349),
        _LIGHT,
        ("Foot switch on the cord.", "Takes one E27 bulb, not included."),
        (
            "Puts light beside the sofa where you need it.",
            "Stands firm on carpet too.",
            "Arrives flat; ten minutes to put up.",
        ),
        {"arc": ("Arc Floor Lamp", "Arched Floor Lamp"), "tripod": ("Tripod Floor Lamp",)},
    ),
    "chair": Kind(
        "Furniture > Chairs",
        ("linen", "velvet", "bouclé", "leather"),
        ("Chair", "Dining Chair", "Side Chair"),
        ("seat height 46 cm", "W 48 cm", "seat height 18 in"),
        (79, 420),
        {"stackable": ("Stackable up to four high.", "Stackable, for when guests have gone.")},
        ("Comes assembled.", "Legs screw on without tools."),
        (
            "Supports the back through long dinners.",
            "Felt pads keep the floor safe.",
            "Sold one by one.",
        ),
        {"armchair": ("Armchair", "Lounge Chair"), "slatted": ("Wooden Chair", "Kitchen Chair")},
    ),
    "stool": Kind(
        "Furniture > Stools",
        ("linen", "velvet", "cotton", "leather"),
        ("Stool",),
        ("H 45 cm", "H 48 cm", "18 in"),
        (39, 210),
        {"stackable": ("Stackable.", "Stackable, so a spare one takes no room.")},
        ("Comes assembled.", "Legs screw on without tools."),
        (
            "Seat, side table, step to the top shelf.",
            "Light enough to carry with one hand.",
            "Felt pads keep the floor safe.",
        ),
        {"bar": ("Bar Stool", "Counter Stool"), "pouf": ("Pouf Stool", "Soft Stool")},
        {"bar": ("H 65 cm", "H 75 cm", "26 in"), "pouf": ("Ø 50 cm", "Ø 55 cm")},
    ),
    "cushion": Kind(
        "Textiles > Cushions",
        ("linen", "cotton", "velvet", "wool"),
        ("Cushion", "Throw Pillow", "Sofa Cushion"),
        ("45 x 45 cm", "50 x 50 cm", "18 x 18 in"),
        (15, 79),
        _WASH,
        ("Dry-clean only.", "Spot-clean with a damp cloth."),
        (
            "Hidden zipper, filling included.",
            "Plump feather filling that keeps its shape.",
            "Mix it with the rest of the series.",
        ),
        {"lumbar": ("Lumbar Cushion", "Lumbar Pillow"), "round": ("Round Cushion",)},
        {"lumbar": ("30 x 50 cm", "12 x 20 in"), "round": ("Ø 40 cm", "Ø 45 cm")},
    ),
    "rug": Kind(
        "Textiles > Rugs",
        ("wool", "cotton", "jute", "recycled polyester"),
        ("Rug", "Area Rug", "Carpet"),
        ("120 x 180 cm", "140 x 200 cm", "170 x 240 cm", "4 x 6 ft"),
        (59, 480),
        _WASH,
        ("Vacuum without a brush.", "Have it cleaned by a professional."),
        (
            "Woven flat, so doors open over it.",
            "Soft under bare feet.",
            "A little shedding in the first weeks is normal.",
        ),
        {"runner": ("Runner Rug", "Hallway Rug"), "round": ("Round Rug",)},
        {"runner": ("70 x 200 cm", "80 x 250 cm"), "round": ("Ø 120 cm", "Ø 160 cm")},
    ),
    "clock": Kind(
        "Decor > Clocks",
        ("metal", "bamboo", "ceramic", "recycled plastic"),
        ("Clock", "Wall Clock"),
        ("Ø 25 cm", "Ø 30 cm", "Ø 36 cm", "12 in"),
        (19, 129),
        {"silent": ("Silent movement without ticking.", "A silent quartz movement: no ticking.")},
        ("Quartz movement with a soft tick.", "Ticks gently."),
        (
            "Runs on one AA battery, not included.",
            "Easy to read from across the room.",
            "Hangs on a single nail.",
        ),
    ),
}

BRANDS: Final = (
    "Tovelund", "Marrowick", "Quillbeck", "Osterfen", "Pellandra", "Brindlemoor",
    "Kavastra", "Hemsworthy & Daughters", "Nordavik", "Lumbrecht", "Casa Velour", "Sillhaven",
)  # fmt: skip
SERIES: Final = (
    "Alma", "Nori", "Juno", "Fjella", "Otis", "Mirel", "Sanna", "Pico", "Tilda", "Ravi",
    "Elba", "Koto", "Linnea", "Bruno", "Havn", "Soleta", "Wim", "Yara", "Dorrit", "Ember",
)  # fmt: skip

COLOR_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "red": ("red", "cherry red", "brick red"),
    "orange": ("orange", "burnt orange"),
    "yellow": ("yellow", "sunny yellow", "mustard yellow"),
    "green": ("green", "forest green", "moss green"),
    "teal": ("teal", "deep teal"),
    "blue": ("blue", "cobalt blue", "denim blue"),
    "purple": ("purple", "plum purple"),
    "pink": ("pink", "blush pink"),
    "brown": ("brown", "chocolate brown"),
    "gray": ("gray", "stone gray"),
    "black": ("black", "matte black"),
    "white": ("white", "off-white"),
}
PATTERN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "plain": ("plain",),
    "striped": ("striped", "stripe"),
    "checked": ("checked", "gingham"),
    "dotted": ("dotted", "polka dot"),
    "two-tone": ("two-tone",),
    "speckled": ("speckled",),
}
PATTERN_PHRASES: Final[dict[str, str]] = {
    "plain": "in one color",
    "striped": "with stripes",
    "checked": "with checks",
    "dotted": "with dots",
    "two-tone": "in two tones",
    "speckled": "with speckles",
}
