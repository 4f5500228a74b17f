"""Read how people say what sellers write. Knows no catalog and no product."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

_ONE_WAY = "color"  # crimson is a red, but red is no crimson
_VOWELS, _NO_VOWELS = ("a", "e", "i", "o", "u"), ("uni", "us", "eu", "one")
_WORD = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation around them."""
    return _WORD.findall(text.lower())


def with_article(text: str) -> str:
    """A text in the singular after "a" or "an"."""
    an = text.startswith(_VOWELS) and not text.startswith(_NO_VOWELS)
    return f"{'an' if an else 'a'} {text}"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a product is for.

    Attributes:
        before: how it is said before the product: "mens".
        after: and after it: "for men".
    """

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `lexicon.toml`.

    Attributes:
        roles: usual name of an attribute, without ``_`` → what it tells.
        other_names: role → key of a value → other ways to say it.
        names: role → key → the usual name of what titles may call so.
        families: a wider word → keys of the kinds of product it covers.
        audiences: key of a value → who is meant.
        singulars: irregular plural → singular.
        plural_only, pairs, mass: nouns by their grammar.
        spelling: word → the same in another spelling, both ways.
    """

    roles: Mapping[str, str]
    other_names: Mapping[str, Mapping[str, tuple[str, ...]]]
    names: Mapping[str, Mapping[str, str]]
    families: Mapping[str, frozenset[str]]
    audiences: Mapping[str, str]
    said: Mapping[str, Audience]
    openers: tuple[str, ...]
    unsaid: frozenset[str]
    yes: frozenset[str]
    vague: frozenset[str]
    parts: frozenset[str]
    empty: frozenset[str]
    after: frozenset[str]
    negating: frozenset[str]
    singulars: Mapping[str, str]
    plural_only: frozenset[str]
    pairs: frozenset[str]
    mass: frozenset[str]
    spelling: Mapping[str, str]

    def key(self, text: str) -> str:
        """Equal for two spellings of the same words: case, hyphens, plural, British or not."""
        words = words_of(text)
        if words:
            words[-1] = self.singular(words[-1])
        return "".join(min(word, self.spelling.get(word, word)) for word in words)

    def singular(self, noun: str) -> str:
        """A word in the singular; one that is no plural stays."""
        if noun in self.singulars:
            return self.singulars[noun]
        if noun.endswith("ies") and len(noun) > 4:
            return noun[:-3] + "y"
        if noun.endswith(("sses", "shes", "ches", "xes", "zes")):
            return noun[:-2]
        if noun.endswith("s") and not noun.endswith(("ss", "us")) and len(noun) > 2:
            return noun[:-1]
        return noun

    def plural(self, noun: str) -> str:
        """A word in the plural."""
        for plural, singular in self.singulars.items():
            if singular == noun:
                return plural
        if noun.endswith(("s", "x", "z", "ch", "sh")):
            return noun + "es"
        if noun.endswith("y") and noun[-2:-1] not in "aeiou":
            return noun[:-1] + "ies"
        return noun + "s"


@cache
def read_lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    data = tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    words, grammar = data["words"], data["grammar"]
    spelling = data["spelling"] | {there: here for here, there in data["spelling"].items()}
    lexicon = Lexicon(
        roles={
            name.replace("_", ""): role
            for role, names in reversed(data["roles"].items())
            for name in names
        },
        other_names={},
        names={},
        families={},
        audiences={},
        said={
            name: Audience(tuple(a["before"]), tuple(a["after"]))
            for name, a in data["audience"].items()
        },
        openers=tuple(data["sentences"]["openers"]),
        unsaid=frozenset(words["unsaid"]),
        yes=frozenset(words["yes"]),
        vague=frozenset(words["vague"]),
        parts=frozenset(words["parts"]),
        empty=frozenset(words["empty"]),
        after=frozenset(words["after"]),
        negating=frozenset(words["negating"]),
        singulars=grammar["irregular"],
        plural_only=frozenset(grammar["plural"]),
        pairs=frozenset(grammar["pair"]),
        mass=frozenset(grammar["mass"]),
        spelling=spelling,
    )
    key = lexicon.key
    names = {
        role: {
            key(word): name
            for name, others in data[role].items()
            for word in ((name,) if role == _ONE_WAY else (name, *others))
            if word.split(" ", 1)[0] not in lexicon.after
            and key(word) not in map(key, words["ambiguous"])
        }
        for role in ("color", "material", "pattern")
    }
    names["audience"] = {
        key(name): who
        for who, a in data["audience"].items()
        for name in a["names"]
        if len(name) > 3 or name == "men"
    }
    return replace(
        lexicon,
        other_names={
            role: _other_names(lexicon, data[role].items(), both_ways=role != _ONE_WAY)
            for role in ("type", "color", "material", "pattern", "use", "season", "detail")
        },
        names=names,
        families={word: frozenset(map(key, kinds)) for word, kinds in data["families"].items()},
        audiences={key(name): who for who, a in data["audience"].items() for name in a["names"]},
    )


def _other_names(
    lexicon: Lexicon, lines: Iterable[tuple[str, list[str]]], *, both_ways: bool
) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, others in lines:
        for this in (name, *others) if both_ways else (name,):
            rest = dict.fromkeys(word for word in (name, *others) if word != this)
            found.setdefault(lexicon.key(this), {}).update(rest)
    return {key: tuple(rest) for key, rest in found.items()}
