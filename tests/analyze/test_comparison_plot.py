import itertools
import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

import pytest

from mmdemo.analyze.comparison_plot import difference_plot
from mmdemo.evaluate import ComparisonTable, Contrast, Interval, evaluate
from mmdemo.records import Ranking

SVG = "{http://www.w3.org/2000/svg}"
GREEN, RED, GREY = "#1f7a4d", "#b83232", "#5b606b"


@pytest.fixture
def make_table(make_ranking: Callable[..., Ranking]) -> Callable[..., ComparisonTable]:
    def make(contrasts: Sequence[Contrast], baseline: str = "text") -> ComparisonTable:
        evaluation = evaluate({baseline: {"q": make_ranking("a")}}, {"q": {"a": 1}}, ["P@1"])
        measures = tuple(dict.fromkeys(c.measure for c in contrasts))
        return ComparisonTable(baseline, measures, evaluation, tuple(contrasts))

    return make


def contrast(
    ranker: str, mean: float, low: float, high: float, p: float, measure: str = "nDCG@10"
) -> Contrast:
    interval = Interval(mean, low, high, 150)
    return Contrast(ranker, measure, (0.7 + mean, 0.7), interval, 80, 30, 40, p / 2, p)


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_a_gain_stands_right_of_zero_and_is_filled_if_shown(
    make_table: Callable[..., ComparisonTable],
) -> None:
    table = make_table(
        [
            contrast("fused", 0.04, 0.02, 0.06, 0.001),
            contrast("image", -0.2, -0.25, -0.15, 0.0002),
            contrast("bm25", 0.01, -0.02, 0.04, 0.4),
        ]
    )
    root = drawn(difference_plot(table))
    dots = root.findall(f".//{SVG}circle")
    fused, image, bm25 = (float(dot.attrib["cx"]) for dot in dots)
    (zero,) = (
        float(line.attrib["x1"])
        for line in root.iter(f"{SVG}line")
        if line.attrib.get("stroke-width") == "1.5"
    )
    assert image < zero < bm25 < fused
    # 0.04 to the right is a fifth of 0.2 to the left, on one scale.
    assert (fused - zero) / (zero - image) == pytest.approx(0.2, abs=0.005)
    assert [dot.attrib["fill"] for dot in dots] == [GREEN, RED, "#fff"]
    assert [dot.attrib["stroke"] for dot in dots] == [GREEN, RED, GREY]
    whiskers = [line for line in root.iter(f"{SVG}line") if line.attrib.get("stroke-width") == "3"]
    for dot, line in zip(dots, whiskers, strict=True):
        assert float(line.attrib["x1"]) < float(dot.attrib["cx"]) < float(line.attrib["x2"])
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "nDCG@10: difference to text (150 queries)" in words
    assert "+0.040 [+0.020, +0.060]  better" in words
    assert "0.700 → 0.740; p 0.0010; 80 won, 40 lost" in words
    assert any("corrected for 3 tests" in line for line in words)


def test_each_measure_has_a_panel_and_names_are_text(
    make_table: Callable[..., ComparisonTable],
) -> None:
    table = make_table(
        [
            contrast("<b>&", 0.04, 0.02, 0.06, 0.001),
            contrast("<b>&", 0.3, 0.2, 0.4, 0.001, measure="P@1"),
        ],
        baseline="a<b",
    )
    svg = difference_plot(table)
    words = [text.text for text in drawn(svg).iter(f"{SVG}text")]
    assert words.count("<b>&") == 2
    assert "P@1: difference to a<b (150 queries)" in words
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_nothing_is_drawn_outside_or_over_another_ranker(
    make_table: Callable[..., ComparisonTable],
) -> None:
    names = [f"fused-moe@an-index-with-a-long-name-{i}" for i in range(12)]
    table = make_table([contrast(name, 0.5, -0.4, 0.9, 0.5) for name in names])
    root = drawn(difference_plot(table))
    width, height = (float(root.attrib[side]) for side in ("width", "height"))
    rows = [float(dot.attrib["cy"]) for dot in root.iter(f"{SVG}circle")]
    assert all(after - before >= 30 for before, after in itertools.pairwise(rows))
    for text in root.iter(f"{SVG}text"):
        size = float(text.attrib["font-size"])
        long = len(text.text or "") * size * 0.55
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        start = {"start": x, "middle": x - long / 2, "end": x - long}[text.attrib["text-anchor"]]
        assert start >= 0, text.text
        assert start + long <= width, text.text
        assert y <= height
    assert max(rows) < height


def test_all_text_is_dark_on_white(make_table: Callable[..., ComparisonTable]) -> None:
    svg = difference_plot(make_table([contrast("fused", 0.04, 0.02, 0.06, 0.001)]))
    assert '<rect width="' in svg
    assert 'fill="#fff"' in svg
    colors = set(re.findall(r'<text [^>]*fill="(#[0-9a-f]+)"', svg))
    assert colors
    for color in colors:
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 4.5  # WCAG 2.2, 1.4.3
