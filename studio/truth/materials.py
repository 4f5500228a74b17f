"""Say which materials a shopper means by a material word. Knows no product."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MaterialMeaning:
    """The vocabulary's materials that a word means, those next to them, and if a photo tells."""

    exact: tuple[str, ...]
    near: tuple[str, ...] = ()
    seen: bool = True


_WOODS = ("oak", "birch", "walnut", "acacia", "stained ash")
MATERIAL_WORDS = {
    "ceramic": MaterialMeaning(("glazed ceramic", "stoneware", "porcelain"), ("terracotta",)),
    "terracotta": MaterialMeaning(("terracotta",), ("stoneware", "glazed ceramic")),
    "glass": MaterialMeaning(("glass",)),
    "wooden": MaterialMeaning(_WOODS, ("painted wood", "cork")),
    "oak": MaterialMeaning(("oak",), ("birch", "acacia")),
    "walnut": MaterialMeaning(("walnut",), ("acacia",)),
    "birch": MaterialMeaning(("birch",), ("oak",)),
    "brass": MaterialMeaning(("brass",), ("copper",)),
    "copper": MaterialMeaning(("copper",), ("brass",)),
    "steel": MaterialMeaning(("steel",)),
    "marble": MaterialMeaning(("marble",), ("travertine",)),
    "velvet": MaterialMeaning(("velvet",), ("corduroy",)),
    "leather": MaterialMeaning(("leather",)),
    "boucle": MaterialMeaning(("boucle",), ("wool",)),
    "corduroy": MaterialMeaning(("corduroy",), ("velvet",)),
    "rattan": MaterialMeaning(("rattan", "wicker"), ("seagrass",)),
    "concrete": MaterialMeaning(("concrete",), ("travertine",)),
    "paper": MaterialMeaning(("paper",)),
    "linen": MaterialMeaning(("linen",), ("cotton",), seen=False),
    "cotton": MaterialMeaning(("cotton",), ("linen",), seen=False),
    "wool": MaterialMeaning(("wool",), ("boucle",), seen=False),
    "porcelain": MaterialMeaning(("porcelain",), ("glazed ceramic", "stoneware"), seen=False),
    "stoneware": MaterialMeaning(("stoneware",), ("glazed ceramic", "porcelain"), seen=False),
    "enamel": MaterialMeaning(("enamel",), ("lacquered metal",), seen=False),
    "iron": MaterialMeaning(("iron",), ("steel", "lacquered metal"), seen=False),
}
