"""Topics, qrels and runs in the formats that evaluation tools share. Knows no engine."""

from mmdemo.trec.runs import (
    from_trec_id,
    read_rankings,
    read_run,
    run_scores,
    to_run,
    trec_id,
    write_run,
)
from mmdemo.trec.splits import refuse_test_queries
from mmdemo.trec.topics import read_facets, read_ids, read_qrels, read_topics

__all__ = [
    "from_trec_id",
    "read_facets",
    "read_ids",
    "read_qrels",
    "read_rankings",
    "read_run",
    "read_topics",
    "refuse_test_queries",
    "run_scores",
    "to_run",
    "trec_id",
    "write_run",
]
