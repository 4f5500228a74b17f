"""Fuse cosines brought to one spread for each query. Knows no model, index or file."""

from __future__ import annotations

from mmdemo.fusion.base import Cosines, Part

_NO_SPREAD = 1e-6  # cosines of float32 rows are known to about 1e-7


class ZScoreSum:
    """Weighted sum of z-scores over the whole catalog: mean 0, standard deviation 1 a half."""

    name = "fused-zscore"
    centered = False
    needs_range = False

    def parts(self, text: Cosines, image: Cosines, weight: float) -> tuple[Part, Part]:
        """Scale by the spread, from the mean."""
        return (
            Part(_share(weight, text.std), text.mean),
            Part(_share(1 - weight, image.std), image.mean),
        )


class MinMaxSum:
    """Weighted sum of cosines stretched to 0 … 1 between the catalog's worst and best."""

    name = "fused-minmax"
    centered = False
    needs_range = True

    def parts(self, text: Cosines, image: Cosines, weight: float) -> tuple[Part, Part]:
        """Scale by the range, from the lowest."""
        return (
            Part(_share(weight, text.high - text.low), text.low),
            Part(_share(1 - weight, image.high - image.low), image.low),
        )


def _share(weight: float, spread: float) -> float:
    """Weight for a half of this spread; a half that tells no product apart has none."""
    return weight / spread if spread > _NO_SPREAD else 0.0
