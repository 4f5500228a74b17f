from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mmdemo.analyze import Vote, read_grades
from mmdemo.errors import LabelError
from mmdemo.labels import Aggregation, JudgmentStore
from mmdemo.records import Judgment, Query, Topic

RED = Query("red cup")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JudgmentStore]:
    with JudgmentStore(f"sqlite:///{tmp_path}/labels.sqlite3") as store:
        yield store


@pytest.fixture
def give(store: JudgmentStore) -> Callable[..., None]:
    count = iter(range(1000))

    def give(judge: str, product: str, grade: int | None, **changes: Any) -> None:
        number = next(count)
        values: dict[str, Any] = {
            "campaign": "spring",
            "query_id": RED.query_id,
            "query_text": "Red  cup",
            "blind": True,
            "clicked_at": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=number),
        }
        store.add(
            Judgment(
                f"e{number}", judge=judge, product_id=product, grade=grade, **(values | changes)
            )
        )

    return give


def test_votes_qrels_and_topics_of_a_campaign(
    store: JudgmentStore, give: Callable[..., None]
) -> None:
    give("ann", "a", 1)
    give("ann", "a", 3, context={"reasons": ["right color", ""]})  # changed her mind
    give("ben", "a", 0, context={"reason": "too small"})
    give("cat", "a", 0, context={"reason": 7})
    give("ann", "b", 2)
    give("ben", "b", 2)
    give("ben", "b", None)  # taken back
    give("ann", "a", 2, repeat=1)  # a hidden repeat is no vote
    give("ann", "a", 2, question="desirability")
    give("ann", "c", 3, blind=False)
    give("dan", "photo", 3, query_id="0123456789abcdef")  # a photo: words cannot ask it
    found = read_grades(store)
    assert found.topics == (Topic(RED.query_id, Query("Red  cup")),)
    assert found.votes == (
        Vote(RED.query_id, "a", "ann", 3, ("right color",)),
        Vote(RED.query_id, "a", "ben", 0, ("too small",)),
        Vote(RED.query_id, "a", "cat", 0),
        Vote(RED.query_id, "b", "ann", 2),
    )
    assert found.qrels == {RED.query_id: {"a": 0, "b": 2}}
    assert found.left_out == 1
    mean = read_grades(store, rule=Aggregation.MEAN, include_open=True)
    assert mean.qrels == {RED.query_id: {"a": 1, "b": 2, "c": 3}}
    assert mean.version != found.version


def test_topics_of_a_file_keep_their_ids(store: JudgmentStore, give: Callable[..., None]) -> None:
    give("ann", "a", 3)
    found = read_grades(store, topics=[Topic("7", Query("RED cup")), Topic("8", Query("lamp"))])
    assert found.qrels == {"7": {"a": 3}}
    assert found.votes[0].topic_id == "7"


def test_what_cannot_be_analyzed_is_told(store: JudgmentStore, give: Callable[..., None]) -> None:
    with pytest.raises(LabelError, match="no grades to analyze: got none"):
        read_grades(store)
    give("ann", "a", 3, blind=False, campaign="open/shop")
    with pytest.raises(LabelError, match="--include-open"):
        read_grades(store)
    give("ann", "a", 3)
    with pytest.raises(LabelError, match="several campaigns would be mixed: got open/shop, spring"):
        read_grades(store, include_open=True)
    assert read_grades(store, include_open=True, campaign="open/shop").qrels
