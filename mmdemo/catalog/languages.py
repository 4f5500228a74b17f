"""Guess which languages texts are in. Knows no product.

By py3langid, a naive Bayes over character n-grams (Lui and Baldwin, ACL 2012): 4.5 MB, some 20,000
texts a second. Larger models are surer of three words; here thousands of products vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNCLEAR = "unclear"
# ISO 639-1, of most shops: fewer candidates, fewer short titles in the language of Papiamento.
_CODES = """
ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sv
ta th tr uk vi zh
"""
CANDIDATES = tuple(_CODES.split())
_FEWEST = 12  # letters; a script of its own, such as Japanese, needs fewer
_SUREST = 0.6


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(CANDIDATES))
    return identifier


def guess_languages(texts: Iterable[str]) -> dict[str, int]:
    """ISO 639-1 code, or `UNCLEAR`, → how many of the texts, most first."""
    counts: Counter[str] = Counter()
    for text in texts:
        letters = sum(character.isalpha() for character in text)
        if letters < (_FEWEST if text.isascii() else _FEWEST // 3):
            counts[UNCLEAR] += 1
            continue
        language, probability = _identifier().classify(text)
        counts[language if probability >= _SUREST else UNCLEAR] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
