"""Put asks in words as shoppers type them. Knows no product and no grade."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmdemo.train.queries.lexicon import Lexicon
from mmdemo.train.queries.traits import Role, Trait

_OTHER_NAME = 0.4  # of the times that a trait has other names
_TYPO = 0.04  # of wordings
_SPELLING = 0.3  # of words that have another spelling
_SENTENCE = 0.2
_JUMBLE = 0.2
_SINGULAR_OF_PAIR = 0.15
_ORDER = {
    Role.SEASON: 0, Role.USE: 1, Role.DETAIL: 2, Role.COLOR: 3, Role.PATTERN: 4, Role.MATERIAL: 5
}  # fmt: skip
_AND = re.compile(r"\s+and\s+|\s*[&,/]\s*", re.IGNORECASE)
_VOWELS = ("a", "e", "i", "o", "un", "um", "ur")


@dataclass(frozen=True, slots=True)
class _Noun:
    one: str
    many: str
    tail: str = ""  # "for the dining table"
    article: bool = True
    alone: bool = False  # "something warm to wear" takes no adjective


class Phrasing:
    """Words asks, each time anew.

    Args:
        english: False for catalogs in other languages: then an ask is the catalog's own words in
            some order, and nothing is added, bent or replaced.
    """

    def __init__(self, lexicon: Lexicon, draw: random.Random, *, english: bool) -> None:
        self._lexicon = lexicon
        self._draw = draw
        self._english = english
        self._nouns: dict[str, _Noun] = {}

    def word(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        """One wording of an ask."""
        text = (
            self._english_text(noun, conditions) if self._english else self._plain(noun, conditions)
        )
        return self.mistype(text)

    def mistype(self, text: str) -> str:
        """The same, now and then with one slip of the finger."""
        draw = self._draw
        if draw.random() >= _TYPO:
            return text
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long:
            return text
        i = draw.choice(long)
        word, at = words[i], draw.randrange(1, len(words[i]) - 1)
        words[i] = draw.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at] + word[at:],
            )
        )
        return " ".join(words)

    def _plain(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        parts = [trait.value.lower() for trait in conditions]
        self._draw.shuffle(parts)
        if noun is not None:
            parts.insert(self._draw.choice((0, len(parts))), noun.value.lower())
        return " ".join(parts)

    def _english_text(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        draw = self._draw
        thing = self._noun(self._said(noun)) if noun else None
        before, after = self._sides(conditions)
        if thing is None:
            return self._keywords(before, after)
        shape = draw.random()
        if shape < _SENTENCE:
            opener = draw.choice(self._lexicon.openers)
            return self._sentence(opener, thing, before, after)
        plural = draw.random() < 0.5
        head = thing.many if plural else thing.one
        if shape < _SENTENCE + _JUMBLE:
            rest = [*before, *after]
            draw.shuffle(rest)
            first = draw.randrange(len(rest) + 1)
            loose = [word for word in rest if not self._leans(word)]
            leaning = [word for word in rest if self._leans(word)]
            first = min(first, len(loose))
            return " ".join([*loose[:first], head + thing.tail, *loose[first:], *leaning])
        return " ".join([*before, head + thing.tail, *after])

    def _sentence(
        self, opener: str, thing: _Noun, before: Sequence[str], after: Sequence[str]
    ) -> str:
        one = " ".join([*before, thing.one + thing.tail, *after])
        many = " ".join([*before, thing.many + thing.tail, *after])
        if thing.article:
            one = f"{'an' if one.startswith(_VOWELS) else 'a'} {one}"
        return opener.format(one=one, many=many)

    def _keywords(self, before: list[str], after: list[str]) -> str:
        return " ".join([*before, *after])

    def _sides(self, conditions: Sequence[Trait]) -> tuple[list[str], list[str]]:
        """What is said before the product, in the usual order of English, and after it."""
        draw = self._draw
        before: list[str] = []
        after: list[str] = []
        for trait in sorted(conditions, key=lambda trait: _ORDER.get(trait.role, 9)):
            if trait.role in _ORDER:
                text = self._said(trait)
                (after if self._leans(text) else before).append(text)
        for trait in conditions:
            if trait.role is Role.BRAND:
                text = trait.value.lower()
                if draw.random() < 0.75:
                    before.insert(0, text)
                else:
                    after.append(draw.choice((f"by {text}", f"from {text}", text)))
        for trait in conditions:
            if trait.role is Role.AUDIENCE:
                who = self._lexicon.audiences.get(self._lexicon.key(trait.value))
                said = self._lexicon.said[who] if who else None
                if said is None:
                    after.append(trait.value.lower())
                elif draw.random() < 0.45:
                    before.insert(0, draw.choice(said.before))
                else:
                    after.append(draw.choice((*said.after, said.before[0])))
        return before, after

    def _leans(self, text: str) -> bool:
        return text.split(" ", 1)[0] in self._lexicon.after

    def _said(self, trait: Trait) -> str:
        """The trait by its own name, or by another."""
        draw = self._draw
        if trait.others and draw.random() < _OTHER_NAME:
            return draw.choice(trait.others)
        text = trait.value.lower()
        if trait.role in (Role.TYPE, Role.FAMILY):
            text = draw.choice([part for part in _AND.split(text) if part] or [text])
        words = text.split(" ")
        for i, word in enumerate(words):
            if word in self._lexicon.spelling and draw.random() < _SPELLING:
                words[i] = self._lexicon.spelling[word]
        return " ".join(words)

    def _noun(self, text: str) -> _Noun:
        """A noun in both numbers."""
        if text not in self._nouns:
            self._nouns[text] = self._bend(text)
        return self._nouns[text]

    def _bend(self, text: str) -> _Noun:
        lexicon = self._lexicon
        words = text.split(" ")
        if words[0] == "something":
            return _Noun(text, text, article=False, alone=True)
        cut = next((i for i, w in enumerate(words) if i and w in lexicon.after), len(words))
        head, tail = words[:cut], "".join(f" {word}" for word in words[cut:])
        *first, last = head
        lead = "".join(f"{word} " for word in first)
        endings = {" ".join(head), last}
        if endings & lexicon.mass or last.endswith("wear"):
            return _Noun(lead + last, lead + last, tail, article=False)
        if endings & lexicon.plural_only:
            return _Noun(lead + last, lead + last, tail, article=False)
        single = lexicon.singular(last)
        several = lexicon.plural(single)
        if {single, lead + single} & lexicon.pairs:
            return _Noun(lead + several, lead + several, tail, article=False)
        return _Noun(lead + single, lead + several, tail)
