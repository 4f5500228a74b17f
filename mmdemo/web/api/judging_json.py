"""What a judge is told, as JSON: never a ranker, a rank, or what another judge said.

Knows no request. Hidden repeats and gold pairs look like all others: `kind` says regular for them.
"""

from __future__ import annotations

from collections.abc import Callable

from mmdemo.labels.answers import Kind, Said
from mmdemo.labels.campaigns import Campaign, Entry, Guidelines, Handout, Kept, Status, Tally

ShowProduct = Callable[[str], dict[str, object]]
_MESSAGES = {
    Status.PAIRS: "",
    Status.TRAINING: "A short training round: you see the right grade after each answer.",
    Status.WAIT: "Others are at what is left; some of it may come back.",
    Status.DONE: "There is nothing left for you here. Thank you!",
}
_TOLD_KINDS = (Kind.EXTRA, Kind.TRAINING)


def task_json(
    campaign: Campaign, guidelines: Guidelines, counted: Tally, show: ShowProduct
) -> dict[str, object]:
    """All that a judge has to know before the first pair."""
    questions = [question.model_dump() for question in campaign.definition.questions]
    return {
        "name": campaign.name,
        "title": campaign.title,
        "state": campaign.state,
        "guidelines": {"version": guidelines.version, "markdown": guidelines.markdown},
        "examples": [
            {
                "query": example.query,
                "product": show(example.product_id),
                "grade": example.grade,
                "why": example.why,
            }
            for example in guidelines.examples
        ],
        "scale": questions[0]["scale"],
        "questions": questions,
        "reasons": [reason.model_dump() for reason in campaign.definition.reasons],
        "progress": progress_json(counted),
        "training": training_json(counted),
    }


def handout_json(found: Handout, show: ShowProduct) -> dict[str, object]:
    """The pairs that a judge holds."""
    blocks = [
        {
            "query": {
                "id": block.query_id,
                "text": block.text,
                "photo": block.photo,
                "no_good_result": block.no_good_result,
            },
            "pairs": [
                {
                    "pair": asked.assignment,
                    "repeat": 0,
                    "leased_until": asked.leased_until.isoformat(),
                    "product": show(asked.product_id),
                }
                for asked in block.pairs
            ],
        }
        for block in found.blocks
    ]
    return {
        "status": found.status,
        "blocks": blocks,
        "query": blocks[0]["query"] if blocks else None,
        "pairs": blocks[0]["pairs"] if blocks else [],
        "guidelines": found.campaign.guidelines,
        "progress": progress_json(found.progress),
        "training": training_json(found.progress),
        "retry_after": round(found.retry_after, 1),
        "message": _MESSAGES[found.status],
    }


def kept_json(event_id: str, kept: Kept, counted: Tally) -> dict[str, object]:
    """That an answer is safe, and in the training round, whether it is right."""
    feedback = None
    if kept.right is not None:
        feedback = {"right": kept.right, "grade": kept.gold, "why": kept.why}
    return {
        "client_event_id": event_id,
        "kind": kept.kind if kept.kind in _TOLD_KINDS else Kind.REGULAR,
        "current": {
            "answer": kept.said,
            "answers": dict(kept.grades) if kept.said is Said.GRADE else None,
            "client_event_id": kept.event_id,
        },
        "progress": progress_json(counted),
        "training": training_json(counted),
        "feedback": feedback,
    }


def entry_json(entry: Entry, show: ShowProduct) -> dict[str, object]:
    """An answer of the judge's own history."""
    return {
        "client_event_id": entry.event_id,
        "pair": entry.assignment,
        "repeat": 0,
        "query": {"id": entry.query_id, "text": entry.text, "photo": entry.photo},
        "product": show(entry.product_id),
        "answer": entry.said,
        "answers": dict(entry.grades) if entry.said is Said.GRADE else None,
        "reasons": list(entry.reasons),
        "comment": entry.comment,
        "clicked_at": entry.clicked_at.isoformat(),
    }


def progress_json(counted: Tally) -> dict[str, int]:
    """How far a judge is."""
    return {"done": counted.done, "left": counted.left, "today": counted.today}


def training_json(counted: Tally) -> dict[str, object]:
    """How far a judge is in the training round."""
    return {
        "needed": counted.trained < counted.training,
        "done": counted.trained,
        "total": counted.training,
    }
