"""Turn queries into vectors of both halves. Knows no index and no ranker."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.catalog import decode
from mmdemo.errors import CatalogError, QueryError
from mmdemo.records import Query
from mmdemo.towers import FloatArray, TextTower, Towers, unit_rows

MAX_CHARACTERS = 2000  # far above any query; below what would stall a tower
_KEPT = 1024  # encoded queries, some 8 MB; more than a batch of evaluation
_SURELY_READ = 64  # bytes; the shortest towers read 32 tokens, of two bytes and more in words
_SENTENCE = 8  # words from which on a text is taken to have spaces between them
_SAME = 1e-5  # float32 vectors of the same tokens, in batches of another size


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A query in the spaces of both halves: unit vectors, or None for what it does not have.

    Attributes:
        words: (d_t,) its words as the text half sees them.
        asking: (d_v,) its words as the image half sees them.
        photo: (d_v,) its photo.
        shared: whether both halves live in one space, so that a photo can ask for text too.
    """

    words: FloatArray | None
    asking: FloatArray | None
    photo: FloatArray | None = None
    shared: bool = False

    @property
    def text(self) -> FloatArray | None:
        """What asks the text half; None where the query cannot ask it."""
        return self.photo if self.words is None and self.shared else self.words

    @property
    def image(self) -> FloatArray | None:
        """What asks the image half: words, photo, or the mean direction of both."""
        if self.asking is None or self.photo is None:
            return self.photo if self.asking is None else self.asking
        both: FloatArray = unit_rows((self.asking + self.photo)[None])[0]
        return both

    def centered(self, *, words: FloatArray, asking: FloatArray, photo: FloatArray) -> EncodedQuery:
        """Take off the mean of each kind of vector, to unit length again."""
        return EncodedQuery(
            _off(self.words, words), _off(self.asking, asking), _off(self.photo, photo), self.shared
        )


def _off(vector: FloatArray | None, mean: FloatArray) -> FloatArray | None:
    if vector is None:
        return None
    row: FloatArray = unit_rows((vector - mean).astype(np.float32)[None])[0]
    return row


def check_query(query: Query) -> None:
    """Refuse a query that asks nothing, or too much, or in broken letters.

    Raises:
        QueryError: neither words nor photo, too many words, or half a Unicode character.
    """
    if not query.text.strip() and query.image is None:
        raise QueryError("the query is empty", expected="words, a photo, or both")
    if len(query.text) > MAX_CHARACTERS:
        raise QueryError(
            "the query is too long",
            got=f"{len(query.text)} characters",
            expected=f"at most {MAX_CHARACTERS}",
        )
    if any("\ud800" <= character <= "\udfff" for character in query.text):
        raise QueryError(
            "the query holds half a character", expected="text that can be written as UTF-8"
        )


def encode_queries(towers: Towers, queries: Sequence[Query]) -> list[EncodedQuery]:
    """Encode queries, each kind of content in one batch.

    Words ask the text half through the text tower and the image half through the image model's
    own text side; a photo asks the image half. With words and photo the image half is asked by
    the mean direction of both. A photo alone asks the text half too where one model made both.

    Raises:
        QueryError: a query is empty, too long, or its photo cannot be decoded.
    """
    for query in queries:
        check_query(query)
    worded = [i for i, query in enumerate(queries) if query.text.strip()]
    pictured = [i for i, query in enumerate(queries) if query.image is not None]
    words = [queries[i].text.strip() for i in worded]
    text = _by_place(worded, towers.text.encode_texts(words) if words else None)
    asking = text
    if not towers.shared and words:
        asking = _by_place(worded, towers.image_query.encode_texts(words))
    photos = _by_place(pictured, _encode_photos(towers, [queries[i] for i in pictured]))
    return [
        EncodedQuery(text.get(i), asking.get(i), photos.get(i), towers.shared)
        for i in range(len(queries))
    ]


class QueryEncoder:
    """Encodes queries and keeps the last ones: a moved weight, or tuning, asks them again."""

    def __init__(self, towers: Towers) -> None:
        self._towers = towers
        self._kept: dict[tuple[str, str], EncodedQuery] = {}
        self._read: dict[str, str] = {}
        self._lock = threading.Lock()

    def encode(self, queries: Sequence[Query]) -> list[EncodedQuery]:
        """Encode what is new; see `encode_queries`."""
        keys = [(query.text, query.query_id) for query in queries]  # the id folds case
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        new = {k: query for k, query in zip(keys, queries, strict=True) if k not in known}
        known |= zip(new, encode_queries(self._towers, list(new.values())), strict=True)
        with self._lock:
            self._kept |= known
            for oldest in list(self._kept)[: max(0, len(self._kept) - _KEPT)]:
                del self._kept[oldest]
        return [known[key] for key in keys]

    def read_part(self, text: str) -> str:
        """The beginning of a query that the towers read: all of it, unless it is very long.

        Towers cut off at so many tokens and do not say so. What they do not read can be taken off
        without a change of the vector.
        """
        text = text.strip()
        if len(text.encode()) <= _SURELY_READ:
            return text
        with self._lock:
            known = self._read.get(text)
        if known is None:
            towers = {id(t): t for t in (self._towers.text, self._towers.image_query)}.values()
            known = min((_read_by(tower, text) for tower in towers), key=len)
            with self._lock:
                self._read[text] = known
                for oldest in list(self._read)[: max(0, len(self._read) - _KEPT)]:
                    del self._read[oldest]
        return known


def _read_by(tower: TextTower, text: str) -> str:
    """The shortest beginning that the tower takes for the whole, cut after a word if it has words.

    Each step encodes once: a query that is read whole, one more time than it would be anyway.
    """
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    if len(ends) < _SENTENCE:  # a language without spaces
        ends = list(range(1, len(text) + 1))
    whole = tower.encode_texts([text])[0]

    def is_read_as_whole(end: int) -> bool:
        return bool(np.allclose(tower.encode_texts([text[:end]])[0], whole, atol=_SAME))

    if len(ends) < 2 or not is_read_as_whole(ends[-2]):
        return text
    return text[: ends[bisect_left(ends, True, hi=len(ends) - 1, key=is_read_as_whole)]]


def _encode_photos(towers: Towers, queries: Sequence[Query]) -> FloatArray | None:
    if not queries:
        return None
    pixels = []
    for query in queries:
        try:
            pixels.append(towers.image.preprocess(decode(query.image or b"")))
        except CatalogError as error:
            raise QueryError(
                f"the query photo cannot be used: {error}", expected="a JPEG, PNG or WebP file"
            ) from error
    return towers.image.encode_pixels(np.stack(pixels))


def _by_place(places: Sequence[int], rows: FloatArray | None) -> dict[int, FloatArray]:
    return {} if rows is None else dict(zip(places, rows, strict=True))
