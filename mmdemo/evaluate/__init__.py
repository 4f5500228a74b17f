"""Measure rankers against judgments and say what the differences are worth. Knows no page."""

from mmdemo.evaluate.collect import Engine, rank_topics
from mmdemo.evaluate.comparison import ComparisonTable, Contrast, compare
from mmdemo.evaluate.comparison_report import comparison_markdown, comparison_tables
from mmdemo.evaluate.evaluation import Evaluation, evaluate
from mmdemo.evaluate.measures import COMPANIONS, depth_needed, measure_queries, parse_measures
from mmdemo.evaluate.randomization import Correction, corrected, randomization_p
from mmdemo.evaluate.report import to_markdown
from mmdemo.evaluate.significance import Difference, Interval, mean_intervals
from mmdemo.evaluate.tune import Tuning, tune_weight

__all__ = [
    "COMPANIONS",
    "ComparisonTable",
    "Contrast",
    "Correction",
    "Difference",
    "Engine",
    "Evaluation",
    "Interval",
    "Tuning",
    "compare",
    "comparison_markdown",
    "comparison_tables",
    "corrected",
    "depth_needed",
    "evaluate",
    "mean_intervals",
    "measure_queries",
    "parse_measures",
    "randomization_p",
    "rank_topics",
    "to_markdown",
    "tune_weight",
]
