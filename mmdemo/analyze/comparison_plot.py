"""Draw a comparison as an SVG that stands alone: for slides, mail and print. Knows no file."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from mmdemo.analyze.plots import Scale, span_of
from mmdemo.evaluate import ComparisonTable, Contrast
from mmdemo.evaluate.comparison import LEVEL, Outcome
from mmdemo.evaluate.report import label

# Each 4.5 : 1 or better on white; what they say is also in words.
_INK, _SOFT, _LINE = "#1d1f24", "#5b606b", "#dddad4"
_COLORS = {Outcome.BETTER: "#1f7a4d", Outcome.WORSE: "#b83232", Outcome.OPEN: _SOFT}
_LETTER = 8.2  # width of a letter at 14 pixels, wide ones too
_ROW, _PLOT, _RIGHT = 38, 440, 300


def difference_plot(table: ComparisonTable) -> str:
    """A panel a measure; in it a line a ranker: its mean gain over the baseline with interval."""
    panels = [
        [c for c in table.contrasts if c.measure == measure]
        for measure in table.measures
        if any(c.measure == measure for c in table.contrasts)
    ]
    longest = max((len(c.ranker) for c in table.contrasts), default=0)
    left = max(110, round(longest * _LETTER) + 34)
    width, top = left + _PLOT + _RIGHT, 0
    parts: list[str] = []
    for panel in panels:
        drawn, height = _panel(table.baseline, panel, left)
        parts.append(f'<g transform="translate(0 {top})">{drawn}</g>')
        top += height
    tests = len(table.contrasts)
    for told in (
        "Dot: mean difference over the queries that both answered. Line: its 95% bootstrap "
        "interval. Won, lost: queries.",
        f"p: paired randomization test, corrected for {tests} {'test' if tests == 1 else 'tests'} "
        f"(Holm). Filled dot: p below {LEVEL:g} and an interval without zero. Hollow: open.",
    ):
        parts.append(_text(16, top + 12, told, color=_SOFT, size=12))
        top += 18
    height = top + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="14" role="img">\n'
        f"<title>Differences to {escape(table.baseline)}</title>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _panel(baseline: str, contrasts: Sequence[Contrast], left: int) -> tuple[str, int]:
    """The drawing of one measure, and its height."""
    right, first = left + _PLOT, 92
    bottom = first + _ROW * len(contrasts) - 10
    x = Scale(span_of(c.interval for c in contrasts), (left, right))
    zero = x(0)
    counts = sorted({c.interval.queries for c in contrasts})
    queries = " to ".join(f"{count:,}" for count in dict.fromkeys((counts[0], counts[-1])))
    title = f"{label(contrasts[0].measure)}: difference to {baseline} ({queries} queries)"
    parts = [_text(16, 30, title, size=17, bold=True)]
    for value in x.ticks():
        parts.append(
            f'<line x1="{x(value)}" x2="{x(value)}" y1="{first - 22}" y2="{bottom}" '
            f'stroke="{_LINE}"/>'
            + _text(x(value), bottom + 20, f"{value:+g}" if value else "0", at="middle", size=12)
        )
    parts.append(
        f'<line x1="{zero}" x2="{zero}" y1="{first - 22}" y2="{bottom}" stroke="{_INK}" '
        'stroke-width="1.5"/>'
    )
    if float(zero) - left > 70:
        parts.append(_text(float(zero) - 8, 60, "← worse", at="end", color=_SOFT, size=12))
    if right - float(zero) > 70:
        parts.append(_text(float(zero) + 8, 60, "better →", color=_SOFT, size=12))
    for number, contrast in enumerate(contrasts):
        parts += _row(contrast, x, first + _ROW * number, left)
    return "".join(parts), bottom + 44


def _row(contrast: Contrast, x: Scale, y: int, left: int) -> list[str]:
    interval, color = contrast.interval, _COLORS[contrast.outcome]
    fill = "#fff" if contrast.outcome == Outcome.OPEN else color
    ours, theirs = contrast.means
    return [
        _text(left - 14, y + 5, contrast.ranker, at="end"),
        f'<line x1="{x(interval.low)}" x2="{x(interval.high)}" y1="{y}" y2="{y}" '
        f'stroke="{color}" stroke-width="3" stroke-linecap="round"/>',
        f'<circle cx="{x(interval.mean)}" cy="{y}" r="6" fill="{fill}" stroke="{color}" '
        'stroke-width="2.5"/>',
        _text(
            left + _PLOT + 16,
            y - 2,
            f"{interval.mean:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]  {contrast.outcome}",
        ),
        _text(
            left + _PLOT + 16,
            y + 14,
            f"{theirs:.3f} → {ours:.3f}; p {contrast.p_holm:.4f}; "
            f"{contrast.wins} won, {contrast.losses} lost",
            color=_SOFT,
            size=12,
        ),
    ]


def _text(
    x: float | str,
    y: float,
    words: str,
    *,
    at: str = "start",
    color: str = _INK,
    size: int = 14,
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{at}" fill="{color}" font-size="{size}"{weight}>'
        f"{escape(words)}</text>"
    )
