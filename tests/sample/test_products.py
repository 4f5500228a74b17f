"""What sellers tell of their products, and what they leave out."""

import re

import pytest

from mmdemo.sample.kinds import COLOR_NAMES, PATTERN_NAMES
from mmdemo.sample.products import invent

COLOR_WORDS = r"\b(red|orange|yellow|green|teal|blue|purple|pink|brown|gray|black|white)\b"
PATTERN_WORDS = {
    "striped": r"\bstriped?\b",
    "checked": r"\b(checked|gingham)\b",
    "dotted": r"\b(dotted|polka dot)\b",
    "two-tone": r"\btwo-tone\b",
    "speckled": r"\bspeckled\b",
}


@pytest.fixture(scope="module")
def texts() -> list[dict[str, str]]:
    return [item.row() for item in invent(360, seed=7, id_prefix="P")]


def _has(pattern: str, *texts: str) -> bool:
    return re.search(pattern, " ".join(texts), re.IGNORECASE) is not None


def test_about_half_the_titles_leave_out_the_color(texts: list[dict[str, str]]) -> None:
    silent = sum(not _has(COLOR_WORDS, row["title"]) for row in texts)
    nowhere = sum(not _has(COLOR_WORDS, row["title"], row["description"]) for row in texts)
    assert 0.35 <= silent / len(texts) <= 0.65
    assert 0.35 <= nowhere / len(texts) <= 0.55


def test_some_patterns_are_told_by_the_photo_alone(texts: list[dict[str, str]]) -> None:
    patterned = [row for row in texts if row["pattern"] != "plain"]
    silent = [
        row
        for row in patterned
        if not _has(PATTERN_WORDS[row["pattern"]], row["title"], row["description"])
    ]
    assert len(patterned) > 200
    assert 0.2 <= len(silent) / len(patterned) <= 0.5


def test_nothing_false_is_said(texts: list[dict[str, str]]) -> None:
    for row in texts:
        text = f"{row['title']} {row['description']}"
        named = {word.lower() for word in re.findall(COLOR_WORDS, text, re.IGNORECASE)}
        assert named <= {row["color"]}, row
        motifs = {name for name, words in PATTERN_WORDS.items() if _has(words, text)}
        assert motifs <= {row["pattern"]}, row


def test_the_material_is_always_told(texts: list[dict[str, str]]) -> None:
    assert [row["id"] for row in texts if not _has(re.escape(row["material"]),
            row["title"], row["description"])] == []  # fmt: skip


def test_facts_that_no_photo_shows_are_in_the_text(texts: list[dict[str, str]]) -> None:
    dishes = [row for row in texts if row["category"] in {"Kitchen > Mugs", "Kitchen > Plates"}]
    safe = [row for row in dishes if _has("dishwasher-safe", row["description"])]
    assert 0.25 <= len(safe) / len(dishes) <= 0.75
    assert any(_has(r"\d ml\b", row["title"], row["description"]) for row in dishes)


def test_titles_come_in_many_forms(texts: list[dict[str, str]]) -> None:
    titles = [row["title"] for row in texts]
    assert len(set(titles)) > 330
    for mark in (" by ", " - ", " | ", "“"):
        assert sum(mark in title for title in titles) > 15
    assert not any(re.search(r"  |^ | $| ,", title) for title in titles)
    assert sum(len(title) > 150 for title in titles) == 2  # the 40th and the 210th


def test_a_seller_name_of_a_color_or_pattern_contains_what_shoppers_type() -> None:
    assert all(color in name for color, names in COLOR_NAMES.items() for name in names
               if name != "off-white") and "white" in "off-white"  # fmt: skip
    assert {pattern for pattern, names in PATTERN_NAMES.items() if pattern in names} == {
        "plain", *PATTERN_WORDS,
    }  # fmt: skip
