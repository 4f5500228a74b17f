"""Draw the numbers of a clock face as strokes. Knows no clock."""

from __future__ import annotations

import numpy as np

from studio.lines import (
    curve,
)
from studio.mesh import (
    Mesh,
    join,
    tube,
)

# strokes of each digit in a box of 0–0.6 by 0–1
_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(0.3, 1), (0.05, 0.8), (0.05, 0.2), (0.3, 0), (0.55, 0.2), (0.55, 0.8), (0.3, 1)]],
    "1": [[(0.12, 0.8), (0.32, 1), (0.32, 0.5), (0.32, 0)]],
    "2": [[(0.05, 0.75), (0.3, 1), (0.55, 0.75), (0.4, 0.42), (0.05, 0.0)], [(0.05, 0), (0.3, 0), (0.57, 0)]],
    "3": [[(0.07, 0.85), (0.3, 1), (0.52, 0.78), (0.25, 0.54)], [(0.25, 0.54), (0.56, 0.28), (0.3, 0), (0.05, 0.15)]],
    "4": [[(0.42, 0), (0.42, 0.5), (0.42, 1)], [(0.42, 1), (0.22, 0.65), (0.02, 0.3)], [(0.02, 0.3), (0.3, 0.3), (0.6, 0.3)]],
    "5": [[(0.52, 1), (0.3, 1), (0.12, 1)], [(0.12, 1), (0.1, 0.75), (0.08, 0.55)], [(0.08, 0.55), (0.35, 0.64), (0.55, 0.34), (0.3, 0), (0.05, 0.12)]],
    "6": [[(0.48, 1), (0.18, 0.7), (0.05, 0.3), (0.3, 0), (0.55, 0.28), (0.3, 0.55), (0.08, 0.38)]],
    "7": [[(0.04, 1), (0.3, 1), (0.56, 1)], [(0.56, 1), (0.36, 0.5), (0.2, 0)]],
    "8": [[(0.3, 0.53), (0.08, 0.77), (0.3, 1), (0.52, 0.77), (0.3, 0.53), (0.05, 0.26), (0.3, 0), (0.55, 0.26), (0.3, 0.53)]],
    "9": [[(0.52, 0.62), (0.3, 0.45), (0.05, 0.72), (0.3, 1), (0.55, 0.7), (0.42, 0.3), (0.14, 0)]],
}  # fmt: skip


def numeral(number: int, height: float) -> Mesh:
    """A number in the xz plane, its middle at the origin."""
    digits = str(number)
    width = (0.6 + 0.2) * len(digits) - 0.2
    strokes = []
    for place, digit in enumerate(digits):
        for stroke in _STROKES[digit]:
            line = curve(np.array(stroke) + np.array((place * 0.8 - width / 2, -0.5)), 22) * height
            path = np.column_stack([line[:, 0], np.zeros(len(line)), line[:, 1]])
            strokes.append(tube(path, height * 0.055, sides=6, flat=1.0))
    return join(strokes)
