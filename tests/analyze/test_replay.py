from collections.abc import Callable

import numpy as np
import pytest

from mmdemo.analyze import Replay, Space
from mmdemo.analyze.candidates import find_candidates
from mmdemo.evaluate import measure_queries, parse_measures
from mmdemo.index import ProductVectors
from mmdemo.records import Query, Topic
from mmdemo.search import SearchEngine
from mmdemo.towers import Towers

MakeEngine = Callable[..., tuple[SearchEngine, ProductVectors]]
TOPICS = [Topic(f"q{i}", Query(text)) for i, text in enumerate(["red cup", "blue", "a b c", "x"])]
WEIGHTS = (0.0, 0.01, 0.25, 0.5, 0.77, 0.99, 1.0)


@pytest.mark.parametrize(
    "options",
    [
        {"count": 200},
        {"count": 200, "no_photo": 0.3},
        {"count": 200, "no_text": 0.3},
        {"count": 300, "no_photo": 0.4, "no_text": 0.2},
        {"count": 120, "distinct": 7},  # ties everywhere
        {"count": 120, "distinct": 9, "no_photo": 0.3, "no_text": 0.2},
        {"count": 6},  # fewer than k
        {"count": 40, "no_photo": 1.0},
        {"count": 11, "no_photo": 0.5, "no_text": 0.5},
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("shared", [True, False])
def test_every_step_is_the_ranking_that_the_engine_serves(
    make_engine: MakeEngine,
    towers: Towers,
    separate_towers: Towers,
    options: dict[str, float],
    seed: int,
    shared: bool,
) -> None:
    engine, _ = make_engine(towers if shared else separate_towers, **options, seed=seed)
    judged = {topic.topic_id: {"p0001": 3, "p0002": 0} for topic in TOPICS}
    replay = Replay(Space.of_engine(engine, TOPICS), judged, depth=10)
    for weight in WEIGHTS:
        answers = engine.search_many(
            [t.query for t in TOPICS], rankers=("fused",), text_weight=weight, top_k=10
        )
        rows = replay.step(weight).rows
        for answer, row in zip(answers, rows, strict=True):
            expected = [hit.product_id for hit in answer["fused"].hits]
            assert [replay.product_ids[r] for r in row if r >= 0] == expected, weight


def test_each_query_at_its_own_weight_is_what_the_engine_serves(
    make_engine: MakeEngine, towers: Towers
) -> None:
    engine, _ = make_engine(towers, 200, no_photo=0.3)
    judged = {topic.topic_id: {"p0001": 3, "p0002": 0} for topic in TOPICS}
    replay = Replay(Space.of_engine(engine, TOPICS), judged, depth=10)
    weights = [0.3, 0.8, 0.3, 1.0]
    step = replay.step_each(weights)
    assert step.weights.tolist() == weights
    for row, (topic, weight) in enumerate(zip(TOPICS, weights, strict=True)):
        (answer,) = engine.search_many(
            [topic.query], rankers=("fused",), text_weight=weight, top_k=10
        )
        found = answer["fused"]
        assert [replay.product_ids[r] for r in step.rows[row]] == [h.product_id for h in found.hits]
        expected = measure_queries({topic.topic_id: found}, judged, parse_measures(["nDCG@10"]))[
            "nDCG@10"
        ]
        assert step.values[row] == pytest.approx(expected[topic.topic_id], abs=1e-9)
        unjudged = [hit.product_id not in judged[topic.topic_id] for hit in found.hits]
        assert step.unjudged[row].tolist() == unjudged


def test_values_are_those_of_ir_measures_and_holes_are_told(
    make_engine: MakeEngine, towers: Towers
) -> None:
    engine, _ = make_engine(towers, 80)
    rng = np.random.default_rng(5)
    qrels = {
        topic.topic_id: {f"p{i:04d}": int(g) for i, g in enumerate(rng.integers(0, 4, 80)) if i % 3}
        for topic in TOPICS[:3]
    }
    replay = Replay(Space.of_engine(engine, TOPICS), qrels, depth=10)
    assert replay.topic_ids == ("q0", "q1", "q2")
    for weight in (0.0, 0.3, 1.0):
        answers = engine.search_many(
            [t.query for t in TOPICS[:3]], rankers=("fused",), text_weight=weight, top_k=10
        )
        rankings = {t.topic_id: a["fused"] for t, a in zip(TOPICS, answers, strict=False)}
        expected = measure_queries(rankings, qrels, parse_measures(["nDCG@10"]))["nDCG@10"]
        step = replay.step(weight)
        assert step.values == pytest.approx(list(expected.values()), abs=1e-9)
        for row, (topic, ranking) in enumerate(rankings.items()):
            unjudged = [hit.product_id not in qrels[topic] for hit in ranking.hits]
            assert step.unjudged[row].tolist() == unjudged


def test_no_product_that_reaches_the_first_ones_is_left_out(
    make_engine: MakeEngine, towers: Towers
) -> None:
    engine, _ = make_engine(towers, 400)
    space = Space.of_engine(engine, TOPICS)
    found = find_candidates(space, depth=10)
    text = space.text_queries @ space.vectors.text.T
    image = space.image_queries @ space.vectors.image.T
    for weight in np.linspace(0, 1, 201):
        best = np.argsort(-(weight * text + (1 - weight) * image), axis=1)[:, :10]
        for row, kept in zip(best, found.rows, strict=True):
            assert set(row.tolist()) <= set(kept.tolist())
    assert (found.rows >= 0).sum() < text.size / 2  # and most others are


def test_a_query_that_asks_one_half_only_is_left_out_with_a_reason(
    make_engine: MakeEngine, separate_towers: Towers
) -> None:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, "PNG")
    topics = [*TOPICS[:1], Topic("photo", Query("", file.getvalue()))]
    engine, _ = make_engine(separate_towers, 20)
    qrels = {"q0": {"p0001": 1}, "photo": {"p0001": 1}}
    replay = Replay(Space.of_engine(engine, topics), qrels)
    assert replay.topic_ids == ("q0",)
    assert list(replay.left_out) == ["photo"]
