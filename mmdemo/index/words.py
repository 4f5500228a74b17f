"""Find the words of a text as BM25 counts them, and where they stand. Knows no index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import accumulate

from bm25s.stopwords import STOPWORDS_EN

_PATTERN = re.compile(r"(?u)\b\w\w+\b")  # bm25s's own
_STOPWORDS = frozenset(STOPWORDS_EN)
_JOINED = frozenset({"Mn", "Mc", "Me", "Cf"})  # drawn together with the letter before


@dataclass(frozen=True, slots=True)
class Word:
    """A word, in lower case, and where it stands in its text: characters `start` to `end`."""

    word: str
    start: int
    end: int


def words_in(text: str) -> Iterator[Word]:
    """Yield the words of a text in order, without those that are too common to count."""
    # A character may have several in lower case: İ.
    ends = list(accumulate(len(character.lower()) for character in text))
    origin = [i for i, end in enumerate(ends) for _ in range(end - (ends[i - 1] if i else 0))]
    for match in _PATTERN.finditer(text.lower()):
        if match[0] not in _STOPWORDS:
            yield Word(match[0], origin[match.start()], origin[match.end() - 1] + 1)


def marked(text: str, words: Collection[str]) -> list[tuple[str, str]]:
    """Cut a text into pieces: what it says, and which of the words that is, or empty.

    The pieces joined are the text. Accents and the like are left with their letter.
    """
    pieces: list[tuple[str, str]] = []
    done = 0
    for found in words_in(text):
        if found.word not in words or found.start < done:
            continue
        end = found.end
        while end < len(text) and unicodedata.category(text[end]) in _JOINED:
            end += 1
        pieces += [(text[done : found.start], ""), (text[found.start : end], found.word)]
        done = end
    return [piece for piece in [*pieces, (text[done:], "")] if piece[0]]
