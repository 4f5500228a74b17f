"""Combine what two towers say of a product. Knows no model, index or file."""

from collections.abc import Mapping

from mmdemo.fusion.attention import CrossAttention
from mmdemo.fusion.base import Cosines, LinearRule, Part, RankRule
from mmdemo.fusion.fuse import ask_fused, fuse_products
from mmdemo.fusion.gate import Gate
from mmdemo.fusion.learned import LearnedFusion
from mmdemo.fusion.mlp import ConcatMLP
from mmdemo.fusion.moe import MixtureOfExperts
from mmdemo.fusion.normalized import MinMaxSum, ZScoreSum
from mmdemo.fusion.rank import RRF_DEPTH, RRF_K, ReciprocalRank
from mmdemo.fusion.saved import (
    LEARNED,
    FusionManifest,
    fusion_folder,
    load_fusion,
    read_fusion,
    save_fusion,
    saved_fusions,
)
from mmdemo.fusion.weighted import CenteredSum, WeightedSum

LINEAR_RULES: Mapping[str, LinearRule] = {
    rule.name: rule for rule in (WeightedSum(), CenteredSum(), ZScoreSum(), MinMaxSum())
}
RANK_RULES: Mapping[str, RankRule] = {rule.name: rule for rule in (ReciprocalRank(),)}

__all__ = [
    "LEARNED",
    "LINEAR_RULES",
    "RANK_RULES",
    "RRF_DEPTH",
    "RRF_K",
    "CenteredSum",
    "ConcatMLP",
    "Cosines",
    "CrossAttention",
    "FusionManifest",
    "Gate",
    "LearnedFusion",
    "LinearRule",
    "MinMaxSum",
    "MixtureOfExperts",
    "Part",
    "RankRule",
    "ReciprocalRank",
    "WeightedSum",
    "ZScoreSum",
    "ask_fused",
    "fuse_products",
    "fusion_folder",
    "load_fusion",
    "read_fusion",
    "save_fusion",
    "saved_fusions",
]
