"""Draw what shoppers may ask for, and grade all products for it. Knows no wording."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import Lexicon, words_of
from mmdemo.train.queries.purposes import goes_beside, stands_in
from mmdemo.train.queries.traits import IntArray, Traits

GradeArray = NDArray[np.int8]

# Conditions besides the kind of product: how many asks of a hundred have that many.
_CONDITIONS = {0: 8, 1: 34, 2: 36, 3: 16, 4: 6}
# How often a trait is among them, to each other.
_ASKED_BY = {
    Role.COLOR: 10.0,
    Role.AUDIENCE: 8.0,
    Role.BRAND: 2.0,
    Role.MATERIAL: 2.5,
    Role.PATTERN: 2.5,
    Role.USE: 2.0,
    Role.DETAIL: 2.0,
    Role.SEASON: 0.2,
}
_WIDER = 0.15  # of asks: a wider word in place of the kind
_PURPOSE = 0.2  # of asks for kinds whose purposes are known: one of these
_IN_PLACE = 0.65  # of purposes stand in for the kind; the others are said beside it
_MOST_BESIDE_PURPOSE = 2  # conditions
_KINDLESS = 0.04  # of asks: a brand, a color, an audience, and no kind
_KINDLESS_BY = (Role.BRAND, Role.COLOR, Role.AUDIENCE, Role.MATERIAL, Role.PATTERN)
_MOST_KINDLESS = 0.1  # of the catalog that such an ask may find
_NEARLY_ALL = 0.9
_FEW = 5  # products of a kind, of which nothing can be said
_PHRASE = 3  # a noun of more words is a phrase: "something to wear in the rain"
STORED = 1  # a stored 0 would be "not judged"
EXACT, SUBSTITUTE, RELATED = 3 + STORED, 2 + STORED, 1 + STORED


@dataclass(frozen=True, slots=True)
class Ask:
    """A set of traits that a right product has.

    Attributes:
        noun: what kind of product, a wider word for it or what it is for; -1 if the ask names
            none.
        conditions: further traits, rising.
    """

    noun: int
    conditions: tuple[int, ...]


class AskMaker:
    """Draws asks that at least one product answers.

    A kind of product is drawn by the square root of how many there are, so that a catalog of
    shirts with few hats still learns hats; then one product of this kind, then some of its traits.
    """

    def __init__(self, traits: Traits, lexicon: Lexicon, draw: random.Random) -> None:
        self._traits = traits.all
        self._of = traits.of
        self._draw = draw
        self._products = len(traits.of)
        self._kinds = [i for i, t in enumerate(traits.all) if t.role is Role.TYPE]
        sizes = [len(traits.all[i].rows) ** 0.5 for i in self._kinds]
        self._cumulative = list(accumulate(sizes))
        self._words = [
            frozenset(map(lexicon.singular, words_of(trait.value))) for trait in traits.all
        ]
        self._shares: dict[tuple[int, int], float] = {}

    @property
    def possible(self) -> bool:
        """Whether products have any trait to ask by."""
        return bool(self._traits)

    @property
    def kinds(self) -> bool:
        """Whether it is known what kind of product each is."""
        return bool(self._kinds)

    def make(self) -> Ask | None:
        """An ask; None if the product drawn for it has too little to ask by."""
        draw = self._draw
        if not self._kinds or draw.random() < _KINDLESS:
            return self._kindless(draw.randrange(self._products))
        kind = draw.choices(self._kinds, cum_weights=self._cumulative)[0]
        row = int(draw.choice(self._traits[kind].rows))
        noun = kind
        wider = [i for i in self._of[row] if self._traits[i].role is Role.FAMILY]
        if wider and draw.random() < _WIDER:
            noun = draw.choice(wider)
        purpose = self._purpose(row, noun)
        (most,) = draw.choices(list(_CONDITIONS), weights=list(_CONDITIONS.values()))
        if purpose is None:
            return Ask(noun, self._conditions(row, most, noun))
        most = min(most, _MOST_BESIDE_PURPOSE)
        conditions = self._conditions(row, most, purpose)
        if stands_in(self._traits[purpose].value) and draw.random() < _IN_PLACE:
            return Ask(purpose, conditions)
        if not goes_beside(self._traits[purpose].value):
            return Ask(purpose, conditions)
        said = self._words[noun]
        beside = [i for i in conditions if said.isdisjoint(self._words[i]) and self._tells(noun, i)]
        return Ask(noun, tuple(sorted((*beside, purpose))))

    def _purpose(self, row: int, noun: int) -> int | None:
        """Something the product is for that the noun does not say; mostly none."""
        said = self._words[noun]
        purposes = [i for i in self._of[row] if self._traits[i].role is Role.PURPOSE]
        if not purposes or len(said) > _PHRASE or self._draw.random() >= _PURPOSE:
            return None
        purpose = self._draw.choice(purposes)
        return purpose if said.isdisjoint(self._words[purpose]) else None

    def _kindless(self, row: int) -> Ask | None:
        conditions = self._conditions(row, self._draw.choice((1, 2, 2, 3)), -1)
        if all(self._traits[i].role is Role.AUDIENCE for i in conditions):
            return None
        rows = self._traits[conditions[0]].rows
        for other in conditions[1:]:
            rows = np.intersect1d(rows, self._traits[other].rows, assume_unique=True)
        return Ask(-1, conditions) if len(rows) <= max(1, _MOST_KINDLESS * self._products) else None

    def _conditions(self, row: int, most: int, noun: int) -> tuple[int, ...]:
        """Some traits of a product that tell more than the noun and each other."""
        said = self._words[noun] if noun >= 0 else frozenset()
        left = [i for i in self._of[row] if self._traits[i].role in _ASKED_BY]
        if noun < 0:
            left = [i for i in left if self._traits[i].role in _KINDLESS_BY]
        elif len(said) > _PHRASE and self._traits[noun].role is not Role.PURPOSE:
            left = [i for i in left if self._traits[i].role is Role.AUDIENCE]
        taken: list[int] = []
        while left and len(taken) < most:
            weights = [_ASKED_BY[self._traits[i].role] for i in left]
            (chosen,) = self._draw.choices(left, weights=weights)
            role = self._traits[chosen].role
            if said.isdisjoint(self._words[chosen]) and self._tells(noun, chosen):
                taken.append(chosen)
                said |= self._words[chosen]
                left = [i for i in left if self._traits[i].role is not role or role is Role.DETAIL]
            left = [i for i in left if i != chosen]
        return tuple(sorted(taken))

    def _tells(self, noun: int, condition: int) -> bool:
        """Whether not nearly all products of the kind have it: no "casual perfume"."""
        if noun < 0 or self._traits[condition].role is Role.AUDIENCE:
            return True
        pair = noun, condition
        if pair not in self._shares:
            rows, having = self._traits[noun].rows, self._traits[condition].rows
            self._shares[pair] = float(np.isin(rows, having, assume_unique=True).mean())
        return self._shares[pair] <= _NEARLY_ALL or len(self._traits[noun].rows) < _FEW


class Grader:
    """Grades all products for an ask, as `TrainingQueries` keeps grades.

    Grade 3 has all that is asked for; 2 is of the kind asked for, and for whom, and lacks one of
    the rest; 1 is of the kind. Where no kind is asked for there is only 3.
    """

    def __init__(self, traits: Traits) -> None:
        self._traits = traits.all
        self._met = np.zeros(len(traits.of), dtype=np.int8)

    def grade(self, ask: Ask) -> tuple[IntArray, GradeArray]:
        """The products that are graded, rising, and their grades."""
        conditions = [self._traits[i] for i in ask.conditions]
        met = self._met
        met[:] = 0
        for trait in conditions:
            met[trait.rows] += 1
        if ask.noun < 0:
            rows = np.flatnonzero(met == len(conditions))
            return rows, np.full(len(rows), EXACT, dtype=np.int8)
        rows = self._traits[ask.noun].rows
        missed = len(conditions) - met[rows]
        near = missed == 1
        for trait in conditions:
            if trait.role is Role.AUDIENCE:
                near &= np.isin(rows, trait.rows, assume_unique=True)
        grades = np.full(len(rows), RELATED, dtype=np.int8)
        grades[near] = SUBSTITUTE
        grades[missed == 0] = EXACT
        return rows, grades
