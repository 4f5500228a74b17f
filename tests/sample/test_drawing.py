"""The photos show what the products file says."""

import colorsys
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.sample.drawing import DRAWINGS, draw_product
from mmdemo.sample.kinds import KINDS
from mmdemo.sample.paint import COLORS

# Hue from … to (degrees), lightness from … to, as a person would box the names in.
# No two overlap, so that a photo in another color than its product's cannot pass.
HUES = {
    "red": (353, 372, 0.30, 0.62),
    "orange": (15, 37, 0.44, 0.70),
    "brown": (15, 37, 0.20, 0.44),
    "yellow": (38, 58, 0.45, 0.75),
    "green": (95, 150, 0.25, 0.60),
    "teal": (165, 195, 0.20, 0.60),
    "blue": (203, 232, 0.25, 0.65),
    "purple": (255, 300, 0.25, 0.65),
    "pink": (328, 352, 0.60, 0.85),
}
GRAYS = {"black": (0.0, 0.36), "gray": (0.44, 0.68), "white": (0.74, 1.0)}
WHOLLY_COLORED = {"Mugs", "Plates", "Teapots", "Cushions", "Rugs"}  # no wood, no leaves


def _object_color(path: Path, *, contrast: float) -> tuple[float, float, float, float]:
    """Hue in degrees, lightness, chroma of the mean pixel that is not wall, and its share."""
    with Image.open(path) as photo:
        pixels = np.asarray(photo.convert("RGB"), np.float64)
    wall = pixels[:, :4].mean(axis=1, keepdims=True)  # of the same row
    mask = np.abs(pixels - wall).max(axis=2) > contrast
    red, green, blue = pixels[mask].mean(axis=0) / 255
    hue, lightness, _ = colorsys.rgb_to_hls(red, green, blue)
    return hue * 360, lightness, max(red, green, blue) - min(red, green, blue), mask.mean()


def _name(hue: float, lightness: float, chroma: float) -> str:
    if chroma < 0.08:
        names = [n for n, (low, high) in GRAYS.items() if low <= lightness <= high]
    else:
        names = [
            name
            for name, (first, last, low, high) in HUES.items()
            if (first <= hue <= last or first <= hue + 360 <= last) and low <= lightness <= high
        ]
    return names[0] if names else f"hue {hue:.0f}, lightness {lightness:.2f}, chroma {chroma:.2f}"


def test_plain_products_have_their_color(shop: Path, rows: list[dict[str, str]]) -> None:
    seen = set()
    for row in rows:
        kind = row["category"].split(" > ")[1]
        if row["image"] and row["pattern"] == "plain" and kind in WHOLLY_COLORED:
            contrast = 14 if row["color"] == "white" else 40
            hue, lightness, chroma, share = _object_color(shop / row["image"], contrast=contrast)
            assert share > 0.04, row["id"]
            assert _name(hue, lightness, chroma) == row["color"], row["id"]
            seen.add(row["color"])
    assert len(seen) >= 8


@pytest.mark.parametrize("color", list(COLORS))
def test_every_color_is_seen_as_its_name(color: str, tmp_path: Path) -> None:
    for number in range(3):
        photo = draw_product(
            "cushion", "square", color=color, pattern="plain", rng=random.Random(number)
        )
        photo.save(tmp_path / "photo.png")
        found = _object_color(tmp_path / "photo.png", contrast=14 if color == "white" else 40)
        assert _name(*found[:3]) == color


def test_a_pattern_adds_edges(tmp_path: Path) -> None:
    def edges(pattern: str) -> float:
        photo = draw_product("bowl", "deep", color="blue", pattern=pattern, rng=random.Random(1))
        gray = np.asarray(photo.convert("L"), np.float64)[150:220, 90:230]
        return float(np.abs(np.diff(gray, axis=0)).mean() + np.abs(np.diff(gray, axis=1)).mean())

    plain = edges("plain")
    assert all(edges(p) > 2 * plain for p in ("striped", "checked", "dotted", "speckled"))


def test_every_kind_can_be_drawn_and_described() -> None:
    assert list(DRAWINGS) == [
        "mug", "bowl", "plate", "vase", "teapot", "planter", "table lamp", "floor lamp",
        "chair", "stool", "cushion", "rug", "clock",
    ]  # fmt: skip
    assert set(KINDS) == set(DRAWINGS)
    for name, kind in KINDS.items():
        assert set(kind.form_nouns) | set(kind.form_sizes) <= set(DRAWINGS[name].forms)
