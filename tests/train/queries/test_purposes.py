import random
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.records import Product
from mmdemo.train.queries import make_queries
from mmdemo.train.queries.asks import Ask, AskMaker, Grader
from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import read_lexicon
from mmdemo.train.queries.phrasing import Phrasing
from mmdemo.train.queries.purposes import read_purposes
from mmdemo.train.queries.traits import Trait, find_traits

KINDS = ("mug", "drinking glass", "bowl", "vase", "sofa", "bed", "bookcase")
NO_ROWS = np.array([], dtype=np.int64)


def products(kinds: Sequence[str] = KINDS) -> list[Product]:
    """Each kind in blue, then each in red."""
    return [
        Product(f"{color}-{kind}", title="", attributes={"kind": kind, "color": color})
        for color in ("blue", "red")
        for kind in kinds
    ]


def purposes(kinds: Sequence[str] = KINDS, *, english: bool = True) -> dict[str, list[int]]:
    traits = find_traits(products(kinds), read_lexicon(), english=english)
    return {t.value: t.rows.tolist() for t in traits.all if t.role is Role.PURPOSE}


def wordings(purpose: str, *conditions: tuple[Role, str], noun: str = "") -> set[str]:
    phrasing = Phrasing(read_lexicon(), random.Random(0), english=True)
    told = [Trait(role, value, NO_ROWS) for role, value in conditions]
    asked = Trait(Role.PURPOSE, purpose, NO_ROWS)
    if noun:
        kind = Trait(Role.TYPE, noun, NO_ROWS)
        return {phrasing.word(kind, [*told, asked]) for _ in range(3000)}
    return {phrasing.word(asked, told) for _ in range(3000)}


def test_a_purpose_is_of_all_kinds_that_list_it() -> None:
    found = purposes()
    assert found["to drink from"] == [0, 1, 7, 8]
    assert found["to put flowers in"] == [3, 10]
    assert found["somewhere to take a nap"] == [4, 5, 11, 12]


def test_kinds_are_compared_as_words_of_the_lexicon_are() -> None:
    found = purposes(("Mugs", "Drinking Glasses", "Vases", "Hats", "Belts", "Ties", "Rugs"))
    assert found["to drink from"] == [0, 1, 7, 8]


def test_what_nearly_all_products_are_for_is_no_purpose_to_ask_by() -> None:
    assert "to drink from" not in purposes(("mug", "drinking glass", "vase"))


def test_a_purpose_takes_the_place_of_the_family_of_the_same_words() -> None:
    """The lexicon's own "something to drink from" knows cups, and no drinking glass."""
    kinds = ("mug", "cup", "drinking glass", *KINDS[2:], "rug", "tray", "wall clock")
    traits = find_traits(products(kinds), read_lexicon(), english=True)
    said = [t for t in traits.all if t.value in ("to drink from", "something to drink from")]
    assert [(t.role, t.rows.tolist()) for t in said] == [(Role.PURPOSE, [0, 1, 2, 11, 12, 13])]


def test_grades_of_purposes_are_of_all_their_kinds() -> None:
    traits = find_traits(products(), read_lexicon(), english=True)
    place = {trait.value: i for i, trait in enumerate(traits.all)}

    def grades(noun: str, *conditions: str) -> list[int]:
        rows, stored = Grader(traits).grade(
            Ask(place[noun], tuple(place[told] for told in conditions))
        )
        of = dict(zip(rows.tolist(), stored.tolist(), strict=True))
        return [of.get(row, 0) for row in range(14)]

    # Stored are grade + 1 for mug, glass, bowl, vase, sofa, bed, bookcase in blue; then in red.
    assert grades("to drink from") == [4, 4, 0, 0, 0, 0, 0] * 2
    assert grades("to drink from", "blue") == [4, 4, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0]
    assert grades("bowl", "for soup") == [0, 0, 4, 0, 0, 0, 0] * 2
    assert grades("somewhere to take a nap") == [0, 0, 0, 0, 4, 4, 0] * 2


