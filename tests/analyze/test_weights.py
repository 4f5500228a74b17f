import numpy as np
import pytest

from mmdemo.analyze import Step, replay_weights
from mmdemo.analyze.replay import Replay
from mmdemo.analyze.weights import _held_out
from mmdemo.search import Weights

HALF = Weights(0.5, 0.5)


class _Replay:
    """A replay whose values are spelled out: two queries over weights 0 to 1."""

    topic_ids = ("q1", "q2")
    product_ids = ("a", "b", "c")
    depth = 2

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}

    def step(self, weight: float) -> Step:
        # q1 is best at 0.2, q2 at 0.8; "c" (row 2) is unjudged and comes in for q1 below 0.1.
        values = [1 - abs(weight - 0.2), 1 - 2 * abs(weight - 0.8)]
        rows = np.array([[2 if weight < 0.1 else 0, 1], [0, -1]])
        return Step(np.full(2, weight), np.array(values), rows, rows == 2)

    def step_each(self, weights: list[float]) -> Step:
        one, other = (self.step(weight) for weight in weights)
        values = np.array([one.values[0], other.values[1]])
        rows = np.array([one.rows[0], other.rows[1]])
        return Step(np.array(weights), values, rows, rows == 2)

    def steps(self, weights: tuple[float, ...]) -> list[Step]:
        return [self.step(weight) for weight in weights]


@pytest.fixture
def replay() -> Replay:
    return _Replay()  # type: ignore[return-value]


def test_best_weight_oracle_and_gain_by_hand(replay: Replay) -> None:
    found = replay_weights(replay, served=HALF, queries={"q1": "red cup"}, step=0.1)
    # Sums: at w = 0.8 it is 0.4 + 1, at 0.5 it is 0.7 + 0.4, at 0.2 it is 1 − 0.2.
    curve = found.curves[0]
    assert curve.weights == tuple(round(i / 10, 1) for i in range(11))
    assert (curve.name, curve.queries, curve.best) == ("", 2, 0.8)
    assert found.at_best == pytest.approx(0.7)
    assert found.at_served == pytest.approx(0.55)
    assert found.oracle == pytest.approx(1.0)
    assert found.gain.mean == pytest.approx(0.15)
    # Without q1 the best weight is 0.8, where q1 has 0.4; without q2 it is 0.2, where q2 has -0.2.
    assert found.at_best_held_out == pytest.approx((0.4 - 0.2) / 2)
    first, second = found.by_query["q1"], found.by_query["q2"]
    assert (first.best, first.at_best) == pytest.approx((0.2, 1.0))
    assert (first.served, first.at_served) == pytest.approx((0.5, 0.7))
    assert len(second.by_weight) == 11
    assert curve.served == pytest.approx(0.55)
    assert curve.served_weights == (0.5,)
    assert found.in_use == "0.5"
    assert curve.note == "only 2 queries: too few to say anything"


def test_queries_with_a_photo_are_served_with_their_own_weight(replay: Replay) -> None:
    facets = {"photo": {"q1": "yes", "q2": "no"}}
    found = replay_weights(
        replay,
        served=Weights(0.8, 0.1),
        queries={},
        with_photo={"q1"},
        facets=facets,
        step=0.1,
    )
    # q1 at 0.1 has 0.9, q2 at 0.8 has 1: above the best single weight, 0.8 with (0.4 + 1) / 2.
    assert found.at_served == pytest.approx(0.95)
    assert found.at_best == pytest.approx(0.7)
    assert found.gain.mean == pytest.approx(-0.25)
    assert (found.served, found.served_photo, found.in_use) == (0.8, 0.1, "0.8, with a photo 0.1")
    told = [(c.name, c.served_weights, round(c.served, 9)) for c in found.curves]
    assert told == [
        ("", (0.1, 0.8), 0.95),
        ("photo: no", (0.8,), 1.0),
        ("photo: yes", (0.1,), 0.9),
    ]
    assert found.by_query["q1"].at_served == pytest.approx(0.9)
    # the product without a grade comes in for q1 below 0.1 only
    assert [hole.served for hole in found.holes] == [False]


def test_holes_are_listed_and_weights_that_bring_them_in_are_warned_of(replay: Replay) -> None:
    found = replay_weights(replay, served=HALF, queries={"q1": "red cup"}, step=0.05)
    (hole,) = found.holes
    assert (hole.topic_id, hole.query, hole.product_id) == ("q1", "red cup", "c")
    assert (hole.best_rank, hole.weights, hole.served) == (1, (0.0, 0.05), False)
    assert found.warned == (0.0, 0.05)
    assert found.unjudged[0] == pytest.approx(1 / 3)  # one of three places that are filled
    assert found.unjudged[-1] == 0.0


def test_a_served_weight_between_two_steps_has_its_holes_too(replay: Replay) -> None:
    found = replay_weights(replay, served=Weights(0.07, 0.07), queries={}, step=0.1)
    assert [(hole.weights, hole.served) for hole in found.holes] == [((0.0, 0.0), True)]
    assert found.warned == ()


def test_complete_grades_leave_no_holes(replay: Replay) -> None:
    found = replay_weights(replay, served=HALF, queries={}, complete=True, step=0.1)
    assert (found.holes, found.warned, set(found.unjudged)) == ((), (), {0.0})


def test_a_segment_has_its_own_curve(replay: Replay) -> None:
    facets = {"family": {"q1": "seen", "q2": "written", "gone": "seen"}}
    found = replay_weights(replay, served=HALF, queries={}, facets=facets, step=0.1)
    assert [(c.name, c.best) for c in found.curves] == [
        ("", 0.8),
        ("family: seen", 0.2),
        ("family: written", 0.8),
    ]


def test_equally_good_weights_are_the_nearest_to_the_middle() -> None:
    # Three weights, two queries, all alike: each query takes 0.5 from the other.
    assert _held_out((0.0, 0.5, 1.0), np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])) == 1.0
    # Ties of the others at 0 and 1: equally far from 0.5, the lower counts.
    assert _held_out((0.0, 1.0), np.array([[1.0, 0.5], [0.0, 0.5]])) == pytest.approx(0.75)
