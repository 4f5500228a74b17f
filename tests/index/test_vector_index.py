"""The contract of every `VectorIndex`, against numpy."""

import numpy as np
import pytest

from mmdemo.errors import IndexMismatchError, SettingsError
from mmdemo.index import make_index
from mmdemo.towers import FloatArray

KINDS = ["flat"]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def random_rows(count: int, dimension: int = 8, *, seed: int = 0) -> FloatArray:
    rows: FloatArray = np.random.default_rng(seed).normal(size=(count, dimension)).astype("float32")
    return rows


@pytest.mark.parametrize("queries", [1, 3, 40])  # FAISS takes another path from 20 on
def test_order_and_values(kind: str, queries: int) -> None:
    rows, asked = random_rows(200), 5 * random_rows(queries, seed=1)  # of any length
    products, places = make_index(kind, rows).search(asked, 7)
    expected = asked.astype(np.float64) @ rows.T.astype(np.float64)
    assert places.tolist() == np.argsort(-expected, axis=1)[:, :7].tolist()
    assert products == pytest.approx(np.take_along_axis(expected, places, axis=1), abs=1e-4)
    assert [products.dtype.name, places.dtype.name] == ["float32", "int64"]


def test_each_tied_row_is_found_once(kind: str) -> None:
    rows = np.repeat(np.eye(2, dtype=np.float32), [6, 4], axis=0)
    products, places = make_index(kind, rows).search(np.array([[2, 1]], np.float32), 10)
    assert sorted(places[0, :6].tolist()) == [0, 1, 2, 3, 4, 5]
    assert sorted(places[0, 6:].tolist()) == [6, 7, 8, 9]
    assert products[0].tolist() == [2.0] * 6 + [1.0] * 4


def test_depth_beyond_the_rows_gives_all_rows(kind: str) -> None:
    products, places = make_index(kind, random_rows(3)).search(random_rows(2, seed=1), 50)
    assert products.shape == places.shape == (2, 3)
    assert sorted(places[0].tolist()) == [0, 1, 2]


@pytest.mark.parametrize(("rows", "depth"), [(0, 5), (3, 0)])
def test_nothing_to_find(kind: str, rows: int, depth: int) -> None:
    products, places = make_index(kind, random_rows(rows)).search(random_rows(2), depth)
    assert products.shape == places.shape == (2, 0)


def test_no_queries(kind: str) -> None:
    _, places = make_index(kind, random_rows(3)).search(random_rows(0), 2)
    assert places.shape == (0, 2)


def test_wrong_dimension_names_both_and_the_remedy(kind: str) -> None:
    index = make_index(kind, random_rows(3, 8))
    with pytest.raises(IndexMismatchError, match="got 5, expected 8; run `mmdemo index` again"):
        index.search(random_rows(1, 5), 2)


def test_rows_are_its_own(kind: str) -> None:
    rows = random_rows(5)
    index = make_index(kind, rows)
    before = index.search(random_rows(1, seed=1), 5)[0].tolist()
    rows[:] = 0
    assert index.search(random_rows(1, seed=1), 5)[0].tolist() == before


def test_rows_of_any_memory_order(kind: str) -> None:
    rows = random_rows(50)
    _, expected = make_index(kind, rows).search(random_rows(1, seed=1), 5)
    _, found = make_index(kind, np.asfortranarray(rows)).search(random_rows(1, seed=1), 5)
    assert found.tolist() == expected.tolist()


def test_unknown_kind_lists_the_known() -> None:
    with pytest.raises(SettingsError, match="got hnsw2, expected flat"):
        make_index("hnsw2", random_rows(1))