def test_made_queries_ask_by_purpose() -> None:
    home = Catalog(Path("home"), products=products())
    queries = make_queries(home, count=300, seed=0, language="en")
    assert any(text.startswith(("something to ", "something for ")) for text in queries.texts)
    assert any(text.startswith("somewhere to ") for text in queries.texts)


def test_about_one_ask_in_six_is_by_purpose() -> None:
    lexicon = read_lexicon()
    traits = find_traits(products(), lexicon, english=True)
    maker = AskMaker(traits, lexicon, random.Random(0))
    asks = [ask for _ in range(6000) if (ask := maker.make())]
    asked = [
        ask
        for ask in asks
        if any(traits.all[i].role is Role.PURPOSE for i in (ask.noun, *ask.conditions) if i >= 0)
    ]
    assert 1 / 8 < len(asked) / len(asks) < 1 / 4


@pytest.mark.parametrize(
    "text",
    [
        "something to drink from",
        "something blue to drink from",
        "blue something to drink from",
        "something to drink from in blue",
        "something to drink from blue",
        "anything blue to drink from",
        "a blue thing to drink from",
        "i need a thing to drink from in blue",
        "looking for something blue to drink from",
    ],
)
def test_a_purpose_stands_in_for_a_noun(text: str) -> None:
    said = wordings("to drink from") | wordings("to drink from", (Role.COLOR, "blue"))
    assert text in said


def test_articles_fit_the_word_before_a_thing() -> None:
    said = wordings("for soup", (Role.MATERIAL, "oak"))
    assert "an oak thing for soup" in said
    assert "something for soup in oak" in said
    assert not any(" a oak" in f" {text}" for text in said)


def test_places_are_asked_for_as_places() -> None:
    said = wordings("somewhere to nap", (Role.COLOR, "green"), (Role.PATTERN, "striped"))
    assert {"somewhere to nap in green, striped", "a place to nap in green, striped"} <= said
    assert not any("thing" in text or "green some" in text for text in said)


def test_in_does_not_follow_in() -> None:
    said = wordings("to put flowers in", (Role.COLOR, "blue"))
    assert "something blue to put flowers in" in said
    assert not any("in in" in text for text in said)


def test_a_purpose_follows_its_kind() -> None:
    said = wordings("for soup", (Role.COLOR, "blue"), noun="bowl")
    assert {"blue bowl for soup", "i need a blue bowl for soup"} <= said
    assert not any("something" in text or text.startswith("for") for text in said)


def test_rooms_and_places_are_said_where_they_fit() -> None:
    lexicon = read_lexicon()
    traits = find_traits(products(), lexicon, english=True)
    maker = AskMaker(traits, lexicon, random.Random(0))
    asks = [ask for _ in range(6000) if (ask := maker.make())]
    nouns = {traits.all[ask.noun].value for ask in asks if ask.noun >= 0}
    beside = {traits.all[i].value for ask in asks for i in ask.conditions}
    assert any(value.startswith("for the ") for value in beside)
    assert any(value.startswith("somewhere ") for value in nouns)
    assert not any(value.startswith("for the ") for value in nouns)
    assert not any(value.startswith("somewhere ") for value in beside)


def test_purposes_are_english() -> None:
    assert purposes(english=False) == {}


def test_kinds_without_purposes_have_none() -> None:
    assert purposes(("Shirts", "Hats", "Belts", "Watches")) == {}


def test_every_block_says_something_of_some_kind() -> None:
    data = tomllib.loads(files("mmdemo.train.queries").joinpath("purposes.toml").read_text("utf-8"))
    for block in data["things"]:
        assert block["kinds"] and set(block) <= {"kinds", "for", "to", "somewhere"}, block
        for how in ("for", "to", "somewhere"):
            said = block.get(how, [])
            assert len(set(said)) == len(said), (block["kinds"], how)
            assert all(text and not text.startswith(("for ", "to ")) for text in said)
    assert all("{}" in opener for opener in read_purposes().openers)
