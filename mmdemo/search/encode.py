"""Turn queries into vectors of both halves. Knows no index and no ranker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmdemo.catalog import decode
from mmdemo.errors import CatalogError, QueryError
from mmdemo.records import Query
from mmdemo.towers import FloatArray, Towers, unit_rows

MAX_CHARACTERS = 2000  # far above any query; below what would stall a tower


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A query in the spaces of both halves.

    Attributes:
        text: (d_t,) unit vector that asks the text half; None where the query cannot ask it.
        image: (d_v,) unit vector that asks the image half.
        text_is_photo, image_is_photo: True where the vector was made of the photo alone.
    """

    text: FloatArray | None
    image: FloatArray
    text_is_photo: bool = False
    image_is_photo: bool = False


def check_query(query: Query) -> None:
    """Refuse a query that asks nothing, or too much.

    Raises:
        QueryError: neither words nor photo, or too many words.
    """
    if not query.text.strip() and query.image is None:
        raise QueryError("the query is empty", expected="words, a photo, or both")
    if len(query.text) > MAX_CHARACTERS:
        raise QueryError(
            "the query is too long",
            got=f"{len(query.text)} characters",
            expected=f"at most {MAX_CHARACTERS}",
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
        _combine(text.get(i), asking.get(i), photos.get(i), towers) for i in range(len(queries))
    ]


def _combine(
    text: FloatArray | None, asking: FloatArray | None, photo: FloatArray | None, towers: Towers
) -> EncodedQuery:
    if photo is None:
        assert asking is not None  # noqa: S101 - check_query saw words or a photo
        return EncodedQuery(text, asking)
    if asking is None:
        return EncodedQuery(photo if towers.shared else None, photo, towers.shared, True)
    both: FloatArray = unit_rows((asking + photo)[None])[0]
    return EncodedQuery(text, both)


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
