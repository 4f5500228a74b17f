"""Draw small plots as inline SVG, colored by the page's CSS variables. Knows no file.

Own code, as the six plots of the report are some lines each, follow light and dark, and stay text
that can be searched and printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from mmdemo.analyze.cases import Case
from mmdemo.analyze.comparisons import Comparison
from mmdemo.analyze.kinds import Kind
from mmdemo.analyze.maps import MapPoint
from mmdemo.analyze.modalities import Modality
from mmdemo.analyze.weights import Weights
from mmdemo.evaluate.significance import Interval

KIND_CLASSES = {
    Kind.FOUND: "found",
    Kind.PHOTO_RESCUED: "image",
    Kind.PHOTO_HURT: "hurt",
    Kind.TEXT_RESCUED: "text",
    Kind.TEXT_HURT: "hurt-text",
    Kind.BOTH_FAILED: "failed",
    Kind.EVEN: "even",
}
_WIDTH = 720


class Scale:
    """Maps values between two ends to pixels between two others."""

    def __init__(self, ends: tuple[float, float], pixels: tuple[float, float]) -> None:
        self.low, self.high = ends if ends[1] > ends[0] else (ends[0], ends[0] + 1)
        self._from, self._to = pixels

    def __call__(self, value: float) -> str:
        """The pixel of a value, as SVG writes it."""
        share = (value - self.low) / (self.high - self.low)
        return f"{self._from + share * (self._to - self._from):.1f}"

    def ticks(self) -> list[float]:
        """Some round values inside, at steps of 1, 2 or 5."""
        span = self.high - self.low
        power = 10.0 ** len(str(int(1 / span))) if span < 1 else 1.0
        for step in (0.1, 0.2, 0.5, 1, 2, 5, 10):
            if span * power / step <= 6:
                break
        size = step / power
        first = -int(-self.low / size) if self.low < 0 else int(self.low / size)
        values = (round((first + i) * size, 10) for i in range(12))
        return [v for v in values if self.low - 1e-9 <= v <= self.high + 1e-9]


def interval_bar(interval: Interval, ends: tuple[float, float], *, shown: bool) -> Markup:
    """A mean with its interval, against a line at zero; `ends` are the same down a table."""
    x = Scale(ends, (4, 176))
    kind = ("good" if interval.mean > 0 else "bad") if shown else "open"
    return _svg(
        180,
        18,
        f"{interval.mean:+.3f}, {interval.low:+.3f} to {interval.high:+.3f}",
        [
            f'<line class="zero" x1="{x(0)}" x2="{x(0)}" y1="1" y2="17"/>',
            f'<line class="whisker {kind}" x1="{x(interval.low)}" x2="{x(interval.high)}" '
            'y1="9" y2="9"/>',
            f'<circle class="dot {kind}" cx="{x(interval.mean)}" cy="9" r="4"/>',
        ],
        css="mini",
    )


def span_of(intervals: Iterable[Interval]) -> tuple[float, float]:
    """Ends that hold all intervals and zero."""
    found = list(intervals)
    low = min((i.low for i in found), default=0.0)
    high = max((i.high for i in found), default=0.0)
    pad = 0.05 * max(high - low, 1e-6)
    return min(low, 0.0) - pad, max(high, 0.0) + pad


def sparkline(values: Sequence[float], ends: tuple[float, float] = (0.0, 1.0)) -> Markup:
    """How a value changes with the weight of text, from 1 to 0; `ends` are the same in a table."""
    if not values:
        return Markup("")
    x, y = Scale((0, len(values) - 1), (70, 2)), Scale(ends, (18, 2))
    points = " ".join(f"{x(i)},{y(value)}" for i, value in enumerate(values))
    return _svg(72, 20, "value by weight of text", [f'<polyline points="{points}"/>'], css="spark")


def weight_curve(weights: Weights) -> Markup:
    """NDCG at every weight with its interval, what is in use and the best one.

    Text alone is at the left, as on the search page.
    """
    curve = weights.curves[0]
    x = Scale((0, 1), (_WIDTH - 12, 48))
    y = Scale((min(curve.low) - 0.01, max(*curve.high, weights.oracle) + 0.01), (268, 12))
    band = [f"{x(w)},{y(v)}" for w, v in zip(curve.weights, curve.high, strict=True)]
    band += [f"{x(w)},{y(v)}" for w, v in zip(curve.weights[::-1], curve.low[::-1], strict=True)]
    line = " ".join(f"{x(w)},{y(v)}" for w, v in zip(curve.weights, curve.means, strict=True))
    parts = [
        *_axes(x, y, bottom=268),
        f'<polygon class="band" points="{" ".join(band)}"/>',
        f'<polyline class="line" points="{line}"/>',
        f'<line class="oracle" x1="{x(0)}" x2="{x(1)}" y1="{y(weights.oracle)}" '
        f'y2="{y(weights.oracle)}"/>',
        f'<text x="{x(0.5)}" y="{float(y(weights.oracle)) + 16:.1f}" class="note middle">'
        f"each query at its own best weight: {weights.oracle:.3f}</text>",
    ]
    own = curve.served_weights
    middle = sum(own) / len(own)
    close = abs(middle - curve.best) < (0.08 if len(own) == 1 else 0.3)  # the longer label
    parts.append(
        f'<line class="served" x1="{x(own[0])}" x2="{x(own[-1])}" y1="{y(weights.at_served)}" '
        f'y2="{y(weights.at_served)}"/>'
    )
    for places, value, told, css in (
        ((curve.best,), max(curve.means), f"best single: {curve.best:g}", "best"),
        (own, weights.at_served, f"in use: {weights.in_use}", "served"),
    ):
        above = css == "best" and close
        for weight in places:
            parts.append(f'<circle class="{css}" cx="{x(weight)}" cy="{y(value)}" r="5"/>')
        parts.append(
            f'<text x="{x(sum(places) / len(places))}" '
            f'y="{float(y(value)) + (-14 if above else 22):.1f}" '
            f'class="note middle halo">{told} → {value:.3f}</text>'
        )
    parts.append(f'<text x="{x(1)}" y="300" class="note">text only</text>')
    parts.append(f'<text x="{x(0)}" y="300" class="note end">image only</text>')
    parts.append(f'<text x="{x(0.5)}" y="300" class="note middle">weight of text</text>')
    return _svg(_WIDTH, 306, "nDCG by weight of text", parts)


def strip_plot(cases: Sequence[Case], *, value: str = "gain") -> Markup:
    """One dot a query, by what fusion gained on it, stacked where they meet."""
    found = [(getattr(case, value), case) for case in cases if getattr(case, value) is not None]
    if not found:
        return Markup("")
    largest = max(abs(v) for v, _ in found)
    x = Scale((-largest, largest), (14, _WIDTH - 14))
    columns: dict[int, int] = {}
    dots: list[tuple[str, int, str, str]] = []
    for amount, case in sorted(found, key=lambda item: (item[0], item[1].topic_id)):
        column = round(float(x(amount)) / 7)
        height = columns[column] = columns.get(column, 0) + 1
        css = KIND_CLASSES[case.kinds[0]] if case.kinds else "even"
        dots.append((f"{column * 7}", height, css, f"{case.query or 'a photo'}: {amount:+.3f}"))
    step = min(7.0, 200 / max(columns.values()))
    base = max(columns.values()) * step + 12
    parts = [f'<line class="zero" x1="{x(0)}" x2="{x(0)}" y1="2" y2="{base:.0f}"/>']
    for place, height, css, told in dots:
        parts.append(
            f'<circle class="kind {css}" cx="{place}" cy="{base - (height - 0.5) * step:.1f}" '
            f'r="3"><title>{escape(told)}</title></circle>'
        )
    parts += _ticks(x, base)
    parts.append(f'<text x="14" y="{base + 34:.0f}" class="note">loses</text>')
    parts.append(f'<text x="{_WIDTH - 14}" y="{base + 34:.0f}" class="note end">gains</text>')
    return _svg(_WIDTH, round(base) + 40, "gain of each query", parts)


def scatter(cases: Sequence[Case], across: str, up: str) -> Markup:
    """One dot a query: its value by one ranker against its value by another."""
    x, y = Scale((0, 1), (40, 348)), Scale((0, 1), (318, 10))
    parts = [
        *_axes(x, y, bottom=318),
        f'<line class="zero" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>',
    ]
    for case in cases:
        if across in case.values and up in case.values:
            css = KIND_CLASSES[case.kinds[0]] if case.kinds else "even"
            one, other = case.values[across], case.values[up]
            name = escape(case.query or "a photo")
            parts.append(
                f'<circle class="kind {css}" cx="{x(one)}" cy="{y(other)}" r="3.5"><title>'
                f"{name}: {one:.3f} {escape(across)}, {other:.3f} {escape(up)}"
                "</title></circle>"
            )
    parts.append(f'<text x="{x(1)}" y="350" class="note end">{escape(across)}</text>')
    parts.append(f'<text x="{x(0)}" y="350" class="note">↑ {escape(up)}</text>')
    return _svg(360, 356, f"{up} against {across}", parts)


def histogram(modality: Modality) -> Markup:
    """How the cosines of relevant, partly relevant and other pairs are spread."""
    x = Scale((modality.edges[0], modality.edges[-1]), (12, 348))
    parts: list[str] = []
    for name in ("others", "irrelevant", "partly", "relevant"):
        spread = getattr(modality, name)
        if not spread.pairs:
            continue
        y = Scale((0, max(spread.counts)), (150, 12))
        points = [f"{x(modality.edges[0])},{y(0)}"]
        for count, left, right in zip(
            spread.counts, modality.edges, modality.edges[1:], strict=False
        ):
            points += [f"{x(left)},{y(count)}", f"{x(right)},{y(count)}"]
        points.append(f"{x(modality.edges[-1])},{y(0)}")
        parts.append(f'<polygon class="spread {name}" points="{" ".join(points)}"/>')
    parts += _ticks(x, 150)
    return _svg(360, 176, f"cosines of the {modality.name} half", parts)


def map_plot(points: Sequence[MapPoint]) -> Markup:
    """Products and queries on a plane."""
    if not points:
        return Markup("")
    x = Scale((min(p.x for p in points), max(p.x for p in points)), (8, _WIDTH - 8))
    y = Scale((min(p.y for p in points), max(p.y for p in points)), (392, 8))
    parts = []
    for point in sorted(points, key=lambda p: p.modality == "query"):
        label = f"{point.modality}: {point.label}" + (f" ({point.group})" if point.group else "")
        radius = 3 if point.modality == "query" else 2
        parts.append(
            f'<circle class="map {escape(point.modality)}" cx="{x(point.x)}" cy="{y(point.y)}" '
            f'r="{radius}"><title>{escape(label)}</title></circle>'
        )
    return _svg(_WIDTH, 400, "map of products and queries", parts)


def forest(comparisons: Sequence[Comparison], level: float) -> list[Markup]:
    """A bar for each comparison, all on one scale."""
    ends = span_of(c.interval for c in comparisons)
    return [interval_bar(c.interval, ends, shown=c.is_shown(level)) for c in comparisons]


def ranges(chosen: Sequence[float], among: Sequence[float]) -> str:
    """Write some of many values as ranges: "0 to 0.4, 0.98 to 1"."""
    places = sorted(among.index(value) for value in chosen)
    found: list[list[int]] = []
    for place in places:
        if found and place == found[-1][-1] + 1:
            found[-1].append(place)
        else:
            found.append([place])
    return ", ".join(
        f"{among[run[0]]:g} to {among[run[-1]]:g}" if len(run) > 1 else f"{among[run[0]]:g}"
        for run in found
    )


def _axes(x: Scale, y: Scale, *, bottom: float) -> list[str]:
    parts = []
    for value in y.ticks():
        parts.append(
            f'<line class="grid" x1="{x(x.low)}" x2="{x(x.high)}" y1="{y(value)}" y2="{y(value)}"/>'
        )
        left, middle = min(float(x(x.low)), float(x(x.high))) - 6, float(y(value)) + 4
        parts.append(f'<text x="{left:.1f}" y="{middle:.1f}" class="tick end">{value:g}</text>')
    return parts + _ticks(x, bottom)


def _ticks(x: Scale, bottom: float) -> list[str]:
    return [
        f'<text x="{x(value)}" y="{bottom + 16:.1f}" class="tick middle">{value:g}</text>'
        for value in x.ticks()
    ]


def _svg(width: int, height: int, label: str, parts: Iterable[str], css: str = "plot") -> Markup:
    body = "".join(parts)
    # Every text in `parts` is a number or has been escaped.
    return Markup(  # noqa: S704
        f'<svg class="{css}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{body}</svg>'
    )
