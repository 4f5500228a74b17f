import pytest

from mmdemo.train.queries.lexicon import read_lexicon, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("T-Shirts", "tshirt"),
        ("Grey", "gray"),
        ("Jewellery Set", "jewelry sets"),
        ("Dresses", "dress"),
        ("Scarves", "scarf"),
        ("Bookshelves", "book-shelf"),
        ("Accessories", "accessory"),
    ],
)
def test_spellings_of_the_same_words_have_one_key(one: str, other: str) -> None:
    key = read_lexicon().key
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("red", "rust"), ("night suit", "nightdress"), ("bra", "brass")]
)
def test_other_words_have_other_keys(one: str, other: str) -> None:
    assert read_lexicon().key(one) != read_lexicon().key(other)


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("shirt", "shirts"),
        ("watch", "watches"),
        ("dress", "dresses"),
        ("scarf", "scarves"),
        ("accessory", "accessories"),
        ("tray", "trays"),
        ("vase", "vases"),
        ("box", "boxes"),
        ("sari", "saris"),
    ],
)
def test_nouns_are_bent(singular: str, plural: str) -> None:
    lexicon = read_lexicon()
    assert lexicon.singular(plural) == singular
    assert lexicon.plural(singular) == plural


def test_what_is_no_plural_stays() -> None:
    assert [read_lexicon().singular(word) for word in ("dress", "brass", "cactus", "canvas")] == [
        "dress", "brass", "cactus", "canvas",
    ]  # fmt: skip


def test_other_names_go_both_ways_but_for_colors() -> None:
    lexicon = read_lexicon()
    assert "couch" in lexicon.other_names["type"][lexicon.key("Sofas")]
    assert "sofa" in lexicon.other_names["type"][lexicon.key("Couches")]
    assert "crimson" in lexicon.other_names["color"]["red"]
    assert "crimson" not in lexicon.other_names["color"]


def test_every_line_of_the_lexicon_says_something_else() -> None:
    lexicon = read_lexicon()
    for role, lines in lexicon.other_names.items():
        for key, names in lines.items():
            assert names, (role, key)
            assert all(words_of(name) for name in names), (role, key)
