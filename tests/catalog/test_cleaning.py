from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.catalog.cleaning import clean, text_of
from mmdemo.catalog.notes import Reason


@pytest.mark.parametrize(
    ("written", "text", "reasons"),
    [
        ("  Red  mug ", "Red mug", set()),
        ("Red\tmug\u00a0set", "Red mug set", set()),
        ("AT&T; R&D &x", "AT&T; R&D &x", set()),
        ("1 < 2 > 0", "1 < 2 > 0", set()),
        ("a &amp; b &#8364; &#x41;", "a & b € A", {Reason.HTML}),
        ("<b>Red</b> mug<br/>blue", "Red mug blue", {Reason.HTML}),
        ("<P CLASS='x'>Red</P>", "Red", {Reason.HTML}),
        ("&lt;b&gt;Red", "<b>Red", {Reason.HTML}),
        ("Red\r\nmug", "Red mug", {Reason.LINE_BREAK}),
        ("Red\x00 mug\x1b", "Red mug", {Reason.CONTROL}),
        ("caf\u00e9 \U0001f600 \u65e5\u672c", "caf\u00e9 \U0001f600 \u65e5\u672c", set()),
        ("cafÃ©", "café", {Reason.MENDED}),
        ("caf\ufffd", "caf\ufffd", {Reason.LOST}),
        ("n/a", "", {Reason.PLACEHOLDER}),
        ("--", "", {Reason.PLACEHOLDER}),
        ("Nana", "Nana", set()),
        ("   ", "", set()),
        ("\u200b", "", {Reason.CONTROL}),
    ],
)
def test_a_line_of_text(written: str, text: str, reasons: set[Reason]) -> None:
    found: set[Reason] = set()
    assert clean(written, found) == text
    assert found == reasons


def test_a_description_keeps_its_lines() -> None:
    found: set[Reason] = set()
    assert clean("One\r\n  two \n\n\n\n three  four", found, lines=True) == "One\ntwo\n\nthree four"
    assert found == set()


@given(st.text())
def test_what_is_clean_can_be_written_and_is_one_line(written: str) -> None:
    text = clean(written, set())
    assert text == " ".join(text.split())
    text.encode()
    assert "\0" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (None, ""),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (float("nan"), ""),
        (float("-inf"), "-inf"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 1, 2), "2026-01-02"),
        (b"caf\xc3\xa9", "café"),
        (b"x" * 5000, "(5000 bytes)"),
        (["a", 1, None], "a, 1"),
        (["a", ["b"]], '["a", ["b"]]'),
        ({"a": "ü"}, '{"a": "ü"}'),
        ({"when": date(2026, 1, 2)}, '{"when": "2026-01-02"}'),
    ],
)
def test_cells_of_all_types_as_text(value: object, text: str) -> None:
    assert text_of(value) == text
