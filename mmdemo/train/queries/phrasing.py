"""Put asks in words as shoppers type them. Knows no product and no grade."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import Lexicon, with_article
from mmdemo.train.queries.purposes import is_place, read_purposes, word_purpose
from mmdemo.train.queries.traits import Trait

_OTHER_NAME = 0.4  # of the times that a trait has other names
_MASS_ENDINGS = ("wear", "care")
_SPELLING = 0.3  # of words that have another spelling
_SENTENCE = 0.2
_JUMBLE = 0.2
_ONE_OF_PAIR = 0.15  # of the times: "red shoe"
_ORDER = (  # of words before a noun: mens nike casual red striped cotton shirt
    Role.AUDIENCE, Role.BRAND, Role.SEASON, Role.USE, Role.DETAIL, Role.COLOR, Role.PATTERN,
    Role.MATERIAL, Role.PURPOSE,
)  # fmt: skip
_AND = re.compile(r"\s+and\s+|\s*[&,/]\s*", re.IGNORECASE)
_IN_WHICH = (Role.COLOR, Role.MATERIAL)  # something to drink from in blue
_NOT_IN = ("colored", "coloured")  # no "something in sand colored"


@dataclass(frozen=True, slots=True)
class _Noun:
    one: str
    many: str
    tail: str = ""  # "for the dining table"
    article: bool = True
    phrase: bool = False  # "something to wear in the rain" takes no adjective


_SOMETHING = _Noun("something", "something", article=False)


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

    def word(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        """One wording of an ask."""
        worded = self._english_text if self._english else self._plain
        return worded(noun, conditions)

    def _plain(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        parts = [trait.value.lower() for trait in conditions]
        self._draw.shuffle(parts)
        if noun is not None:
            parts.insert(self._draw.choice((0, len(parts))), noun.value.lower())
        return " ".join(parts)

    def _english_text(self, noun: Trait | None, conditions: Sequence[Trait]) -> str:
        draw = self._draw
        if noun is not None and noun.role is Role.PURPOSE:
            return self._purpose_text(self._said(noun), conditions)
        thing = self._noun(self._said(noun)) if noun else _SOMETHING
        branded = any(trait.role is Role.BRAND for trait in conditions)
        late = thing.phrase or (noun is None and not branded)
        before, after = self._sides(conditions, late=late)
        if noun is None:
            return " ".join([*([] if branded else [thing.one]), *before, *after])
        shape = draw.random()
        if shape < _SENTENCE:
            return self._sentence(draw.choice(self._lexicon.openers), thing, before, after)
        head = (thing.many if draw.random() < 0.5 else thing.one) + thing.tail
        if shape < _SENTENCE + _JUMBLE and not thing.phrase:
            loose = [word for word in (*before, *after) if not self._leans(word)]
            leaning = [word for word in after if self._leans(word)]
            draw.shuffle(loose)
            first = draw.randrange(len(loose) + 1)
            return " ".join([*loose[:first], head, *loose[first:], *leaning])
        return " ".join([*before, head, *after])

    def _purpose_text(self, purpose: str, conditions: Sequence[Trait]) -> str:
        """With colors and materials of a place, and some of things, after "in"."""
        within = [trait for trait in conditions if trait.role in _IN_WHICH]
        if not is_place(purpose):
            ends = purpose.endswith((" in", " into"))
            within = [] if ends or not within else self._draw.choice(([within[-1]], []))
        before, after = self._sides([t for t in conditions if t not in within], late=True)
        inner, outer = self._sides(within, late=True)
        if inner:
            text = " ".join(inner)
            after.insert(0, text if text.endswith(_NOT_IN) else f"in {text}")
        after += outer
        return word_purpose(purpose, before, after, read_purposes(), self._draw)

    def _sentence(
        self, opener: str, thing: _Noun, before: Sequence[str], after: Sequence[str]
    ) -> str:
        one = " ".join([*before, thing.one + thing.tail, *after])
        many = " ".join([*before, thing.many + thing.tail, *after])
        if thing.article:
            one = with_article(one)
        return opener.format(one=one, many=many)

    def _sides(self, conditions: Sequence[Trait], *, late: bool) -> tuple[list[str], list[str]]:
        """What is said before the product, in the usual order of English, and after it.

        Args:
            late: whether the audience comes after it in any case.
        """
        draw = self._draw
        before: list[str] = []
        after: list[str] = []
        for trait in sorted(conditions, key=lambda trait: _ORDER.index(trait.role)):
            text = self._said(trait)
            if trait.role is Role.BRAND and draw.random() < 0.25:
                text = draw.choice((f"by {text}", f"from {text}", text))
                after.append(text)
            elif trait.role is Role.AUDIENCE:
                first, last = self._audience(trait)
                if draw.random() < 0.45 and not late:
                    before.append(first)
                else:
                    after.append(last)
            else:
                (after if self._leans(text) else before).append(text)
        return before, sorted(after, key=self._leans)

    def _audience(self, trait: Trait) -> tuple[str, str]:
        """Whom it is for, as said before and after the product."""
        who = self._lexicon.audiences.get(self._lexicon.key(trait.value))
        if who is None:
            return trait.value.lower(), f"for {trait.value.lower()}"
        said = self._lexicon.said[who]
        return self._draw.choice(said.before), self._draw.choice((*said.after, said.before[0]))

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
        elif trait.role is Role.USE and not (self._known_use(text) or self._leans(text)):
            text = f"for {text}"
        words = text.split(" ")
        for i, word in enumerate(words):
            if word in self._lexicon.spelling and draw.random() < _SPELLING:
                words[i] = self._lexicon.spelling[word]
        return " ".join(words)

    def _known_use(self, text: str) -> bool:
        return self._lexicon.key(text) in self._lexicon.other_names[Role.USE]

    def _noun(self, text: str) -> _Noun:
        """A noun in both numbers."""
        lexicon = self._lexicon
        words = text.split(" ")
        if words[0] == _SOMETHING.one:
            return _Noun(text, text, article=False, phrase=True)
        cut = next((i for i, w in enumerate(words) if i and w in lexicon.after), len(words))
        head, tail = words[:cut], "".join(f" {word}" for word in words[cut:])
        *first, last = head
        lead = "".join(f"{word} " for word in first)
        endings = {" ".join(head), last}
        if endings & lexicon.mass or last.endswith(_MASS_ENDINGS):
            return _Noun(lead + last, lead + last, tail, article=False)
        if endings & lexicon.plural_only:
            return _Noun(lead + last, lead + last, tail, article=False)
        single = lexicon.singular(last)
        several = lexicon.plural(single)
        if {single, lead + single} & lexicon.pairs and self._draw.random() >= _ONE_OF_PAIR:
            return _Noun(lead + several, lead + several, tail, article=False)
        return _Noun(lead + single, lead + several, tail)


def mistype(text: str, draw: random.Random) -> str:
    """The same with one slip of the finger: a letter missing, swapped or doubled.

    Short words and first letters are typed right; a text of such words only stays as it is.
    """
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    place = draw.choice(long)
    word = words[place]
    at = draw.randrange(1, len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    slips = (before + after, before + after[0] + here + after[1:], before + here + here + after)
    words[place] = draw.choice(slips)
    return " ".join(words)
