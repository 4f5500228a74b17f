"""Name what a shopper can see: colors, materials, patterns, styles. Knows no kind of product.

The words are the shop's own. Two colors that a photo could not tell apart are not both here.
"""

from __future__ import annotations

from dataclasses import dataclass

PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Color:
    """A named color: its basic family (what "a green one" asks for) and its sRGB hex value."""

    name: str
    family: str
    srgb: str


@dataclass(frozen=True, slots=True)
class Material:
    """What a part is made of.

    Attributes:
        family: the wider word: ceramic, glass, wood, metal, stone, textile, leather, fiber, paper.
        colors: what it comes in.
        patterns: what can be on it, plain first.
        styles: the styles it speaks for.
    """

    name: str
    family: str
    colors: tuple[str, ...]
    patterns: tuple[str, ...] = (PLAIN,)
    styles: tuple[str, ...] = ()


COLORS = {
    color.name: color
    for color in (
        Color("white", "white", "f3f1ec"),
        Color("cream", "white", "ecdfc0"),
        Color("beige", "beige", "cbb48e"),
        Color("straw", "beige", "c69f62"),
        Color("tan", "brown", "ad7440"),
        Color("honey", "brown", "c18d55"),
        Color("blond", "beige", "dec298"),
        Color("reddish brown", "brown", "87452a"),
        Color("brown", "brown", "6a4630"),
        Color("dark brown", "brown", "49301f"),
        Color("light gray", "gray", "b9bab8"),
        Color("slate gray", "gray", "70787f"),
        Color("charcoal", "gray", "3b3d40"),
        Color("black", "black", "161616"),
        Color("red", "red", "b3211e"),
        Color("burgundy", "red", "63192a"),
        Color("terracotta", "orange", "b95e3b"),
        Color("orange", "orange", "de7620"),
        Color("mustard", "yellow", "c8952a"),
        Color("yellow", "yellow", "edcb3e"),
        Color("olive", "green", "6d6b30"),
        Color("sage", "green", "9bae88"),
        Color("mint", "green", "a9d8be"),
        Color("emerald", "green", "0f7b55"),
        Color("forest green", "green", "214831"),
        Color("teal", "blue", "1e7277"),
        Color("sky blue", "blue", "8dbee0"),
        Color("cobalt", "blue", "1f47b0"),
        Color("navy", "blue", "1c294c"),
        Color("lavender", "purple", "b4a2d6"),
        Color("plum", "purple", "5a2952"),
        Color("blush", "pink", "e7bfb5"),
        Color("rose", "pink", "d57c8c"),
        Color("raspberry", "pink", "b82d61"),
        Color("gold", "gold", "c9a14a"),
        Color("copper", "copper", "b8683f"),
        Color("silver", "silver", "b6b8ba"),
        Color("clear", "clear", "f4f8f7"),
        Color("smoke", "gray", "5b5f63"),
        Color("amber", "orange", "c8761c"),
        Color("bottle green", "green", "2f6b45"),
    )
}

PAINTS = (
    "white",
    "cream",
    "beige",
    "light gray",
    "slate gray",
    "charcoal",
    "black",
    "red",
    "burgundy",
    "terracotta",
    "orange",
    "mustard",
    "yellow",
    "olive",
    "sage",
    "mint",
    "emerald",
    "forest green",
    "teal",
    "sky blue",
    "cobalt",
    "navy",
    "lavender",
    "plum",
    "blush",
    "rose",
    "raspberry",
    "brown",
)
"""What paint, glaze and dye come in."""
TINTS = ("clear", "smoke", "amber", "bottle green", "cobalt", "rose")
"""What glass comes in."""

PATTERNS = (
    PLAIN,
    "striped",
    "checked",
    "dotted",
    "floral",
    "leaf",
    "speckled",
    "zigzag",
    "geometric",
    "two-tone",
)
STYLES = (
    "modern",
    "Scandinavian",
    "mid-century",
    "industrial",
    "rustic",
    "boho",
    "classic",
    "coastal",
    "art deco",
    "japandi",
)

_GLAZE = ("plain", "striped", "dotted", "floral", "leaf", "speckled", "geometric", "two-tone")
_WOVEN = ("plain", "striped", "checked", "zigzag", "geometric", "two-tone")
_PRINT = ("plain", "striped", "checked", "dotted", "floral", "leaf", "zigzag", "geometric")
_SOFT = tuple(name for name in PAINTS if name not in ("red", "yellow", "orange", "cobalt"))

