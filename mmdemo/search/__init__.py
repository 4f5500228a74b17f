"""The engine: a query to one ranking for each ranker. Knows no page, label or measure."""

from mmdemo.search.about import RankerInfo
from mmdemo.search.engine import SearchEngine
from mmdemo.search.runs import add_run
from mmdemo.search.weights import Weights, read_weight, read_weights, store_weight

__all__ = [
    "RankerInfo",
    "SearchEngine",
    "Weights",
    "add_run",
    "read_weight",
    "read_weights",
    "store_weight",
]
