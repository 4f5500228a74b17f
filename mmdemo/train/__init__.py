"""From pairs to a better model: pairs, losses, the loop, checkpoints. Knows no ranking."""

from mmdemo.train.align import AlignResult, align
from mmdemo.train.config import AlignConfig

__all__ = ["AlignConfig", "AlignResult", "align"]
