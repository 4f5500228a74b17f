"""Test queries stay out of all that learns."""

import pytest

from mmdemo.errors import EvaluationError
from mmdemo.records import Query, Topic
from mmdemo.trec import refuse_test_queries


def test_a_test_query_is_refused_with_its_name_and_a_remedy() -> None:
    topics = [Topic("a", Query("mug"), "train"), Topic("b", Query("bowl"), "Test")]
    with pytest.raises(EvaluationError) as caught:
        refuse_test_queries(topics, "tune the weight")
    message = str(caught.value)
    assert message.startswith("test queries cannot be used to tune the weight")
    assert "got 1 of 2 queries marked test, such as b" in message
    assert "--query-ids" in message


@pytest.mark.parametrize("split", ["", "train", "validation", "tested"])
def test_every_other_query_may_be_learned_from(split: str) -> None:
    refuse_test_queries([Topic("a", Query("mug"), split)], "train")