MATERIALS = {
    material.name: material
    for material in (
        Material("glazed ceramic", "ceramic", PAINTS, _GLAZE, ("modern",)),
        Material("stoneware", "ceramic", _SOFT, _GLAZE, ("japandi", "Scandinavian")),
        Material(
            "porcelain",
            "ceramic",
            ("white", "cream", "sky blue", "mint", "blush"),
            ("plain", "striped", "dotted", "floral", "leaf", "geometric"),
            ("classic",),
        ),
        Material(
            "terracotta", "ceramic", ("terracotta",), ("plain", "striped", "geometric", "two-tone")
        ),
        Material(
            "enamel", "metal", PAINTS, ("plain", "dotted", "speckled", "two-tone"), ("rustic",)
        ),
        Material("glass", "glass", TINTS, ("plain",), ("modern",)),
        Material("oak", "wood", ("honey",), styles=("Scandinavian", "japandi")),
        Material("birch", "wood", ("blond",), styles=("Scandinavian",)),
        Material("walnut", "wood", ("dark brown",), styles=("mid-century", "mid-century")),
        Material("acacia", "wood", ("reddish brown",), styles=("rustic",)),
        Material("stained ash", "wood", ("black",), styles=("japandi", "modern")),
        Material(
            "painted wood",
            "wood",
            PAINTS,
            ("plain", "striped", "checked", "dotted", "floral", "geometric", "two-tone"),
            ("coastal",),
        ),
        Material("brass", "metal", ("gold",), styles=("art deco", "art deco")),
        Material("copper", "metal", ("copper",), styles=("art deco",)),
        Material("steel", "metal", ("silver",), styles=("industrial", "modern")),
        Material("iron", "metal", ("black",), styles=("industrial", "industrial")),
        Material("lacquered metal", "metal", PAINTS, styles=("modern",)),
        Material("marble", "stone", ("white", "black", "forest green"), styles=("art deco",)),
        Material("travertine", "stone", ("beige",), styles=("modern",)),
        Material("concrete", "stone", ("light gray",), styles=("industrial",)),
        Material("linen", "textile", _SOFT, _PRINT, ("Scandinavian", "coastal")),
        Material("cotton", "textile", PAINTS, _PRINT, ("coastal",)),
        Material("velvet", "textile", PAINTS, styles=("art deco", "classic")),
        Material("wool", "textile", _SOFT, _WOVEN, ("rustic", "Scandinavian")),
        Material(
            "boucle",
            "textile",
            (
                "white",
                "cream",
                "beige",
                "light gray",
                "charcoal",
                "sage",
                "blush",
                "mustard",
                "terracotta",
            ),
            styles=("modern",),
        ),
        Material("corduroy", "textile", _SOFT, styles=("mid-century",)),
        Material(
            "leather",
            "leather",
            ("tan", "brown", "dark brown", "black", "cream", "burgundy", "forest green", "navy"),
            styles=("mid-century", "industrial"),
        ),
        Material(
            "wicker", "fiber", ("straw", "brown", "white", "black"), styles=("boho", "coastal")
        ),
        Material("rattan", "fiber", ("straw", "black", "white"), styles=("boho", "boho")),
        Material(
            "seagrass", "fiber", ("straw",), ("plain", "striped", "zigzag", "two-tone"), ("boho",)
        ),
        Material(
            "jute", "fiber", ("straw",), ("plain", "striped", "two-tone", "geometric"), ("boho",)
        ),
        Material(
            "cotton rope", "fiber", _SOFT, ("plain", "striped", "two-tone"), ("Scandinavian",)
        ),
        Material("paper", "paper", ("white", "cream"), styles=("japandi", "japandi")),
        Material(
            "art print",
            "paper",
            ("black", "navy", "teal", "sage", "terracotta", "mustard", "blush", "raspberry"),
        ),
        Material("cork", "wood", ("tan",), styles=("Scandinavian",)),
        Material("candle wax", "wax", ("white",)),
    )
}


def lab(name: str) -> tuple[float, float, float]:
    """The color's place in CIELAB (D65): lightness 0–100, a, b. Source: CIE 15:2004."""
    srgb = COLORS[name].srgb
    red, green, blue = (_linear(int(srgb[i : i + 2], 16) / 255) for i in (0, 2, 4))
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (_cube_root(value) for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(first: str, second: str) -> float:
    """How far two colors are apart for the eye: Euclid in CIELAB, 2.3 is just noticeable."""
    return float(sum((a - b) ** 2 for a, b in zip(lab(first), lab(second), strict=True)) ** 0.5)


def linear_rgb(name: str) -> tuple[float, float, float]:
    """The color as a renderer wants it: linear light, 0–1."""
    srgb = COLORS[name].srgb
    red, green, blue = (_linear(int(srgb[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return red, green, blue


def _linear(value: float) -> float:
    """Undo sRGB's transfer curve (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _cube_root(value: float) -> float:
    return float(value ** (1 / 3)) if value > 0.008856 else 7.787 * value + 16 / 116


LOOKALIKES = {
    "porcelain": "glaze",
    "glazed ceramic": "glaze",
    "painted wood": "paint",
    "lacquered metal": "paint",
    "enamel": "paint",
    "iron": "paint",
    "stained ash": "paint",
    "linen": "cloth",
    "cotton": "cloth",
    "wicker": "cane",
    "rattan": "cane",
}
"""Materials that a photo does not tell apart where they have the same color."""
