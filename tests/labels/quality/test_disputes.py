"""What is disputed most, and the overview."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mmdemo.labels import Answer
from mmdemo.labels.quality import disputed_queries, disputes, quality

Make = Callable[..., Answer]


@pytest.fixture
def answers(answer: Make) -> list[Answer]:
    given = {
        "q1/a": "ann3 ben0 cid3",  # distances 3, 0, 3
        "q1/b": "ann2 ben2",
        "q2/a": "ann1 ben2 cid3",  # 1, 2, 1
        "q2/b": "ann0 ben3",
        "q3/a": "ann3",
        "q4/a": "ann1 ben1",
    }
    return [
        answer(cell[:3], pair, int(cell[3])) for pair, row in given.items() for cell in row.split()
    ]


def test_pairs_farthest_apart_first(answers: list[Answer], answer: Make) -> None:
    more = [
        answer("dan", "q2/a", None, said="cant_tell", comment="no photo"),
        answer("lead", "q1/a", 2, kind="adjudication", at=5),
        answer("boss", "q1/a", 1, kind="adjudication", at=9),
        answer("ann", "q1/b", 0, kind="repeat", repeat=1),
        answer("eva", "q4/a", 3, kind="extra"),
        answer("fay", "q4/a", 3, kind="training"),
    ]
    found = disputes([*answers, *more])
    assert [(d.pair, d.spread) for d in found] == [
        (("q2", "b"), 3.0),
        (("q1", "a"), 2.0),
        (("q2", "a"), pytest.approx(4 / 3)),
    ]
    assert [(a.judge, a.grade) for a in found[2].answers] == [
        ("ann", 1),
        ("ben", 2),
        ("cid", 3),
        ("dan", None),
    ]
    assert found[2].answers[3].comment == "no photo"
    assert [d.final and d.final.judge for d in found] == [None, "boss", None]


def test_queries_most_disputed_first(answers: list[Answer]) -> None:
    found = disputed_queries(answers)
    assert [(q.query_id, q.pairs, q.disputed) for q in found] == [
        ("q2", 2, 2),
        ("q1", 2, 1),
        ("q4", 1, 0),
    ]
    assert [q.disagreement for q in found] == pytest.approx([(3 + 4 / 3) / 2, 1.0, 0.0])
    assert found[0].query_text == "words of q2"


def test_the_overview_counts_and_can_be_sent(answers: list[Answer], answer: Make) -> None:
    more = [
        answer("dan", "q2/a", None, said="cant_tell"),
        answer("dan", "q2/b", None, said="skipped"),
        answer("dan", "q1/a", None),
        answer("lead", "q1/a", 2, kind="adjudication"),
        answer("eva", "q4/a", 3, kind="extra"),
        answer("ann", "q1/a", 3, question="desirability"),
    ]
    found = quality([*answers, *more])
    assert (found.pairs, found.answers, found.cant_tell, found.skipped) == (6, 17, 1, 1)
    assert (found.extras, found.adjudicated) == (1, 1)
    assert quality([*answers, *more], question="desirability").pairs == 1
    sent = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert sent["counts"]["pairs"] == 6
    assert sent["judges"][0]["judge"] == "ann"
    assert sent["judges"][0]["first"] == "2026-03-01T12:00:00+00:00"
    assert sent["judges"][0]["days"] == [{"day": "2026-03-01", "answers": 6}]
    assert sent["agreement"]["alpha"].keys() == {"value", "low", "high", "n", "why"}
    assert sent["cohen"][0]["one"] == "ann"
    assert sent["queries"][0]["query_id"] == "q2"


def test_a_campaign_without_an_answer() -> None:
    sent = quality([]).to_json()
    assert sent["judges"] == ()
    assert json.dumps(sent, allow_nan=False)
