"""Words as BM25 counts them: the same as the library finds, at the right place."""

from __future__ import annotations

import bm25s
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.index import marked, words_in


def library(text: str) -> list[str]:
    """What the library that ranks makes of a text."""
    found: list[str] = []
    for word in text.split("\n"):  # one by one: it tells each text's words in order
        found += bm25s.tokenize(word, stopwords="en", return_ids=False, show_progress=False)[0]
    return found


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))
def test_the_words_are_those_of_the_library(text: str) -> None:
    assert [found.word for found in words_in(text)] == library(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The RED mug, red!", [("red", "RED"), ("mug", "mug"), ("red", "red")]),
        ("a b of x1", [("x1", "x1")]),
        ("👕👕 red👕mug", [("red", "red"), ("mug", "mug")]),
        ("İzmir mug", [("zmir", "zmir"), ("mug", "mug")]),  # lower case: i, a dot above, zmir
        ("ΌΣΟΣ", [("όσος", "ΌΣΟΣ")]),
        ("חולצה אדומה", [("חולצה", "חולצה"), ("אדומה", "אדומה")]),
        ("Straße GROẞ", [("straße", "Straße"), ("groß", "GROẞ")]),
        ("", []),
    ],
)
def test_places(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(w.word, text[w.start : w.end]) for w in words_in(text)] == expected


def test_marked() -> None:
    assert marked("A Red mug. RED?", {"red", "blue"}) == [
        ("A ", ""),
        ("Red", "red"),
        (" mug. ", ""),
        ("RED", "red"),
        ("?", ""),
    ]
    assert marked("mug", {"mug"}) == [("mug", "mug")]
    assert marked("mug", ()) == [("mug", "")]
    assert marked("", {"mug"}) == []


def test_an_accent_stays_with_its_letter() -> None:
    text = "cafe\u0301s"  # é as two characters: the word ends before the accent
    assert [word.word for word in words_in(text)] == ["cafe"]
    assert marked(text, {"cafe"}) == [("cafe\u0301", "cafe"), ("s", "")]


@given(st.text(), st.sets(st.sampled_from(["red", "aa", "mug", "00"])))
def test_the_pieces_are_the_text(text: str, words: set[str]) -> None:
    pieces = marked(f"{text} red aa", words)
    assert "".join(piece for piece, _ in pieces) == f"{text} red aa"
    assert {word for _, word in pieces} <= words | {""}
