"""Find texts and photos that are nearly the same. Knows no product and no file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_WORDS = re.compile(r"\w+")


def folded_words(text: str) -> str:
    """A text without what makes no difference: order, case, accents, punctuation, repetition."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(sorted(set(_WORDS.findall(plain))))


def group_by_value(values: Mapping[str, str]) -> list[list[str]]:
    """Names that share a value, as groups of two or more in the order of the first."""
    groups: dict[str, list[str]] = {}
    for name, value in values.items():
        if value:
            groups.setdefault(value, []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def group_close_hashes(hashes: Mapping[str, int]) -> list[list[str]]:
    """Names whose 64-bit hashes are within two bits of the group's first, in groups of two or more.

    Two hashes differ in at most two bits if some value is within one bit of both. So all those
    values are sorted, equal neighbors are joined, and what hangs together is looked at closer:
    n log n, however many of the hashes are the same.
    """
    from scipy.sparse import coo_array  # takes a quarter of a second
    from scipy.sparse.csgraph import connected_components

    if not hashes:
        return []
    names = np.array(list(hashes), dtype=object)
    values = np.fromiter(hashes.values(), np.uint64, len(hashes))
    different, place = np.unique(values, return_inverse=True)
    bits = np.uint64(1) << np.arange(64, dtype=np.uint64)
    near = np.concatenate([different[:, None], different[:, None] ^ bits], axis=1)  # (n, 65)
    owner = np.repeat(np.arange(len(different)), near.shape[1])
    order = np.argsort(near, axis=None, kind="stable")
    near, owner = near.ravel()[order], owner[order]
    same = near[1:] == near[:-1]
    edges = coo_array(
        (np.ones(int(same.sum()), dtype=np.int8), (owner[:-1][same], owner[1:][same])),
        shape=(len(different), len(different)),
    )
    _, component = connected_components(edges, directed=False)
    chains = component[place]
    groups: list[list[str]] = []
    for rows in _rows_by_label(chains):
        groups += _around_leaders(names[rows], values[rows])
    return groups


def _rows_by_label(labels: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    """Rows with the same label, where there are two or more."""
    order = np.argsort(labels, kind="stable")
    borders = np.flatnonzero(np.diff(labels[order])) + 1
    return [rows for rows in np.split(order, borders) if len(rows) > 1]


def _around_leaders(names: NDArray[np.object_], values: NDArray[np.uint64]) -> list[list[str]]:
    """The first is a leader; what is not close to one becomes the next."""
    groups = []
    while len(names):
        close = np.bitwise_count(values ^ values[0]) <= 2
        if close.sum() > 1:
            groups.append(list(names[close]))
        names, values = names[~close], values[~close]
    return groups
