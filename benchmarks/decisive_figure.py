"""Draw how the share of campaigns with a right verdict rises with the grades. Knows no ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import escape

_WIDTH, _PANEL, _TOP, _LEFT = 420, 260, 44, 46
_COLORS = ("#767676", "#8f5a00", "#0b63a5", "#a3195b", "#1d7a3c")  # each 4.5 : 1 or better on white
_DASHES = ("2 3", "7 4", "", "9 3 2 3", "")


class Curve(NamedTuple):
    """A strategy's campaigns.

    Attributes:
        grades: of each campaign that came to the right verdict, how many it took, rising.
        campaigns: how many there were.
    """

    name: str
    grades: Sequence[int]
    campaigns: int


def figure(panels: Sequence[tuple[str, Sequence[Curve]]], *, most: int) -> str:
    """One panel beside the other, up to `most` grades; an SVG with a white ground."""
    width, height = _WIDTH * len(panels), _PANEL + _TOP + 62
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="12">',
        "<title>Share of campaigns with the right verdict, by grades given</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, (title, curves) in enumerate(panels):
        parts.append(f'<g transform="translate({number * _WIDTH} 0)">')
        parts += _panel(title, curves, most)
        parts.append("</g>")
    for number, curve in enumerate(panels[0][1]):
        x, y = _LEFT + 152 * number, height - 14
        dash = f' stroke-dasharray="{_DASHES[number]}"' if _DASHES[number] else ""
        parts.append(
            f'<line x1="{x}" x2="{x + 28}" y1="{y - 4}" y2="{y - 4}" '
            f'stroke="{_COLORS[number]}" stroke-width="{_thick(number)}"{dash}/>'
            f'<text x="{x + 34}" y="{y}" fill="#222">{escape(curve.name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, curves: Sequence[Curve], most: int) -> list[str]:
    right, bottom = _WIDTH - 20, _TOP + _PANEL - 30

    def at(grades: float, share: float) -> str:
        x = _LEFT + (right - _LEFT) * min(grades / most, 1)
        return f"{x:.1f},{bottom - (bottom - _TOP) * share:.1f}"

    parts = [f'<text x="{_LEFT}" y="24" font-weight="600" fill="#222">{escape(title)}</text>']
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = at(0, share).split(",")[1]
        parts.append(
            f'<line x1="{_LEFT}" x2="{right}" y1="{y}" y2="{y}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end" fill="#555">'
            f"{share:.0%}</text>"
        )
    step = next(s for s in (500, 1_000, 2_000, 5_000, 10_000) if most / s <= 6)
    for grades in range(0, most + 1, step):
        x = at(grades, 0).split(",")[0]
        parts.append(
            f'<text x="{x}" y="{bottom + 18}" text-anchor="middle" fill="#555">{grades:,}</text>'
        )
    parts.append(
        f'<text x="{right}" y="{bottom + 34}" text-anchor="end" fill="#555">grades given</text>'
    )
    for number, curve in enumerate(curves):
        points, share = [at(0, 0)], 0.0
        for done, grades in enumerate(curve.grades, start=1):
            points += [at(grades, share), at(grades, done / curve.campaigns)]
            share = done / curve.campaigns
        points.append(at(most, share))
        dash = f' stroke-dasharray="{_DASHES[number]}"' if _DASHES[number] else ""
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{_COLORS[number]}" '
            f'stroke-width="{_thick(number)}"{dash}/>'
        )
    return parts


def _thick(number: int) -> float:
    return 3 if number == len(_COLORS) - 1 else 1.8
