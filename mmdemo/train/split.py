"""Which graded queries a model learns from, and which measure it. Knows no model and no store."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from mmdemo.errors import TrainingError
from mmdemo.records import Topic
from mmdemo.trec import refuse_test_queries

Qrels = Mapping[str, Mapping[str, int]]
VALIDATION = ("validation", "dev")


class Split(NamedTuple):
    """Graded queries, side by side.

    Attributes:
        training: to learn from: in words, with a right product.
        held_back: to measure with at the end: with a right product.
        left_out: how many are on no side, by the reason.
    """

    training: list[Topic]
    held_back: list[Topic]
    left_out: dict[str, int]


def split_topics(
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    held_back: float,
    seed: int,
    learned: Collection[str] = (),
) -> Split:
    """Queries to learn from, and those to measure with at the end.

    Queries marked ``validation`` or ``dev`` are held back; where none is, a share of the others
    is drawn, each by itself: it stays on its side when others come. One at least is held back and
    one at least is not. Wordings of one query are on one side.

    Args:
        topics: those without a grade are on no side.
        qrels: topic id to product id to grade.
        held_back: share to draw, 0 to 1.
        seed: of the draw.
        learned: `Query.query_id` of what the model has learned from before; never held back.

    Raises:
        EvaluationError: a query is marked ``test``.
        TrainingError: one side is empty.
    """
    refuse_test_queries(topics, "train")
    graded = [topic for topic in topics if qrels.get(topic.topic_id)]
    right = [topic for topic in graded if max(qrels[topic.topic_id].values()) > 0]
    left_out = Counter({"without a right product": len(graded) - len(right)})
    names = {topic.query.query_id for topic in right}
    marked = {t.query.query_id for t in right if t.split.casefold() in VALIDATION}
    held = marked or _drawn(names.difference(learned), held_back, seed, most=len(names) - 1)
    held = held.difference(learned)
    sides: tuple[list[Topic], list[Topic]] = ([], [])
    for topic in right:
        name = topic.query.query_id
        if name in held:
            sides[1].append(topic)
        elif name in marked:
            left_out["marked validation that the model has learned from"] += 1
        elif topic.query.image is not None:
            left_out["with a photo that nothing learns from"] += 1
        else:
            sides[0].append(topic)
    told = {reason: count for reason, count in left_out.items() if count}
    if not sides[0] or (held_back and not sides[1]):
        raise TrainingError(
            "there are too few graded queries to learn from some and measure with others",
            got=f"{len(sides[0])} and {len(sides[1])}"
            + "".join(f", {count} {reason}" for reason, count in told.items()),
            expected="at least 1 of each",
            remedy="grade queries that the model has not learned from, or measure nothing: "
            "--held-back 0"
            if sides[0]
            else None,
        )
    return Split(*sides, told)


def _drawn(names: Collection[str], share: float, seed: int, *, most: int) -> set[str]:
    """About a share of the names, each drawn by itself; at least one and at most `most`."""
    order = sorted((_draw(name, seed), name) for name in names)
    count = sum(draw < share for draw, _ in order)
    return {name for _, name in order[: min(max(count, 1), most)]} if share else set()


def _draw(name: str, seed: int) -> float:
    """A number from 0 to 1 that depends on nothing else."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
