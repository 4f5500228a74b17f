"""List what shoppers ask that no photo shows, kind by kind. Knows no product."""

from __future__ import annotations

from dataclasses import dataclass

from studio.truth import FactWish, MaterialWish, Wish


@dataclass(frozen=True, slots=True)
class Asked:
    """A hidden wish with the words that ask for it, before or after the kind."""

    wish: Wish
    words: tuple[str, ...]


def _yes(name: str, *words: str) -> Asked:
    return Asked(FactWish(name), words)


def _is(name: str, value: str, *words: str, near: tuple[str, ...] = ()) -> Asked:
    return Asked(FactWish(name, values=tuple(value.split("|")), near=near), words)


def _from(name: str, low: float, *words: str) -> Asked:
    return Asked(FactWish(name, low=low), words)


def _to(name: str, high: float, *words: str) -> Asked:
    return Asked(FactWish(name, high=high), words)


def _of(material: str) -> Asked:
    return Asked(MaterialWish(material), (material,))


_DISH = _yes(
    "dishwasher safe", "dishwasher-safe", "that is dishwasher safe", "that can go in the dishwasher"
)
_WAVE = _yes("microwave safe", "microwave-safe", "that is microwave safe", "for the microwave")
_OVEN = _yes("oven safe", "oven-safe", "that is oven safe")
_STACK = _yes("stackable", "stackable", "that is stackable")
_FRIDGE = _yes("fits the fridge door", "that fits the fridge door", "for the fridge door")
_BUILT = _is("assembly required", "False", "that comes fully assembled", "without assembly")
_LAMP = (
    _yes("dimmable", "dimmable", "that is dimmable"),
    _yes("bulb included", "with bulb included", "with a bulb included"),
    _is("socket", "E14", "with E14 socket", "E14"),
    _from("maximum wattage", 40, "for bulbs up to 40 W or more", "that takes 40 W bulbs"),
)
_COVER = (
    _yes("removable cover", "with removable cover", "with a cover that is removable"),
    _is("cover care", "machine wash at 30 °C", "with machine washable cover",
        "with a cover for the washing machine"),
    _is("filling", "pocket springs", "with pocket springs"),
    _is("filling", "foam and feather", "with feather filling"),
    _yes("pet-friendly fabric", "pet-friendly", "in pet-friendly fabric"),
)  # fmt: skip
_MADE = {
    "Portugal": _is("made in", "Portugal", "made in Portugal", "from Portugal"),
    "Poland": _is("made in", "Poland", "made in Poland", "from Poland"),
    "Italy": _is("made in", "Italy", "made in Italy", "from Italy"),
    "Denmark": _is("made in", "Denmark", "made in Denmark", "from Denmark"),
    "Japan": _is("made in", "Japan", "made in Japan", "from Japan"),
    "Scotland": _is("made in", "Scotland", "made in Scotland", "from Scotland"),
    "Morocco": _is("made in", "Morocco", "made in Morocco", "from Morocco"),
}

