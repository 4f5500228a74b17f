import hashlib
from dataclasses import FrozenInstanceError

import pytest

from mmdemo.records import Product, Query, normalize_query_text


@pytest.mark.parametrize(
    "text", ["red shoe", "Red  Shoe", " RED\tshoe\n", "red\u00a0shoe", "\uff52\uff45\uff44 shoe"]
)
def test_the_same_words_have_one_id(text: str) -> None:
    assert normalize_query_text(text) == "red shoe"
    assert Query(text).query_id == Query("red shoe").query_id


def test_other_words_keep_their_difference() -> None:
    assert normalize_query_text("Straße CAFÉ") == "strasse café"
    texts = ["red shoe", "red shoes", "redshoe", "café", "cafe", ""]
    assert len({Query(text).query_id for text in texts}) == len(texts)


def test_ids_are_as_they_have_always_been() -> None:
    # Stored judgments are found by these: a change would lose them.
    words = hashlib.sha256(b"red shoe")
    assert Query("Red shoe").query_id == words.hexdigest()[:16]
    words.update(b"\0" + hashlib.sha256(b"photo").digest())
    assert Query("Red shoe", b"photo").query_id == words.hexdigest()[:16]


def test_the_photo_is_part_of_the_id() -> None:
    queries = [Query("a"), Query("a", b""), Query("a", b"x"), Query("a", b"y"), Query("", b"x")]
    assert len({query.query_id for query in queries}) == len(queries)
    assert "photobytes" not in repr(Query("a", b"photobytes"))


def test_a_photo_is_known_by_the_hash_of_its_bytes() -> None:
    # printf abc | sha256sum
    key = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert Query("mug", image=b"abc").photo_key == key
    assert Query("mug").photo_key == ""


def test_records_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Product("a").title = "x"  # type: ignore[misc]
