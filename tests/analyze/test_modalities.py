from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from mmdemo.analyze import Space
from mmdemo.analyze.maps import principal_components
from mmdemo.analyze.modalities import Modalities, auc, look_at_halves
from mmdemo.index import ProductVectors
from mmdemo.records import Query, Topic
from mmdemo.search import SearchEngine
from mmdemo.towers import Towers

MakeEngine = Callable[..., tuple[SearchEngine, ProductVectors]]
TOPICS = [Topic("q1", Query("red cup")), Topic("q2", Query("blue lamp"))]


def test_auc_is_the_mann_whitney_statistic() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(0.5, 1, 50).round(1), rng.normal(0, 1, 80).round(1)  # with ties
    assert auc(one, other) == pytest.approx(mannwhitneyu(one, other).statistic / (50 * 80))
    assert auc(np.array([1.0]), np.array([1.0, 0.0])) == 0.75


def look(
    engine: SearchEngine, vectors: ProductVectors, qrels: dict[str, dict[str, int]]
) -> tuple[Space, Modalities]:
    space = Space.of_engine(engine, TOPICS)
    return space, look_at_halves(space, qrels, kinds={"q1": "found"}, categories={"p0000": "cups"})


def test_distributions_count_judged_pairs_of_products_that_have_the_half(
    make_engine: MakeEngine, towers: Towers
) -> None:
    engine, vectors = make_engine(towers, 40, no_photo=0.3)
    qrels = {"q1": {f"p{i:04d}": i % 4 for i in range(40)}, "q2": {"p0001": 3, "gone": 0}}
    space, found = look(engine, vectors, qrels)
    text, image = found.halves
    assert text.relevant.pairs == 20 + 1
    assert (text.partly.pairs, text.irrelevant.pairs) == (10, 10)
    assert text.others.pairs == 39  # of q2
    there = vectors.has_image
    assert image.irrelevant.pairs == there[::4].sum()
    cosines = vectors.text[[i for i in range(40) if i % 4 == 0]] @ space.text_queries[0]
    assert text.irrelevant.mean == pytest.approx(float(cosines.mean()), abs=1e-5)
    assert sum(text.irrelevant.counts) == 10
    # Only q1 has relevant and irrelevant ones.
    relevant = vectors.text[[i for i in range(40) if i % 4 > 1]] @ space.text_queries[0]
    expected = mannwhitneyu(relevant, cosines).statistic / (20 * 10)
    assert text.auc == pytest.approx(expected)
    assert text.queries == 1
    judged = [i for i in range(40) if there[i]]
    pairs = [(0, i) for i in judged] + ([(1, 1)] if there[1] else [])
    both = [
        (vectors.text[i] @ space.text_queries[q], vectors.image[i] @ space.image_queries[q])
        for q, i in pairs
    ]
    assert found.correlation == pytest.approx(np.corrcoef(np.array(both).T)[0, 1], abs=1e-5)


def test_where_nothing_is_graded_irrelevant_the_others_stand_in(
    make_engine: MakeEngine, towers: Towers
) -> None:
    engine, vectors = make_engine(towers, 30)
    space, found = look(engine, vectors, {"q1": {"p0003": 2, "p0004": 2}})
    cosines = vectors.image @ space.image_queries[0]
    expected = auc(cosines[[3, 4]], np.delete(cosines, [3, 4]))
    assert found.halves[1].auc == pytest.approx(expected)


def test_gaps_between_kinds_before_and_after_centering(
    make_engine: MakeEngine, towers: Towers, separate_towers: Towers
) -> None:
    engine, vectors = make_engine(towers, 30, no_photo=0.2)
    _, found = look(engine, vectors, {"q1": {"p0003": 2}})
    gap = found.gaps[0]
    assert gap.between == ("product text", "product photo")
    image = vectors.image[vectors.has_image]
    expected = np.linalg.norm(vectors.text.mean(axis=0) - image.mean(axis=0))
    assert gap.before == pytest.approx(float(expected), abs=1e-5)
    assert gap.after < gap.before

    engine, vectors = make_engine(separate_towers, 30)
    _, found = look(engine, vectors, {"q1": {"p0003": 2}})
    assert [gap.between[0] for gap in found.gaps] == ["query", "query"]
    assert "models of their own" in found.note


def test_the_map_has_both_halves_and_the_queries(
    make_engine: MakeEngine, towers: Towers, separate_towers: Towers
) -> None:
    engine, vectors = make_engine(towers, 20, no_photo=0.5)
    _, found = look(engine, vectors, {"q1": {"p0003": 2}})
    counts = {m: sum(p.modality == m for p in found.points) for m in ("text", "photo", "query")}
    assert counts == {"text": 20, "photo": int(vectors.has_image.sum()), "query": 2}
    groups = {(p.id, p.modality): p.group for p in found.points}
    assert groups["p0000", "text"] == "cups"
    assert groups["q1", "query"] == "found"
    engine, vectors = make_engine(separate_towers, 20)
    _, found = look(engine, vectors, {"q1": {"p0003": 2}})
    assert {p.modality for p in found.points} == {"product", "query"}


def test_principal_components_keep_the_two_widest_directions() -> None:
    # A rectangle of 4 × 2 in the plane of axes 0 and 2, with a little of axis 1.
    rows = np.array([[2.0, 0.1, 1], [2, -0.1, -1], [-2, 0.1, -1], [-2, -0.1, 1]])
    plane, share = principal_components(rows)
    assert np.abs(plane) == pytest.approx(np.array([[2, 1]] * 4), abs=0.02)
    assert share == pytest.approx(20 / 20.04, abs=1e-3)
    again, _ = principal_components(rows)
    assert (again == plane).all()
    assert principal_components(np.ones((3, 1)))[0].shape == (3, 2)
