"""Queries to vectors: words, photos, both; one tower or two; what is refused; what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mmdemo.errors import QueryError
from mmdemo.records import Query
from mmdemo.search import encode
from mmdemo.search.encode import EncodedQuery, QueryEncoder, encode_queries
from mmdemo.towers import FloatArray, Towers, unit_rows

MakePhoto = Callable[..., bytes]


def photo_vector(towers: Towers, color: tuple[int, int, int]) -> FloatArray:
    pixels = np.array(color, np.float32).reshape(1, 3, 1, 1)
    row: FloatArray = towers.image.encode_pixels(pixels)[0]
    return row


def same(one: FloatArray | None, other: FloatArray) -> bool:
    return one is not None and np.allclose(one, other, atol=1e-7)


def test_words_ask_both_halves(separate_towers: Towers) -> None:
    (found,) = encode_queries(separate_towers, [Query(" red shoe ")])
    assert same(found.text, separate_towers.text.encode_texts(["red shoe"])[0])
    assert same(found.image, separate_towers.image_query.encode_texts(["red shoe"])[0])


def test_a_photo_asks_both_halves_of_one_model(
    shared_towers: Towers, make_photo: MakePhoto
) -> None:
    (found,) = encode_queries(shared_towers, [Query("  ", make_photo("red"))])
    expected = photo_vector(shared_towers, (255, 0, 0))
    assert same(found.text, expected)
    assert same(found.image, expected)


def test_a_photo_cannot_ask_a_text_tower_of_its_own(
    separate_towers: Towers, make_photo: MakePhoto
) -> None:
    (found,) = encode_queries(separate_towers, [Query("", make_photo("red"))])
    assert found.text is None
    assert same(found.image, photo_vector(separate_towers, (255, 0, 0)))


def test_words_and_photo_ask_the_image_half_by_their_mean_direction(
    separate_towers: Towers, make_photo: MakePhoto
) -> None:
    (found,) = encode_queries(separate_towers, [Query("red", make_photo("blue"))])
    both = separate_towers.image_query.encode_texts(["red"])[0] + photo_vector(
        separate_towers, (0, 0, 255)
    )
    assert same(found.text, separate_towers.text.encode_texts(["red"])[0])
    assert same(found.image, both / np.linalg.norm(both))


def test_a_mixed_batch_keeps_its_order(shared_towers: Towers, make_photo: MakePhoto) -> None:
    queries = [
        Query("red"),
        Query("", make_photo("red")),
        Query("blue", make_photo("blue")),
        Query("green"),
        Query("", make_photo("lime")),
    ]
    together = encode_queries(shared_towers, queries)
    for one, query in zip(together, queries, strict=True):
        (alone,) = encode_queries(shared_towers, [query])
        assert alone.image is not None
        assert same(one.image, alone.image)


def test_nothing_to_encode(shared_towers: Towers) -> None:
    assert encode_queries(shared_towers, []) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (Query(""), "the query is empty: expected words, a photo, or both"),
        (Query(" \t\n"), "the query is empty"),
        (Query("red \ud83d shoe"), "half a character"),
        (Query("x" * 2001), "too long: got 2001 characters, expected at most 2000"),
        (Query("", b""), "the query photo cannot be used"),
        (Query("", b"not a photo"), "the query photo cannot be used"),
        (Query("red", b"\x89PNG\r\n\x1a\n"), "the query photo cannot be used"),
    ],
)
def test_refused(shared_towers: Towers, query: Query, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        encode_queries(shared_towers, [Query("fine"), query])


def test_longest_query_is_taken(shared_towers: Towers) -> None:
    assert len(encode_queries(shared_towers, [Query("x" * 2000)])) == 1


def test_centered_moves_each_kind_of_vector_by_its_own_mean() -> None:
    def row(*values: float) -> FloatArray:
        return np.array(values, np.float32)

    query = EncodedQuery(words=row(1, 0), asking=row(0, 1), photo=row(0.6, 0.8), shared=True)
    moved = query.centered(words=row(0.4, -0.8), asking=row(3, 5), photo=row(0.6, -0.2))
    # (0.6, 0.8) is of length 1 already; (-3, -4) / 5; (0, 1)
    assert same(moved.text, row(0.6, 0.8))
    assert same(moved.asking, row(-0.6, -0.8))
    assert same(moved.photo, row(0, 1))
    summed = row(-0.6, 0.2)
    assert same(moved.image, summed / np.linalg.norm(summed))


def test_centered_photo_of_one_model_asks_for_text_too() -> None:
    photo = np.array([0.6, 0.8], np.float32)
    mean, away = np.array([0.6, 0.0], np.float32), np.array([9.0, 9.0], np.float32)
    moved = EncodedQuery(None, None, photo, shared=True).centered(
        words=away, asking=away, photo=mean
    )
    assert same(moved.text, np.array([0, 1], np.float32))


def test_the_encoder_encodes_each_query_once(
    separate_towers: Towers, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[list[Query]] = []

    def spy(towers: Towers, queries: list[Query]) -> list[EncodedQuery]:
        batches.append(list(queries))
        return encode_queries(towers, queries)

    monkeypatch.setattr(encode, "encode_queries", spy)
    encoder = QueryEncoder(separate_towers)
    red, upper, photo = Query("red"), Query("RED"), Query("red", make_photo())
    first = encoder.encode([red, upper, photo, red])
    again = encoder.encode([photo, Query("blue"), upper])
    assert batches == [[red, upper, photo], [Query("blue")]]
    assert first[0] is first[3]
    assert first[0] is not first[1]  # an encoder may tell upper case from lower
    assert again[0] is first[2]


def test_the_encoder_forgets_the_oldest(
    separate_towers: Towers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "_KEPT", 2)
    encoder = QueryEncoder(separate_towers)
    a, b, c = encoder.encode([Query("a"), Query("b"), Query("c")])
    assert encoder.encode([Query("b"), Query("c")]) == [b, c]
    assert encoder.encode([Query("a")])[0] is not a


def test_a_refused_query_is_refused_again(separate_towers: Towers) -> None:
    encoder = QueryEncoder(separate_towers)
    for _ in range(2):
        with pytest.raises(QueryError):
            encoder.encode([Query("")])


class ShortTower:
    """Reads the first characters only, whatever comes after them."""

    dimension = 4
    spec = fingerprint = "short"

    def __init__(self, reads: int) -> None:
        self.reads = reads
        self.batches = 0

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        self.batches += 1
        seeds = [list(text[: self.reads].encode()) for text in texts]
        rows = [np.random.default_rng(seed).normal(size=4) for seed in seeds]
        return unit_rows(np.array(rows, np.float32))


WORDY = " ".join(f"word{i:02}" for i in range(40))  # 7 characters each, with the space


@pytest.mark.parametrize(
    ("text", "reads", "expected"),
    [
        (WORDY, 500, WORDY),
        (WORDY, 279, WORDY),  # all but nothing
        (WORDY, 278, WORDY),  # the last word is read in part
        (WORDY, 270, WORDY[:272]),  # cut off in the 39th word
        (WORDY, 100, WORDY[:104]),
        (WORDY, 3, WORDY[:6]),
        ("赤い縞のシャツ" * 10, 50, ("赤い縞のシャツ" * 10)[:50]),  # no spaces
        ("short words", 3, "short words"),  # short enough to be read by any tower
    ],
)
def test_what_towers_read_of_a_long_query(text: str, reads: int, expected: str) -> None:
    tower = ShortTower(reads)
    encoder = QueryEncoder(Towers(tower, HashTowerStub(), tower))  # type: ignore[arg-type]
    assert encoder.read_part(f" {text} ") == expected
    before = tower.batches
    assert before <= 12
    assert encoder.read_part(text) == expected
    assert tower.batches == before  # it is kept


def test_of_two_towers_the_shorter_counts() -> None:
    towers = Towers(ShortTower(200), HashTowerStub(), ShortTower(100))  # type: ignore[arg-type]
    assert QueryEncoder(towers).read_part(WORDY) == WORDY[:104]


class HashTowerStub:
    """An image tower that is not asked."""
