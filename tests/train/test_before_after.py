"""The table before and after, by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from mmdemo.errors import EvaluationError
from mmdemo.records import Hit, Query, Ranking, Topic
from mmdemo.train.before_after import before_after

TOPICS = [Topic(f"q{i}", Query(f"query {i}")) for i in range(12)]
QRELS = {topic.topic_id: {"right": 3, "wrong": 0} for topic in TOPICS}


class Engine:
    """Finds the right product second by the old index, first by the new one from q3 on."""

    ranker_names: tuple[str, ...] = (
        *("bm25", "text", "image", "run:x"),
        *("text@old", "image@old", "fused@old"),
    )

    def __init__(self) -> None:
        self.weights: set[float | None] = set()

    def search_many(
        self,
        queries: Sequence[Query],
        *,
        rankers: Sequence[str],
        text_weight: float | None = None,
        top_k: int = 100,
    ) -> list[dict[str, Ranking]]:
        self.weights.add(text_weight)
        return [{name: self._rank(name, query) for name in rankers} for query in queries]

    def _rank(self, name: str, query: Query) -> Ranking:
        if name.startswith("image"):
            return Ranking(name, query.query_id, (), "no photo")
        ids = ("new", "right", "wrong") if name == "text@old" else ("right", "new", "wrong")
        if name == "text" and int(query.text.split()[1]) < 3:
            ids = ("new", "right", "wrong")
        return Ranking(
            name, query.query_id, tuple(Hit(p, r, -r) for r, p in enumerate(ids, start=1))
        )


def test_before_and_after_by_hand() -> None:
    engine = Engine()
    found = before_after(engine, "old", TOPICS, QRELS, weight=0.3)
    assert engine.weights == {0.3}
    assert list(found.tables) == ["text"], "image answers nothing, fused is in one index only"
    plain, condensed = found.tables["text"].contrasts
    low = 1 / math.log2(3)
    assert plain.means == pytest.approx(((3 * low + 9) / 12, low))
    assert plain.interval.mean == pytest.approx(9 * (1 - low) / 12)
    assert (plain.wins, plain.ties, plain.losses) == (9, 3, 0)
    assert plain.interval.low > 0
    assert condensed.means == (1.0, 1.0), "without the unjudged, the right one always was first"
    text = found.to_markdown()
    row = next(line for line in text.splitlines() if line.startswith("| text "))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:5] == ["text", "nDCG@10", "12", "0.6309", "0.9077"]
    assert cells[5].startswith("+0.2768 [+0.")
    assert cells[7] == "9 / 3 / 0"
    assert "before: index old" in text
    assert "text 67% → 67%" in text  # two of the three that were found
    assert found.to_json()["before"] == "old"


def test_each_query_has_the_weight_of_its_kind_unless_one_is_given() -> None:
    engine = Engine()
    before_after(engine, "old", TOPICS, QRELS)
    assert engine.weights == {None}


class Half(Engine):
    """By the old index only a photo is found by, and that it lacks."""

    ranker_names = ("text", "image", "image@old")


class New(Engine):
    """Has no other index."""

    ranker_names = ("text", "image")


@pytest.mark.parametrize(
    ("engine", "got"), [(Half(), "got no photo"), (New(), "got rankers text, image")]
)
def test_no_ranker_of_both_indexes_is_a_mistake(engine: Engine, got: str) -> None:
    with pytest.raises(EvaluationError, match=f"the new index and by index old: {got}"):
        before_after(engine, "old", TOPICS, QRELS)
