import random

import numpy as np
import pytest

from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import read_lexicon
from mmdemo.train.queries.phrasing import Phrasing, mistype
from mmdemo.train.queries.traits import Trait

NO_ROWS = np.array([], dtype=np.int64)


def trait(role: Role, value: str, *others: str) -> Trait:
    return Trait(role, value, NO_ROWS, others)


def wordings(noun: Trait | None, *conditions: Trait, english: bool = True) -> set[str]:
    phrasing = Phrasing(read_lexicon(), random.Random(0), english=english)
    return {phrasing.word(noun, conditions) for _ in range(2000)}


SHIRT = trait(Role.TYPE, "Shirts", "button-up shirt")
RED = trait(Role.COLOR, "Red", "crimson")
MEN = trait(Role.AUDIENCE, "Men")


@pytest.fixture(scope="module")
def red_shirts() -> set[str]:
    phrasing = Phrasing(read_lexicon(), random.Random(0), english=True)
    return {phrasing.word(SHIRT, [RED, MEN]) for _ in range(20_000)}


@pytest.mark.parametrize(
    "text",
    [
        "red shirt for men",
        "mens red shirt",
        "men's red shirts",
        "red shirts men",
        "looking for a red shirt for men",
        "shirt red men",
        "crimson shirt for him",
        "show me red button-up shirts for men",
    ],
)
def test_an_ask_is_worded_in_many_ways(text: str, red_shirts: set[str]) -> None:
    assert text in red_shirts


def test_articles_fit_the_word_after_them() -> None:
    said = wordings(trait(Role.TYPE, "Armchairs"), trait(Role.AUDIENCE, "Unisex"))
    assert any(text.endswith(" an armchair for everyone") for text in said)
    assert any(text.endswith(" a unisex armchair") for text in said)
    assert not any(" a armchair" in text or " an unisex" in text for text in said)


def test_some_nouns_have_one_number_and_no_article() -> None:
    jeans, polish = (wordings(trait(Role.TYPE, kind)) for kind in ("Jeans", "Nail Polish"))
    assert {"jeans", "i need jeans"} <= jeans
    assert {"nail polish", "i need nail polish"} <= polish
    assert not any(
        " a " in text or "polishes" in text or "jean " in text for text in jeans | polish
    )


def test_of_a_kind_named_by_two_words_either_is_said() -> None:
    said = wordings(trait(Role.TYPE, "Necklace and Chains"))
    assert {"necklaces", "chain"} <= said
    assert not any("and" in text.split() for text in said)


def test_sentences_for_a_noun_take_no_adjective() -> None:
    said = wordings(trait(Role.FAMILY, "something to sleep in"), MEN)
    assert "something to sleep in for men" in said
    assert not any(text.startswith("men") for text in said)


def test_an_unknown_use_follows_the_product() -> None:
    said = wordings(trait(Role.TYPE, "Baskets"), trait(Role.USE, "toys"))
    assert "basket for toys" in said
    assert not any(text.startswith("for toys") for text in said)


def test_a_catalog_in_another_language_is_asked_in_its_own_words_only() -> None:
    said = wordings(
        trait(Role.TYPE, "Hemden"), trait(Role.COLOR, "Rot"), trait(Role.AUDIENCE, "Herren"),
        english=False,
    )  # fmt: skip
    plain = {" ".join(words) for words in (
        ("hemden", "rot", "herren"), ("hemden", "herren", "rot"),
        ("rot", "herren", "hemden"), ("herren", "rot", "hemden"),
    )}  # fmt: skip
    assert said == plain


def test_slips_of_the_finger_are_small() -> None:
    draw = random.Random(0)
    made = {mistype("big striped hat", draw) for _ in range(2000)}
    right = "striped"
    dropped = {right[:i] + right[i + 1 :] for i in range(1, 6)}
    swapped = {right[:i] + right[i + 1] + right[i] + right[i + 2 :] for i in range(1, 6)}
    doubled = {right[:i] + right[i] + right[i:] for i in range(1, 6)}
    assert made == {f"big {word} hat" for word in dropped | swapped | doubled}
    assert mistype("red hat", draw) == "red hat"
