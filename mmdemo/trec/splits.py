"""Keep test queries out of all that learns. Knows no engine and no training."""

from __future__ import annotations

from collections.abc import Sequence

from mmdemo.errors import EvaluationError
from mmdemo.records import Topic

TEST = "test"


def refuse_test_queries(topics: Sequence[Topic], purpose: str) -> None:
    """Let through only queries that are not marked as test.

    Args:
        topics: queries with the split that their file says.
        purpose: what they would be used for: "tune the weight".

    Raises:
        EvaluationError: a query is marked ``test``.
    """
    marked = [topic.topic_id for topic in topics if topic.split.casefold() == TEST]
    if marked:
        raise EvaluationError(
            f"test queries cannot be used to {purpose}: what is measured with them would be worth "
            "nothing",
            got=f"{len(marked)} of {len(topics)} queries marked {TEST}, such as {marked[0]}",
            expected="queries of another split",
            remedy="give the train or validation queries, or name them with --query-ids",
        )
