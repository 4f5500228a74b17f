"""Find what the products of a catalog can be asked for by. Knows no wording and no ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.records import Product
from mmdemo.train.queries.attributes import Role, read_attributes
from mmdemo.train.queries.lexicon import Lexicon
from mmdemo.train.queries.purposes import read_purposes
from mmdemo.train.queries.told import add_from_titles, drop_untold
from mmdemo.train.queries.wider import (
    add_contained,
    add_families,
    add_purposes,
    find_other_names,
)

IntArray = NDArray[np.int64]

_TOO_BROAD = 0.3  # of the catalog: nobody asks a shop of clothes for "apparel"


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that products have and that can be asked for.

    Attributes:
        value: as the catalog mostly writes it; of a family, the wider word; of a purpose, its words
            after "something" ("to drink from"), or "somewhere to nap".
        rows: places of the products that have it, rising.
        others: other ways to say it that mean no other trait of the catalog.
    """

    role: Role
    value: str
    rows: IntArray
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of a catalog.

    Attributes:
        all: every trait, in an order that only the products decide.
        of: of each product, its traits as places in `all`.
    """

    all: tuple[Trait, ...]
    of: tuple[tuple[int, ...], ...]


def find_traits(products: Sequence[Product], lexicon: Lexicon, *, english: bool) -> Traits:
    """What products tell of themselves in attributes, category, brand and title.

    Args:
        english: whether the lexicon's words may be looked for in titles and stand for values.
    """
    found = read_attributes(products, lexicon)
    drop_untold(found, products, lexicon)
    others: Mapping[tuple[Role, str], tuple[str, ...]] = {}
    if english:
        add_from_titles(found, products, lexicon)
        add_contained(found, lexicon)
        add_families(found, lexicon)
        others = find_other_names(found, lexicon)
        add_purposes(found, lexicon, read_purposes().of)
    broad = _TOO_BROAD * len(products)
    traits = tuple(
        Trait(
            at[0], _most_written(rows), np.array(sorted(rows), dtype=np.int64), others.get(at, ())
        )
        for at, rows in found.items()
        if at[0] not in (Role.FAMILY, Role.PURPOSE)
        or (len(rows) <= broad and (Role.TYPE, at[1]) not in found)
    )
    of: list[list[int]] = [[] for _ in products]
    for place, trait in enumerate(traits):
        for row in trait.rows.tolist():
            of[row].append(place)
    return Traits(traits, tuple(map(tuple, of)))


def _most_written(rows: Mapping[int, str]) -> str:
    counts: dict[str, int] = {}
    for value in rows.values():
        if value:
            counts[value] = counts.get(value, 0) + 1
    return max(counts, key=counts.__getitem__)
