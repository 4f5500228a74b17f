"""The engine: a query to one ranking for each ranker. Knows no page, label or measure."""

from mmdemo.search.engine import SearchEngine, read_weight, store_weight
from mmdemo.search.runs import add_run

__all__ = ["SearchEngine", "add_run", "read_weight", "store_weight"]
