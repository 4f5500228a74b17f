"""Combine what two towers say of a product. Knows no model, index or file."""

from collections.abc import Mapping

from mmdemo.fusion.base import Cosines, LinearRule, Part, RankRule
from mmdemo.fusion.normalized import MinMaxSum, ZScoreSum
from mmdemo.fusion.rank import RRF_DEPTH, RRF_K, ReciprocalRank
from mmdemo.fusion.weighted import CenteredSum, WeightedSum

LINEAR_RULES: Mapping[str, LinearRule] = {
    rule.name: rule for rule in (WeightedSum(), CenteredSum(), ZScoreSum(), MinMaxSum())
}
RANK_RULES: Mapping[str, RankRule] = {rule.name: rule for rule in (ReciprocalRank(),)}

__all__ = [
    "LINEAR_RULES",
    "RANK_RULES",
    "RRF_DEPTH",
    "RRF_K",
    "CenteredSum",
    "Cosines",
    "LinearRule",
    "MinMaxSum",
    "Part",
    "RankRule",
    "ReciprocalRank",
    "WeightedSum",
    "ZScoreSum",
]
