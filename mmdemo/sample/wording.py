"""Write the text of a product: what a seller says, and captions for training. Knows no file."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from mmdemo.sample.kinds import KINDS, PATTERN_PHRASES


@dataclass(frozen=True, slots=True)
class Words:
    """What a seller says of a product; empty where they leave it out."""

    noun: str
    series: str
    brand: str
    color: str
    pattern: str
    material: str
    size: str

    def title(self, rng: random.Random, *, color: bool, pattern: bool, material: bool) -> str:
        """One of the forms in which sellers write titles."""
        tone = _capitals(self.color) if color else ""
        motif = _capitals(self.pattern) if pattern else ""
        stuff = _capitals(self.material)
        some_stuff = stuff if material or rng.random() < 0.4 else ""
        forms = (
            _joined(self.brand, self.series, tone, motif, some_stuff, self.noun),
            _joined(motif, some_stuff, self.noun, f"“{self.series}”", f"in {tone}" if tone else ""),
            _joined(self.series, motif, some_stuff, f"{self.noun},", self.size)
            + (f", {tone}" if tone else ""),
            _joined(tone, motif, stuff, self.noun) + f" by {self.brand}",
            " - ".join(filter(None, (_joined(stuff, self.noun), tone, motif, self.size))),
            _joined(self.color if color else "", self.pattern if pattern else "", self.material,
                    self.noun.lower(), self.size),
            _joined(self.noun, self.series, "|", stuff, tone, motif),
        )  # fmt: skip
        return rng.choice(forms)

    def long_title(self) -> str:
        """A title stuffed with everything that someone might type."""
        return _joined(
            self.brand, self.series, _capitals(self.color), _capitals(self.pattern),
            _capitals(self.material), f"{self.noun} {self.size},",
            "for Home, Kitchen, Living Room, Bedroom, Office and Studio, Country House",
            "or Scandinavian Style, Gift for Housewarming, Birthday, Wedding, New Version",
        )  # fmt: skip

    def description(self, kind: str, feature: str, rng: random.Random) -> str:
        """Sentences in a seller's order; what is told of color and pattern comes first."""
        facts = KINDS[kind]
        noun = self.noun.lower()
        first = rng.choice(
            (
                f"The {self.series} {noun} is made of {self.material}.",
                f"A {noun} of {self.material} from our {self.series} series.",
                f"{self.material.capitalize()} {noun}, designed in our own studio.",
            )
        )
        look = ", ".join(filter(None, (self.color, self.pattern)))
        if look:
            begin = rng.choice(("Shown here:", "Finish:", "Comes in" if self.color else "Pattern:"))
            first += f" {begin} {look}."
        told = rng.choice(facts.features[feature] if feature else facts.otherwise)
        rest = [f"{self.size[0].upper()}{self.size[1:]}.", told, rng.choice(facts.remarks)]
        rng.shuffle(rest)
        return _joined(first, *rest)


def _joined(*words: str) -> str:
    return " ".join(filter(None, words))


def _capitals(words: str) -> str:
    return " ".join("-".join(p.capitalize() for p in w.split("-")) for w in words.split())


def captions(row: Mapping[str, str]) -> list[str]:
    """Phrase what is true of a product in several ways, for training on (photo, text) pairs.

    Args:
        row: a line of the products file; its columns category, color, pattern and material count.
    """
    kind = next(name for name, kind in KINDS.items() if kind.category == row["category"])
    color, pattern, material = row["color"], row["pattern"], row["material"]
    motif = "" if pattern == "plain" else pattern
    phrases = [
        _joined(color, motif, kind),
        _joined("a photo of a", color, motif, material, kind),
        _joined(color, kind, PATTERN_PHRASES[pattern]),
        _joined(pattern, kind, "in", color),
        _joined(color, motif, material, kind),
        _joined(material, kind, "in", color),
        _joined(pattern, kind),
        _joined(color, kind),
        _joined(material, kind),
        kind,
    ]
    return list(dict.fromkeys(phrases))
