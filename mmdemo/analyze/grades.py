"""Take grades out of the label store, judge by judge. Knows no ranking, measure or page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmdemo.analyze.sensitivity import qrels_of
from mmdemo.analyze.study import Vote
from mmdemo.errors import LabelError
from mmdemo.labels import Aggregation, JudgmentStore, read_answers, votes
from mmdemo.labels.formats import has_photo
from mmdemo.records import Judgment, Query, Topic


@dataclass(frozen=True, slots=True)
class Grades:
    """A campaign's grades.

    Attributes:
        topics: the queries that words alone can ask, under their `Query.query_id`, or those
            that were given.
        left_out: grades of queries that are not among the topics.
        version: number of the last event they were read from; the same number, the same grades.
    """

    votes: tuple[Vote, ...]
    qrels: dict[str, dict[str, int]]
    topics: tuple[Topic, ...]
    left_out: int
    version: str


def read_grades(
    store: JudgmentStore,
    *,
    campaign: str | None = None,
    question: str = "relevance",
    include_open: bool = False,
    rule: Aggregation = Aggregation.MAJORITY,
    topics: Sequence[Topic] | None = None,
) -> Grades:
    """Read the current grades of a campaign and make qrels of them.

    Args:
        store: where they are.
        campaign: which; may be left out where there is one only.
        question: what was asked of the judges.
        include_open: whether grades count that were given with rankers in sight.
        rule: how several judges' grades become one.
        topics: the queries to analyze; by default those that were graded.

    Raises:
        LabelError: there are no grades, or those of several campaigns.
    """
    current = store.current(campaign=campaign, question=question, repeat=0)
    kept = [stored for stored in current if include_open or stored.judgment.blind]
    if not kept:
        hidden = f"{len(current)} of the open search page" if current else "none"
        raise LabelError(
            "there are no grades to analyze",
            got=hidden,
            remedy="include those with --include-open" if current else "check --campaign",
        )
    campaigns = sorted({stored.judgment.campaign for stored in kept})
    if len(campaigns) > 1:
        raise LabelError(
            "grades of several campaigns would be mixed",
            got=", ".join(campaigns),
            remedy="name one with --campaign",
        )
    if topics is None:
        topics = _topics([stored.judgment for stored in kept])
    names = {topic.query.query_id: topic.topic_id for topic in topics}
    names |= {topic.topic_id: topic.topic_id for topic in topics}
    counted = votes(read_answers(kept))
    given = tuple(
        Vote(
            names[vote.pair.query_id],
            vote.pair.product_id,
            vote.judge,
            vote.grade,
            vote.reasons,
            vote.final,
            vote.moment if vote.final else None,
        )
        for vote in counted
        if vote.pair.query_id in names
    )
    return Grades(
        given,
        qrels_of(given, rule),
        tuple(topics),
        len(counted) - len(given),
        f"{campaigns[0]} to event {max(stored.sequence for stored in kept)}, {len(kept)} grades",
    )


def _topics(judgments: Sequence[Judgment]) -> list[Topic]:
    """Graded queries that words alone ask, in the order of their first grade."""
    found: dict[str, Topic] = {}
    for judgment in judgments:
        if not has_photo(judgment.query_id, judgment.query_text):
            topic = Topic(judgment.query_id, Query(judgment.query_text))
            found.setdefault(judgment.query_id, topic)
    return list(found.values())
