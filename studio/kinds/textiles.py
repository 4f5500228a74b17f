"""List cushions, throws and rugs. Knows no random choice."""

from __future__ import annotations

from studio.kinds.kind import Choice, Flag, Form, Kind, Number

CUSHION = Kind(
    "cushion",
    "CUS",
    "Textiles",
    (
        Form("square", (45, 14, 45), "square with plain seams"),
        Form("piped", (45, 14, 45), "square with a corded edge", styles=("classic",)),
        Form("tasseled", (45, 14, 45), "square with a tassel at each corner", styles=("boho",)),
        Form("lumbar", (55, 13, 32), "long and low"),
        Form("round", (40, 40, 11), "flat round with a button in the middle"),
        Form("bolster", (52, 18, 18), "long roll"),
    ),
    ("linen", "cotton", "velvet", "wool", "boucle", "corduroy", "leather"),
    (14, 62),
    ("plain", "striped", "checked", "dotted", "floral", "leaf", "zigzag", "geometric"),
    facts=(
        Choice("filling", ("feather", "recycled polyester", "kapok", "cover only")),
        Choice(
            "care",
            ("machine wash at 30 °C", "machine wash at 40 °C", "dry clean only", "hand wash"),
        ),
        Choice("closure", ("hidden zip", "envelope", "buttons")),
        Flag("suitable for outdoors", 0.2, ("wool", "velvet", "leather", "boucle")),
    ),
    share=32,
)
THROW = Kind(
    "throw",
    "THR",
    "Textiles",
    (
        Form("fringed", (130, 170, 1), "folded, with fringes"),
        Form("plain-hemmed", (140, 180, 1), "folded, with straight hems"),
        Form(
            "chunky-knit",
            (120, 160, 3),
            "folded, thick knitted stitches",
            ("wool", "cotton"),
            ("plain",),
            styles=("Scandinavian",),
        ),
        Form(
            "pompom",
            (130, 170, 1),
            "folded, with pompoms on the edge",
            ("cotton", "wool", "linen"),
            styles=("boho",),
        ),
        Form(
            "quilted",
            (150, 200, 2),
            "folded, stitched in squares",
            ("cotton", "velvet", "linen"),
            styles=("classic",),
        ),
    ),
    ("wool", "cotton", "linen", "velvet", "boucle"),
    (29, 145),
    ("plain", "striped", "checked", "zigzag", "geometric"),
    facts=(
        Choice("care", ("machine wash at 30 °C", "hand wash", "dry clean only")),
        Flag("suitable for sensitive skin", 0.4, ("wool",)),
        Number("weight", 0.6, 2.2, 0.1, "kg"),
        Choice("made in", ("Portugal", "Scotland", "India", "Norway")),
    ),
    share=24,
)
RUG = Kind(
    "rug",
    "RUG",
    "Textiles",
    (
        Form("rectangular", (160, 230, 1), "rectangle with straight edges"),
        Form("fringed", (160, 230, 1), "rectangle with fringes at both ends", styles=("boho",)),
        Form("round", (180, 180, 1), "full circle"),
        Form("runner", (75, 240, 1), "long and narrow"),
        Form("oval", (150, 220, 1), "oval"),
        Form(
            "scalloped",
            (160, 220, 1),
            "rectangle with a scalloped edge",
            ("wool", "cotton"),
            styles=("modern",),
        ),
    ),
    ("wool", "cotton", "jute", "seagrass"),
    (49, 620),
    ("plain", "striped", "checked", "zigzag", "geometric", "floral", "two-tone"),
    facts=(
        Number("pile height", 3, 24, 1, "mm"),
        Flag("non-slip backing", 0.4),
        Flag("suitable for underfloor heating", 0.5),
        Flag("machine washable", 0.35, ("jute", "seagrass")),
        Choice("care", ("vacuum regularly", "professional cleaning", "shake out and air")),
    ),
    share=30,
    shot="top",
)

TEXTILES = (
    CUSHION,
    THROW,
    RUG,
)
