"""Tell a lead how far judges agree, with each other, themselves and the truth. Knows no page."""

from mmdemo.labels.quality.agreement import Agreement, Cohen, agreement
from mmdemo.labels.quality.disputes import Dispute, DisputedQuery, disputed_queries, disputes
from mmdemo.labels.quality.figures import Figure, mean, ratio, share
from mmdemo.labels.quality.judges import (
    JudgeQuality,
    Pace,
    TooFast,
    judge_qualities,
    pace,
    too_fast,
)
from mmdemo.labels.quality.overview import Quality, quality

__all__ = [
    "Agreement",
    "Cohen",
    "Dispute",
    "DisputedQuery",
    "Figure",
    "JudgeQuality",
    "Pace",
    "Quality",
    "TooFast",
    "agreement",
    "disputed_queries",
    "disputes",
    "judge_qualities",
    "mean",
    "pace",
    "quality",
    "ratio",
    "share",
    "too_fast",
]
