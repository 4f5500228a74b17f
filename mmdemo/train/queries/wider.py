"""Find wider and other words for what products are. Knows no attribute and no ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mmdemo.train.queries.attributes import Found, Role
from mmdemo.train.queries.lexicon import Lexicon, words_of

_NEARLY_ALL = 0.9

Names = dict[tuple[Role, str], tuple[str, ...]]


def add_contained(found: Found, lexicon: Lexicon) -> None:
    """Washed linen is linen too; synthetic leather is no leather."""
    told = {at: set(words_of(_value(found, at))) for at in found if at[0] is Role.MATERIAL}
    for at, words in told.items():
        if lexicon.negating.isdisjoint(words):
            for within, fewer in told.items():
                if fewer < words:
                    for row in found[at]:
                        found[within].setdefault(row, "")


def add_families(found: Found, lexicon: Lexicon) -> None:
    """Wider words: the lexicon's, and last words that kinds share (casual and sports *shoes*)."""
    kinds = {key: at for at in found if at[0] is Role.TYPE for key in [at[1]]}
    members: dict[str, dict[str, None]] = {
        word: dict.fromkeys(key for key in kinds if key in covered)
        for word, covered in lexicon.families.items()
    }
    spelled = {lexicon.key(word): word for word in members}
    for key, at in kinds.items():
        words = words_of(_value(found, at))
        head = lexicon.singular(words[-1])
        if len(words) > 1 and "and" not in words and head not in lexicon.vague:
            word = spelled.setdefault(lexicon.key(head), lexicon.plural(head))
            members.setdefault(word, {})[key] = None
    for word, covered in members.items():
        if len(covered) > 1 and lexicon.key(word) not in kinds:
            _add(found, (Role.FAMILY, lexicon.key(word)), word, (kinds[key] for key in covered))


def add_purposes(found: Found, lexicon: Lexicon, purposes: Mapping[str, frozenset[str]]) -> None:
    """What the kinds are for; families of the same words give way, being of fewer kinds."""
    kinds = {key for role, key in found if role is Role.TYPE}
    for purpose, covered in purposes.items():
        if members := sorted(covered & kinds):
            found.pop((Role.FAMILY, lexicon.key(f"something {purpose}")), None)
            at = Role.PURPOSE, lexicon.key(purpose)
            _add(found, at, purpose, ((Role.TYPE, key) for key in members))


def find_other_names(found: Found, lexicon: Lexicon) -> Names:
    """Other names of each trait; one that fits several is made a trait of its own.

    Where one of these has nearly all the products of the others too, the name stays with it.
    """
    names: dict[tuple[Role, str], list[str]] = {}
    fits: dict[tuple[Role, str], dict[tuple[Role, str], str]] = {}
    for role, key in found:
        for name in lexicon.other_names.get(role, {}).get(key, ()):
            named = lexicon.key(name)
            if named != key:
                if (role, named) in found or (Role.FAMILY, named) in found:
                    continue
                fits.setdefault((role, named), {})[role, key] = name
            names.setdefault((role, key), []).append(name)
    for (role, named), traits in fits.items():
        together = len({row for at in traits for row in found[at]})
        widest = max(traits, key=lambda at: len(found[at]))
        alone = len(found[widest]) >= _NEARLY_ALL * together
        for at in traits:
            if not (alone and at == widest):
                names[at] = [name for name in names[at] if lexicon.key(name) != named]
        if not alone:
            wider = Role.FAMILY if role is Role.TYPE else role
            _add(found, (wider, named), next(iter(traits.values())), traits)
    return {at: tuple(others) for at, others in names.items() if others}


def _value(found: Found, at: tuple[Role, str]) -> str:
    return next(value for value in found[at].values() if value)


def _add(
    found: Found, at: tuple[Role, str], value: str, members: Iterable[tuple[Role, str]]
) -> None:
    rows = found.setdefault(at, {})
    for member in members:
        rows.update(dict.fromkeys(found[member], value))
