"""The shop's and the pack's texts as a whole."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from studio.plan import make_plan
from studio.queries.other_words import FORBIDDEN, content_words
from studio.vocabulary import MATERIALS
from studio.wording import ShopText, pack_texts, shop_texts, told
from studio.wording.catalog import WRONG_COLORS, caption
from studio.wording.lexicon import COLOR_WORDS, KIND_WORDS
from studio.wording.reading import american, says
from studio.wording.sellers import SELLERS
from studio.wording.voices import VOICES

SHOP = tuple(zip(make_plan(pack_size=0).shop, shop_texts(), strict=True))
PACK = tuple(zip(make_plan().pack, pack_texts(), strict=True))


def whole(text: ShopText) -> str:
    return f"{text.title}\n{text.description}"


def test_there_are_voices_enough_and_each_is_heard() -> None:
    assert len(VOICES) >= 12
    assert {seller.voice.name for seller in SELLERS} == set(VOICES)
    heard = Counter(text.brand for _, text in SHOP)
    assert set(heard) == {seller.brand for seller in SELLERS}


@pytest.mark.parametrize("texts", [shop_texts(), pack_texts()], ids=["shop", "pack"])
def test_no_two_products_share_their_text(texts: tuple[ShopText, ...]) -> None:
    assert max(Counter((text.title, text.description) for text in texts).values()) == 1
    assert all(text.title for text in texts)


def test_shop_and_pack_share_no_text() -> None:
    long = {text.description for _, text in SHOP if len(text.description) > 60}
    assert long.isdisjoint(text.description for _, text in PACK)


def test_titles_leave_out_much_of_what_the_photo_shows() -> None:
    titles = [told(product, text.title) for product, text in SHOP]
    for attribute, most in (("color", 0.3), ("form", 0.3), ("pattern", 0.3)):
        assert sum(attribute in found for found in titles) < most * len(titles), attribute
    assert sum("kind" in found for found in titles) > 0.85 * len(titles)


def test_most_hidden_facts_are_told_in_the_text() -> None:
    safe = [(p, t) for p, t in SHOP if p.fact("dishwasher safe") and t.description]
    said = sum("fact:dishwasher safe" in told(product, whole(text)) for product, text in safe)
    assert 0.6 * len(safe) < said < len(safe)


def test_some_have_no_description_and_a_few_no_photo() -> None:
    bare = sum(not text.description for _, text in SHOP)
    assert 0.05 * len(SHOP) < bare < 0.2 * len(SHOP)
    assert 5 <= sum(not product.has_photo for product, _ in SHOP) <= 40


def test_wrong_colors_are_told_listed_and_clearly_wrong() -> None:
    wrong = [(product, text) for product, text in SHOP if text.wrong_color]
    assert len(wrong) == WRONG_COLORS
    for product, text in wrong:
        assert says(american(whole(text)), text.wrong_color), text.title
        assert text.wrong_color not in COLOR_WORDS[product.color]


def test_no_text_names_a_color_that_is_not_the_products() -> None:
    every = {word for words in COLOR_WORDS.values() for word in words}
    for product, text in SHOP:
        read = american(whole(text).replace(text.brand, ""))
        own = {product.color, product.pattern_color, product.accent_color} - {""}
        for material in {product.material, product.accent_material} - {""}:
            own |= {name for name in COLOR_WORDS if name in material}
            own |= (
                set(MATERIALS[material].colors[:1])
                if len(MATERIALS[material].colors) == 1
                else set()
            )
        true = " | ".join((text.wrong_color, *(word for name in own for word in COLOR_WORDS[name])))
        said = {word for word in every if says(read, word)}
        assert {word for word in said if not says(true, word)} == set(), (text.product_id, read)


def test_the_other_words_are_nowhere_in_catalog_or_training_text() -> None:
    forbidden = FORBIDDEN | {f"{word}s" for word in FORBIDDEN}
    for product, text in (*SHOP, *PACK):
        listed = " ".join((whole(text), text.brand, text.category, *text.attributes,
                           *text.attributes.values(), caption(product)))  # fmt: skip
        assert content_words(listed).isdisjoint(forbidden), content_words(listed) & forbidden


def test_captions_say_what_is_seen() -> None:
    for product, _ in PACK[::50]:
        assert {"kind", "form", "look", "color", "pattern"} - told(product, caption(product)) <= (
            {"pattern"} if product.pattern == "plain" else set()
        )


def test_prices_are_amounts_and_sentences_have_no_empty_slots() -> None:
    for _, text in (*SHOP, *PACK):
        assert re.fullmatch(r"\d+\.\d\d", text.price)
        assert "{" not in whole(text)
        assert "  " not in text.title
        assert not re.search(r"\ba [aeiou](?!ne)", text.description.casefold().replace("a u", ""))


def test_every_kind_has_names() -> None:
    assert {product.kind for product, _ in SHOP} == set(KIND_WORDS)
