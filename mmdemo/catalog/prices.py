"""Read amounts of money as people write them. Knows no column and no file."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from mmdemo.records import Price

_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "₹": "INR", "¥": "JPY"}
# ISO 4217 codes of most shops. Not every three letters are one: MRP, NEW, price_old.
CODES = (
    "AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|KWD|MXN|MYR|NOK|NZD"
    "|PHP|PLN|QAR|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
_NAMED = re.compile(rf"(?<![A-Z])(?:{CODES})(?![A-Z])")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?:\.\d{3})+")
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d+")
_LONGEST = 200  # characters; more is no price, and a number of a million digits takes seconds


@lru_cache(4096)  # shops have few different prices, and ask for each a hundred times
def parse_price(text: str, *, currency: str = "") -> Price | None:
    """Read an amount as people write it: ``₹1,299``, ``1.299,00 €``, ``USD 12``.

    Args:
        currency: what the source says elsewhere. A code beside the amount beats it; it beats a
            symbol, since many currencies write ``$``.

    Returns:
        None if there is no amount in it, or one that is negative or beyond a float.
    """
    match = re.search(r"\d[\d.,\s'’]*", text[:_LONGEST])
    if match is None or len(text) > _LONGEST or re.search(r"[-−]\W*$", text[: match.start()]):
        return None
    if scientific := _SCIENTIFIC.match(text, match.start()):
        amount = float(scientific[0])
    else:
        amount = _amount(match[0])
    named = _code(text) or _code(currency.upper())
    symbol = next((code for sign, code in _SYMBOLS.items() if sign in text + currency), "")
    return Price(amount, named or symbol) if math.isfinite(amount) else None


def _amount(written: str) -> float:
    digits = re.sub(r"[\s'’]", "", written).rstrip(".,")
    # The last separator is the decimal one unless it groups thousands: 1,299 but 1,29 and 0,299.
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or _THOUSANDS.fullmatch(digits):
        last = len(digits)
    whole, decimals = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
    return float(f"{whole}.{decimals}")


def _code(text: str) -> str:
    match = _NAMED.search(text)
    return match[0] if match else ""
