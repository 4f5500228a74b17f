"""Write one product's title and description in a voice. Knows no catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from studio.kinds import KINDS
from studio.plan import ProductPlan
from studio.sense import Fact
from studio.wording.facts import fragments, predicates, value_text
from studio.wording.lexicon import (
    COLOR_WORDS,
    KIND_WORDS,
    MATERIAL_WORDS,
    PART_WORDS,
    PATTERN_WORDS,
    USES,
    form_word,
)
from studio.wording.reading import british
from studio.wording.sellers import Seller
from studio.wording.voice import Voice

_MEASURES = ("width", "depth", "length", "height")
LOOKS = ("form", "color", "pattern", "material", "accent", "style")
"""What can be seen and told, in the order of English adjectives."""


SEEN = ("form", "color", "pattern", "accent")
RESERVE = 0.7
"""How much less than their voice's share sellers tell what the photo shows anyway."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title and a description, which may be empty."""

    title: str
    description: str


class Writer:
    """Fills one product's slots; all that is random comes from one source."""

    def __init__(self, product: ProductPlan, seller: Seller, series: str, random: Random) -> None:
        self.product, self.seller, self.series, self.random = product, seller, series, random
        self.voice: Voice = seller.voice
        self.slots = self._slots()

    def write(self, *, color: str = "", describe: bool | None = None) -> Text:
        """One text.

        Args:
            color: a color word to tell instead of the true one; it is told for certain.
            describe: whether there is a description; by the voice's share if None.
        """
        if color:
            self.slots["color"] = color
        title = self._title(forced=("color",) if color else ())
        described = self.random.random() >= self.voice.bare if describe is None else describe
        description = self._description(forced=("color",) if color else ()) if described else ""
        if self.voice.british:
            title, description = british(title), british(description)
        return Text(
            _cased(title, self.voice.case, True), _cased(description, self.voice.case, False)
        )

    def _slots(self) -> dict[str, str]:
        product, random = self.product, self.random
        names = KIND_WORDS[product.kind]
        facts = {fact.name: fact for fact in product.facts}
        flat = "length" in facts
        sides = [
            facts[name].value for name in (("width", "length") if flat else ("width", "height"))
        ]
        accent = ""
        if product.accent_part:
            words = MATERIAL_WORDS[product.accent_material]
            if product.accent_part in ("shade", "face", "bedding", "print", "rim"):
                words = COLOR_WORDS[product.accent_color]
            accent = f"{random.choice(words)} {PART_WORDS[product.accent_part]}"
        return {
            "kind": names[0] if random.random() < 0.7 else random.choice(names),
            "brand": self.seller.brand,
            "series": self.series,
            "SERIES": self.series.upper(),
            "number": str(random.randrange(100, 1000)),
            "use": random.choice(USES[product.kind]),
            "form": form_word(product.kind, product.form),
            "looks": KINDS[product.kind].form(product.form).looks,
            "color": random.choice(COLOR_WORDS[product.color]),
            "pattern": PATTERN_WORDS[product.pattern][0],
            "material": random.choice(MATERIAL_WORDS[product.material]),
            "accent": accent,
            "style": product.style,
            "size": " × ".join(f"{side:g}" for side in sides) + " cm",
            "fact": "",
        }

    def _title(self, forced: Sequence[str]) -> str:
        rates = self.voice.title_rates
        told = [
            name for name in LOOKS
            if name in forced or self._tell(name, rates)
        ]  # fmt: skip
        slots = dict(self.slots)
        if self.random.random() < self.voice.title_fact:
            slots["fact"] = self._title_fact()
        slots["look"] = " ".join(
            self.slots[name] for name in told if name not in ("accent", "style")
        )
        # "style" and "material" may stand alone in a title, but only if they are told.
        for name in ("style", "material", "form"):
            if name not in told:
                slots[name] = ""
        usable = [t for t in self.voice.titles if _filled(t, slots)]
        if told:
            telling = [t for t in usable if any(f"{{{n}}}" in t for n in ("look", *told))]
            usable = telling or usable
        title = self.random.choice(usable or ("{kind} {series}",)).format(**slots)
        missing = [name for name in forced if self.slots[name] not in title]
        return _tidy(", ".join([title, *(self.slots[name] for name in missing)]))

    def _title_fact(self) -> str:
        facts = [
            f
            for f in self.product.facts
            if f.name not in (*_MEASURES, "care") and f.value is not False
        ]
        return self.random.choice(fragments(self.random.choice(facts))) if facts else ""

    def _tell(self, name: str, rates: Mapping[str, float]) -> bool:
        share = rates.get(name, 0) * (RESERVE if name in SEEN else 1)
        return self.random.random() < share and self._worth(name)

    def _worth(self, name: str) -> bool:
        """Sellers do not tell that something is plain, and not what is not there."""
        if name == "accent":
            return bool(self.slots["accent"])
        return name != "pattern" or self.product.pattern != "plain" or self.random.random() < 0.15

    def _description(self, forced: Sequence[str]) -> str:
        rates = self.voice.rates
        told = [
            name for name in ("material", "form", "color", "pattern", "accent", "style")
            if name in forced or self._tell(name, rates)
        ]  # fmt: skip
        if self.random.random() < 0.4:
            self.random.shuffle(told)
        parts: Mapping[str, list[str]] = {
            "opening": [self._line(self.voice.opening)] if self.random.random() < 0.85 else [],
            "looks": [self._line(self.voice.says[name]) for name in told],
            "facts": self._facts(),
            "closing": [self._line(self.voice.closing)] if self.random.random() < 0.55 else [],
        }
        order = list(self.voice.order)
        if self.random.random() < 0.25:
            order[1], order[2] = order[2], order[1]
        separator = "\n" if self.voice.facts in ("bullets", "sheet") else " "
        return separator.join(line for name in order for line in parts[name] if line)

    def _line(self, lines: Sequence[str]) -> str:
        line = _tidy(self.random.choice(lines).format(**self.slots))
        return line[:1].upper() + line[1:]

    def _facts(self) -> list[str]:
        """The told facts, strung as the voice does it."""
        told = [fact for fact in self.product.facts if self._tells(fact)]
        self.random.shuffle(told)
        if not told:
            return []
        if self.voice.facts == "sheet":
            return [f"{_label(fact)}: {_entry(fact)}" for fact in told]
        if self.voice.facts == "questions":
            return [self._answer(fact) for fact in told]
        if self.voice.facts == "sentences":
            return self._sentences(told)
        return self._strung([self.random.choice(fragments(fact)) for fact in told])

    def _strung(self, said: Sequence[str]) -> list[str]:
        if self.voice.facts == "bullets":
            mark = self.random.choice(("•", "-", "*", "+"))
            return [f"{mark} {text}" for text in said]
        if self.voice.facts == "list":
            return [f"{text[:1].upper()}{text[1:]}." for text in said]
        return [", ".join(said) + "."]

    def _tells(self, fact: Fact) -> bool:
        if not fragments(fact):
            return False
        share = self.voice.facts_told
        if fact.name in _MEASURES:
            share *= 0.55
        elif fact.value is False:
            share *= 0.3
        return self.random.random() < share

    def _answer(self, fact: Fact) -> str:
        if isinstance(fact.value, bool):
            said = self.random.choice(fragments(fact))
            answer = "Yes" if fact.value else "No"
            return f"{_label(fact)}? {answer}, {said}."
        return f"{_label(fact)}? {value_text(fact)}."

    def _sentences(self, facts: Sequence[Fact]) -> list[str]:
        lines = []
        waiting = list(facts)
        while waiting:
            size = min(len(waiting), self.random.choice((1, 2, 2, 3)))
            said = [self.random.choice(predicates(fact)) for fact in waiting[:size]]
            waiting = waiting[size:]
            joined = said[0] if size == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
            subject = self.random.choice(self.voice.subject).format(**self.slots)
            lines.append(f"{subject[:1].upper()}{subject[1:]} {joined}.")
        return lines


def _label(fact: Fact) -> str:
    return fact.name[:1].upper() + fact.name[1:]


def _entry(fact: Fact) -> str:
    if isinstance(fact.value, bool):
        return ("yes" if fact.value else "no") + f" ({fragments(fact)[0]})"
    return value_text(fact)


def _filled(template: str, slots: Mapping[str, str]) -> bool:
    return all(slots[name] for name in re.findall(r"{(\w+)}", template) if name != "look")


def _tidy(text: str) -> str:
    """Drop what an empty slot leaves behind."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([,.!?:])", r"\1", text)
    text = re.sub(r"\b([Aa]) (?=[aeiou](?!ne))", r"\1n ", text)
    text = re.sub(r"^[,\-–|/ ]+|[,\-–|/ ]+$", "", text)
    return text[:1].upper() + text[1:]


_SMALL = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)


def _cased(text: str, case: str, title: bool) -> str:
    if case == "lower":
        return text.lower()
    if case == "title" and title:
        return " ".join(w if w in _SMALL else w[:1].upper() + w[1:] for w in text.split(" "))
    if case == "loud" and title:
        return text.upper()
    return text
