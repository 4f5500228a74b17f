from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Product
from mmdemo.train.queries import make_queries

SHIRT_RED, SHIRT_BLUE, SHIRT_WOMEN, HAT_RED = range(4)


def clothes() -> Catalog:
    rows = [
        ("Shirts", "Red", "Men"),
        ("Shirts", "Blue", "Men"),
        ("Shirts", "Red", "Women"),
        ("Hats", "Red", "Men"),
    ]
    products = [
        Product(
            str(i),
            title="",
            attributes={"Article Type": kind, "Base Colour": color, "Gender": audience},
        )
        for i, (kind, color, audience) in enumerate(rows)
    ]
    return Catalog(Path("clothes"), products=products)


def test_grades_are_of_what_is_asked_for() -> None:
    queries = make_queries(clothes(), count=2000, seed=0, language="en")
    grades = dict(zip(queries.texts, queries.grades[queries.asks].toarray().tolist(), strict=True))
    # Stored are grade + 1 for red shirt, blue shirt, red shirt for women, red hat.
    assert grades["red shirt for men"] == [4, 3, 2, 0]
    assert grades["shirt for men"] == [4, 4, 2, 0]
    assert grades["red shirt"] == [4, 3, 4, 0]
    assert grades["hats"] == [0, 0, 0, 4]
    assert queries.closed.all() and queries.closed.shape == (queries.grades.shape[0],)


def test_texts_are_distinct_and_each_has_a_right_product() -> None:
    queries = make_queries(clothes(), count=2000, seed=0, language="en")
    assert len({text.lower() for text in queries.texts}) == len(queries.texts)
    assert (queries.grades.max(axis=1).toarray() == 4).all()
    assert set(queries.asks.tolist()) == set(range(queries.grades.shape[0]))


def test_the_same_seed_gives_the_same_queries() -> None:
    first, again, other = (
        make_queries(clothes(), count=50, seed=seed, language="en") for seed in (1, 1, 2)
    )
    assert first.texts == again.texts
    assert np.array_equal(first.asks, again.asks)
    assert np.array_equal(first.grades.toarray(), again.grades.toarray())
    assert first.texts != other.texts


def test_without_attributes_titles_are_asked_for() -> None:
    titles = ["green oak bench", "green oak stool", "white oak bench"]
    products = [Product(str(i), title=title) for i, title in enumerate(titles)]
    catalog = Catalog(Path("plain"), products=products)
    queries = make_queries(catalog, count=30, seed=0, language="en")
    grades = dict(zip(queries.texts, queries.grades[queries.asks].toarray().tolist(), strict=True))
    assert grades["green stool"] == [0, 4, 0]
    assert grades["white"] == [0, 0, 4]


def test_products_that_tell_nothing_are_refused() -> None:
    catalog = Catalog(Path("silent"), products=[Product("1"), Product("2")])
    with pytest.raises(TrainingError, match="silent gives no queries"):
        make_queries(catalog, count=5, seed=0, language="en")
    with pytest.raises(TrainingError, match="at least 1"):
        make_queries(clothes(), count=0, seed=0)
