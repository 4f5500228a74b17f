"""Decide which names people may have, and which two are too alike. Knows no table."""

from __future__ import annotations

import unicodedata

from mmdemo.errors import AccountError

LONGEST = 60  # characters
_BESIDES = " ._-'@+"  # letters, marks and digits
_EXPECTED = f"1 to {LONGEST} letters, digits, spaces and any of {_BESIDES.strip()}"
# Scripts that one language writes together.
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HANGUL": "CJK", "BOPOMOFO": "CJK"}
# Small letters of other scripts, and digits, that look as a Latin one does (a part of Unicode's
# confusables.txt, UTS 39).
_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏкмнтвԛԝαορνικτυχγɡıı01",
    "aeopcyxijsdhlkmhtbqwaopviktuxygiiol",
)


def checked_name(name: object) -> str:
    """The name as it is kept: compatibility forms resolved, spaces single.

    Raises:
        AccountError: it is empty, too long, holds what cannot be read out, or mixes scripts.
    """
    if not isinstance(name, str):
        raise AccountError("the name is not usable", got=type(name).__name__, expected=_EXPECTED)
    if len(name) > 10 * LONGEST:  # before any work is spent on it
        raise AccountError(
            "the name is too long", got=f"{len(name)} characters", expected=_EXPECTED
        )
    parts = unicodedata.normalize("NFKC", name).split(" ")
    name = " ".join(part for part in parts if part)
    if not 1 <= len(name) <= LONGEST:
        raise AccountError(
            "the name is not usable", got=f"{len(name)} characters", expected=_EXPECTED
        )
    for character in name:
        if unicodedata.category(character)[0] not in "LMN" and character not in _BESIDES:
            got = f"{character!a} ({unicodedata.name(character, 'no character')})"
            raise AccountError("the name is not usable", got=got, expected=_EXPECTED)
    if not name[0].isalnum():
        raise AccountError(
            "the name is not usable", got=f"{name[0]!a} first", expected="a letter first"
        )
    scripts = sorted({_script(character) for character in name if character.isalpha()})
    if len(scripts) > 1:
        raise AccountError(
            "the name mixes scripts", got=" and ".join(scripts), expected="letters of one script"
        )
    return name


def key_of(name: str) -> str:
    """What a name is looked up by when somebody signs in; never refuses."""
    storable = name[: 10 * LONGEST].replace("\0", "�").encode(errors="replace").decode()
    folded = unicodedata.normalize("NFKC", storable).casefold()
    return unicodedata.normalize("NFKC", " ".join(folded.split()))


def skeleton_of(name: str) -> str:
    """Equal for two names that a person could take for one another."""
    return key_of(name.replace("I", "l")).translate(_ALIKE)


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "UNKNOWN").split()[0]
    return _TOGETHER.get(first, first)
