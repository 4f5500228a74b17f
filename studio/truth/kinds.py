"""Say which kinds would do for one another and which go together. Knows no product."""

from __future__ import annotations

NEAR_KINDS: dict[str, tuple[str, ...]] = {
    "carafe": ("pitcher",),
    "pitcher": ("carafe",),
    "tray": ("serving board",),
    "serving board": ("tray",),
    "basket": ("box",),
    "box": ("basket",),
    "coffee table": ("side table",),
    "side table": ("coffee table",),
    "bookcase": ("sideboard",),
    "sideboard": ("bookcase",),
    "table lamp": ("floor lamp",),
    "floor lamp": ("table lamp",),
    "stool": ("bench", "pouf"),
    "bench": ("stool",),
    "pouf": ("stool",),
}
"""Kind → kinds that a shopper would take instead."""

COMPLEMENTS: dict[str, tuple[str, ...]] = {
    "mug": ("teapot", "tray"),
    "teapot": ("mug", "tray"),
    "bowl": ("plate",),
    "plate": ("bowl",),
    "carafe": ("drinking glass",),
    "pitcher": ("drinking glass",),
    "drinking glass": ("carafe", "pitcher"),
    "tray": ("mug", "teapot"),
    "serving board": ("plate", "bowl"),
    "table lamp": ("side table", "sideboard"),
    "sofa": ("cushion", "throw", "coffee table"),
    "armchair": ("cushion", "throw", "pouf"),
    "dining table": ("dining chair", "bench"),
    "dining chair": ("dining table",),
    "coffee table": ("sofa",),
    "side table": ("table lamp",),
    "bed": ("throw", "cushion"),
    "cushion": ("throw", "sofa"),
    "throw": ("cushion", "sofa"),
    "pouf": ("armchair",),
    "bench": ("cushion", "coat rack"),
    "basket": ("throw",),
    "coat rack": ("bench",),
}
"""Kind → kinds that are bought with it."""

GROUPS: dict[str, tuple[str, ...]] = {
    "lamp": ("table lamp", "floor lamp", "pendant lamp"),
    "table": ("dining table", "coffee table", "side table"),
    "tableware": ("mug", "bowl", "plate", "teapot", "carafe", "pitcher", "drinking glass"),
    "chair": ("dining chair", "armchair"),
    "basket or box": ("basket", "box"),
    "throw or cushion": ("throw", "cushion"),
}
"""Word → all the kinds it means."""
