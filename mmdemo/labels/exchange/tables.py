"""Write what belongs to a campaign besides its judgments as rows and lines. Knows no file.

Spreadsheets are guarded against formulas, except the queries, which are going to be asked again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from mmdemo.labels.answers import Pair
from mmdemo.labels.exchange.plan import Plan
from mmdemo.labels.formats import guarded
from mmdemo.records import Hit, Ranking, StoredJudgment, StoredNote
from mmdemo.trec import trec_id
from mmdemo.trec.runs import run_lines as lines_of_run

Rows = Iterator[list[object]]


def query_rows(plan: Plan, events: Iterable[StoredJudgment]) -> Rows:
    """``query_id,query,topic_id,photo``: the campaign's queries, or those that were judged."""
    yield ["query_id", "query", "topic_id", "photo_key"]
    for query_id, text in texts_of(plan, events).items():
        own = next((query for query in plan.queries if query.query_id == query_id), None)
        rest = [own.topic_id, own.photo] if own else ["", ""]
        yield [trec_id(query_id), text, *rest]


def texts_of(plan: Plan, events: Iterable[StoredJudgment]) -> dict[str, str]:
    """The words of each query: as planned, else as judges first saw them."""
    texts = {query.query_id: query.text for query in plan.queries}
    for event in events:
        texts.setdefault(event.judgment.query_id, event.judgment.query_text)
    return texts


def pool_rows(plan: Plan) -> Rows:
    """A row for each pair of the pool, by query and product, with a column for each ranker."""
    rankers = rankers_of(plan)
    yield ["query_id", "product_id", *rankers, "needed", "gold", "training", "batch"]
    for pair in sorted(plan.pool, key=lambda pair: (pair.query_id, pair.product_id)):
        ranks = [pair.found_by.get(name, "") for name in rankers]
        gold = "" if pair.gold is None else pair.gold
        yield [
            guarded(pair.query_id),
            guarded(pair.product_id),
            *ranks,
            pair.needed,
            gold,
            int(pair.training),
            pair.batch,
        ]


def rankers_of(plan: Plan) -> list[str]:
    """Names of the rankers that the pool comes from."""
    return sorted({name for pair in plan.pool for name in pair.found_by})


def run_lines(plan: Plan) -> dict[str, list[str]]:
    """Each ranker's lists, as far as the pool goes, as the lines of a TREC run.

    The pool keeps ranks, no scores: the score of rank r is 1 / r.
    """
    listed: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    for pair in plan.pool:
        for ranker, rank in pair.found_by.items():
            listed[ranker][pair.query_id].append((rank, pair.product_id))
    runs = {}
    for ranker in sorted(listed):
        rankings = {}
        for query_id in sorted(listed[ranker]):
            hits = tuple(Hit(p, rank, 1 / rank) for rank, p in sorted(listed[ranker][query_id]))
            rankings[query_id] = Ranking(ranker, query_id, hits)
        runs[ranker] = lines_of_run(rankings)
    return runs


def training_lines(
    grades: Mapping[Pair, int], plan: Plan, events: Sequence[StoredJudgment]
) -> Iterator[str]:
    """One JSON line for each product with the highest grade of all, with negatives.

    A negative is a product that was judged worse for the same query, with its grade: those that
    rankers put high and judges put low teach the most. Queries whose products all have the same
    grade have none to tell apart.
    """
    texts = texts_of(plan, events)
    top = max(grades.values(), default=0)
    by_query: dict[str, dict[str, int]] = defaultdict(dict)
    for pair, grade in grades.items():
        by_query[pair.query_id][pair.product_id] = grade
    for query_id in sorted(by_query):
        judged = sorted(by_query[query_id].items(), key=lambda item: (item[1], item[0]))
        negatives = [{"product_id": p, "grade": grade} for p, grade in judged if grade < top]
        for product_id in sorted(p for p, grade in judged if grade == top):
            if negatives:
                line = {
                    "query_id": query_id,
                    "query": texts.get(query_id, ""),
                    "product_id": product_id,
                    "grade": top,
                    "negatives": negatives,
                }
                yield json.dumps(line, ensure_ascii=False) + "\n"


def note_lines(notes: Iterable[StoredNote]) -> Iterator[str]:
    """One JSON line for each note."""
    for stored in notes:
        values = asdict(stored.note) | {"sequence": stored.sequence}
        values["clicked_at"] = stored.note.clicked_at.isoformat()
        yield json.dumps(values, ensure_ascii=False) + "\n"