FACT_ASKS: dict[str, tuple[Asked, ...]] = {
    "mug": (
        _DISH, _WAVE, _STACK, _MADE["Portugal"], _MADE["Japan"], _of("porcelain"), _of("stoneware"),
        _from("capacity", 400, "of 400 ml or more", "that holds 400 ml"),
        _to("capacity", 260, "up to 260 ml", "for up to 260 ml"),
    ),
    "bowl": (
        _DISH, _WAVE, _OVEN, _of("stoneware"),
        _from("capacity", 2, "of 2 l or more", "that holds 2 l"),
        _to("capacity", 1, "up to 1 l", "for up to 1 l"),
    ),
    "plate": (
        _DISH, _WAVE, _OVEN, _of("porcelain"), _of("stoneware"),
        _is("use", "dessert", "dessert", "for dessert", near=("breakfast",)),
        _is("use", "serving", "serving", "for serving"),
        _is("use", "dinner", "dinner", "for dinner"),
    ),
    "teapot": (
        _DISH, _yes("strainer included", "with strainer", "with a strainer included"),
        _yes("works on induction", "that works on induction", "for induction"),
        _from("capacity", 1.2, "of 1.2 l or more", "for 1.2 l"),
        _to("capacity", 0.7, "up to 0.7 l", "for up to 0.7 l"),
    ),
    "carafe": (
        _DISH, _FRIDGE,
        _yes("heat-resistant to 100 °C", "heat-resistant", "that is heat-resistant"),
        _from("capacity", 1.2, "of 1.2 l or more", "that holds 1.2 l"),
    ),
    "pitcher": (
        _DISH, _FRIDGE, _MADE["Italy"], _MADE["Poland"], _MADE["Portugal"],
        _from("capacity", 1.8, "of 1.8 l or more", "that holds 1.8 l"),
    ),
    "drinking glass": (
        _DISH, _STACK, _yes("mouth-blown", "mouth-blown"),
        _is("sold as", "set of 6", "in a set of 6", near=("set of 4",)),
        _is("sold as", "set of 4", "in a set of 4", near=("set of 6",)),
        _is("sold as", "single", "sold as a single"),
        _from("capacity", 400, "of 400 ml or more"),
    ),
    "jar": (
        _DISH, _yes("airtight", "airtight", "that is airtight"),
        _is("good for", "coffee", "for coffee"), _is("good for", "pasta", "for pasta"),
        _is("good for", "flour", "for flour"), _is("good for", "biscuits", "for biscuits"),
        _from("capacity", 1.6, "of 1.6 l or more", "that holds 1.6 l"),
        _to("capacity", 0.8, "up to 0.8 l", "for up to 0.8 l"),
    ),
    "tray": (
        _yes("non-slip surface", "non-slip", "with non-slip surface"),
        _from("load", 7, "that carries 7 kg"), _DISH,
    ),
    "serving board": (
        _yes("juice groove on the back", "with juice groove", "with a juice groove"),
        _yes("food-safe oil finish", "with food-safe oil finish"),
    ),
    "vase": (
        _yes("handmade", "handmade", "that is handmade"),
        _yes("watertight", "watertight", "that is watertight"),
        _is("good for", "dried stems", "for dried stems"),
        _is("good for", "fresh bouquets", "for fresh bouquets"),
        _is("good for", "a single stem", "for a single stem"),
        _MADE["Portugal"], _MADE["Denmark"], _MADE["Italy"], _MADE["Morocco"],
    ),
    "planter": (
        _yes("drainage hole", "with drainage hole", "with a drainage hole"),
        _yes("frost-proof", "frost-proof", "that is frost-proof"),
        _is("use", "outdoor|indoor and outdoor", "outdoor", "for outdoor use"),
        _yes("plant included", "with plant included"),
        _from("fits pots up to", 22, "that fits 22 cm pots", "for 22 cm pots"),
    ),
    "candle holder": (
        _is("candle size", "tea light", "for tealights"),
        _is("candle size", "2.2 cm taper", "for taper candles"),
        _is("candle size", "7 cm pillar", "for pillar candles"),
        _yes("candle included", "with candle included"),
        _yes("felt base", "with felt base"),
    ),
    "basket": (
        _is("use", "laundry", "laundry", "for laundry"), _is("use", "toys", "for toys", "toy"),
        _is("use", "blankets", "for blankets", "blanket"),
        _is("use", "firewood", "for firewood", "firewood"),
        _yes("removable lining", "with removable lining"), _yes("foldable", "foldable"),
        _from("capacity", 45, "of 45 l or more", "that holds 45 l"),
        _from("load", 11, "that carries 11 kg"),
    ),
    "box": (
        _yes("lockable", "lockable", "that is lockable"),
        _is("good for", "jewelry", "jewelry", "for jewelry"),
        _is("good for", "letters", "for letters"), _is("good for", "keepsakes", "for keepsakes"),
        _is("good for", "sewing things", "sewing", "for sewing things"),
        _is("inside", "velvet lining", "with velvet lining"),
        _is("inside", "three compartments", "with three compartments"),
    ),
    "wall clock": (
        _is("movement", "silent sweep", "silent", "with silent movement"),
        _is("movement", "radio-controlled", "radio-controlled"),
        _yes("battery included", "with battery included"),
        _yes("glass cover", "with glass cover", "with a glass cover"),
    ),
    "mirror": (
        _yes("suitable for bathrooms", "bathroom", "for the bathroom"),
        _yes("hangs both ways", "that hangs both ways"),
        _yes("shatterproof backing", "with shatterproof backing"),
        _to("weight", 6, "weighing up to 6 kg"),
    ),
    "picture frame": (
        _is("picture size", "A4", "for A4", "A4"), _is("picture size", "A3", "for A3", "A3"),
        _is("picture size", "18 × 24 cm", "for 18 × 24 cm"),
        _is("front", "acrylic", "with acrylic front"),
        _yes("stand on the back", "with a stand on the back", "with stand"),
    ),
    "coat rack": (_from("load", 28, "that carries 28 kg", "for 28 kg"), _BUILT),
    "table lamp": (
        *_LAMP, _yes("USB charging port", "with USB port", "with a USB charging port"),
        _from("cable length", 2, "with 2 m cable"),
    ),
    "floor lamp": (
        *_LAMP, _is("switch", "foot switch", "with foot switch"),
        _is("switch", "touch dimmer", "with touch dimmer"),
    ),
    "pendant lamp": (
        *_LAMP, _yes("height adjustable", "height-adjustable", "that is height adjustable"),
        _from("cable length", 2, "with 2 m cable"),
    ),
    "dining chair": (
        _STACK, _BUILT, _from("maximum load", 140, "for up to 140 kg", "that carries 140 kg"),
        _from("seat height", 48, "with 48 cm seat height"),
    ),
    "armchair": (
        *_COVER, _from("maximum load", 150, "that carries 150 kg"),
        _from("seat height", 45, "with 45 cm seat height or more"),
    ),
    "stool": (
        _STACK, _BUILT, _is("floor protection", "felt glides", "with felt glides"),
        _from("maximum load", 130, "that carries 130 kg"),
    ),
    "bench": (
        _is("use", "hallway", "hallway", "for the hallway"),
        _is("use", "foot of the bed", "for the foot of the bed"),
        _is("use", "dining table", "for the dining table"),
        _from("maximum load", 240, "that carries 240 kg"), _BUILT,
    ),
    "sofa": (
        *_COVER, _yes("sofa bed", "that turns into a bed", "with bed function"),
        _from("seat depth", 62, "with 62 cm seat depth or more"),
        _from("seat height", 46, "with 46 cm seat height"),
    ),
    "pouf": (
        _yes("storage inside", "with storage inside", "with storage"),
        _yes("removable cover", "with removable cover"),
        _is("care", "machine wash at 30 °C", "machine washable"),
        _is("filling", "recycled textile", "with recycled filling"),
        _is("filling", "foam", "with foam filling"), _of("wool"), _of("cotton"),
    ),
    "dining table": (
        _yes("extendable", "extendable", "that is extendable"),
        _is("seats", "8|6 to 8", "for 8", "that seats 8", near=("6",)),
        _is("seats", "4", "for 4", near=("4 to 6",)),
        _from("maximum load", 110, "that carries 110 kg"), _BUILT,
    ),
    "coffee table": (
        _BUILT, _from("maximum load", 40, "that carries 40 kg"),
        _to("width", 80, "up to 80 cm wide"),
    ),
    "side table": (
        _BUILT, _from("maximum load", 25, "that carries 25 kg"),
        _to("width", 40, "up to 40 cm wide"),
    ),
    "bookcase": (
        _yes("adjustable shelves", "with adjustable shelves"),
        _yes("wall bracket included", "with wall bracket"),
        _from("load per shelf", 28, "with 28 kg load per shelf"),
        _to("width", 70, "up to 70 cm wide"),
    ),
    "sideboard": (
        _yes("soft-close", "soft-close", "with soft-close"),
        _yes("cable outlet", "with cable outlet"), _BUILT,
        _from("load per shelf", 24, "with 24 kg load per shelf"),
    ),
    "bed": (
        _is("mattress size", "180 × 200 cm", "180 × 200", "for a 180 × 200 cm mattress"),
        _is("mattress size", "140 × 200 cm", "140 × 200", "for a 140 × 200 cm mattress"),
        _is("mattress size", "160 × 200 cm", "160 × 200", "for a 160 × 200 cm mattress"),
        _yes("slats included", "with slats included"),
        _yes("storage under the bed", "with storage", "with storage under the bed"),
    ),
    "cushion": (
        _is("filling", "feather", "feather", "with feather filling"),
        _is("filling", "cover only", "without filling"),
        _is("filling", "kapok", "with kapok filling"),
        _is("care", "machine wash at 30 °C|machine wash at 40 °C", "machine washable"),
        _is("closure", "hidden zip", "with hidden zip"),
        _is("closure", "buttons", "with button closure"),
        _yes("suitable for outdoors", "outdoor", "for outdoors"),
        _of("linen"), _of("cotton"), _of("wool"),
    ),
    "throw": (
        _is("care", "machine wash at 30 °C", "machine washable"),
        _yes("suitable for sensitive skin", "for sensitive skin"),
        _MADE["Scotland"], _MADE["Portugal"], _of("wool"), _of("cotton"), _of("linen"),
        _to("weight", 1, "weighing up to 1 kg"),
    ),
    "rug": (
        _yes("non-slip backing", "non-slip", "with non-slip backing"),
        _yes("suitable for underfloor heating", "for underfloor heating"),
        _yes("machine washable", "machine washable", "that is machine washable"),
        _from("pile height", 16, "with 16 mm pile or more"),
        _to("pile height", 7, "with pile up to 7 mm"),
        _of("wool"), _of("cotton"), _to("width", 140, "up to 140 cm wide"),
    ),
}  # fmt: skip
"""Kind → what is asked of it."""
