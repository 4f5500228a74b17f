"""Make training queries of a catalog that has none. Knows no model and no loss."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mmdemo.catalog import Catalog
from mmdemo.catalog.languages import UNCLEAR, guess_languages
from mmdemo.errors import TrainingError
from mmdemo.records import normalize_query_text
from mmdemo.train.queries.asks import EXACT, Ask, AskMaker, GradeArray, Grader
from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import Lexicon, read_lexicon, words_of
from mmdemo.train.queries.phrasing import Phrasing, mistype
from mmdemo.train.queries.titles import TitleWords
from mmdemo.train.queries.traits import IntArray, Traits, find_traits

BoolArray = NDArray[np.bool_]

_FROM_TITLES = 0.12  # of the queries of a catalog whose attributes tell the kinds
_FROM_TITLES_ALONE = 0.85  # where nothing else tells what kind of product it is
_SLIPS = 0.04  # of the queries have a slip of the finger
_TRIES = 12  # a query, before a catalog is taken to have no further ones
_GUESSED = 1000  # products whose language is guessed


@dataclass(frozen=True, slots=True)
class TrainingQueries:
    """Queries, what each asks for, and which products are right for that.

    Attributes:
        texts: distinct wordings.
        asks: int64 (len(texts),), the row of `grades` that each text stands for.
        grades: int8 (asks, products in the catalog's order), grade + 1; 0 is not judged.
        closed: bool (asks,), whether a product that is not judged is irrelevant; False where it
            is merely unknown, as with people's judgments.
    """

    texts: tuple[str, ...]
    asks: IntArray
    grades: csr_matrix
    closed: BoolArray


def make_queries(catalog: Catalog, *, count: int, seed: int, language: str = "") -> TrainingQueries:
    """Make queries from what products tell of themselves, and from their titles.

    An ask is a set of traits ("red", "shirt", "for men") and all products that have them are
    right, grade 3. Products of the kind asked for, and for whom, that lack one trait are grade 2;
    others of the kind 1. Where no kind is asked for, and in asks of title words, there is only 3.

    Args:
        count: how many distinct wordings; a small catalog may give fewer.
        seed: the same catalog, count and seed give the same queries.
        language: ISO 639-1 code of the catalog's texts; guessed if empty. Words that are not the
            catalog's own are added in English only.

    Raises:
        TrainingError: no product has anything to ask by.
    """
    if count < 1:
        raise TrainingError("too few queries to make", got=count, expected="at least 1")
    products = catalog.products
    english = (language or _language(catalog)) == "en"
    lexicon, draw = read_lexicon(), random.Random(seed)
    traits = find_traits(products, lexicon, english=english)
    asks, phrasing = AskMaker(traits, lexicon, draw), Phrasing(lexicon, draw, english=english)
    titles = TitleWords(
        products,
        lexicon,
        draw,
        kinds=_last_words(traits, lexicon),
        told=_words(traits, lexicon) if asks.kinds else set(),
        english=english,
    )
    if not asks.possible and not titles.possible:
        raise TrainingError(
            f"catalog {catalog.name} gives no queries",
            got=f"{len(products)} products without titles and attributes",
            expected="at least one",
        )
    from_titles = _FROM_TITLES if asks.kinds else _FROM_TITLES_ALONE
    if not (asks.possible and titles.possible):
        from_titles = float(titles.possible)
    rows: dict[Ask | tuple[str, ...], int] = {}
    texts: dict[str, tuple[str, int]] = {}
    slips = 0
    for _ in range(_TRIES * count):
        if len(texts) == count:
            break
        made: Ask | tuple[str, ...] | None
        if draw.random() < from_titles:
            if (made := titles.make()) is None:
                continue
            text = " ".join(made)
            made = tuple(sorted(made))
        else:
            if (made := asks.make()) is None:
                continue
            noun = traits.all[made.noun] if made.noun >= 0 else None
            text = phrasing.word(noun, [traits.all[i] for i in made.conditions])
        # Counted, since a small catalog has few wordings and any number of ways to mistype them.
        if draw.random() < _SLIPS and slips < _SLIPS * len(texts):
            text, slips = mistype(text, draw), slips + 1
        if (folded := normalize_query_text(text)) and folded not in texts:
            texts[folded] = text, rows.setdefault(made, len(rows))
    return TrainingQueries(
        texts=tuple(text for text, _ in texts.values()),
        asks=np.array([row for _, row in texts.values()], dtype=np.int64),
        grades=_grades(rows, traits, titles),
        closed=np.ones(len(rows), dtype=bool),
    )


def _grades(
    asks: Iterable[Ask | tuple[str, ...]], traits: Traits, titles: TitleWords
) -> csr_matrix:
    """A row an ask, in their order."""
    grader = Grader(traits)
    indices: list[NDArray[np.int32]] = []
    stored: list[GradeArray] = []
    for ask in asks:
        if isinstance(ask, Ask):
            rows, grades = grader.grade(ask)
        else:
            rows = titles.find(ask)
            grades = np.full(len(rows), EXACT, dtype=np.int8)
        indices.append(rows.astype(np.int32))
        stored.append(grades)
    ends = np.cumsum([0, *map(len, indices)])
    shape = (len(indices), len(traits.of))
    return csr_matrix((np.concatenate(stored), np.concatenate(indices), ends), shape=shape)


def _last_words(traits: Traits, lexicon: Lexicon) -> set[str]:
    """Keys of the nouns that name kinds of product."""
    kinds = [trait for trait in traits.all if trait.role in (Role.TYPE, Role.FAMILY)]
    names = [name for trait in kinds for name in (trait.value, *trait.others)]
    return {lexicon.key(words[-1]) for name in names if (words := words_of(name))}


def _words(traits: Traits, lexicon: Lexicon) -> set[str]:
    """Keys of all words that traits are said with."""
    told = [trait for trait in traits.all if trait.role is not Role.PURPOSE]
    names = [name for trait in told for name in (trait.value, *trait.others)]
    return {lexicon.key(word) for name in names for word in (name, *words_of(name))}


def _language(catalog: Catalog) -> str:
    """Of most products whose language can be told; an empty string if of none."""
    step = max(1, len(catalog) // _GUESSED)
    texts = [f"{p.title}. {p.description[:400]}" for p in catalog.products[::step]]
    counts = guess_languages(texts)
    return next((code for code in counts if code != UNCLEAR), "")
