"""Text and image encoders, and embedding a catalog with them. Knows no index."""

from mmdemo.towers.base import FloatArray, ImageTower, TextTower, Towers, unit_rows
from mmdemo.towers.embed import embed_photos, embed_texts
from mmdemo.towers.load import absolute_spec, load_text_tower, load_towers

__all__ = [
    "FloatArray",
    "ImageTower",
    "TextTower",
    "Towers",
    "absolute_spec",
    "embed_photos",
    "embed_texts",
    "load_text_tower",
    "load_towers",
    "unit_rows",
]
