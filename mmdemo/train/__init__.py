"""From pairs to a better model: pairs, losses, the loop, checkpoints. Knows no ranking."""

from mmdemo.train.align import AlignResult, align
from mmdemo.train.config import AlignConfig
from mmdemo.train.pairs import catalog_pairs, join_pairs, judged_pairs

__all__ = ["AlignConfig", "AlignResult", "align", "catalog_pairs", "join_pairs", "judged_pairs"]
