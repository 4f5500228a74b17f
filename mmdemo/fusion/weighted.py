"""Fuse by the weighted sum of cosines. Knows no model, index or file."""

from __future__ import annotations

from mmdemo.fusion.base import Cosines, Part


class WeightedSum:
    """`w·cos_t + (1−w)·cos_v`, a convex combination (Bruch et al. 2023, arXiv 2210.11934)."""

    name = "fused"
    centered = False
    needs_range = False

    def parts(self, text: Cosines, image: Cosines, weight: float) -> tuple[Part, Part]:
        """Cosines as they are."""
        return Part(weight), Part(1 - weight)


class CenteredSum(WeightedSum):
    """The weighted sum of mean-centered halves (GR-CLIP, arXiv 2507.19054)."""

    name = "fused-centered"
    centered = True
