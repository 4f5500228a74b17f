import numpy as np
import pytest
from scipy.sparse import csr_matrix

from mmdemo.errors import TrainingError
from mmdemo.train import TrainingQueries, join_queries, leave_out


def made(texts: tuple[str, ...], asks: list[int], grades: list[list[int]]) -> TrainingQueries:
    closed = np.full(len(grades), texts[0] == "red cup")
    return TrainingQueries(
        texts, np.array(asks), csr_matrix(np.array(grades, dtype=np.int8)), closed
    )


def test_both_keep_their_wordings_and_grades() -> None:
    judged = made(("soft light", "lamp"), [0, 1], [[4, 1, 0], [0, 0, 3]])
    others = made(("red cup", "Lamp ", "cup in red"), [0, 1, 0], [[0, 4, 0], [0, 0, 4]])
    joined = join_queries(judged, others)
    assert joined.texts == ("soft light", "lamp", "red cup", "cup in red")
    assert joined.asks.tolist() == [0, 1, 2, 2]
    assert joined.grades.toarray().tolist() == [[4, 1, 0], [0, 0, 3], [0, 4, 0], [0, 0, 4]]
    assert joined.closed.tolist() == [False, False, True, True]


def test_queries_of_two_catalogs_are_refused() -> None:
    with pytest.raises(TrainingError, match=r"two catalogs .* got 2 products, expected 3"):
        join_queries(made(("a",), [0], [[4, 0, 0]]), made(("b",), [0], [[4, 0]]))


def test_a_wording_is_left_out_however_it_is_written() -> None:
    queries = made(("red cup", "Cup in  red", "lamp"), [0, 0, 1], [[4, 1], [0, 4]])
    left = leave_out(queries, ["RED CUP", "lamp", "never asked"])
    assert left.texts == ("Cup in  red",)
    assert left.asks.tolist() == [0]
    assert left.grades.toarray().tolist() == [[4, 1], [0, 4]]
