"""Name the shop's sellers: invented brands, each with its voice and currency. Knows no product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from studio.wording.voice import Voice
from studio.wording.voices import VOICES


@dataclass(frozen=True, slots=True)
class Seller:
    """A brand and how it writes."""

    brand: str
    voice: Voice
    currency: str = "EUR"


SELLERS = (
    Seller("Brumholt", VOICES["laconic"]),
    Seller("Kestrup", VOICES["laconic"]),
    Seller("Zellinor Home", VOICES["stuffed"], "USD"),
    Seller("Maruvika", VOICES["stuffed"]),
    Seller("Ollabeth", VOICES["poetic"]),
    Seller("Parvenne", VOICES["poetic"]),
    Seller("Tarnquist", VOICES["technical"]),
    Seller("Halvetto", VOICES["technical"]),
    Seller("wobbenhus", VOICES["lowercase maker"]),
    Seller("nimbrook studio", VOICES["lowercase maker"]),
    Seller("DEALVORA", VOICES["marketplace"], "USD"),
    Seller("Stovaro", VOICES["marketplace"]),
    Seller("Grentham & Lyle", VOICES["british"], "GBP"),
    Seller("Dapplecombe", VOICES["british"], "GBP"),
    Seller("Yarrowgate", VOICES["american"], "USD"),
    Seller("Quillbarrow", VOICES["american"], "USD"),
    Seller("Junivra", VOICES["american"], "USD"),
    Seller("Ellanvik", VOICES["warehouse"]),
    Seller("Lindqvale", VOICES["warehouse"]),
    Seller("Vessandro", VOICES["gallery"]),
    Seller("Castavole", VOICES["gallery"]),
    Seller("Osterwyck", VOICES["heritage"]),
    Seller("Wrenlock Mill", VOICES["heritage"], "GBP"),
    Seller("Feyhouse", VOICES["eco"]),
    Seller("Mirradale", VOICES["eco"]),
    Seller("Arkadory", VOICES["questions"]),
    Seller("Bexholme", VOICES["questions"], "GBP"),
    Seller("Kettlesby", VOICES["letter"], "GBP"),
    Seller("Rosquith", VOICES["letter"], "GBP"),
    Seller("Ovandre", VOICES["numbered"]),
    Seller("Sorrelbay", VOICES["trend"], "USD"),
    Seller("Lumivante", VOICES["trend"]),
)
RATES = {"EUR": 1.0, "USD": 1.1, "GBP": 0.85}
"""What an euro of the plan costs in the seller's currency."""

_STARTS = (
    "Al", "Bir", "Cor", "Dal", "El", "Fen", "Gar", "Hol", "Is", "Jor", "Kal", "Lu", "Mar", "Nor",
    "Ol", "Pel", "Ran", "Sel", "Tor", "Ul", "Ver", "Wil", "Yl", "Zan", "Bro", "Sta", "Tri", "Ke",
)  # fmt: skip
_MIDDLES = ("", "", "a", "e", "i", "o", "an", "en", "ir", "or", "und", "ast", "el", "iv")
_ENDS = (
    "va", "len", "da", "mo", "ra", "sund", "ne", "by", "ta", "ma", "lis", "dor", "ka", "nja", "vik",
    "sta", "ron", "do", "le", "mar",
)  # fmt: skip
_TAKEN = frozenset({"Corona", "Volvo", "Marvel", "Torlen", "Norma", "Selma", "Isle", "Marble"})


def series_name(random: Random) -> str:
    """A made-up name for a series."""
    while True:
        name = random.choice(_STARTS) + random.choice(_MIDDLES) + random.choice(_ENDS)
        spoken = not re.search(r"[^aeiouy]{3}|[aeiouy]{3}|(..)\1|(.)\2", name.casefold())
        if 4 <= len(name) <= 9 and spoken and name not in _TAKEN:
            return name


def pick_seller(random: Random) -> Seller:
    """Any of them, as often as its voice weighs."""
    return random.choices(SELLERS, [seller.voice.weight for seller in SELLERS])[0]
