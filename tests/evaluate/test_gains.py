import ir_measures
import numpy as np
import pytest

from mmdemo.evaluate.gains import discounts, ideal_gain, ndcg


def test_discounts_and_ideal_by_hand() -> None:
    assert discounts(3) == pytest.approx([1.0, 0.6309297536, 0.5])
    assert ideal_gain([0, 3, 1, -1], 10) == pytest.approx(3 + 0.6309297536)
    assert ideal_gain([3, 3, 3], 2) == pytest.approx(3 * 1.6309297536)
    assert ideal_gain([0, 0], 10) == ideal_gain([], 10) == 0.0


def test_ndcg_is_that_of_ir_measures() -> None:
    rng = np.random.default_rng(0)
    grades = rng.integers(0, 4, (50, 30)) * (rng.random((50, 1)) < 0.9)
    qrels = {str(q): {str(p): int(g) for p, g in enumerate(row)} for q, row in enumerate(grades)}
    run = {q: {p: -float(p) for p in row} for q, row in qrels.items()}
    expected = {
        m.query_id: m.value for m in ir_measures.iter_calc([ir_measures.nDCG @ 10], qrels, run)
    }
    ideals = np.array([ideal_gain(row.tolist(), 10) for row in grades])
    found = ndcg(grades[:, :10], ideals)
    assert found == pytest.approx([expected[str(q)] for q in range(50)], abs=1e-12)
